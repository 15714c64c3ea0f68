import type { CriterionRule, RuleScope } from './criterion-rule.ts';
import { counted, percent } from './day.ts';

/** What each rule asks, in a few words, for those who choose one. */
export const RULE_TITLES: Readonly<Record<CriterionRule['rule'], string>> = {
  attested: 'A named person attests it',
  'controls-accepted': 'Controls are accepted',
  'evidence-fresh': 'No evidence is stale',
  'risks-at-most': 'At most so many risks',
  'checklist-complete': 'A checklist is complete',
  'artifact-attached': 'A file is attached as proof',
  'kpi-at-target': 'A KPI is at its target',
  'maturity-reached': 'A maturity target is reached',
  'actions-done': 'Actions are done',
};

/**
 * The rule of a criterion as one sentence, so that whoever asks why sees what decides. `titleOf` gives the title of a
 * record that the rule names by its ledger name.
 */
export function ruleSentence(
  rule: CriterionRule,
  titleOf: (named: string) => string = (named) => named,
): string {
  switch (rule.rule) {
    case 'attested':
      return rule.by === undefined ? 'A named person attests it.' : `The ${rule.by} attests it.`;
    case 'controls-accepted':
      return `${rule.share === 1 ? 'Every check' : `At least ${percent(rule.share)} of the checks`} ${scopeWords(rule.scope)} ${rule.share === 1 ? 'is' : 'are'} accepted by a reviewer.`;
    case 'evidence-fresh':
      return `No evidence that checks ${scopeWords(rule.scope)} lean on is stale; what is taken off a check counts until a reviewer accepts the check without it.`;
    case 'risks-at-most':
      return rule.atMost === 0
        ? `No ${rule.severity} risk is ${rule.counting}.`
        : `At most ${counted(rule.atMost, `${rule.severity} risk is`, `${rule.severity} risks are`)} ${rule.counting}.`;
    case 'checklist-complete':
      return `Every item of the checklist “${rule.checklist}” is done.`;
    case 'artifact-attached':
      return `A file is attached here as proof: ${rule.what}.`;
    case 'kpi-at-target':
      return `The KPI “${titleOf(rule.kpi)}” is at its target.`;
    case 'maturity-reached':
      return `The maturity of “${titleOf(rule.dimension)}” has reached its target.`;
    case 'actions-done':
      return rule.of === undefined
        ? 'Every action that belongs here is done.'
        : `Every action of “${titleOf(rule.of)}” is done.`;
  }
}

function scopeWords({ framework, group }: RuleScope): string {
  if (framework === undefined && group === undefined) return 'of the engagement';
  if (group === undefined) return `of “${framework}”`;
  return framework === undefined ? `in “${group}”` : `in “${group}” of “${framework}”`;
}
