import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0001 from '../../db/migrations/0001-ledger-and-projection.ts';
import * as m0002 from '../../db/migrations/0002-unlinked.ts';
import * as m0003 from '../../db/migrations/0003-evidence-reference.ts';
import * as m0004 from '../../db/migrations/0004-programmes.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the fourth migration is frozen', () => {
  expect(migrationSha256(m0004)).toBe('b22b237d69684b586eeec8013a393613f6174df8106a1b66c210ddbe1b802357');
});

test('it adds the tables of programmes, and keeps the ledger and every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0004-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: [m0001, m0002, m0003] });
    old.exec("INSERT INTO writer VALUES ('w', 'm', 'd', 'i')");
    old.close();
    const db = openDatabase(file, key, { migrations: [m0001, m0002, m0003, m0004] });
    expect(schemaVersion(db)).toBe(4);
    expect(db.prepare('SELECT member FROM writer').pluck().all()).toEqual(['m']);
    expect(db.prepare('SELECT count(*) FROM programme_record').pluck().get()).toBe(0);
    expect(db.prepare('SELECT systems, retain_until FROM evidence').all()).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
