import type { Database, Statement } from './driver.ts';

const caches = new WeakMap<Database, Map<string, Statement>>();

/** Prepares a statement once per connection: the ledger and its projection run the same few thousands of times. */
export function prepared(db: Database, sql: string): Statement {
  let cache = caches.get(db);
  if (cache === undefined) {
    cache = new Map();
    caches.set(db, cache);
  }
  let statement = cache.get(sql);
  if (statement === undefined) {
    statement = db.prepare<unknown[]>(sql);
    cache.set(sql, statement);
  }
  return statement;
}

/** The driver takes `?1 ?2 …`, which may repeat, as parameters named by their numbers. */
function bound(sql: string, values: readonly unknown[]): readonly unknown[] {
  let numbered = numberedBy.get(sql);
  if (numbered === undefined) {
    numbered = /\?\d/.test(sql);
    numberedBy.set(sql, numbered);
  }
  if (!numbered) return values;
  return [Object.fromEntries(values.map((value, index) => [String(index + 1), value]))];
}

const numberedBy = new Map<string, boolean>();

export function all<Row>(db: Database, sql: string, ...values: readonly unknown[]): Row[] {
  return prepared(db, sql).all(...bound(sql, values)) as Row[];
}

export function get<Row>(db: Database, sql: string, ...values: readonly unknown[]): Row | undefined {
  return prepared(db, sql).get(...bound(sql, values)) as Row | undefined;
}

export function run(db: Database, sql: string, ...values: readonly unknown[]): void {
  prepared(db, sql).run(...bound(sql, values));
}

/** `INSERT OR REPLACE` of a whole row, named as its columns; table and column names are ours, never input. */
export function put(
  db: Database,
  table: string,
  row: Readonly<Record<string, string | number | null>>,
): void {
  const columns = Object.keys(row);
  const names = columns.map((c) => `"${c}"`).join(', ');
  const marks = columns.map(() => '?').join(', ');
  run(db, `INSERT OR REPLACE INTO "${table}" (${names}) VALUES (${marks})`, ...Object.values(row));
}
