import { z } from 'zod';
import { ALLOWED, type Verdict } from '../fault.ts';

/** What stands in the way of making an engagement final, by kind. */
export const CLEAN_UP = ['unsigned', 'unreviewed', 'unresolved', 'changed', 'missing', 'stale'] as const;
export const CleanUp = z.enum(CLEAN_UP);
export type CleanUp = z.infer<typeof CleanUp>;

/** One thing to clean up: the record to open, and what is wrong with it. */
export const CleanUpItem = z.object({
  what: CleanUp,
  /** Kind and id as `show` takes them. */
  kind: z.enum(['assessment', 'checklist', 'control', 'item', 'evidence', 'record']),
  id: z.string(),
  label: z.string(),
  title: z.string(),
  subject: z.string(),
});
export type CleanUpItem = z.infer<typeof CleanUpItem>;

export const Diagnosis = z.object({
  clean: z.boolean(),
  /** How many of each there are; the list below names at most the first hundred of each. */
  counts: z.record(CleanUp, z.int()),
  items: z.array(CleanUpItem),
});
export type Diagnosis = z.infer<typeof Diagnosis>;

const WORDS: Readonly<Record<CleanUp, readonly [one: string, many: string]>> = {
  unsigned: ['result is not signed by its preparer', 'results are not signed by their preparers'],
  unreviewed: ['sign-off waits for a reviewer', 'sign-offs wait for a reviewer'],
  unresolved: ['conflict or review note is open', 'conflicts or review notes are open'],
  changed: ['check changed after sign-off', 'checks changed after sign-off'],
  missing: ['check has no result', 'checks have no result'],
  stale: ['accepted result leans on expired evidence', 'accepted results lean on expired evidence'],
};

/** The diagnosis in one sentence a line, worst first. */
export function diagnosisLines(counts: Diagnosis['counts']): string[] {
  return CLEAN_UP.filter((what) => counts[what] > 0).map((what) => {
    const [one, many] = WORDS[what];
    return `${counts[what]} ${counts[what] === 1 ? one : many}`;
  });
}

/** May an engagement be made final? With something open only where a reason says why it is left so. */
export function mayLock(state: string, counts: Diagnosis['counts'], acceptOpen: boolean): Verdict {
  if (state === 'final')
    return { allowed: false, rule: 'locked-down', because: 'The engagement is locked down already.' };
  const lines = diagnosisLines(counts);
  if (lines.length === 0 || acceptOpen) return ALLOWED;
  return {
    allowed: false,
    rule: 'not-clean',
    because: `${lines.join('; ')}. Clean this up first, or lock down with a reason for leaving it open.`,
  };
}
