import { canonicalText, type Json } from './canonical.ts';
import type { Position, Vector } from './entry.ts';

/** A value of a field that no applied operation has replaced. */
export interface Head {
  readonly writer: string;
  readonly seq: number;
  readonly time: string;
  readonly value: Json;
}

/** What a field holds: one value, or several kept side by side until a person resolves it. */
export interface FieldState {
  /** The value to show: the only one, or of several the one displayed first. */
  readonly value: Json;
  /** All distinct values with the heads that carry them; more than one is a conflict. */
  readonly sides: readonly { readonly value: Json; readonly heads: readonly Head[] }[];
}

/** The heads after an operation that names `parents` is applied: those parents go, the new head joins. */
export function applyToHeads(heads: readonly Head[], head: Head, parents: readonly Position[]): Head[] {
  const named = new Set(parents.map(([writer, seq]) => `${writer}:${seq}`));
  const kept = heads.filter(
    (h) => !named.has(`${h.writer}:${h.seq}`) && !(h.writer === head.writer && h.seq === head.seq),
  );
  return [...kept, head];
}

/**
 * Groups heads by value. Heads with byte-equal values are one value, not a conflict. The order is display only and
 * the same at every replica: newest time first, then writer.
 */
export function fieldState(heads: readonly Head[]): FieldState | null {
  const [only] = heads;
  if (only === undefined) return null;
  if (heads.length === 1) return { value: only.value, sides: [{ value: only.value, heads: [only] }] };
  const ordered = [...heads].sort(byDisplay);
  const groups = new Map<string, { value: Json; heads: Head[] }>();
  for (const head of ordered) {
    const key = canonicalText(head.value);
    const group = groups.get(key);
    if (group) group.heads.push(head);
    else groups.set(key, { value: head.value, heads: [head] });
  }
  const sides = [...groups.values()];
  const first = sides[0];
  return first ? { value: first.value, sides } : null;
}

function byDisplay(a: Head, b: Head): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  if (a.writer !== b.writer) return a.writer < b.writer ? 1 : -1;
  return b.seq - a.seq;
}

/** Add-wins: a link stands if any head says so. */
export function addWins(heads: readonly Head[], stands: (value: Json) => boolean): boolean {
  return heads.some((head) => stands(head.value));
}

/**
 * A record is deleted when a tombstone stands and no field was edited by somebody who had not seen it. An edit that
 * did not see the tombstone brings the record back, as a conflict on `deleted`.
 */
export function deletionState(
  tombstones: readonly { readonly seen: Vector }[],
  fieldHeads: readonly Head[],
): 'alive' | 'deleted' | 'contested' {
  if (tombstones.length === 0) return 'alive';
  const unseen = (seen: Vector) => fieldHeads.some((head) => head.seq > (seen[head.writer] ?? 0));
  return tombstones.some(({ seen }) => !unseen(seen)) ? 'deleted' : 'contested';
}
