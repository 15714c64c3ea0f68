import { z } from 'zod';

/** How checks (controls and checklist items, each times the subjects) of some scope stand. */
export const CheckTally = z.object({
  total: z.int(),
  /** With a result. */
  decided: z.int(),
  satisfied: z.int(),
  notSatisfied: z.int(),
  notApplicable: z.int(),
  /** Signed by a preparer and waiting for a reviewer. */
  submitted: z.int(),
  returned: z.int(),
  /** Signed by a reviewer and unchanged since. */
  accepted: z.int(),
  /** Of the accepted, those that lean on stale evidence: they do not count as ready. */
  stale: z.int(),
  /** Of the accepted, those whose accepted result is not that they are met: they do not count as ready. */
  failing: z.int(),
  /** Accepted as met, or as not applicable, on evidence that holds. */
  ready: z.int(),
});
export type CheckTally = z.infer<typeof CheckTally>;

export const NO_CHECKS: CheckTally = {
  total: 0,
  decided: 0,
  satisfied: 0,
  notSatisfied: 0,
  notApplicable: 0,
  submitted: 0,
  returned: 0,
  accepted: 0,
  stale: 0,
  failing: 0,
  ready: 0,
};

/** Checks that stand alike, counted together: what the database answers. */
export interface CheckGroup {
  readonly result: string;
  readonly status: string;
  readonly stale: boolean;
  readonly count: number;
}

/** Whether nothing is left to do by this result: a reviewer who accepts that something fails does not mend it. */
export function isMet(result: string): boolean {
  return result === 'satisfied' || result === 'not-applicable';
}

/** Counts checks that stand alike together with those nobody has touched yet. */
export function tallyChecks(total: number, groups: readonly CheckGroup[]): CheckTally {
  const sum = (holds: (group: CheckGroup) => boolean) =>
    groups.reduce((n, group) => (holds(group) ? n + group.count : n), 0);
  const accepted = sum((g) => g.status === 'accepted');
  const stale = sum((g) => g.status === 'accepted' && g.stale);
  return {
    total,
    decided: sum((g) => g.result !== 'not-reviewed'),
    satisfied: sum((g) => g.result === 'satisfied'),
    notSatisfied: sum((g) => g.result === 'not-satisfied'),
    notApplicable: sum((g) => g.result === 'not-applicable'),
    submitted: sum((g) => g.status === 'submitted'),
    returned: sum((g) => g.status === 'returned'),
    accepted,
    stale,
    failing: sum((g) => g.status === 'accepted' && !isMet(g.result)),
    ready: sum((g) => g.status === 'accepted' && !g.stale && isMet(g.result)),
  };
}

/** Several scopes that do not overlap, as one. */
export function addTallies(tallies: readonly CheckTally[]): CheckTally {
  const sum = { ...NO_CHECKS };
  for (const tally of tallies)
    for (const key of Object.keys(sum) as (keyof CheckTally)[]) sum[key] += tally[key];
  return sum;
}
