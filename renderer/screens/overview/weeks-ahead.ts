import { day } from '../../parts/format.ts';

export interface Week {
  readonly label: string;
  readonly from: string;
  readonly due: number;
}

const WEEK_MS = 7 * 86_400_000;
const WEEKS = 12;

/** How much evidence lapses in each of the next twelve weeks. */
export function weeksAhead(
  lapsing: readonly { readonly day: string; readonly count: number }[],
  now: Date,
): Week[] {
  const start = Date.parse(now.toISOString().slice(0, 10));
  return Array.from({ length: WEEKS }, (_, week) => {
    const from = start + week * WEEK_MS;
    const due = lapsing
      .filter(({ day: on }) => Date.parse(on) >= from && Date.parse(on) < from + WEEK_MS)
      .reduce((sum, { count }) => sum + count, 0);
    const iso = new Date(from).toISOString().slice(0, 10);
    return { label: week === 0 ? 'this week' : day(iso).slice(0, 6), from: iso, due };
  });
}
