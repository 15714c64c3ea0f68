import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0001 from '../../db/migrations/0001-ledger-and-projection.ts';
import * as m0002 from '../../db/migrations/0002-programmes.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the second migration is frozen', () => {
  expect(migrationSha256(m0002)).toBe('1857dcc8d171ae1d8c322dd4958236b56061be4147b997d49d0bc9297b2c60c3');
});

test('it adds the tables of programmes, keeps the ledger, and asks for every row to be made anew', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0002-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: [m0001] });
    old.exec("INSERT INTO writer VALUES ('w', 'm', 'd', 'i')");
    old.close();
    const db = openDatabase(file, key, { migrations: [m0001, m0002] });
    expect(schemaVersion(db)).toBe(2);
    expect(db.prepare('SELECT member FROM writer').pluck().all()).toEqual(['m']);
    expect(db.prepare('SELECT count(*) FROM programme_record').pluck().get()).toBe(0);
    expect(db.prepare('SELECT systems, retain_until FROM evidence').all()).toEqual([]);
    expect(db.prepare("SELECT value FROM local_setting WHERE key = 'projection'").pluck().get()).toBe(
      'stale',
    );
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
