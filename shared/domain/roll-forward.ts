import { z } from 'zod';
import type { Result, Status } from './results.ts';

/** What becomes of an item of the last period in the next one. */
export const OUTCOMES = ['carried', 'changed', 're-verify', 'stale', 'retired'] as const;
export const RollOutcome = z.enum(OUTCOMES);
export type RollOutcome = z.infer<typeof RollOutcome>;

/** A check of the last period as the rule sees it. */
export interface LastPeriodCheck {
  readonly result: Result;
  readonly status: Status;
  readonly voided: boolean;
  /** SHA-256 of the control's or item's text then, and of its counterpart now; null where there is none. */
  readonly textThen: string;
  readonly textNow: string | null;
  /** Whether each piece of evidence it leans on can be relied on, and the day (`YYYY-MM-DD`) it expires. */
  readonly evidence: readonly { readonly stale: boolean; readonly expires: string | null }[];
}

export interface Rolled {
  readonly outcome: RollOutcome;
  readonly because: string;
}

/** What the rule proposes; a person may decide otherwise, and either way the decision is recorded. */
export function proposeOutcome(check: LastPeriodCheck, start: string): Rolled {
  if (check.textNow === null) return { outcome: 'retired', because: 'It no longer stands in the framework.' };
  if (check.textNow !== check.textThen)
    return { outcome: 'changed', because: 'Its text has changed since; look at it again.' };
  const lapsed = check.evidence.filter(
    ({ stale, expires }) => stale || (expires !== null && expires < start),
  ).length;
  if (lapsed > 0) {
    const pieces = lapsed === 1 ? 'A piece' : `${lapsed} pieces`;
    return {
      outcome: 'stale',
      because: `${pieces} of its evidence will be stale when the period begins.`,
    };
  }
  return standing(check);
}

function standing({ result, status, voided }: LastPeriodCheck): Rolled {
  const again = (because: string): Rolled => ({ outcome: 're-verify', because });
  if (result === 'not-reviewed') return again('It had no result.');
  if (voided) return again('It had changed after its sign-off.');
  if (status !== 'accepted') return again('Its result was never accepted.');
  if (result === 'not-satisfied') return again('It was not satisfied.');
  return {
    outcome: 'carried',
    because: 'It was accepted, its text is the same and its evidence still holds.',
  };
}

/** Whether the result goes along; everything else begins the new period without one. */
export function carriesResult(outcome: RollOutcome): boolean {
  return outcome === 'carried';
}
