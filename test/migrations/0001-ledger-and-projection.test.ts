import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, newestSchema, schemaVersion } from '../../db/migrate.ts';
import * as m0001 from '../../db/migrations/0001-ledger-and-projection.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';
import { root } from '../support/source-files.ts';

test('the first migration is frozen: workspaces in people’s hands were made by exactly this text', () => {
  expect(migrationSha256(m0001)).toBe('0ade2fc02bbef1b96945d3c0dee562f47dc468afd277e8ce3e82b79c651d0ce0');
});

test('it makes an empty schema that opens again', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0001-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    createDatabase(file, key, { migrations: [m0001] }).close();
    const db = openDatabase(file, key, { migrations: [m0001] });
    expect(schemaVersion(db)).toBe(1);
    expect(db.prepare('SELECT count(*) FROM entry').pluck().get()).toBe(0);
    expect(db.prepare("SELECT rowid FROM search WHERE search MATCH 'nothing'").all()).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('every migration is listed, in order, and has a test of its own', () => {
  const named = (folder: string, end: string) =>
    readdirSync(join(root, folder))
      .filter((name) => /^\d{4}-/.test(name) && name.endsWith(end))
      .map((name) => name.slice(0, -end.length))
      .sort();
  const migrations = named('db/migrations', '.ts');
  expect(migrations).toHaveLength(newestSchema(MIGRATIONS));
  expect(migrations.map((name) => Number(name.slice(0, 4)))).toEqual(MIGRATIONS.map((m) => m.number));
  expect(named('test/migrations', '.test.ts')).toEqual(migrations);
});
