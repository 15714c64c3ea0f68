import { z } from 'zod';
import { type MeasuredWord, valuesPerDay } from './kpi.ts';

export const MaturityStanding = z.object({
  id: z.string(),
  record: z.string(),
  title: z.string(),
  /** The newest rating; before any, what the plan states as the beginning. */
  current: z.number().nullable(),
  /** What the plan states as the beginning. */
  baseline: z.number().nullable(),
  target: z.number(),
  scale: z.number(),
  reached: z.boolean().nullable(),
  /** Day of the newest rating. */
  day: z.string().nullable(),
  points: z.array(z.object({ day: z.string(), value: z.number() })),
});
export type MaturityStanding = z.infer<typeof MaturityStanding>;

export interface MaturityToRead {
  readonly id: string;
  readonly record: string;
  readonly title: string;
  readonly current: number | null;
  readonly target: number;
  readonly scale: number;
}

/** How a dimension stands on a day: the newest rating up to then, else what the plan begins with. */
export function maturityStanding(
  dimension: MaturityToRead,
  ratings: readonly MeasuredWord[],
  today: string,
): MaturityStanding {
  const { current: baseline, ...rest } = dimension;
  const byDay = valuesPerDay(ratings, 'up', today).map(({ counts }) => counts);
  const latest = byDay.at(-1);
  const current = latest?.value ?? baseline;
  return {
    ...rest,
    baseline,
    current,
    reached: current === null ? null : current >= dimension.target,
    day: latest?.day ?? null,
    points: byDay.map(({ day, value }) => ({ day, value })),
  };
}
