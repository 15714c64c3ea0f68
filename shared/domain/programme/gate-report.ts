import type { CriterionRule } from './criterion-rule.ts';
import type { CriterionVerdict, GateVerdict } from './gate.ts';
import type { ReportedCase, ReportedSuite } from './report.ts';

/** What each rule asks, for the reports of pipelines. */
export const RULE_WORDS: Readonly<Record<CriterionRule['rule'], string>> = {
  attested: 'A named person attests it',
  'controls-accepted': 'Checks in scope are accepted on evidence that holds',
  'evidence-fresh': 'No evidence that checks in scope lean on has expired',
  'risks-at-most': 'At most so many risks of a severity are open or accepted',
  'checklist-complete': 'Every item of a checklist is done',
  'artifact-attached': 'Evidence is attached as proof',
  'kpi-at-target': 'A KPI is at its target',
  'maturity-reached': 'A maturity dimension has reached its target',
  'actions-done': 'Every action that belongs to it is done',
};

/** A judged gate or phase as reports take it. */
export function suiteOf(gate: GateVerdict): ReportedSuite {
  return { id: gate.record, title: gate.title, kind: gate.kind, cases: gate.criteria.map(caseOf) };
}

function caseOf(one: CriterionVerdict): ReportedCase {
  const { record: id, title, rule } = one;
  const { exception } = one;
  if (exception === null) {
    const outcome = one.met === null ? 'unknown' : one.met ? 'met' : 'not-met';
    return { id, title, rule, outcome, because: one.because };
  }
  const until = exception.until === null ? '' : ` until ${exception.until}`;
  const because = `${one.because}; ${exception.by} approved an exception${until}: ${exception.reason}`;
  return { id, title, rule, outcome: 'excepted', because };
}
