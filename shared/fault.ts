/**
 * A fault is a refusal as data: what went wrong, with the facts a caller needs to act on it.
 * Sentences for people live in `fault-sentences.ts`, one per code, each with a remedy.
 */
export type Fault =
  | { readonly code: 'usage'; readonly detail: string }
  | {
      readonly code: 'invalid-input';
      readonly detail: string;
      readonly where?: string;
      /** What to do, where it is not to correct a value. */
      readonly remedy?: string;
    }
  | { readonly code: 'wrong-key'; readonly attempts?: number; readonly retryAfterSeconds?: number }
  | { readonly code: 'in-use'; readonly detail?: string }
  | { readonly code: 'not-found'; readonly what: string; readonly id?: string }
  | { readonly code: 'forbidden'; readonly detail: string; readonly remedy?: string }
  | {
      readonly code: 'conflict';
      readonly detail: string;
      readonly candidates?: readonly string[];
      /** What to do, where it is not to name one of several. */
      readonly remedy?: string;
    }
  | { readonly code: 'rule-broken'; readonly rule: string; readonly because: string }
  | { readonly code: 'locked'; readonly detail?: string }
  | { readonly code: 'newer-schema'; readonly found: number; readonly supported: number }
  | { readonly code: 'corrupt'; readonly what: string; readonly detail: string }
  | {
      readonly code: 'unavailable';
      readonly what: string;
      readonly detail: string;
      /** What to do, where the detail does not say it. */
      readonly remedy?: string;
    }
  | { readonly code: 'cancelled' }
  | { readonly code: 'internal'; readonly reference: string };

export type FaultCode = Fault['code'];

export const FAULT_CODES = [
  'usage',
  'invalid-input',
  'wrong-key',
  'in-use',
  'not-found',
  'forbidden',
  'conflict',
  'rule-broken',
  'locked',
  'newer-schema',
  'corrupt',
  'unavailable',
  'cancelled',
  'internal',
] as const satisfies readonly FaultCode[];

/** The one exception type use cases throw; the router is the only place that turns it into an answer. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.name = 'FaultError';
    this.fault = fault;
  }
}

/** Throws the fault; typed `never` so that it can end an expression. */
export function refuse(fault: Fault): never {
  throw new FaultError(fault);
}

/** What a pure rule answers; the sentence in `because` is shown beside the disabled button. */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly because: string };

export const ALLOWED: Verdict = { allowed: true };

/** Turns a refusing verdict into the `rule-broken` fault. */
export function require(verdict: Verdict): void {
  if (!verdict.allowed) refuse({ code: 'rule-broken', rule: verdict.rule, because: verdict.because });
}
