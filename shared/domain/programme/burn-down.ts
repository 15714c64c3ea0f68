import { z } from 'zod';
import { daysBetween, elapsedShare } from './day.ts';
import { dayAfter } from './template.ts';

export const BurnDown = z.object({
  /** Everything there is to close: checks in scope, risks and actions. */
  scope: z.int(),
  open: z.int(),
  from: z.string(),
  /** Where the plan line reaches zero; null where there is no end. */
  to: z.string().nullable(),
  /** Oldest first, at most `MOST_POINTS`; `open` is null for days to come and for those
   * before there was anything to count, `plan` where there is no plan line. */
  days: z.array(z.object({ day: z.string(), open: z.int().nullable(), plan: z.number().nullable() })),
});
export type BurnDown = z.infer<typeof BurnDown>;

export const MOST_POINTS = 200;

/**
 * Open gaps by day against the plan line: from everything in scope at the start evenly down to zero at the end.
 * `openOn` tells a day before today; null where nothing is known of it.
 */
export function burnDown(
  { scope, open }: { readonly scope: number; readonly open: number },
  openOn: (day: string) => number | null,
  period: { readonly from: string; readonly to: string | null; readonly today: string },
): BurnDown {
  const { from, to, today } = period;
  const days = shownDays(from, to, today).map((day) => ({
    day,
    open: day < today ? openOn(day) : day === today ? open : null,
    plan: to === null ? null : Math.round(scope * (1 - elapsedShare(from, to, day)) * 10) / 10,
  }));
  return { scope, open, from, to, days };
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
