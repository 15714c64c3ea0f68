import { Lane } from '../../../shared/contract/work.ts';

/** What the address of the review screen names: a lane, and the record in front in it. */
export interface ReviewPlace {
  /** Null where nobody chose one. */
  readonly lane: Lane | null;
  readonly record: string | null;
}

export function reviewPlace(lane: Lane, record: string | null): string {
  return record === null ? lane : `${lane}/${record}`;
}

export function readReviewPlace(place: string | null): ReviewPlace {
  const [first = '', ...rest] = (place ?? '').split('/');
  const lane = Lane.safeParse(first);
  if (lane.success) return { lane: lane.data, record: rest.join('/') || null };
  return { lane: null, record: place };
}

/** What stood in front when the queue was last shown. */
export interface Front {
  readonly lane: Lane;
  readonly record: string | null;
  readonly at: number;
}

/**
 * Which row stands in front: the one asked for, or the one that stood there, wherever the queue now has it. Where it
 * left the queue, the next took its place.
 */
export function inFront(
  rows: readonly { readonly record: string }[],
  asked: string | null,
  front: Front,
): number {
  for (const record of [asked, front.record]) {
    const at = rows.findIndex((row) => row.record === record);
    if (at >= 0) return at;
  }
  return Math.min(front.at, Math.max(0, rows.length - 1));
}
