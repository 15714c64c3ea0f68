import { createHash } from 'node:crypto';
import { refuse } from '../shared/fault.ts';
import type { Database } from './driver.ts';

/**
 * A frozen step of the schema. It is SQL text and nothing else, so the SHA-256 of that text says exactly what was
 * applied; a module of `migrations/` that exports these three names is one.
 */
export interface Migration {
  /** 1, 2, 3 … without gaps: `PRAGMA user_version` after it. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** The schema this build writes: the number of its last migration. */
export function newestSchema(migrations: readonly Migration[]): number {
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) throw new Error(`migration ${migration.number} is out of order`);
  }
  return migrations.length;
}

/** Refuses a schema of a later build. */
export function refuseNewer(version: number, migrations: readonly Migration[]): void {
  const supported = newestSchema(migrations);
  if (version > supported) refuse({ code: 'newer-schema', found: version, supported });
}

/**
 * Applies what is pending, all or nothing. The caller has copied a non-empty file aside. Answers how many steps ran.
 */
export function migrate(db: Database, migrations: readonly Migration[], at: Date): number {
  const version = schemaVersion(db);
  refuseNewer(version, migrations);
  refuseEdited(db, version, migrations);
  const pending = migrations.slice(version);
  if (pending.length > 0) withoutForeignKeys(db, () => applyAll(db, pending, at, version === 0));
  return pending.length;
}

export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

export function migrationSha256(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

function refuseEdited(db: Database, version: number, migrations: readonly Migration[]): void {
  if (version === 0) return;
  const applied = new Map(
    db
      .prepare<[], { number: number; sha256: string }>('SELECT number, sha256 FROM migration')
      .all()
      .map((row) => [row.number, row.sha256]),
  );
  for (const migration of migrations.slice(0, version)) {
    if (applied.get(migration.number) === migrationSha256(migration)) continue;
    refuse({
      code: 'corrupt',
      what: 'database',
      detail: `its schema step ${migration.number} is not the one this version knows`,
    });
  }
}

/** Inside a transaction this pragma does nothing, and a table rebuild would delete child rows by cascade. */
function withoutForeignKeys(db: Database, run: () => void): void {
  db.pragma('foreign_keys=OFF');
  try {
    run();
  } finally {
    db.pragma('foreign_keys=ON');
  }
}

function applyAll(db: Database, pending: readonly Migration[], at: Date, isNew: boolean): void {
  db.transaction(() => {
    db.exec(MIGRATION_TABLE);
    for (const migration of pending) apply(db, migration, at, isNew);
    const broken = db.pragma('foreign_key_check') as readonly unknown[];
    if (broken.length > 0) throw new Error(`migrations leave ${broken.length} rows without their parent`);
  }).immediate();
}

const MIGRATION_TABLE = `CREATE TABLE IF NOT EXISTS migration (
  number INTEGER PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT`;

function apply(db: Database, migration: Migration, at: Date, isNew: boolean): void {
  // A database that is only being made has no rows to lose.
  if (isNew) db.exec(migration.sql);
  else demandUntouched(db, migration, () => db.exec(migration.sql));
  db.prepare('INSERT INTO migration VALUES (?, ?, ?, ?)').run(
    migration.number,
    migration.name,
    migrationSha256(migration),
    at.toISOString(),
  );
  db.pragma(`user_version=${migration.number}`);
}

function demandUntouched(db: Database, migration: Migration, step: () => void): void {
  const before = countUntouched(db, migration);
  step();
  const after = countUntouched(db, migration);
  for (const [table, rows] of before) {
    if (after.get(table) === rows) continue;
    throw new Error(`migration ${migration.number} changed ${table}, which it does not name`);
  }
}

/** Rows of every table the step's text does not name: a cascade out of a rebuild would show here. */
function countUntouched(db: Database, migration: Migration): Map<string, number> {
  const named = new Set(migration.sql.toLowerCase().match(/\w+/g));
  const tables = db
    .prepare<[], string>(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
    )
    .pluck()
    .all() as string[];
  const untouched = tables.filter((table) => table !== 'migration' && !named.has(table.toLowerCase()));
  return new Map(untouched.map((table) => [table, countRows(db, table)]));
}

function countRows(db: Database, table: string): number {
  const quoted = `"${table.replaceAll('"', '""')}"`;
  return Number(db.prepare(`SELECT count(*) FROM ${quoted}`).pluck().get());
}
