import { plannedBody } from '../../db/projection/kinds/programme.ts';
import { everHeld, type FieldChange } from '../../db/queries/field-changes.ts';
import type { Decision } from '../../shared/domain/programme/criterion.ts';
import type { CriterionRule } from '../../shared/domain/programme/criterion-rule.ts';
import type {
  CriterionToJudge,
  DecisiveChange,
  GateToJudge,
  MovedCriterion,
} from '../../shared/domain/programme/gate.ts';
import { severityOfRisk } from '../../shared/domain/programme/risk-score.ts';
import { EVERY_PHASE, Severity } from '../../shared/domain/programme/shapes.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import { sha256 } from '../ledger/keys.ts';
import { byName, theOne } from './named.ts';
import type { Standing } from './standing.ts';

/** How a changed field is called in the sentence of a verdict. */
const CHANGED: Readonly<Record<string, string>> = {
  rule: 'its rule was',
  title: 'its words were',
  for: 'its place was',
  target: 'its target was',
  current: 'what it began with was',
  from: 'the start of this phase was',
  direction: 'which side of its target is better was',
  cadence: 'how often it is measured was',
};

/** What a criterion asks, and of what it is asked, that is no longer as it began. */
export function changesBehind(
  standing: Standing,
  { record, rule, phase = null }: CriterionToJudge,
): DecisiveChange[] {
  const own = standing.changes.get(record) ?? [];
  const measured = measuredRecord(standing, rule);
  const asked = measured === null ? [] : (standing.changes.get(measured) ?? []);
  const start = phase === null ? [] : (standing.changes.get(phase.record) ?? []);
  const told = [...own, ...asked, ...start.filter(({ field }) => field === 'from')].map((change) => ({
    what: CHANGED[change.field] ?? `its ${change.field} was`,
    by: change.by,
    at: change.at,
  }));
  return [...told, ...(rule.rule === 'risks-at-most' ? ratedDown(standing, rule.severity) : [])];
}

function measuredRecord(standing: Standing, rule: CriterionRule): string | null {
  if (rule.rule === 'kpi-at-target') return theOne(byName(standing.kpis, rule.kpi))?.record ?? null;
  if (rule.rule === 'maturity-reached')
    return theOne(byName(standing.maturity, rule.dimension))?.record ?? null;
  return null;
}

const RANK = Severity.options;

/** Risks that were of a severity once and have been rated lower since. */
function ratedDown({ db, risks, changes }: Standing, severity: Severity): DecisiveChange[] {
  return risks.flatMap(({ row, body }) => {
    const rated = (changes.get(row.record) ?? []).findLast(({ field }) => field === 'severity');
    if (rated === undefined || !everHeld(db, row, 'severity').includes(severity)) return [];
    const now = severityOfRisk(body).severity;
    if (now !== null && RANK.indexOf(now) <= RANK.indexOf(severity)) return [];
    const what = `the risk "${row.title}", once ${severity}, was`;
    return [{ what, by: rated.by, at: rated.at }];
  });
}

/** The criteria that stood on a gate or phase and stand elsewhere now, and those that somebody removed from it. */
export function criteriaTakenOff(
  standing: Standing,
  { record, kind }: Pick<GateToJudge, 'record' | 'kind'>,
  gone: readonly {
    readonly title: string;
    readonly for: string | null;
    readonly by: string;
    readonly at: string;
  }[],
): MovedCriterion[] {
  const here = (place: unknown) => place === record || (kind === 'phase' && place === EVERY_PHASE);
  const elsewhere = standing.criteria.flatMap(({ row, body }) => {
    const moved = (standing.changes.get(row.record) ?? []).find(({ field }) => field === 'for');
    if (moved === undefined || here(body.for)) return [];
    const stood = [plannedPlace(standing, row.id), ...everHeld(standing.db, row, 'for')].some(here);
    return stood ? [{ title: row.title, by: moved.by, at: moved.at, removed: false }] : [];
  });
  const removed = gone.filter((one) => here(one.for));
  return [...elsewhere, ...removed.map(({ title, by, at }) => ({ title, by, at, removed: true }))];
}

function plannedPlace({ db }: Standing, criterion: string): unknown {
  return plannedBody({ db, sha256, framework: () => null }, 'criterion', criterion)?.for;
}

/** While two copies disagree about what decides a criterion, nobody can say whether it is met. */
export function undecidedWhileContested(
  standing: Standing,
  criterion: CriterionToJudge,
  of: string | null,
  decision: Decision,
): Decision {
  const [one] = standing.contested.filter(({ record }) => isGround(standing, criterion, of, record));
  if (one === undefined) return decision;
  const because = `Two values stand side by side in ${wordFor(one)} of "${one.title}": decide which one holds`;
  return { ...decision, met: null, because };
}

const wordFor = ({ field }: Pick<FieldChange, 'field'>) =>
  field === 'deleted' ? 'the removal' : `the field "${field}"`;

/** Kinds of which every contested record counts for a rule, for which one it asks is what is contested. */
const ASKED_AS_A_WHOLE: Readonly<Partial<Record<CriterionRule['rule'], readonly string[]>>> = {
  attested: ['person'],
  'actions-done': ['action', 'risk', 'pillar'],
  'risks-at-most': ['risk'],
  'evidence-fresh': ['cadence'],
  'controls-accepted': ['cadence'],
  'kpi-at-target': ['kpi'],
  'maturity-reached': ['maturity'],
};

function isGround(
  standing: Standing,
  { record, rule }: CriterionToJudge,
  of: string | null,
  contested: string,
): boolean {
  if (contested === record || contested === of || kindOf(contested) === 'engagement') return true;
  if (rule.rule === 'attested' && rule.by === undefined) return false;
  const measured = measuredRecord(standing, rule);
  if (measured !== null) return contested === measured;
  return ASKED_AS_A_WHOLE[rule.rule]?.includes(kindOf(contested)) ?? false;
}
