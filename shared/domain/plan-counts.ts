import type { NormalisedFramework } from './framework.ts';

/** What a plan holds of each kind, as the glossary counts them. */
const COUNTED = [
  'pillars',
  'phases',
  'risks',
  'gates',
  'kpis',
  'maturity',
  'checklists',
  'items',
  'criteria',
] as const satisfies readonly (keyof NormalisedFramework)[];

export type PlanCounts = Readonly<Record<(typeof COUNTED)[number], number>>;

export function countPlan(framework: Pick<NormalisedFramework, (typeof COUNTED)[number]>): PlanCounts {
  return Object.fromEntries(COUNTED.map((kind) => [kind, framework[kind].length])) as PlanCounts;
}
