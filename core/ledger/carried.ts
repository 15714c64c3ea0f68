import type { Database } from '../../db/driver.ts';
import { entriesOnLine } from '../../db/queries/branches.ts';
import { operationsOf, type SegmentRow } from '../../db/queries/ledger.ts';
import type { CarriedSegment } from '../../shared/ledger/segment.ts';

/** A sealed segment as it travels, put together from the tables: byte for byte what its author sealed. */
export function carriedSegment(db: Database, row: SegmentRow): CarriedSegment {
  const entries = entriesOnLine(db, row.writer, row.fromSeq, row.fromSeq + row.count - 1);
  return {
    header: row.header,
    signature: row.signature,
    seed: row.seed,
    entries: entries.map((entry) => ({
      time: entry.time,
      action: entry.action,
      ops: operationsOf(db, entry.writer, entry.seq).map((op) => {
        const { record, field } = op;
        const parents = op.named.map(([writer, seq]): [string, number] => [writer, seq]);
        return op.salt === null
          ? { record, field, parents, hash: op.hash }
          : { record, field, parents, value: op.value as never };
      }),
    })),
  };
}
