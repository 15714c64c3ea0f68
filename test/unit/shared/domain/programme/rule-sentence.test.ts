import { describe, expect, test } from 'vitest';
import type { CriterionRule } from '../../../../../shared/domain/programme/criterion-rule.ts';
import { RULE_TITLES, ruleSentence } from '../../../../../shared/domain/programme/rule-sentence.ts';

const SAID: readonly (readonly [CriterionRule, string])[] = [
  [{ rule: 'attested' }, 'A named person attests it.'],
  [{ rule: 'attested', by: 'security lead' }, 'The security lead attests it.'],
  [
    { rule: 'controls-accepted', scope: {}, share: 1 },
    'Every check of the engagement is accepted by a reviewer.',
  ],
  [
    { rule: 'controls-accepted', scope: { framework: 'Enterprise', group: 'Data' }, share: 0.8 },
    'At least 80 % of the checks in “Data” of “Enterprise” are accepted by a reviewer.',
  ],
  [
    { rule: 'evidence-fresh', scope: { group: 'Data' } },
    'No evidence that checks in “Data” lean on is stale; what is taken off a check counts until a reviewer accepts the check without it.',
  ],
  [{ rule: 'risks-at-most', severity: 'P0', atMost: 0, counting: 'open' }, 'No P0 risk is open.'],
  [
    { rule: 'risks-at-most', severity: 'P1', atMost: 1, counting: 'accepted' },
    'At most 1 P1 risk is accepted.',
  ],
  [
    { rule: 'risks-at-most', severity: 'P1', atMost: 2, counting: 'accepted' },
    'At most 2 P1 risks are accepted.',
  ],
  [{ rule: 'checklist-complete', checklist: 'Release' }, 'Every item of the checklist “Release” is done.'],
  [{ rule: 'artifact-attached', what: 'test report' }, 'A file is attached here as proof: test report.'],
  [{ rule: 'kpi-at-target', kpi: 'Open P0 risks' }, 'The KPI “Open P0 risks” is at its target.'],
  [{ rule: 'maturity-reached', dimension: 'Identity' }, 'The maturity of “Identity” has reached its target.'],
  [{ rule: 'actions-done' }, 'Every action that belongs here is done.'],
  [{ rule: 'actions-done', of: 'Phase 1' }, 'Every action of “Phase 1” is done.'],
];

describe('the rule of a criterion in words', () => {
  test.each(SAID)('%j', (rule, sentence) => {
    expect(ruleSentence(rule)).toBe(sentence);
  });

  test('a record named by its ledger name is called by its title', () => {
    const titleOf = (named: string) => (named === 'kpi:1' ? 'Open P0 risks' : named);
    expect(ruleSentence({ rule: 'kpi-at-target', kpi: 'kpi:1' }, titleOf)).toBe(
      'The KPI “Open P0 risks” is at its target.',
    );
  });

  test('every rule there is has a title and is said above', () => {
    expect(new Set(SAID.map(([{ rule }]) => rule))).toEqual(new Set(Object.keys(RULE_TITLES)));
  });
});
