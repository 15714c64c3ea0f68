import { type CheckPlace, evidenceInPlaces } from '../../db/queries/board.ts';
import { everHeld, isSetSince, removedRecords } from '../../db/queries/field-changes.ts';
import { holdingAcceptance, isOpen, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { memberTied, same } from '../../shared/domain/programme/belonging.ts';
import {
  type CriterionFacts,
  decide,
  type PhaseStart,
  type RiskCounts,
  saidIn,
  withEarly,
} from '../../shared/domain/programme/criterion.ts';
import type { RuleScope } from '../../shared/domain/programme/criterion-rule.ts';
import { mayDecide } from '../../shared/domain/programme/decisive.ts';
import {
  type CriterionToJudge,
  type CriterionVerdict,
  decidingCriteria,
  type GateToJudge,
  type GateVerdict,
  judged,
  verdictOf,
} from '../../shared/domain/programme/gate.ts';
import { severityOfRisk } from '../../shared/domain/programme/risk-score.ts';
import { EVERY_PHASE, type ProgrammeKind, type Severity } from '../../shared/domain/programme/shapes.ts';
import { Role } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import { once } from '../once.ts';
import { changesBehind, criteriaTakenOff, undecidedWhileContested } from './grounds.ts';
import { byName, isNamed } from './named.ts';
import type { Rec, Standing } from './standing.ts';

/** Every gate of an engagement, then every phase, each judged by its criteria. */
export function judgeAll(standing: Standing): { gates: GateVerdict[]; phases: GateVerdict[] } {
  const judge = judgeOf(standing);
  return {
    gates: standing.gates.map((gate) => judge(gateToJudge(standing, gate))),
    phases: standing.phases.map((phase) => judge(phaseToJudge(standing, phase))),
  };
}

/** Criteria of no gate or phase, each judged by itself. */
export function ownCriteria(standing: Standing): CriterionVerdict[] {
  const judge = criterionJudge(standing);
  const owners = [...standing.gates, ...standing.phases];
  return standing.criteria
    .filter((one) => !owners.some(({ row }) => isFor(one, row)))
    .map((criterion) => judge(toJudge(criterion), criterion.body.for));
}

/** The gate or phase meant by an id, a ledger name, a title or the beginning of one title only. */
export function findVerdicts(
  { gates, phases }: ReturnType<typeof judgeAll>,
  text: string | undefined,
): GateVerdict[] {
  const all = [...gates, ...phases];
  if (text === undefined) return all;
  const exact = all.filter((one) => one.id === text || one.record === text);
  const titled = (some: readonly GateVerdict[]) => some.filter((one) => same(one.title, text));
  const begun = (some: readonly GateVerdict[]) =>
    some.filter((one) => plain(one.title).startsWith(plain(text)));
  // A phase never stands in for a gate that may be meant.
  const meant = [exact, titled(gates), [...begun(gates), ...(begun(gates).length > 0 ? titled(phases) : [])]];
  const found = [...meant, titled(phases), begun(phases)].find((some) => some.length > 0) ?? [];
  const [one, ...others] = found;
  if (one === undefined || plain(text) === '') return refuse({ code: 'not-found', what: 'gate', id: text });
  if (others.length === 0) return [one];
  return refuse({
    code: 'conflict',
    detail: `Several match "${text}".`,
    candidates: found.map(({ title, record }) => `${title} (${record})`).slice(0, 20),
  });
}

const plain = (text: string) => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();

function gateToJudge(standing: Standing, { row, body }: Rec<'gate'>): GateToJudge {
  return {
    id: row.id,
    record: row.record,
    kind: 'gate',
    title: body.title,
    owner: body.owner,
    due: body.due,
    phase: standing.phases.find((phase) => isNamed(phase, body.phase))?.body.title ?? null,
    rule: body.rule,
    criteria: criteriaFor(standing, row),
  };
}

function phaseToJudge(standing: Standing, { row, body }: Rec<'phase'>): GateToJudge {
  return {
    id: row.id,
    record: row.record,
    kind: 'phase',
    title: body.title,
    owner: '',
    due: body.to,
    phase: null,
    rule: null,
    criteria: criteriaFor(standing, row, startOf(standing, row, body.from)),
  };
}

/** Of what is asked of every phase, a phase takes only the words said since it began. */
function criteriaFor(
  standing: Standing,
  row: Rec<ProgrammeKind>['row'],
  phase: PhaseStart | null = null,
): CriterionToJudge[] {
  return standing.criteria
    .filter((criterion) => isFor(criterion, row))
    .map((one) => ({ ...toJudge(one), phase: one.body.for === EVERY_PHASE ? phase : null }));
}

function startOf({ db, changes }: Standing, row: Rec<'phase'>['row'], from: string | null): PhaseStart {
  const change = (changes.get(row.record) ?? []).find(({ field }) => field === 'from');
  if (change === undefined) return { record: row.record, from, moved: null };
  const latest = everHeld(db, row, 'from').reduce((last, day) => (day > last ? day : last), '');
  return { record: row.record, from, moved: { at: change.at, latest } };
}

/** Whether a criterion is asked of a record; some are asked of every phase. */
function isFor({ body }: Rec<'criterion'>, row: Rec<ProgrammeKind>['row']): boolean {
  return isNamed({ row }, body.for) || (row.kind === 'phase' && body.for === EVERY_PHASE);
}

/** A criterion as the rules take it. */
export function toJudge({ row, body }: Rec<'criterion'>): CriterionToJudge {
  return { id: row.id, record: row.record, title: body.title, rule: body.rule };
}

/** Judges one gate or phase by what stands. */
export function judgeOf(standing: Standing): (gate: GateToJudge) => GateVerdict {
  const criterion = criterionJudge(standing);
  const gone = once(() => removedRecords(standing.db, standing.engagement.id, 'criterion'));
  return (gate) =>
    verdictOf(
      gate,
      decidingCriteria(gate).map((one) => criterion(one, gate.record)),
      criteriaTakenOff(standing, gate, gone()),
    );
}

/** Judges one criterion; `of` is the record it belongs to. */
export function criterionJudge(standing: Standing) {
  const shared = sharedFacts(standing);
  return (criterion: CriterionToJudge, of: string | null) => {
    const said = criterion.rule.rule === 'attested' ? standing.attestationsOn(criterion.record) : [];
    const phase = criterion.phase ?? null;
    const attestations = saidIn(said, phase);
    const facts: CriterionFacts = {
      ...shared,
      attestations,
      proofs: standing.proofsOn(criterion.record),
      actions: (named) => actionsOf(standing, named ?? of),
    };
    const exceptions = standing.acceptancesOn(criterion.record).filter((one) => one.kind === 'exception');
    const early = said.length - attestations.length;
    const decided = withEarly(decide(criterion.rule, facts), early, phase);
    const decision = undecidedWhileContested(standing, criterion, of, decided);
    const exception = holdingAcceptance(exceptions, standing.today);
    return judged(criterion, decision, exception, changesBehind(standing, criterion));
  };
}

type SharedFacts = Omit<CriterionFacts, 'attestations' | 'proofs' | 'actions'>;

function sharedFacts(standing: Standing): SharedFacts {
  const { db, today, engagement, lapses } = standing;
  return {
    today,
    membersInPart: (part) => membersInPart(standing, part),
    checks: (scope) => {
      const places = placesIn(standing, scope);
      return places === null ? null : standing.tally(controlsFirst(places));
    },
    evidence: (scope) => {
      const places = placesIn(standing, scope);
      if (places === null) return null;
      const at = places.map(({ framework, place }) => [framework, place] as const);
      const inScope = new Set(at.map(([framework, place]) => `${framework} ${place}`));
      const taken = standing
        .takenOff()
        .filter(({ framework, place }) => inScope.has(`${framework} ${place}`))
        .map((one) => ({ ...one, removed: one.removed === 1 }));
      return { ...evidenceInPlaces(db, engagement.id, at, { lapses, today }), taken };
    },
    risks: (severity) => riskCounts(standing, severity),
    checklist: (named) => checklistNamed(standing, named),
    kpi: (named) => byName(standing.kpis, named),
    maturity: (named) => byName(standing.maturity, named),
  };
}

/** Members whom the people of the programme stand for in a part. */
function membersInPart({ people, members }: Standing, part: string): string[] {
  const known = [...members].map(([id, name]) => ({ id, name }));
  return people.flatMap(({ body }) => {
    const member = same(body.part, part) ? memberTied(body.member, known) : undefined;
    return member === undefined ? [] : [member.id];
  });
}

/** A scope with controls is about them; one without is about its checklist items. */
function controlsFirst(places: readonly CheckPlace[]): readonly CheckPlace[] {
  const controls = places.filter((place) => place.kind === 'control' && place.checks > 0);
  return controls.length > 0 ? controls : places;
}

/** The places a scope is about, groups below it too; null where the engagement has nothing of that name. */
function placesIn({ places }: Standing, scope: RuleScope): readonly CheckPlace[] | null {
  const { framework, group } = scope;
  const within =
    framework === undefined
      ? places
      : places.filter((place) => place.framework === framework || same(place.frameworkTitle, framework));
  if (framework !== undefined && within.length === 0) return null;
  if (group === undefined) return within;
  const named = within.filter((place) =>
    [place.label, place.title, place.place].some((name) => same(name, group)),
  );
  return named.length === 0 ? null : withBelow(places, named);
}

/** These places with the groups below them. */
export function withBelow(all: readonly CheckPlace[], named: readonly CheckPlace[]): CheckPlace[] {
  const inside = new Set(named);
  for (let grew = true; grew; ) {
    grew = false;
    for (const place of all) {
      if (inside.has(place) || place.kind !== 'control' || place.parent === null) continue;
      const { framework, parent } = place;
      if (
        [...inside].some(
          (one) => one.kind === 'control' && one.framework === framework && one.place === parent,
        )
      ) {
        inside.add(place);
        grew = true;
      }
    }
  }
  return [...inside];
}

function riskCounts(standing: Standing, severity: Severity): RiskCounts {
  const counts = { open: 0, accepted: 0, unrated: 0, raised: { open: 0, accepted: 0 } };
  for (const risk of standing.risks) {
    const { state } = risk.body;
    const stands = riskStanding(state, standing.acceptancesOn(risk.row.record), standing.today);
    const rated = severityOfRisk(risk.body).severity;
    if (rated === null && isOpen(stands)) counts.unrated += 1;
    const raised = isRaisedFrom(standing, risk, severity);
    if (rated !== severity && !raised) continue;
    const as = isOpen(stands) ? 'open' : stands.state === 'accepted' ? 'accepted' : null;
    if (as === null) continue;
    counts[as] += 1;
    if (raised) counts.raised[as] += 1;
  }
  return counts;
}

/** Whether a risk is rated worse than a severity that it was given once, or that its score stands for. */
function isRaisedFrom({ db }: Standing, { row, body }: Rec<'risk'>, severity: Severity): boolean {
  if (body.severity === null || body.severity >= severity) return false;
  const scored = severityOfRisk({ ...body, severity: null }).severity;
  if (everHeld(db, row, 'severity').includes(severity)) return true;
  return scored === severity && isSetSince(db, row, 'severity');
}

function checklistNamed(standing: Standing, named: string) {
  const lists = standing.places.filter(
    (place) =>
      place.kind === 'item' &&
      (place.place === named || `checklist:${place.place}` === named || same(place.title, named)),
  );
  const [first] = lists;
  if (first === undefined) return null;
  return { title: first.title, ...doneIn(standing, lists) };
}

function doneIn(standing: Standing, lists: readonly CheckPlace[]) {
  const { total, satisfied, notApplicable } = standing.tally(lists);
  return { total, done: satisfied + notApplicable, notApplicable };
}

/**
 * Actions for a record, or for what belongs to it where it is a pillar, and the items of its checklists. A title finds
 * a pillar, phase or gate; a risk, which whoever works on it may rename, is found by its id only.
 */
function actionsOf(standing: Standing, named: string | null): ReturnType<CriterionFacts['actions']> {
  if (named === null) return { total: 0, done: 0, removed: [] };
  const exact = [...standing.pillars, ...standing.phases, ...standing.gates, ...standing.risks].find(
    ({ row }) => row.record === named || row.id === named,
  );
  const titled = [...standing.pillars, ...standing.phases, ...standing.gates].filter((rec) =>
    isNamed(rec, named),
  );
  const target = exact ?? titled[0];
  if (target === undefined) return null;
  if (exact === undefined && titled.length > 1) return 'several';
  const actions = standing.actions.filter(
    (action) =>
      isNamed(target, action.body.for) ||
      (target.row.kind === 'pillar' && standing.pillarOf(action) === target.row.id),
  );
  const items = doneIn(
    standing,
    standing.places.filter((place) => place.of === target.row.record),
  );
  const removed = removedRecords(standing.db, standing.engagement.id, 'action').filter((one) =>
    isNamed(target, one.for),
  );
  // Whoever may review decides what need not be done.
  const missing = removed.filter(({ role }) => {
    const { data } = Role.safeParse(role);
    return data === undefined || !mayDecide(data).allowed;
  });
  return {
    total: actions.length + items.total + missing.length,
    done: actions.filter((action) => action.body.state === 'done').length + items.done,
    removed,
  };
}
