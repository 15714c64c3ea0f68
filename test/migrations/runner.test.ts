import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../db/driver.ts';
import { type Migration, migrate, migrationSha256, newestSchema, schemaVersion } from '../../db/migrate.ts';
import { copyBeforeMigration, createDatabase, openDatabase } from '../../db/open.ts';
import { FaultError } from '../../shared/fault.ts';

const key = randomBytes(32).toString('hex');
const at = new Date('2026-03-01T12:00:00Z');

const families: Migration = {
  number: 1,
  name: 'families',
  sql: `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT) STRICT;
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE) STRICT;
    CREATE VIRTUAL TABLE search USING fts5 (name);`,
};
/** The rebuild that loses child rows when foreign keys are on. */
const rebuild: Migration = {
  number: 2,
  name: 'parents have a town',
  sql: `CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT) STRICT;
    INSERT INTO parent_new SELECT id, name, NULL FROM parent;
    DROP TABLE parent;
    ALTER TABLE parent_new RENAME TO parent;`,
};

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-migrations-'));
  file = join(folder, 'workspace.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function createFamilies(): void {
  using db = disposable(createDatabase(file, key, { migrations: [families], now: at }));
  db.exec(
    "INSERT INTO parent VALUES (1, 'Ada'), (2, 'Bo'); INSERT INTO child VALUES (1, 1), (2, 1), (3, 2);",
  );
}

function disposable(db: Database): Database & Disposable {
  return Object.assign(db, { [Symbol.dispose]: () => void db.close() });
}

function count(db: Database, table: string): unknown {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
}

const open = (migrations: readonly Migration[]) =>
  disposable(openDatabase(file, key, { migrations, now: at }));

describe('a pending migration', () => {
  test('rebuilds a parent table without losing one child row', () => {
    createFamilies();
    using db = open([families, rebuild]);
    expect([count(db, 'parent'), count(db, 'child')]).toEqual([2, 3]);
    expect(schemaVersion(db)).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('leaves the number, name, hash and time of what was applied', () => {
    createFamilies();
    using db = open([families, rebuild]);
    const rows = db.prepare('SELECT * FROM migration ORDER BY number').all();
    const said = (m: Migration) => ({
      number: m.number,
      name: m.name,
      sha256: migrationSha256(m),
      applied_at: '2026-03-01T12:00:00.000Z',
    });
    expect(rows).toEqual([said(families), said(rebuild)]);
  });

  test('copies the file aside first: still encrypted, and it opens as it was', () => {
    createFamilies();
    open([families, rebuild])[Symbol.dispose]();
    const copy = copyBeforeMigration(file);
    expect(readFileSync(copy).toString('latin1')).not.toContain('Ada');
    using before = disposable(openDatabase(copy, key, { migrations: [families] }));
    expect(before.prepare('SELECT name FROM parent').pluck().all()).toEqual(['Ada', 'Bo']);
    expect(existsSync(`${copy}.part`)).toBe(false);
  });

  test('is applied once', () => {
    createFamilies();
    open([families, rebuild])[Symbol.dispose]();
    using db = open([families, rebuild]);
    expect(migrate(db, [families, rebuild], at)).toBe(0);
    expect(count(db, 'migration')).toBe(2);
  });
});

test('no copy is made of a new database or when nothing is pending', () => {
  createFamilies();
  open([families])[Symbol.dispose]();
  expect(existsSync(copyBeforeMigration(file))).toBe(false);
});

describe('a migration that goes wrong changes nothing', () => {
  const failing = (sql: string): Migration => ({ number: 3, name: 'wrong', sql });

  function expectUnchanged(migrations: readonly Migration[], message: RegExp): void {
    createFamilies();
    expect(() => openDatabase(file, key, { migrations, now: at })).toThrow(message);
    using db = open([families]);
    expect([schemaVersion(db), count(db, 'parent'), count(db, 'child'), count(db, 'migration')]).toEqual([
      1, 2, 3, 1,
    ]);
  }

  test('when its last statement fails, the steps before it are taken back as well', () => {
    expectUnchanged([families, rebuild, failing('INSERT INTO nowhere VALUES (1)')], /nowhere/);
  });

  test('when it leaves a row without its parent', () => {
    expectUnchanged(
      [families, rebuild, failing('DELETE FROM parent WHERE id = 1')],
      /2 rows without their parent/,
    );
  });

  test('when rows of a table it does not name are gone', () => {
    const trigger = failing('DELETE FROM parent WHERE id = 2');
    createFamilies();
    using db = open([families]);
    db.exec('CREATE TRIGGER sly AFTER DELETE ON parent BEGIN DELETE FROM child WHERE parent = old.id; END');
    expect(() => migrate(db, [families, { ...trigger, number: 2 }], at)).toThrow(/changed child/);
    expect([schemaVersion(db), count(db, 'child'), db.pragma('foreign_keys', { simple: true })]).toEqual([
      1, 3, 1,
    ]);
  });
});

describe('the runner refuses', () => {
  test('a shipped migration whose text was changed afterwards', () => {
    createFamilies();
    const edited = { ...families, sql: `${families.sql} -- better` };
    let fault: unknown;
    try {
      openDatabase(file, key, { migrations: [edited] });
    } catch (error) {
      fault = error instanceof FaultError ? error.fault : error;
    }
    expect(fault).toMatchObject({ code: 'corrupt', what: 'database' });
  });

  test('a newer file, also one opened by hand', () => {
    createFamilies();
    using db = open([families, rebuild]);
    expect(() => migrate(db, [families], at)).toThrow(FaultError);
  });

  test('a list with a gap or out of order', () => {
    expect(() => newestSchema([rebuild])).toThrow(/out of order/);
    expect(() => newestSchema([families, { ...rebuild, number: 3 }])).toThrow(/out of order/);
  });
});
