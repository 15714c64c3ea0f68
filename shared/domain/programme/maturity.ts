import { z } from 'zod';
import { Measured, type MeasuredWord, valuesPerDay } from './kpi.ts';

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
  /** Better ratings given for that day by people who did not know of that one; they do not count. */
  apart: z.array(Measured),
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

/** Whether a rating is one of the scale: from nothing to its end. */
export function isOnScale(value: number, scale: number): boolean {
  return value >= 0 && value <= scale;
}

/**
 * How a dimension stands on a day: the newest rating up to then, else what the plan begins with. A value that its scale
 * does not have is no rating, whoever wrote it down.
 */
export function maturityStanding(
  dimension: MaturityToRead,
  ratings: readonly MeasuredWord[],
  today: string,
): MaturityStanding {
  const { current: baseline, ...rest } = dimension;
  const rated = ratings.filter(({ value }) => isOnScale(value, dimension.scale));
  const days = valuesPerDay(rated, 'up', today);
  const byDay = days.map(({ counts }) => counts);
  const latest = byDay.at(-1);
  const current = latest?.value ?? baseline;
  return {
    ...rest,
    baseline,
    current,
    reached: current === null ? null : current >= dimension.target,
    day: latest?.day ?? null,
    apart: days.at(-1)?.apart ?? [],
    points: byDay.map(({ day, value }) => ({ day, value })),
  };
}
