import type { Database } from '../../db/driver.ts';
import { baseOf } from '../../db/queries/branches.ts';
import { operationsOf, readSetting, segmentOf } from '../../db/queries/ledger.ts';
import type { OperationRow } from '../../db/queries/operations.ts';
import { refuse } from '../../shared/fault.ts';
import { saltOf, valueHash } from '../../shared/ledger/entry.ts';
import { sha256 } from './keys.ts';

/** An operation as it was hashed. */
export interface SaltedOperation extends Omit<OperationRow, 'hash'> {
  readonly hash: string;
  /** Hex; null where the value was redacted. */
  readonly salt: string | null;
}

/**
 * What the values of entries were hashed with, and the hashes. Neither is kept: both follow from the seed of the segment,
 * which is the same under every seal, and from the value. Of a segment the seed is looked up once.
 */
export class Salted {
  readonly #db: Database;
  #last: {
    readonly writer: string;
    readonly from: number;
    readonly to: number;
    readonly seed: string;
  } | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The seed of an entry, hex: of its segment, or of the one that is still open; null where neither is here. */
  seedOf(writer: string, seq: number): string | null {
    const last = this.#last;
    if (last !== null && last.writer === writer && seq >= last.from && seq <= last.to) return last.seed;
    const segment = segmentOf(this.#db, writer, seq);
    if (segment === undefined) return readSetting(this.#db, `seed:${baseOf(this.#db, writer)}`) ?? null;
    const { fromSeq, count, seed } = segment;
    // Of another history of the same writer the numbers may be under another seed.
    if (segment.writer === writer) this.#last = { writer, from: fromSeq, to: fromSeq + count - 1, seed };
    return seed;
  }

  /** The operations of an entry with their hashes. */
  operations(writer: string, seq: number): SaltedOperation[] {
    const seed = this.seedOf(writer, seq);
    return operationsOf(this.#db, writer, seq).map((op, index) => {
      if (op.hash !== null) return { ...op, hash: op.hash, salt: null };
      if (seed === null)
        return refuse({
          code: 'corrupt',
          what: 'ledger',
          detail: `what entry ${seq} of ${writer} was hashed with is missing`,
        });
      const salt = saltOf(sha256, seed, seq, index);
      return { ...op, salt, hash: valueHash(sha256, salt, op.value) };
    });
  }
}
