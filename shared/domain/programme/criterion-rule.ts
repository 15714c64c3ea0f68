import { z } from 'zod';

/** Which part of an engagement a rule looks at; nothing named is the whole of it. */
export const RuleScope = z.strictObject({
  /** Id or title of a framework of the engagement. */
  framework: z.string().optional(),
  /** Label or title of a group of controls within it. */
  group: z.string().optional(),
});
export type RuleScope = z.infer<typeof RuleScope>;

/**
 * How a criterion of a gate or phase is decided: computed from data, or attested by a named person. Records are named
 * by ledger name, or by title, so that a template can name what does not exist yet.
 */
export const CriterionRule = z.discriminatedUnion('rule', [
  /** A named person says so, dated; `by` is the part they play. */
  z.strictObject({ rule: z.literal('attested'), by: z.string().optional() }),
  /** Of the assessments in scope at least this share (0 to 1) is accepted by a reviewer. */
  z.strictObject({
    rule: z.literal('controls-accepted'),
    scope: RuleScope.default({}),
    share: z.number().min(0).max(1).default(1),
  }),
  /** No evidence that assessments in scope lean on is expired. */
  z.strictObject({ rule: z.literal('evidence-fresh'), scope: RuleScope.default({}) }),
  /** At most so many risks of this severity are open; accepted ones count where `accepted` is `count`. */
  z.strictObject({
    rule: z.literal('risks-at-most'),
    severity: z.enum(['P0', 'P1', 'P2', 'P3']),
    atMost: z.int().nonnegative(),
    /** `open`: neither closed nor accepted. `accepted`: closed by acceptance while it has not expired. */
    counting: z.enum(['open', 'accepted']).default('open'),
  }),
  z.strictObject({ rule: z.literal('checklist-complete'), checklist: z.string() }),
  /** A file is attached to the criterion itself as proof. */
  z.strictObject({ rule: z.literal('artifact-attached'), what: z.string() }),
  z.strictObject({ rule: z.literal('kpi-at-target'), kpi: z.string() }),
  z.strictObject({ rule: z.literal('maturity-reached'), dimension: z.string() }),
  /** Every action that belongs to this record (named, or the criterion's own phase or pillar) is done. */
  z.strictObject({ rule: z.literal('actions-done'), of: z.string().optional() }),
]);
export type CriterionRule = z.infer<typeof CriterionRule>;

export const ATTESTED: CriterionRule = { rule: 'attested' };

/**
 * The rule a plan's own words state beyond doubt (`zero open P0 risks`, `at most two accepted P1 risks`); whatever is
 * less plain is for a person to attest.
 */
export function ruleInWords(text: string): CriterionRule {
  const words = text.toLowerCase().replaceAll(/\s+/g, ' ');
  const open = /\b(?:zero|no|0) open (p[0-3])\b/.exec(words);
  if (open?.[1] !== undefined) return riskRule(open[1], 0, 'open');
  const most = /\bat most (\w+) (open|accepted) (p[0-3])\b/.exec(words);
  const atMost = most?.[1] === undefined ? undefined : numberWord(most[1]);
  if (most?.[3] !== undefined && atMost !== undefined)
    return riskRule(most[3], atMost, most[2] === 'open' ? 'open' : 'accepted');
  const closed = /\b(p[0-3]) risks? (?:are )?closed or (?:formally )?(?:risk-)?accepted\b/.exec(words);
  if (closed?.[1] !== undefined) return riskRule(closed[1], 0, 'open');
  return ATTESTED;
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function numberWord(word: string): number | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word);
  const at = NUMBERS.indexOf(word);
  return at < 0 ? undefined : at;
}

function riskRule(severity: string, atMost: number, counting: 'open' | 'accepted'): CriterionRule {
  const parsed = z.enum(['P0', 'P1', 'P2', 'P3']).parse(severity.toUpperCase());
  return { rule: 'risks-at-most', severity: parsed, atMost, counting };
}
