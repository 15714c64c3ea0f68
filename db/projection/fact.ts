import type { z } from 'zod';
import { factId } from '../../shared/ledger/fact.ts';
import { baseOf } from '../queries/branches.ts';
import { get } from '../sql.ts';
import type { ProjectionContext } from './index.ts';
import type { RecordState } from './record.ts';

/** An immutable fact with who stated it and when. */
export interface PlacedFact<T> {
  readonly value: T;
  readonly by: string;
  readonly at: string;
  readonly writer: string;
  readonly seq: number;
}

/**
 * Reads a fact record. Its id commits to the writer and the value, so a head that somebody else put on the same
 * record is no part of it, and a fact can be neither changed nor taken over.
 */
export function readFact<T>(
  ctx: ProjectionContext,
  kind: string,
  id: string,
  state: RecordState,
  shape: z.ZodType<T>,
): PlacedFact<T> | null {
  for (const head of state.heads) {
    if (factId(ctx.sha256, kind, baseOf(ctx.db, head.writer), head.value) !== id) continue;
    const parsed = shape.safeParse(head.value);
    if (!parsed.success) return null;
    const author = get<{ member: string }>(ctx.db, 'SELECT member FROM writer WHERE id = ?', head.writer);
    return {
      value: parsed.data,
      by: author?.member ?? '',
      at: head.time.slice(0, 24),
      writer: head.writer,
      seq: head.seq,
    };
  }
  return null;
}
