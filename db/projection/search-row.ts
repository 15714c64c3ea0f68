import { hash } from 'node:crypto';
import type { Database } from '../driver.ts';
import { run } from '../sql.ts';

/** What the full-text index holds of one record. */
export interface SearchText {
  readonly label: string;
  readonly title: string;
  readonly body: string;
}

/**
 * A record's row in the full-text index, 48 bits of its name. The index finds rows by number at once; by kind and id
 * it would have to read all of them.
 */
function rowNumber(kind: string, id: string): number {
  return Number.parseInt(hash('sha256', `${kind}:${id}`).slice(0, 12), 16);
}

interface SearchRow {
  readonly kind: string;
  readonly id: string;
  readonly text: SearchText | null;
}

/** Rows of records that are projected now, by their numbers. */
const gathered = new WeakMap<Database, Map<number, SearchRow>>();
/** Texts that are held at most until they are written. */
const MOST_GATHERED = 2000;

/** Puts a record into the full-text index in place of what was there of it; null takes it out. */
export function index(db: Database, kind: string, id: string, text: SearchText | null): void {
  const rows = gathered.get(db);
  const number = rowNumber(kind, id);
  if (rows === undefined) write(db, number, { kind, id, text });
  else rows.set(number, { kind, id, text });
  if (rows !== undefined && rows.size >= MOST_GATHERED) writeGathered(db, rows);
}

/**
 * Runs work that puts many records into the index, and writes them in the order of their numbers: at a number that is
 * lower than the one before, the index writes out all it has gathered, and merges it later.
 */
export function* indexing<Step>(db: Database, work: () => Generator<Step, void>): Generator<Step, void> {
  const rows = new Map<number, SearchRow>();
  gathered.set(db, rows);
  try {
    yield* work();
    writeGathered(db, rows);
  } finally {
    gathered.delete(db);
  }
}

function writeGathered(db: Database, rows: Map<number, SearchRow>): void {
  for (const [number, row] of [...rows].sort(([a], [b]) => a - b)) write(db, number, row);
  rows.clear();
}

function write(db: Database, number: number, { kind, id, text }: SearchRow): void {
  run(db, 'DELETE FROM search WHERE rowid = ?', number);
  if (text === null) return;
  const insert = 'INSERT INTO search (rowid, kind, id, label, title, body) VALUES (?, ?, ?, ?, ?, ?)';
  run(db, insert, number, kind, id, text.label, text.title, text.body);
}
