import type { Database, Statement } from '../driver.ts';
import { entriesInOrder, liveOperations } from '../queries/ledger.ts';
import { LEDGER_TABLES, PROJECTION_TABLES } from '../schema.ts';
import { all, run } from '../sql.ts';
import { applyOperations, type Dirty, type ProjectionContext, projecting } from './index.ts';

export interface RebuildDifference {
  readonly table: string;
  readonly key: string;
  readonly what: string;
}

/**
 * Which rules the rows were made by. A change of what a projector writes raises it, so that a workspace worked by an
 * earlier version has its rows made anew once, when it is opened.
 */
export const PROJECTION = '17';

/** Empties the projection tables and replays the ledger into them. */
export function replay(ctx: ProjectionContext): void {
  drained(replaying(ctx));
}

/** Runs work that could be done step by step in one go. */
export function drained<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** How far a replay is: entries applied, then records projected. */
export interface ReplayStep {
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
}

/** The same, step by step, so that long work can let others in between. */
export function* replaying(ctx: ProjectionContext): Generator<ReplayStep, void> {
  for (const table of PROJECTION_TABLES) run(ctx.db, `DELETE FROM "${table}"`);
  run(ctx.db, 'DELETE FROM search');
  const dirty: Dirty = new Set();
  const entries = entriesInOrder(ctx.db);
  for (const [index, entry] of entries.entries()) {
    if (entry.state === 'applied')
      applyOperations(ctx, entry, liveOperations(ctx.db, entry.writer, entry.seq), dirty);
    yield { done: index + 1, total: entries.length };
  }
  let records = 0;
  for (const _record of projecting(ctx, dirty)) yield { done: ++records, total: null };
}

/** Copies the ledger tables of one database into an empty other one. */
export function copyLedger(from: Database, to: Database): void {
  for (const table of LEDGER_TABLES) {
    const rows = from.prepare(`SELECT * FROM "${table}"`);
    let insert: Statement | undefined;
    for (const row of rows.iterate() as IterableIterator<Record<string, unknown>>) {
      const columns = Object.keys(row);
      insert ??= to.prepare<unknown[]>(
        `INSERT INTO "${table}" (${columns.map((c) => `"${c}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      insert.run(...Object.values(row));
    }
  }
}

/** Compares every projection table of two databases, row by row in the order of their keys. */
export function compareProjections(ours: Database, rebuilt: Database, most = 100): RebuildDifference[] {
  const differences: RebuildDifference[] = [];
  for (const table of PROJECTION_TABLES) {
    for (const difference of compareTable(ours, rebuilt, table)) {
      differences.push(difference);
      if (differences.length >= most) return differences;
    }
  }
  return differences;
}

function* compareTable(ours: Database, rebuilt: Database, table: string): Generator<RebuildDifference> {
  const keys = keyColumns(ours, table);
  const order = keys.map((k) => `"${k}"`).join(', ');
  const left = rowsByKey(ours, table, keys, order);
  const right = rowsByKey(rebuilt, table, keys, order);
  let a = left.next();
  let b = right.next();
  while (!a.done || !b.done) {
    if (b.done || (!a.done && a.value.key < b.value.key)) {
      yield { table, key: (a.value as KeyedRow).key, what: 'is in the table and not in the ledger' };
      a = left.next();
    } else if (a.done || b.value.key < a.value.key) {
      yield { table, key: b.value.key, what: 'is in the ledger and not in the table' };
      b = right.next();
    } else {
      if (a.value.text !== b.value.text)
        yield { table, key: a.value.key, what: differingColumns(a.value.row, b.value.row) };
      a = left.next();
      b = right.next();
    }
  }
}

interface KeyedRow {
  readonly key: string;
  readonly text: string;
  readonly row: Record<string, unknown>;
}

function* rowsByKey(
  db: Database,
  table: string,
  keys: readonly string[],
  order: string,
): Generator<KeyedRow, undefined> {
  const rows = db.prepare(`SELECT * FROM "${table}" ORDER BY ${order}`).all() as Record<string, unknown>[];
  const keyed = rows.map((row) => ({
    key: keys.map((k) => String(row[k]).padStart(20, ' ')).join('|'),
    text: JSON.stringify(row),
    row,
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  yield* keyed;
  return undefined;
}

function keyColumns(db: Database, table: string): string[] {
  return all<{ name: string }>(
    db,
    `SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`,
  ).map((row) => row.name);
}

function differingColumns(a: Record<string, unknown>, b: Record<string, unknown>): string {
  const columns = Object.keys(a).filter((column) => a[column] !== b[column]);
  return `differs in ${columns.join(', ')}`;
}
