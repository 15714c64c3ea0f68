import type { Database } from '../driver.ts';
import { run } from '../sql.ts';

/** Entries of one chain, by the first number and the last. */
export type Stretch = [writer: string, from: number, to: number];

/** Entries whose heads are still to be made, all of them at once. */
export class AwaitedHeads {
  readonly #db: Database;
  #stretches: Stretch[] = [];
  /** Those of them that replace anything. */
  #replacing: Stretch[] = [];

  constructor(db: Database) {
    this.#db = db;
  }

  /** An entry that stands in the ledger and that nothing there replaces. */
  add(writer: string, seq: number, replaces: boolean): void {
    lengthen(this.#stretches, writer, seq);
    if (replaces) lengthen(this.#replacing, writer, seq);
  }

  /** Makes them: what the entries say becomes heads, what they replace is none any more. */
  make(): void {
    if (this.#stretches.length === 0) return;
    makeHeads(this.#db, this.#stretches, this.#replacing);
    this.#stretches = [];
    this.#replacing = [];
  }
}

function lengthen(stretches: Stretch[], writer: string, seq: number): void {
  const last = stretches.at(-1);
  if (last !== undefined && last[0] === writer && last[2] === seq - 1) last[2] = seq;
  else stretches.push([writer, seq, seq]);
}

const THEIR_OPERATIONS = `json_each(?) s CROSS JOIN operation o ON o.writer = s.value ->> 0 AND o.seq BETWEEN s.value ->> 1 AND s.value ->> 2
  CROSS JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'`;

/**
 * The same heads as operation by operation, whatever the order, where nothing that stood here before replaces any of
 * these: by two statements, and in the order in which they are kept, so that no page is written twice.
 */
function makeHeads(db: Database, stretches: readonly Stretch[], replacing: readonly Stretch[]): void {
  run(
    db,
    `INSERT OR REPLACE INTO head (record, field, writer, seq, time, value)
      SELECT o.record, o.field, o.writer, o.seq, e.time, o.value FROM ${THEIR_OPERATIONS}
       WHERE o.value IS NOT NULL ORDER BY o.record, o.field`,
    JSON.stringify(stretches),
  );
  if (replacing.length === 0) return;
  run(
    db,
    `DELETE FROM head WHERE (record, field, writer, seq) IN
      (SELECT o.record, o.field, p.value ->> 0, p.value ->> 1 FROM ${THEIR_OPERATIONS} CROSS JOIN json_each(o.parents) p
        WHERE o.parents <> '[]')`,
    JSON.stringify(replacing),
  );
}
