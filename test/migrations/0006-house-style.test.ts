import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0006 from '../../db/migrations/0006-house-style.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the sixth migration is frozen', () => {
  expect(migrationSha256(m0006)).toBe('e5eeb98a93b734a99d232156cebd8834d8499d37c8172b7725c7293fe7435e44');
});

test('it gives the workspace a house style that nobody has set, and keeps every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0006-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 5) });
    old.exec("INSERT INTO workspace (id, name, marking) VALUES ('w', 'Payroll', 'CUI')");
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 6) });
    expect(schemaVersion(db)).toBe(6);
    expect(db.prepare('SELECT name, marking, house FROM workspace').get()).toEqual({
      name: 'Payroll',
      marking: 'CUI',
      house: null,
    });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
