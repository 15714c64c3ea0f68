import { z } from 'zod';
import type { Acceptance } from './acceptance.ts';
import { Decision, type PhaseStart } from './criterion.ts';
import { ATTESTED, type CriterionRule } from './criterion-rule.ts';
import { counted, numbered } from './day.ts';

/** Who last changed what decides a criterion from what it began as: *rule*, *title*, *place*, *target* … */
const DecisiveChange = z.object({ what: z.string(), by: z.string(), at: z.string() });
export type DecisiveChange = z.infer<typeof DecisiveChange>;

/** A criterion that stood on a gate and that somebody put elsewhere or removed. */
const MovedCriterion = z.object({ title: z.string(), by: z.string(), at: z.string(), removed: z.boolean() });
export type MovedCriterion = z.infer<typeof MovedCriterion>;

export const CriterionVerdict = Decision.extend({
  id: z.string(),
  /** Ledger name: `criterion:…`, or the gate's own for its own rule. */
  record: z.string(),
  title: z.string(),
  /** Name of its rule: `controls-accepted`, `attested` … */
  rule: z.string(),
  /** An approved exception that holds lets it pass although it is not met. */
  exception: z.object({ by: z.string(), until: z.string().nullable(), reason: z.string() }).nullable(),
  /** What no longer is as it began; a title may still say what another rule asked. */
  changed: z.array(DecisiveChange),
});
export type CriterionVerdict = z.infer<typeof CriterionVerdict>;

export const GateVerdict = z.object({
  id: z.string(),
  record: z.string(),
  kind: z.enum(['gate', 'phase']),
  title: z.string(),
  owner: z.string(),
  due: z.string().nullable(),
  /** Title of the phase a gate stands at the end of. */
  phase: z.string().nullable(),
  verdict: z.enum(['met', 'not-met', 'unknown']),
  met: z.boolean(),
  because: z.string(),
  criteria: z.array(CriterionVerdict),
  /** Criteria that stood on it and stand elsewhere now, or were removed. */
  moved: z.array(MovedCriterion),
});
export type GateVerdict = z.infer<typeof GateVerdict>;

/** A gate's own rule, or a criterion that names it. */
export interface CriterionToJudge {
  readonly id: string;
  readonly record: string;
  readonly title: string;
  readonly rule: CriterionRule;
  /** Where it is asked of every phase: the one that it is judged in here. */
  readonly phase?: PhaseStart | null;
}

export interface GateToJudge {
  readonly id: string;
  readonly record: string;
  readonly kind: 'gate' | 'phase';
  readonly title: string;
  readonly owner: string;
  readonly due: string | null;
  readonly phase: string | null;
  /** A phase has none: its exit criteria decide. */
  readonly rule: CriterionRule | null;
  readonly criteria: readonly CriterionToJudge[];
}

/**
 * The criteria that decide a gate: its own rule and those that name it. Where criteria name a gate whose own rule is
 * merely that somebody attests it, they alone decide.
 */
export function decidingCriteria(gate: GateToJudge): readonly CriterionToJudge[] {
  const { id, record, title, rule, criteria } = gate;
  if (gate.kind === 'phase' && criteria.length === 0) return [{ id, record, title, rule: ATTESTED }];
  if (rule === null) return criteria;
  const merelyAttested = rule.rule === 'attested' && rule.by === undefined;
  if (merelyAttested && criteria.length > 0) return criteria;
  return [{ id, record, title, rule }, ...criteria];
}

/** One criterion with its decision and, where it is not met, the exception that lets it pass. */
export function judged(
  criterion: CriterionToJudge,
  decision: Decision,
  exception: Acceptance | null,
  changed: readonly DecisiveChange[] = [],
): CriterionVerdict {
  const { id, record, title, rule } = criterion;
  const passes = decision.met !== true && exception !== null;
  return {
    ...decision,
    because: [decision.because, ...changed.map(changeWords)].join('; '),
    changed: [...changed],
    id,
    record,
    title,
    rule: rule.rule,
    exception: passes ? { by: exception.by, until: exception.expires, reason: exception.reason } : null,
  };
}

const changeWords = ({ what, by, at }: DecisiveChange) => `${what} changed by ${by} on ${at.slice(0, 10)}`;

/** Met where every criterion is met or excepted; unknown where none fails but some cannot be said yet. */
export function verdictOf(
  gate: GateToJudge,
  criteria: readonly CriterionVerdict[],
  moved: readonly MovedCriterion[] = [],
): GateVerdict {
  const failing = criteria.filter((one) => one.met === false && one.exception === null).length;
  const unsaid = criteria.filter((one) => one.met === null && one.exception === null).length;
  const verdict = failing > 0 ? 'not-met' : unsaid > 0 || criteria.length === 0 ? 'unknown' : 'met';
  const { id, record, kind, title, owner, due, phase } = gate;
  return {
    ...{ id, record, kind, title, owner, due, phase, verdict },
    met: verdict === 'met',
    because: [sentenceOf(criteria, failing, unsaid), ...moved.map(movedWords)].join('; '),
    criteria: [...criteria],
    moved: [...moved],
  };
}

const movedWords = ({ title, by, at, removed }: MovedCriterion) =>
  `its criterion "${title}" was ${removed ? 'removed' : 'put elsewhere'} by ${by} on ${at.slice(0, 10)}`;

function sentenceOf(criteria: readonly CriterionVerdict[], failing: number, unsaid: number): string {
  const [only] = criteria;
  if (only === undefined) return 'It has no criteria';
  if (criteria.length === 1 && only.exception === null) return only.because;
  const excepted = criteria.filter((one) => one.exception !== null).length;
  const parts = [
    failing > 0 ? `${numbered(failing)} of ${counted(criteria.length, 'criterion', 'criteria')} not met` : '',
    unsaid > 0 ? `${unsaid} not known yet` : '',
    failing + unsaid === 0
      ? `All of ${counted(criteria.length, 'criterion', 'criteria')} met${excepted > 0 ? ` or excepted` : ''}`
      : '',
    excepted > 0 ? `${counted(excepted, 'passes', 'pass')} by an approved exception` : '',
  ].filter((part) => part !== '');
  return parts.join('; ');
}
