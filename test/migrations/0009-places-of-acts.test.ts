import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0009 from '../../db/migrations/0009-places-of-acts.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the ninth migration is frozen', () => {
  expect(migrationSha256(m0009)).toBe('de809aeb1341735e197972a570fb2161ee8037600588a6bd99a8f4797e522ddd');
});

test('it tells where an act stands in its chain, and keeps every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0009-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 8) });
    old.exec(
      "INSERT INTO programme_fact (id, kind, engagement, record, \"by\", at, body) VALUES ('f', 'change', '', 'r', 'm', 'a', '{}')",
    );
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 9) });
    expect(schemaVersion(db)).toBe(9);
    expect(db.prepare('SELECT id, writer, seq FROM programme_fact').get()).toEqual({
      id: 'f',
      writer: '',
      seq: 0,
    });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
