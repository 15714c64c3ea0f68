import { evidenceStates, leaningOn } from '../../db/queries/board.ts';
import type {
  ActionRow,
  Board,
  ExceptionRow,
  MilestoneRow,
  PhaseRow,
  RiskRow,
} from '../../shared/contract/board.ts';
import { EXPIRING_DAYS } from '../../shared/domain/evidence.ts';
import { acceptanceState, isOpen, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import type { GateVerdict } from '../../shared/domain/programme/gate.ts';
import type { CheckTally } from '../../shared/domain/programme/readiness.ts';
import {
  heatCell,
  isSetByHand,
  scoreOf,
  severityFromScore,
  severityOfRisk,
  worstOf,
} from '../../shared/domain/programme/risk-score.ts';
import { milestoneState, phaseState, slipDays } from '../../shared/domain/programme/roadmap.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { isNamed } from './named.ts';
import type { Standing } from './standing.ts';

const SEVERITY_ORDER = ['P0', 'P1', 'P2', 'P3', null] as const;

/** Every risk, worst first: open before accepted before closed, then by severity, score and due date. */
export function riskRows(standing: Standing): RiskRow[] {
  const titles = new Map(standing.pillars.map(({ row, body }) => [row.id, body.title]));
  const rows = standing.risks.map((risk): RiskRow => {
    const { row, body } = risk;
    const stands = riskStanding(body.state, standing.acceptancesOn(row.record), standing.today);
    const { severity, computed } = severityOfRisk(body);
    const { likelihood, impact, owner, due, remediation, exit } = body;
    return {
      id: row.id,
      record: row.record,
      title: body.title,
      severity,
      severityComputed: computed,
      ...{ likelihood, impact, owner, due, remediation, exit },
      score: scoreOf(likelihood, impact),
      overdue: isOpen(stands) && due !== null && due < standing.today,
      pillar: titles.get(standing.pillarOf(risk) ?? '') ?? null,
      standing: stands,
    };
  });
  const rank = (risk: RiskRow) =>
    (isOpen(risk.standing) ? 0 : risk.standing.state === 'accepted' ? 100 : 200) +
    SEVERITY_ORDER.indexOf(risk.severity) * 10;
  return rows.sort(
    (a, b) =>
      rank(a) - rank(b) || (b.score ?? 0) - (a.score ?? 0) || (a.due ?? '9').localeCompare(b.due ?? '9'),
  );
}

/** Open risks by likelihood and impact, and all of them by severity. */
export function heatOf(risks: readonly RiskRow[]): Board['heat'] {
  const open = risks.filter((risk) => isOpen(risk.standing));
  const cells = new Map<string, Board['heat']['cells'][number]>();
  for (const risk of open) {
    const at = heatCell(risk);
    if (at === null) continue;
    const key = `${at.likelihood} ${at.impact}`;
    const severity = risk.severity ?? severityFromScore(at.likelihood * at.impact);
    const cell = cells.get(key) ?? { ...at, severity, risks: [], byHand: [] };
    cell.risks.push(risk.id);
    if (isSetByHand(risk)) cell.byHand.push(risk.id);
    cells.set(key, { ...cell, severity: worstOf([cell.severity, severity]) ?? severity });
  }
  const counts = SEVERITY_ORDER.map((severity) => {
    const of = (state: string) =>
      risks.filter((risk) => risk.severity === severity && risk.standing.state === state).length;
    return {
      severity,
      open: of('open'),
      mitigating: of('mitigating'),
      accepted: of('accepted'),
      closed: of('closed'),
    };
  });
  return {
    cells: [...cells.values()].sort((a, b) => b.likelihood * b.impact - a.likelihood * a.impact),
    unscored: open.filter((risk) => heatCell(risk) === null).map((risk) => risk.id),
    bySeverity: counts.filter(
      ({ severity, ...states }) => severity !== null || Object.values(states).some((n) => n > 0),
    ),
  };
}

/** Actions, and the checklist items that a plan gives a day or an owner. What is not done comes first, soonest first. */
export function actionRows(standing: Standing): ActionRow[] {
  const { today, subjects } = standing;
  const titles = new Map(standing.pillars.map(({ row, body }) => [row.id, body.title]));
  const open = new Map(
    standing.actions.flatMap(({ row, body }) =>
      body.state === 'done' ? [] : [[row.id, body.title] as const],
    ),
  );
  const late = (due: string | null, state: string) => state !== 'done' && due !== null && due < today;
  const actions = standing.actions.map((action): ActionRow => {
    const { row, body } = action;
    const { title, owner, due, state, blocked } = body;
    const waits = body.blockedBy.flatMap((named) => {
      const id = named.replace(/^action:/, '');
      const waiting = open.get(id);
      return waiting === undefined ? [] : [{ id, title: waiting }];
    });
    return {
      ...{ id: row.id, record: row.record, title, owner, due, state, blocked, blockedBy: waits },
      overdue: late(due, state),
      pillar: titles.get(standing.pillarOf(action) ?? '') ?? null,
    };
  });
  const items = standing.itemActions.map((item): ActionRow => {
    const state = item.done >= subjects && subjects > 0 ? 'done' : item.touched > 0 ? 'doing' : 'open';
    return {
      ...{
        id: item.id,
        record: `item:${item.id}`,
        title: item.text,
        owner: item.owner,
        due: item.due,
        state,
      },
      overdue: late(item.due, state),
      ...{ pillar: null, blockedBy: [], blocked: '' },
    };
  });
  const rank = (action: ActionRow) => (action.state === 'done' ? '1' : '0') + (action.due ?? '9');
  return [...actions, ...items].sort((a, b) => rank(a).localeCompare(rank(b)));
}

export function phaseRows(standing: Standing, verdicts: readonly GateVerdict[]): PhaseRow[] {
  return standing.phases.flatMap(({ row, body }) => {
    const exit = verdicts.find((verdict) => verdict.record === row.record);
    if (exit === undefined) return [];
    const { title, scope, from, to, done } = body;
    const state = phaseState(body, standing.today);
    return [
      {
        id: row.id,
        record: row.record,
        title,
        scope,
        from,
        to,
        done,
        state,
        exit,
        slip: slipDays(to, done, standing.today),
      },
    ];
  });
}

/** Every milestone, the soonest due first, those without a day last. */
export function milestoneRows(standing: Standing): MilestoneRow[] {
  const due = ({ body }: (typeof standing.milestones)[number]) => body.due ?? '9999';
  const dated = [...standing.milestones].sort((a, b) => (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0));
  return dated.map(({ row, body }) => ({
    id: row.id,
    record: row.record,
    title: body.title,
    phase: standing.phases.find((phase) => isNamed(phase, body.phase))?.body.title ?? null,
    due: body.due,
    done: body.done,
    state: milestoneState(body, standing.today),
    slip: slipDays(body.due, body.done, standing.today),
  }));
}

/** Every acceptance and exception, those that hold first, the one that ends soonest before the others. */
export function exceptionRows(standing: Standing): ExceptionRow[] {
  const titles = new Map(
    [
      ...standing.risks,
      ...standing.criteria,
      ...standing.gates,
      ...standing.phases,
      ...standing.actions,
      ...standing.milestones,
      ...standing.pillars,
    ].map(({ row }) => [row.record, row.title]),
  );
  const order = ['expired', 'expiring', 'holds', 'withdrawn', 'void'];
  return standing.acceptances
    .map((one): ExceptionRow => {
      const { id, kind, record, by, at, reason, compensating, expires, flaw } = one;
      const title = titles.get(record) ?? record;
      return {
        id,
        kind,
        record,
        title,
        by,
        at,
        reason,
        compensating,
        expires,
        flaw,
        state: acceptanceState(one, standing.today),
      };
    })
    .sort(
      (a, b) =>
        order.indexOf(a.state) - order.indexOf(b.state) || (a.expires ?? '9').localeCompare(b.expires ?? '9'),
    );
}

/** What the calendar of freshness shows around a day. */
const WEEKS_BACK = 4;
const WEEKS_ON = 13;

/** Evidence by the day it expires, and by the day something is due: what a stated cadence asks for, or a request. */
export function freshnessOf(standing: Standing, results: number): Board['freshness'] {
  const { db, today, engagement } = standing;
  const from = dayAfter(today, -7 * WEEKS_BACK);
  const to = dayAfter(today, 7 * WEEKS_ON);
  const states = evidenceStates(db, engagement.id, standing, dayAfter(today, EXPIRING_DAYS));
  return { ...states, from, to, days: datedDays(standing, from, to), results };
}

function datedDays(standing: Standing, from: string, to: string): Board['freshness']['days'] {
  const days = new Map<string, Board['freshness']['days'][number]>();
  const at = (day: string) => {
    const known = days.get(day) ?? { day, expiring: 0, due: 0, evidence: [], requests: [] };
    days.set(day, known);
    return known;
  };
  const dated = standing.evidence.flatMap(({ evidence, standing: { due } }) =>
    due
      .filter(({ on, lapses }) => lapses !== null && on >= from && on <= to)
      .map(({ on, kind }) => ({ evidence, on, kind })),
  );
  const leaning = leaningOn(standing.db, standing.engagement.id, [
    ...new Set(dated.map(({ evidence }) => evidence.id)),
  ]);
  for (const { evidence, on, kind } of dated) {
    const day = at(on);
    const { id, reference, title } = evidence;
    day[kind === 'expiry' ? 'expiring' : 'due'] += 1;
    if (!day.evidence.some((one) => one.id === id))
      day.evidence.push({ id, reference, title, leaning: leaning.get(id) ?? 0 });
  }
  for (const { row, body } of standing.requests) {
    const open = body.state === 'open' || body.state === 'returned';
    if (!open || body.due === null || body.due < from || body.due > to) continue;
    const day = at(body.due);
    day.due += 1;
    day.requests.push({ record: row.record, title: body.title });
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** From everything in scope to what is ready, each stage a part of the one before. */
export function funnelOf(checks: CheckTally): Board['funnel'] {
  const handedIn = checks.submitted + checks.accepted;
  return [
    { stage: 'in-scope', title: 'In scope', count: checks.total },
    { stage: 'result', title: 'With a result', count: Math.max(checks.decided, handedIn) },
    { stage: 'submitted', title: 'Signed by its preparer', count: handedIn },
    { stage: 'accepted', title: 'Accepted', count: checks.accepted },
    { stage: 'ready', title: 'Ready: accepted as met, on evidence that holds', count: checks.ready },
  ];
}

/** Families of controls and checklists that hold checks of their own. */
export function groupRows(standing: Standing): Board['groups'] {
  return standing.places
    .filter((place) => place.checks > 0)
    .map((place) => ({
      framework: place.framework,
      path: place.place,
      label: place.label,
      title: place.title,
      checks: standing.tally([place]),
    }));
}
