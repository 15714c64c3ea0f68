import type { z } from 'zod';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Vector } from '../../shared/ledger/entry.ts';
import { Tombstone } from '../../shared/ledger/fields.ts';
import { deletionState, type FieldState, fieldState, type Head } from '../../shared/ledger/merge.ts';
import type { Database } from '../driver.ts';
import { vectorSaidAt } from '../queries/branches.ts';
import { all, get } from '../sql.ts';

/** A record as its heads say: what its fields hold, who first wrote it, and whether it still stands. */
export interface RecordState {
  readonly fields: ReadonlyMap<string, FieldState>;
  readonly heads: readonly Head[];
  readonly standing: 'alive' | 'deleted' | 'contested';
  /** Who wanted it gone had seen this much, and said so then. */
  readonly tombstones: readonly { readonly seen: Vector; readonly time: string }[];
}

interface HeadRow {
  field: string;
  writer: string;
  seq: number;
  time: string;
  value: string;
}

export function readRecord(db: Database, record: string): RecordState {
  const rows = all<HeadRow>(
    db,
    'SELECT field, writer, seq, time, value FROM head WHERE record = ? ORDER BY field, writer, seq',
    record,
  );
  const byField = new Map<string, Head[]>();
  for (const row of rows) {
    const head = { writer: row.writer, seq: row.seq, time: row.time, value: JSON.parse(row.value) as Json };
    const heads = byField.get(row.field);
    if (heads) heads.push(head);
    else byField.set(row.field, [head]);
  }
  return recordState(db, byField);
}

/** What the heads of a record's fields say of it. */
export function recordState(db: Database, byField: ReadonlyMap<string, readonly Head[]>): RecordState {
  const tombstones = (byField.get('deleted') ?? []).flatMap((head) => {
    const parsed = Tombstone.safeParse(head.value);
    if (!parsed.success) return [];
    const seen: Vector = vectorSaidAt(db, parsed.data.seen, [head.writer, head.seq], 'certain');
    return [{ seen, time: head.time }];
  });
  const fields = new Map<string, FieldState>();
  const heads: Head[] = [];
  for (const [field, held] of byField) {
    if (field === 'deleted') continue;
    heads.push(...held);
    const state = fieldState(held);
    if (state !== null) fields.set(field, state);
  }
  return { fields, heads, tombstones, standing: deletionState(tombstones, heads) };
}

/** The value of a field, parsed by its shape; null where there is none or it does not fit. */
export function fieldValue<T>(state: RecordState, field: string, shape: z.ZodType<T>): T | null {
  const held = state.fields.get(field);
  if (held === undefined) return null;
  const parsed = shape.safeParse(held.value);
  return parsed.success ? parsed.data : null;
}

/**
 * When and by whom a record came to be: the value of the field it begins with that replaced no other. Later changes
 * never count, however far back their author's clock was; of several beginnings made apart the earliest is displayed.
 */
export function firstWritten(
  db: Database,
  record: string,
  field: string,
): { at: string; member: string; writer: string; seq: number } {
  const row = get<{ time: string; member: string; writer: string; seq: number }>(
    db,
    `SELECT e.time, w.member, e.writer, e.seq FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = o.writer
      WHERE o.record = ? AND o.field = ? ORDER BY o.parents <> '[]', e.time, e.writer, e.seq LIMIT 1`,
    record,
    field,
  );
  return row === undefined
    ? { at: '', member: '', writer: '', seq: 0 }
    : { at: row.time.slice(0, 24), member: row.member, writer: row.writer, seq: row.seq };
}
