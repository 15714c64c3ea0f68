import type { CheckPlace } from '../../db/queries/board.ts';
import type { PillarRow } from '../../shared/contract/board.ts';
import { isOpen, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { elapsedShare } from '../../shared/domain/programme/day.ts';
import type { CriterionVerdict, GateVerdict } from '../../shared/domain/programme/gate.ts';
import { severityOfRisk } from '../../shared/domain/programme/risk-score.ts';
import { ragOf, type StatusFacts } from '../../shared/domain/programme/status.ts';
import { criterionJudge, type judgeAll, toJudge } from './gates.ts';
import { isNamed } from './named.ts';
import { type PastReadiness, pastReadiness } from './past-readiness.ts';
import {
  countsIn,
  type Part,
  type Period,
  partsOf,
  periodOf,
  placesOf,
  trendOf,
  weeklyShares,
} from './readiness.ts';
import type { Rec, Standing } from './standing.ts';

/** What every row of readiness is made from. */
export interface ReadinessContext {
  readonly standing: Standing;
  readonly period: Period;
  readonly parts: readonly Part[];
  readonly past: PastReadiness;
  readonly weeks: ReturnType<typeof weeklyShares>;
  readonly verdicts: ReturnType<typeof judgeAll>;
}

export function readinessContext(
  standing: Standing,
  verdicts: ReturnType<typeof judgeAll>,
): ReadinessContext {
  const past = pastReadiness(standing);
  const weeks = weeklyShares(standing, past);
  return { standing, period: periodOf(standing), parts: partsOf(standing), past, weeks, verdicts };
}

/** One row over everything there is. */
export function overallRow(context: ReadinessContext): PillarRow {
  const { standing, verdicts, period } = context;
  const { phases, milestones, today } = { ...standing };
  const dates = [
    ...phases.flatMap(({ row, body }) =>
      body.done === null ? [{ record: row.record, title: body.title, due: body.to }] : [],
    ),
    ...milestones.flatMap(({ row, body }) =>
      body.done === null ? [{ record: row.record, title: body.title, due: body.due }] : [],
    ),
  ];
  const overdue = verdicts.gates.filter((gate) => !gate.met && gate.due !== null && gate.due < today);
  const exits = [...verdicts.gates, ...verdicts.phases].flatMap((gate) => gate.criteria);
  return rowOf(context, {
    id: '',
    record: null,
    title: standing.engagement.name,
    owner: '',
    due: period.to,
    places: standing.places,
    parts: context.parts,
    holds: () => true,
    dates,
    gatesOverdue: overdue,
    criteria: exits,
  });
}

/** One row for each pillar, in the plan's order. */
export function pillarRows(context: ReadinessContext): PillarRow[] {
  return context.standing.pillars.map((pillar) => pillarRow(context, pillar));
}

function pillarRow(context: ReadinessContext, pillar: Rec<'pillar'>): PillarRow {
  const { standing, verdicts } = context;
  const { row, body } = pillar;
  const holds = (rec: { readonly row: Rec<'pillar'>['row'] }) => standing.pillarOf(rec) === row.id;
  const gates = standing.gates.filter(holds).map((gate) => gate.row.id);
  const due = body.due ?? context.period.to;
  return rowOf(context, {
    id: row.id,
    record: row.record,
    title: body.title,
    owner: body.owner,
    due,
    places: placesOf(standing.places, { record: row.record, title: body.title }),
    parts: context.parts.filter((part) => part.pillar === row.id),
    holds,
    dates: body.due === null ? [] : [{ record: row.record, title: body.title, due }],
    gatesOverdue: verdicts.gates.filter(
      (gate) => gates.includes(gate.id) && !gate.met && gate.due !== null && gate.due < standing.today,
    ),
    criteria: criteriaOf(standing, pillar),
  });
}

function criteriaOf(standing: Standing, pillar: Rec<'pillar'>): CriterionVerdict[] {
  const judge = criterionJudge(standing);
  return standing.criteria
    .filter((criterion) => isNamed(pillar, criterion.body.for))
    .map((criterion) => judge(toJudge(criterion), pillar.row.record));
}

interface RowScope extends Pick<PillarRow, 'id' | 'record' | 'title' | 'owner' | 'due'> {
  readonly places: readonly CheckPlace[];
  readonly parts: readonly Part[];
  holds(rec: { readonly row: Rec<'pillar'>['row'] }): boolean;
  readonly dates: StatusFacts['dates'];
  readonly gatesOverdue: readonly GateVerdict[];
  readonly criteria: readonly CriterionVerdict[];
}

function rowOf(context: ReadinessContext, scope: RowScope): PillarRow {
  const { standing, period } = context;
  const { today } = standing;
  const checks = standing.tally(scope.places);
  const counts = countsIn(standing, scope.places);
  const risks = readyParts(scope.parts, 'risk');
  const actions = readyParts(scope.parts, 'action');
  const total = checks.total + risks.total + actions.total;
  const share = total === 0 ? null : (checks.ready + risks.ready + actions.ready) / total;
  const planned =
    period.to === null || total === 0 ? null : elapsedShare(period.from, scope.due ?? period.to, today);
  const { rag, why } = ragOf({
    today,
    dates: share === 1 ? [] : scope.dates,
    openRisks: openRisks(standing, scope),
    openActions: openActions(standing, scope),
    stale: checks.stale,
    expiring: counts.reduce(
      (sum, one) =>
        one.status === 'accepted' && one.lapses !== null && one.lapses > today ? sum + one.count : sum,
      0,
    ),
    returned: checks.returned,
    gatesOverdue: scope.gatesOverdue,
    share,
    planned,
  });
  const { id, record, title, owner, due } = scope;
  return {
    ...{ id, record, title, owner, due, rag, why, checks, risks, actions, share, planned },
    criteria: {
      total: scope.criteria.length,
      ready: scope.criteria.filter((one) => one.met === true || one.exception !== null).length,
    },
    proofs: proofsOf(standing, scope),
    trend: trendOf(context.weeks, { id, day: today, share }),
  };
}

function readyParts(parts: readonly Part[], kind: Part['kind']): { total: number; ready: number } {
  const these = parts.filter((part) => part.kind === kind);
  return { total: these.length, ready: these.filter(({ ready }) => ready).length };
}

function openRisks(standing: Standing, { holds }: RowScope): StatusFacts['openRisks'] {
  return standing.risks.filter(holds).flatMap(({ row, body }) => {
    const stands = riskStanding(body.state, standing.acceptancesOn(row.record), standing.today);
    if (!isOpen(stands)) return [];
    const { severity } = severityOfRisk(body);
    return [
      { record: row.record, title: body.title, due: body.due, severity, lapsed: stands.lapsed !== null },
    ];
  });
}

function openActions(standing: Standing, { holds, places }: RowScope): StatusFacts['openActions'] {
  const done = new Set(
    standing.actions.flatMap(({ row, body }) => (body.state === 'done' ? [row.id, row.record] : [])),
  );
  const actions = standing.actions.filter(holds).flatMap(({ row, body }) =>
    body.state === 'done'
      ? []
      : [
          {
            record: row.record,
            title: body.title,
            due: body.due,
            blocked: body.blocked !== '' || body.blockedBy.some((id) => !done.has(id)),
          },
        ],
  );
  const lists = new Set(places.flatMap((place) => (place.kind === 'item' ? [place.place] : [])));
  const items = standing.itemActions.flatMap((item) =>
    item.due === null || item.done >= standing.subjects || !lists.has(item.checklist)
      ? []
      : [{ record: `item:${item.id}`, title: item.text, due: item.due, blocked: false }],
  );
  return [...actions, ...items];
}

/** Evidence shown as proof on the row's own record and on everything that belongs to it. */
function proofsOf(standing: Standing, scope: RowScope): number {
  const recs = [...standing.risks, ...standing.actions, ...standing.gates, ...standing.milestones].filter(
    (rec) => scope.holds(rec),
  );
  const records = new Set([
    ...(scope.record === null ? standing.pillars.map(({ row }) => row.record) : [scope.record]),
    ...(scope.record === null ? standing.phases.map(({ row }) => row.record) : []),
    ...recs.map(({ row }) => row.record),
    ...scope.criteria.map((one) => one.record),
  ]);
  return [...records].reduce((sum, record) => sum + standing.proofsOn(record).total, 0);
}
