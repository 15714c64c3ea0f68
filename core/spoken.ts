import type { Verdict } from '../shared/fault.ts';

/** A verdict as buttons take it. */
export function spoken(verdict: Verdict): { allowed: boolean; because: string } {
  return verdict.allowed ? { allowed: true, because: '' } : { allowed: false, because: verdict.because };
}
