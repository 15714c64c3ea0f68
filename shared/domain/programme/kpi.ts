import { z } from 'zod';
import { daysBetween } from './day.ts';
import { type Placed, unsuperseded } from './said.ts';

export const Measured = z.object({
  day: z.string(),
  value: z.number(),
  note: z.string(),
  by: z.string(),
  at: z.string(),
});
export type Measured = z.infer<typeof Measured>;

/** A value as somebody said it, with what they knew of the others. */
export interface MeasuredWord extends Measured, Placed {}

export const KpiStanding = z.object({
  id: z.string(),
  record: z.string(),
  title: z.string(),
  owner: z.string(),
  unit: z.string(),
  target: z.number().nullable(),
  direction: z.enum(['up', 'down']),
  cadence: z.string(),
  latest: Measured.nullable(),
  /** Better values said about the same day by people who did not know of that one; they do not count. */
  apart: z.array(Measured),
  /** Every day's value, oldest first. */
  points: z.array(z.object({ day: z.string(), value: z.number() })),
  /** Against the value before: whether it moved the way it should. */
  trend: z.enum(['better', 'worse', 'same', 'unknown']),
  atTarget: z.boolean().nullable(),
  /** Days since it was measured; null where it never was. */
  age: z.int().nullable(),
  /** Measured longer ago than its cadence asks, or never. */
  overdue: z.boolean(),
});
export type KpiStanding = z.infer<typeof KpiStanding>;

export interface KpiToRead {
  readonly id: string;
  readonly record: string;
  readonly title: string;
  readonly owner: string;
  readonly unit: string;
  readonly target: number | null;
  readonly direction: 'up' | 'down';
  readonly cadence: string;
}

const MORE_IS_BETTER =
  /[≥>]|\bat least\b|\b(?:success|pass(?:ed|ing)?|coverage|rejection|completion|compliance|availability|uptime|satisfaction|adoption|accuracy|throughput)\b/;
const LESS_IS_BETTER =
  /[≤<]|\b(?:at most|less than|no more than|zero)\b|\b(?:open|outstanding|overdue|unresolved) (?:p[0-3] )?(?:risk|issue|finding|gap|bug|action|item)s?\b|\bmean time to\b|\b(?:mttd|mttr|latency|lead time|response time|downtime|cost|backlog|age|aging)\b|\b(?:error|failure|defect|rollback|churn|escape|drop|loss|incident|vulnerabilit)\w*\b/;

/** Which side of its target a KPI is better on, by its words; what promises more (success, coverage) is better up. */
export function betterSide(words: string): 'up' | 'down' {
  const plain = words.toLowerCase();
  return LESS_IS_BETTER.test(plain) && !MORE_IS_BETTER.test(plain) ? 'down' : 'up';
}

/** Days a cadence in words allows between two measurements; null where the words say none. */
export function cadenceDays(cadence: string): number | null {
  const words = cadence.toLowerCase();
  const every = /every (\d{1,3}) (day|week|month)s?/.exec(words);
  if (every?.[1] !== undefined && every[2] !== undefined)
    return Number(every[1]) * (UNIT_DAYS[every[2]] ?? 1);
  return CADENCES.find(([word]) => word.test(words))?.[1] ?? null;
}

const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 31 };
const CADENCES: readonly (readonly [RegExp, number])[] = [
  [/\bdaily|each day|every day/, 1],
  [/\b(bi-?weekly|fortnight)/, 14],
  [/\bweekly|each week|every week|per week/, 7],
  [/\bmonthly|each month|every month|per month/, 31],
  [/\bquarterly|each quarter|every quarter|per quarter/, 92],
  [/\byearly|annual/, 366],
];

/** How a KPI stands on a day; what was measured for later days does not count yet. */
export function kpiStanding(
  kpi: KpiToRead,
  measurements: readonly MeasuredWord[],
  today: string,
): KpiStanding {
  const days = valuesPerDay(measurements, kpi.direction, today);
  const byDay = days.map(({ counts }) => counts);
  const last = days.at(-1);
  const latest = last?.counts ?? null;
  const age = latest === null ? null : daysBetween(latest.day, today);
  const allowed = cadenceDays(kpi.cadence);
  return {
    ...kpi,
    latest,
    apart: last?.apart ?? [],
    points: byDay.map(({ day, value }) => ({ day, value })),
    trend: trendOf(kpi.direction, byDay),
    atTarget:
      latest === null || kpi.target === null ? null : reaches(kpi.direction, latest.value, kpi.target),
    age,
    overdue: allowed !== null && (age === null || age > allowed),
  };
}

/** What was measured for a day, and what others said of it without knowing of that. */
export interface DayValue {
  readonly counts: Measured;
  readonly apart: Measured[];
}

/**
 * What counts of the values said about each day, oldest day first: one whose author knew another supersedes it, whatever
 * the clocks say; of several said apart the one that is furthest from what the KPI wants counts, so that nobody is
 * better off for not having heard. A value said on a day to come waits for it.
 */
export function valuesPerDay(
  measurements: readonly MeasuredWord[],
  wanted: 'up' | 'down',
  today: string,
): DayValue[] {
  const come = measurements.filter(({ day, at }) => day <= today && at.slice(0, 10) <= today);
  return [...Map.groupBy(come, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, said]) => {
      const [counts, ...others] = unsuperseded(said).sort(worstFirst(wanted)).map(plain);
      if (counts === undefined) return [];
      return [{ counts, apart: others.filter(({ value }) => value !== counts.value) }];
    });
}

const worstFirst = (wanted: 'up' | 'down') => (a: MeasuredWord, b: MeasuredWord) =>
  (wanted === 'up' ? a.value - b.value : b.value - a.value) ||
  (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : b.seq - a.seq);

const plain = ({ day, value, note, by, at }: MeasuredWord): Measured => ({ day, value, note, by, at });

/**
 * What a KPI may be called, null where it has no target or no value: one that reached its target and was not measured
 * since its cadence asked for it *was* at target, and nobody knows whether it is.
 */
export function kpiWord({
  atTarget,
  overdue,
}: Pick<KpiStanding, 'atTarget' | 'overdue'>): 'at target' | 'was at target' | 'off target' | null {
  if (atTarget === null) return null;
  if (!atTarget) return 'off target';
  return overdue ? 'was at target' : 'at target';
}

/** That others said better of the newest day, and what settles it; null where nobody did. */
export function apartWords({ apart }: { readonly apart: readonly Measured[] }): string | null {
  if (apart.length === 0) return null;
  const others = apart.map(({ value, by }) => `${value} by ${by}`).join(', ');
  return `Also said of that day: ${others}. The worse value counts until somebody who knows both measures again.`;
}

function reaches(direction: 'up' | 'down', value: number, target: number): boolean {
  return direction === 'up' ? value >= target : value <= target;
}

function trendOf(direction: 'up' | 'down', byDay: readonly Measured[]): KpiStanding['trend'] {
  const [before, last] = byDay.slice(-2);
  if (before === undefined || last === undefined) return 'unknown';
  if (last.value === before.value) return 'same';
  return last.value > before.value === (direction === 'up') ? 'better' : 'worse';
}
