import type { Json } from '../../shared/ledger/canonical.ts';
import type { Position } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

export interface OperationRow {
  readonly record: string;
  readonly field: string;
  /** The places that are meant, and as they were written. */
  readonly parents: readonly Position[];
  readonly named: readonly Position[];
  /** The hash of a value that was redacted; null where the value is here, and its hash follows from it. */
  readonly hash: string | null;
  readonly value: Json;
}

/** An operation as its row is. */
export interface RawOperation {
  named: string | null;
  record: string;
  field: string;
  parents: string;
  hash: string | null;
  value: string | null;
}

/** What the row of an operation says. */
export const parseOperation = (row: RawOperation): OperationRow => ({
  record: row.record,
  field: row.field,
  hash: row.hash,
  parents: JSON.parse(row.parents) as Position[],
  named: JSON.parse(row.named ?? row.parents) as Position[],
  value: row.value === null ? null : (JSON.parse(row.value) as Json),
});

/** The operations of a stretch of a chain, by the numbers of their entries. */
export function operationsBetween(
  db: Database,
  writer: string,
  from: number,
  to: number,
): ReadonlyMap<number, OperationRow[]> {
  const rows = all<RawOperation & { seq: number }>(
    db,
    `SELECT seq, record, field, parents, named, hash, value FROM operation
      WHERE writer = ? AND seq BETWEEN ? AND ? ORDER BY seq, idx`,
    writer,
    from,
    to,
  );
  const bySeq = new Map<number, OperationRow[]>();
  for (const row of rows) {
    const op = parseOperation(row);
    const ops = bySeq.get(row.seq);
    if (ops === undefined) bySeq.set(row.seq, [op]);
    else ops.push(op);
  }
  return bySeq;
}
