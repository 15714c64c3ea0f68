import { z } from 'zod';
import { daysBetween, elapsedShare } from './day.ts';
import { dayAfter } from './template.ts';

export const BurnDown = z.object({
  /** Gaps that ever were: checks in scope, risks and actions. */
  scope: z.int(),
  open: z.int(),
  from: z.string(),
  /** Where the plan line reaches zero; null where there is no end. */
  to: z.string().nullable(),
  /** Oldest first, at most `MOST_POINTS`; `open` is null for days to come, `plan` where there is no plan line. */
  days: z.array(z.object({ day: z.string(), open: z.int().nullable(), plan: z.number().nullable() })),
});
export type BurnDown = z.infer<typeof BurnDown>;

/** So many of something on a day; negative where they went away again. */
export interface DayCount {
  readonly day: string;
  readonly count: number;
}

export const MOST_POINTS = 200;

/**
 * Open gaps by day against the plan line: from everything in scope at the start evenly down to zero at the end.
 * `appeared` says when gaps came to be, `ready` when they were closed (or, negative, opened again).
 */
export function burnDown(
  appeared: readonly DayCount[],
  ready: readonly DayCount[],
  period: { readonly from: string; readonly to: string | null; readonly today: string },
): BurnDown {
  const { from, to, today } = period;
  const scope = total(appeared);
  const changes = [...appeared, ...ready.map(({ day, count }) => ({ day, count: -count }))];
  const openOn = running(changes);
  const days = shownDays(from, to, today).map((day) => ({
    day,
    open: day <= today ? openOn(day) : null,
    plan: to === null ? null : Math.round(scope * (1 - elapsedShare(from, to, day)) * 10) / 10,
  }));
  return { scope, open: running(changes)(today), from, to, days };
}

const total = (counts: readonly DayCount[]) => counts.reduce((sum, { count }) => sum + count, 0);

/** The running sum up to a day; ask for days in order. */
function running(counts: readonly DayCount[]): (day: string) => number {
  const sorted = [...counts].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  let at = 0;
  let sum = 0;
  return (day) => {
    for (let next = sorted[at]; next !== undefined && next.day <= day; next = sorted[at]) {
      sum += next.count;
      at += 1;
    }
    return sum;
  };
}

/** Evenly spaced days from the start to the end or today, whichever is later; today and the end are among them. */
function shownDays(from: string, to: string | null, today: string): string[] {
  const end = to === null || to < today ? today : to;
  const first = from < end ? from : end;
  const length = daysBetween(first, end);
  const step = Math.max(1, Math.ceil((length + 1) / (MOST_POINTS - 2)));
  const days = new Set<string>();
  for (let offset = 0; offset <= length; offset += step) days.add(dayAfter(first, offset));
  for (const must of [today, end]) if (must >= first) days.add(must);
  return [...days].sort();
}
