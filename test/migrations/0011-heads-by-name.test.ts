import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0011 from '../../db/migrations/0011-heads-by-name.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the eleventh migration is frozen', () => {
  expect(migrationSha256(m0011)).toBe('5e5e2fe6b290836ff54bfc9c539a4a2c8cf82f213ce60660f6a896d393f2cc38');
});

test('it keeps what stands in every field, and finds it by its name alone', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0011-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 10) });
    old.exec(`INSERT INTO head (record, field, writer, seq, time, value) VALUES
      ('evidence:b', 'note', 'w', 2, 't2', '"second"'), ('evidence:a', 'note', 'w', 1, 't1', '"first"')`);
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 11) });
    expect(schemaVersion(db)).toBe(11);
    expect(db.prepare('SELECT record, field, writer, seq, time, value FROM head').all()).toEqual([
      { record: 'evidence:a', field: 'note', writer: 'w', seq: 1, time: 't1', value: '"first"' },
      { record: 'evidence:b', field: 'note', writer: 'w', seq: 2, time: 't2', value: '"second"' },
    ]);
    expect(db.prepare("SELECT wr FROM pragma_table_list WHERE name = 'head'").pluck().get()).toBe(1);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
