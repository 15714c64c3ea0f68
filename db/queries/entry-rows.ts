import type { Operation } from '../../shared/ledger/entry.ts';
import type { FullEntry } from '../../shared/ledger/segment.ts';
import type { Database } from '../driver.ts';
import { get, prepared } from '../sql.ts';

/** What was decided about an entry. */
export interface EntryMark {
  readonly state: 'applied' | 'quarantine';
  readonly because: string;
  readonly admin: boolean;
}

type Value = string | number | null;

/** So many rows are written by one statement: of many one alone takes longer to begin than to write. */
const TOGETHER = 16;

/** Rows of one table that are gathered until they are written. */
class Rows {
  readonly #db: Database;
  readonly #insert: string;
  readonly #marks: string;
  readonly #width: number;
  #values: Value[] = [];

  constructor(db: Database, insert: string, columns: readonly string[]) {
    this.#db = db;
    this.#width = columns.length;
    this.#insert = `${insert} (${columns.join(', ')}) VALUES `;
    this.#marks = `(${columns.map(() => '?').join(', ')})`;
  }

  add(...row: readonly Value[]): void {
    for (const value of row) this.#values.push(value);
    if (this.#values.length === TOGETHER * this.#width) this.flush();
  }

  flush(): void {
    const rows = this.#values.length / this.#width;
    if (rows === 0) return;
    if (rows === TOGETHER) this.#write(TOGETHER, this.#values);
    else
      for (let at = 0; at < this.#values.length; at += this.#width)
        this.#write(1, this.#values.slice(at, at + this.#width));
    this.#values = [];
  }

  #write(rows: number, values: readonly Value[]): void {
    prepared(this.#db, this.#insert + Array(rows).fill(this.#marks).join(', ')).run(values);
  }
}

const ENTRY = ['writer', 'seq', 'hash', 'prev', 'time', 'action', 'state', 'because', 'admin'];
const OPERATION = ['writer', 'seq', 'idx', 'record', 'field', 'parents', 'hash', 'value', 'named'];

/**
 * Entries on their way into the tables, within a transaction: they stand there once `flush` was called, and not surely
 * before. What fails undoes that transaction, so no statement keeps what pages were before it (`OR FAIL`).
 */
export class EntryRows {
  readonly #db: Database;
  readonly #entries: Rows;
  readonly #operations: Rows;
  #last: { readonly chain: string; readonly seq: number; readonly hash: string } | null = null;

  constructor(db: Database) {
    this.#db = db;
    this.#entries = new Rows(db, 'INSERT OR FAIL INTO entry', ENTRY);
    this.#operations = new Rows(db, 'INSERT OR FAIL INTO operation', OPERATION);
  }

  /** Adds an entry to its chain, with the places that its parents mean where those are not the ones it names. */
  add(entry: FullEntry, mark: EntryMark, chain: string, ops: readonly Operation[]): void {
    const { form, hash } = entry;
    const { seq, time, action } = form;
    const prev = this.#before(chain, seq) === form.prev ? null : form.prev;
    this.#entries.add(chain, seq, hash, prev, time, action, mark.state, mark.because, mark.admin ? 1 : 0);
    for (const [idx, op] of form.ops.entries()) {
      const named = parentsText(op.parents);
      const parents = ops === entry.ops ? named : parentsText(ops[idx]?.parents ?? []);
      const value = entry.texts[idx] ?? null;
      const kept = value === null ? op.hash : null;
      const differs = parents === named ? null : named;
      this.#operations.add(chain, seq, idx, op.record, op.field, parents, kept, value, differs);
    }
    this.#last = { chain, seq, hash };
  }

  flush(): void {
    this.#entries.flush();
    this.#operations.flush();
  }

  #before(chain: string, seq: number): string | undefined {
    if (this.#last?.chain === chain && this.#last.seq === seq - 1) return this.#last.hash;
    const sql = 'SELECT hash FROM entry WHERE writer = ? AND seq = ?';
    return get<{ hash: string }>(this.#db, sql, chain, seq - 1)?.hash;
  }
}

const parentsText = (parents: Operation['parents']): string =>
  parents.length === 0 ? '[]' : JSON.stringify(parents);
