import type { Past } from '../../shared/domain/past.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Position } from '../../shared/ledger/entry.ts';
import type { Head } from '../../shared/ledger/merge.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';
import { type RecordState, recordState } from './record.ts';

/** A record as its heads at the end of a day said it. */
export interface PastRecord {
  readonly heads: ReadonlyMap<string, readonly Head[]>;
  readonly state: RecordState;
}

interface Written extends Omit<Head, 'value'> {
  readonly record: string;
  readonly field: string;
  readonly day: string;
  readonly parents: readonly Position[];
  /** Undefined once redacted. */
  readonly value: Json | undefined;
}

/**
 * What records said at the end of each day on which anything was written to them, from their operations alone. It is
 * what a replay of the ledger up to that day comes to, by the day their authors' clocks claimed.
 */
export function pastRecords(db: Database, records: Iterable<string>): Map<string, Past<PastRecord>> {
  const written = Map.groupBy(operationsOn(db, [...records]), ({ record }) => record);
  return new Map([...written].map(([record, operations]) => [record, pastOf(db, operations)]));
}

/** The records of a kind that were ever written to. */
export function recordsOfKind(db: Database, kind: string): string[] {
  return all<{ record: string }>(
    db,
    'SELECT DISTINCT record FROM operation WHERE record >= ?1 AND record < ?2 ORDER BY record',
    `${kind}:`,
    `${kind};`,
  ).map(({ record }) => record);
}

function operationsOn(db: Database, records: readonly string[]): Written[] {
  const rows = all<Omit<Written, 'parents' | 'value'> & { parents: string; value: string | null }>(
    db,
    `SELECT o.record, o.field, o.writer, o.seq, e.time, substr(e.time, 1, 10) day, o.parents, o.value
       FROM json_each(?) r JOIN operation o ON o.record = r.value
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'`,
    JSON.stringify(records),
  );
  return rows.map(({ parents, value, ...row }) => ({
    ...row,
    parents: parents === '[]' ? [] : (JSON.parse(parents) as Position[]),
    value: value === null ? undefined : (JSON.parse(value) as Json),
  }));
}

function pastOf(db: Database, operations: readonly Written[]): Past<PastRecord> {
  const days = [...new Set(operations.map(({ day }) => day))].sort();
  return days.map((day) => {
    const heads = headsOf(operations.filter((one) => one.day <= day));
    return { day, value: { heads, state: recordState(db, heads) } };
  });
}

/** What nobody replaced: as `applyOperations` leaves it, whatever order the operations came in. */
function headsOf(operations: readonly Written[]): Map<string, Head[]> {
  const at = (field: string, writer: string, seq: number) => `${field} ${writer} ${seq}`;
  const replaced = new Set(
    operations.flatMap(({ field, parents }) => parents.map(([writer, seq]) => at(field, writer, seq))),
  );
  const heads = new Map<string, Head[]>();
  for (const { field, writer, seq, time, value } of operations) {
    if (value === undefined || replaced.has(at(field, writer, seq))) continue;
    const head = { writer, seq, time, value };
    const known = heads.get(field);
    if (known === undefined) heads.set(field, [head]);
    else known.push(head);
  }
  return heads;
}
