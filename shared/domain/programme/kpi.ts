import { z } from 'zod';
import { daysBetween } from './day.ts';

export const Measured = z.object({
  day: z.string(),
  value: z.number(),
  note: z.string(),
  by: z.string(),
  at: z.string(),
});
export type Measured = z.infer<typeof Measured>;

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
  /** Every day's value, oldest first; the last one said about a day counts. */
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
export function kpiStanding(kpi: KpiToRead, measurements: readonly Measured[], today: string): KpiStanding {
  const byDay = lastPerDay(measurements, today);
  const latest = byDay.at(-1) ?? null;
  const age = latest === null ? null : daysBetween(latest.day, today);
  const allowed = cadenceDays(kpi.cadence);
  return {
    ...kpi,
    latest,
    points: byDay.map(({ day, value }) => ({ day, value })),
    trend: trendOf(kpi.direction, byDay),
    atTarget:
      latest === null || kpi.target === null ? null : reaches(kpi.direction, latest.value, kpi.target),
    age,
    overdue: allowed !== null && (age === null || age > allowed),
  };
}

/** The last word on each day, oldest day first. */
export function lastPerDay(measurements: readonly Measured[], today: string): Measured[] {
  const days = new Map<string, Measured>();
  for (const one of measurements) {
    const known = days.get(one.day);
    if (one.day <= today && (known === undefined || one.at >= known.at)) days.set(one.day, one);
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
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
