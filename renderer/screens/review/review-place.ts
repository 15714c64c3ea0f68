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
