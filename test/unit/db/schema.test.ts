import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../db/driver.ts';
import { MIGRATIONS } from '../../../db/migrations/index.ts';
import { createDatabase } from '../../../db/open.ts';
import * as schema from '../../../db/schema.ts';
import { sourceFiles } from '../../support/source-files.ts';

let dir: string;
let db: Database;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bindery-schema-'));
  db = createDatabase(join(dir, 'w.db'), 'ab'.repeat(32), { migrations: MIGRATIONS });
});
afterAll(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const described = Object.values(schema).filter((value) => value instanceof SQLiteTable);
const tables = () =>
  db
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    )
    .pluck()
    .all() as string[];

describe('the schema the code knows is the one the migrations make', () => {
  it.each(described.map((table) => [getTableConfig(table).name, table] as const))('%s', (name, table) => {
    const { columns, primaryKeys } = getTableConfig(table);
    const key = [
      ...columns.filter((column) => column.primary).map((column) => column.name),
      ...primaryKeys.flatMap((each) => each.columns.map((column) => column.name)),
    ];
    const known = columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      notnull: column.notNull ? 1 : 0,
      pk: key.indexOf(column.name) + 1,
    }));
    const real = db
      .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid')
      .all(name) as typeof known;
    // A key column is never null, said twice or once.
    expect(real.map((c) => ({ ...c, notnull: c.pk > 0 ? 1 : c.notnull }))).toEqual(
      known.map((c) => ({ ...c, notnull: c.pk > 0 ? 1 : c.notnull })),
    );
  });

  it('every table is of exactly one kind: ledger, projection or local', () => {
    const kinds = [...schema.LEDGER_TABLES, ...schema.PROJECTION_TABLES, ...schema.LOCAL_TABLES];
    expect([...kinds].sort()).toEqual(tables());
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it('every table is strict, so that no text stands where a number should', () => {
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });
});

/** Statements that write, in the strings of a source text: `INSERT INTO x`, `UPDATE x SET`, `DELETE FROM x`, `put(db, 'x'`. */
function tablesWritten(text: string): string[] {
  const verbs =
    /\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE(?:\s+OR\s+\w+)?)\s+"?([a-z_$][\w${}]*)"?/gi;
  const builders = /\.(?:insert|update|delete)\(\s*(?:schema\.)?(\w+)/g;
  const puts = /\bput\(\s*[\w.]+,\s*['"`]([^'"`]+)/g;
  return [verbs, builders, puts].flatMap((form) => [...text.matchAll(form)].map((match) => match[1] ?? ''));
}

describe('only db/projection writes projection tables', () => {
  it.each([
    ['an insert', "run(db, 'INSERT INTO assessment (id) VALUES (?)')", ['assessment']],
    ['an insert or replace', 'db.exec(`INSERT OR REPLACE INTO "head" VALUES (1)`)', ['head']],
    ['an update', "db.prepare('UPDATE evidence SET title = ?')", ['evidence']],
    ['a delete', "run(db, 'DELETE FROM\\n sign_off'.replace('\\\\n', ''))".replace('\\n', ' '), ['sign_off']],
    ['a put', "put(ws.db, 'member', {})", ['member']],
    ['a builder', 'query(db).update(schema.control)', ['control']],
    ['reading', "all(db, 'SELECT * FROM assessment')", []],
  ])('the check sees %s', (_what, text, found) => {
    expect(tablesWritten(text)).toEqual(found);
  });

  it('and finds none elsewhere', () => {
    const projection = new Set<string>(schema.PROJECTION_TABLES);
    const files = sourceFiles(['shared', 'db', 'core', 'cli', 'electron']);
    const writers = files.flatMap(({ path, text }) =>
      tablesWritten(text)
        .filter((t) => projection.has(t))
        .map((t) => `${path}: ${t}`),
    );
    expect(writers.filter((found) => !found.startsWith('db/projection/'))).toEqual([]);
    expect(writers.length).toBeGreaterThan(20);
    // A table named by a variable could be any: only functions that copy the ledger or are handed a table do that.
    const unnamed = files
      .filter(({ text }) => tablesWritten(text).some((t) => t.includes('$')))
      .map(({ path }) => path);
    expect(unnamed.sort()).toEqual(['db/projection/as-of.ts', 'db/projection/rebuild.ts', 'db/sql.ts']);
  });
});
