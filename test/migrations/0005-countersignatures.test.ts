import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0005 from '../../db/migrations/0005-countersignatures.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the fifth migration is frozen', () => {
  expect(migrationSha256(m0005)).toBe('031dad8f442457aeefd32b0fd77763618cd478ac7dfc009f9a95fceee92cf394');
});

test('it adds the table of countersignatures, and keeps the ledger and every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0005-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 4) });
    old.exec("INSERT INTO writer VALUES ('w', 'm', 'd', 'i')");
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 5) });
    expect(schemaVersion(db)).toBe(5);
    expect(db.prepare('SELECT member FROM writer').pluck().all()).toEqual(['m']);
    expect(db.prepare('SELECT count(*) FROM countersignature').pluck().get()).toBe(0);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
