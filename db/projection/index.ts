import type { NormalisedFramework } from '../../shared/domain/framework.ts';
import { canonicalText, type Json, type Sha256 } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf, type Operation } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { prepared, run } from '../sql.ts';
import { PROJECTORS, RANK } from './kinds/index.ts';
import { type RecordState, readRecord } from './record.ts';
import { indexing } from './search-row.ts';

/**
 * Projection = replay(ledger). The only code that writes projection tables; the app and the rebuild run it alike.
 * A row is a function of its record's heads and of rows of lower rank, never of the order in which entries came.
 */
export interface ProjectionContext {
  readonly db: Database;
  readonly sha256: Sha256;
  /** The normalised framework of a blob, read from the vault beforehand; null while the blob is not here. */
  framework(blob: string): NormalisedFramework | null;
}

export interface PlacedEntry {
  readonly writer: string;
  readonly seq: number;
  readonly time: string;
}

/** Records whose rows have to be made anew, and those that lean on them. */
export type Dirty = Set<string>;

/**
 * Applies the operations of one entry to the heads; answers which records changed. Where entries come in another order
 * than they were written in, one that counts may have replaced it already.
 */
export function applyOperations(
  ctx: ProjectionContext,
  entry: PlacedEntry,
  ops: readonly Operation[],
  dirty: Dirty,
): void {
  const drop = prepared(ctx.db, 'DELETE FROM head WHERE record = ? AND field = ? AND writer = ? AND seq = ?');
  const add = prepared(
    ctx.db,
    'INSERT OR REPLACE INTO head (record, field, writer, seq, time, value) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const superseded = prepared(
    ctx.db,
    `SELECT 1 FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN json_each(o.parents) p
      WHERE o.record = ? AND o.field = ? AND json_extract(p.value, '$[0]') = ? AND json_extract(p.value, '$[1]') = ? LIMIT 1`,
  );
  for (const op of ops) {
    for (const [writer, seq] of op.parents) drop.run(op.record, op.field, writer, seq);
    const replaced = superseded.get(op.record, op.field, entry.writer, entry.seq) !== undefined;
    if (!replaced) add.run(op.record, op.field, entry.writer, entry.seq, entry.time, canonicalText(op.value));
    dirty.add(op.record);
  }
}

/** Makes the rows of every dirty record anew, lower ranks first, following who leans on whom. */
export function projectDirty(ctx: ProjectionContext, dirty: Dirty): void {
  for (const _record of projecting(ctx, dirty));
}

/** The same, one record at a time, so that long work can let others in between. */
export function* projecting(ctx: ProjectionContext, dirty: Dirty): Generator<string, void> {
  const queues = RANK.map(() => new Set<string>());
  const enqueue = (record: string) => {
    const rank = RANK.indexOf(kindOf(record));
    if (rank >= 0) queues[rank]?.add(record);
  };
  // In the order in which heads are kept, so that of many records those are read together that stand together.
  for (const record of [...dirty].sort()) enqueue(record);
  yield* indexing(ctx.db, function* () {
    for (const queue of queues)
      for (const record of queue) {
        const projector = PROJECTORS[kindOf(record)];
        if (projector === undefined) continue;
        const read = readRecord(ctx.db, record);
        const state = projector.weigh?.(ctx, idOf(record), read) ?? read;
        recordConflicts(ctx.db, record, state, projector.conflicts);
        for (const leaning of projector.project(ctx, idOf(record), state)) enqueue(leaning);
        yield record;
      }
  });
}

function recordConflicts(db: Database, record: string, state: RecordState, shown: boolean): void {
  run(db, 'DELETE FROM conflict WHERE record = ?', record);
  if (!shown) return;
  const add = prepared(db, 'INSERT INTO conflict (record, field, sides) VALUES (?, ?, ?)');
  for (const [field, held] of state.fields) {
    if (held.sides.length > 1) add.run(record, field, held.sides.length);
  }
  if (state.standing === 'contested') add.run(record, 'deleted', 2);
}

export type { Json };
