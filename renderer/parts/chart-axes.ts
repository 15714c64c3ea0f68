import { count, day } from './format.ts';

/** The ink of the words along an axis. */
export const TICK = { fontSize: 11, fill: 'var(--quiet)' } as const;

/** Days along the foot of a chart, as short as they can be read. */
export const DAY_AXIS = {
  dataKey: 'day',
  tickFormatter: (value: string) => day(value).slice(0, 6),
  tick: TICK,
  stroke: 'var(--line-strong)',
  tickLine: false,
} as const;

/** Whole numbers up the side of a chart, without a line of their own. */
export const COUNT_AXIS = {
  width: 40,
  tickFormatter: (value: number) => count(value),
  tick: TICK,
  axisLine: false,
  tickLine: false,
  tickCount: 4,
  allowDecimals: false,
} as const;
