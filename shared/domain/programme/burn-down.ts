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

/** So many gaps came to be (positive) or were closed (negative) on a day. */
export interface GapChange {
  readonly day: string;
  readonly change: number;
}

export const MOST_POINTS = 200;

/**
 * Open gaps by day against the plan line: from everything in scope at the start evenly down to zero at the end. What
 * was open before the start counts from the start on.
 */
export function burnDown(
  changes: readonly GapChange[],
  period: { readonly from: string; readonly to: string | null; readonly today: string },
): BurnDown {
  const { from, to, today } = period;
  const sorted = [...changes].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const scope = sorted.reduce((sum, { change }) => sum + Math.max(0, change), 0);
  const days = shownDays(from, to, today);
  let at = 0;
  let open = 0;
  const points = days.map((day) => {
    for (let next = sorted[at]; next !== undefined && next.day <= day; next = sorted[++at])
      open += next.change;
    const plan = to === null ? null : Math.round(scope * (1 - elapsedShare(from, to, day)) * 10) / 10;
    return { day, open: day <= today ? open : null, plan };
  });
  const now = sorted.reduce((sum, { day, change }) => (day <= today ? sum + change : sum), 0);
  return { scope, open: now, from, to, days: points };
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
