import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0008 from '../../db/migrations/0008-courier.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the eighth migration is frozen', () => {
  expect(migrationSha256(m0008)).toBe('3875a6f196e3b57cd8826a38fbaa96988ca61a8516ac9509ee2ac4ce5e07cc23');
});

test('it makes room for what is known of other copies, and keeps every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0008-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 7) });
    old.exec("INSERT INTO workspace (id, name, marking) VALUES ('w', 'Payroll', 'CUI')");
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 8) });
    expect(schemaVersion(db)).toBe(8);
    expect(db.prepare('SELECT name FROM workspace').pluck().all()).toEqual(['Payroll']);
    for (const table of ['peer', 'sent', 'received'])
      expect(db.prepare(`SELECT * FROM local_courier_${table}`).all()).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
