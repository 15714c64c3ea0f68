import type { Database } from '../../db/driver.ts';
import { entriesOnLine } from '../../db/queries/branches.ts';
import type { SegmentRow } from '../../db/queries/ledger.ts';
import { operationsBetween } from '../../db/queries/operations.ts';
import type { CarriedSegment } from '../../shared/ledger/segment.ts';

/** A sealed segment as it travels, put together from the tables: byte for byte what its author sealed. */
export function carriedSegment(db: Database, row: SegmentRow): CarriedSegment {
  const entries = entriesOnLine(db, row.writer, row.fromSeq, row.fromSeq + row.count - 1);
  const last = entries.at(-1)?.seq ?? 0;
  const operations = new Map(
    [...new Set(entries.map(({ writer }) => writer))].map((writer) => [
      writer,
      operationsBetween(db, writer, row.fromSeq, last),
    ]),
  );
  return {
    header: row.header,
    signature: row.signature,
    seed: row.seed,
    entries: entries.map(({ writer, seq, time, action }) => ({
      time,
      action,
      ops: (operations.get(writer)?.get(seq) ?? []).map((op) => {
        const { record, field } = op;
        const parents = op.named.map(([of, number]): [string, number] => [of, number]);
        return op.hash !== null
          ? { record, field, parents, hash: op.hash }
          : { record, field, parents, value: op.value as never };
      }),
    })),
  };
}
