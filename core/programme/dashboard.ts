import { z } from 'zod';
import { listControls } from '../../db/queries/controls.ts';
import {
  countUnlinked,
  countVoided,
  expiringAmong,
  planNodes,
  progressByGroup,
} from '../../db/queries/dashboard.ts';
import { engagementById } from '../../db/queries/engagements.ts';
import { listEvidence } from '../../db/queries/evidence.ts';
import { countConflicts } from '../../db/queries/history.ts';
import { bySeverity, registerRows } from '../../db/queries/programme-register.ts';
import { infoCounts } from '../../db/queries/records.ts';
import type { dashboard } from '../../shared/contract/proof.ts';
import type { Lane } from '../../shared/contract/work.ts';
import { EXPIRING_DAYS } from '../../shared/domain/evidence.ts';
import { sumUpTo } from '../../shared/domain/past.ts';
import { mayAccess } from '../../shared/domain/permissions.ts';
import { riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { EVERY_PHASE } from '../../shared/domain/programme/shapes.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { type Lapsing, lapsingEvidence } from '../evidence/stale.ts';
import * as resolve from '../resolve.ts';
import { queueFronts } from '../review/review-queue.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { readAcceptances } from './acceptances.ts';
import { pastTrend } from './past-trend.ts';

type Summary = z.output<NonNullable<(typeof dashboard.summary)['~orpc']['outputSchema']>>;
type Next = Summary['next'][number];

const DAY = 86_400_000;

/** Readiness of an engagement at a glance; without one, what to do to get there. */
export function dashboardSummary(ws: OpenWorkspace, engagementText: string | undefined): Summary {
  const named = resolve.engagementIfAny(ws, engagementText);
  const engagement = named === null ? undefined : engagementById(ws.db, named.id);
  const day = today(ws);
  const evidence = evidenceOf(ws, engagement?.id, day);
  const base = { evidence, conflicts: countConflicts(ws.db) };
  if (engagement === undefined) {
    return { ...base, ...NOTHING, next: firstSteps(ws) };
  }
  const { id } = engagement;
  const queue = queueFronts(ws, id);
  const plan = (kind: string) => planNodes(ws.db, id, kind);
  return {
    ...base,
    engagement: { id, name: engagement.name, from: engagement.from, to: engagement.to },
    total: engagement.controls + engagement.items,
    results: engagement.progress.results,
    statuses: engagement.progress.statuses,
    voided: countVoided(ws.db, id),
    review: { waiting: queue.waiting, forYou: queue.lanes['to-review'].count },
    byGroup: progressByGroup(ws.db, id),
    trend: trend(ws, id),
    risks: risksOf(ws, id, day),
    phases: phasesOf(ws, id),
    gates: plan('gate').map((node) => ({ id: node.id, text: node.title })),
    next: nextSteps(ws, engagement.id, evidence, queue.lanes),
  };
}

const AHEAD_DAYS = 12 * 7;

/** How the evidence that serves an engagement stands, and when more of it lapses; `unlinked` serves none. */
function evidenceOf(ws: OpenWorkspace, engagement: string | undefined, day: string): Summary['evidence'] {
  const all = lapsingEvidence(ws, engagement);
  const isStale = ({ lapses }: Lapsing) => lapses !== null && lapses <= day;
  const relied = all.filter((one) => !isStale(one));
  const end = dayAfter(day, AHEAD_DAYS);
  const ahead = relied.flatMap(({ lapses }) => (lapses !== null && lapses < end ? [lapses] : []));
  return {
    total: all.length,
    stale: all.length - relied.length,
    expiring: expiringAmong(
      ws.db,
      relied.map(({ id }) => id),
      day,
      dayAfter(day, EXPIRING_DAYS),
    ),
    unlinked: countUnlinked(ws.db),
    lapsing: [...Map.groupBy(ahead, (lapses) => lapses)]
      .map(([on, pieces]) => ({ day: on, count: pieces.length }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    firstStale: all.find(isStale)?.id ?? null,
  };
}

/** Every risk, the highest severity first, with where it stands on a day. */
function risksOf(ws: OpenWorkspace, engagement: string, day: string) {
  const accepted = Map.groupBy(readAcceptances(ws.db, engagement, day), ({ record }) => record);
  return bySeverity(registerRows(ws.db, engagement, 'risk')).map(({ id, title, body, plan }) => {
    const state = RiskState.parse(body.state);
    return {
      id: plan?.node ?? id,
      title,
      plan: plan?.title ?? '',
      severity: text(body.severity),
      owner: text(body.owner),
      due: text(body.due) || null,
      state: riskStanding(state, accepted.get(`risk:${id}`) ?? [], day).state,
    };
  });
}

/** The phases as they are planned now, each with how many exit criteria it has. */
function phasesOf(ws: OpenWorkspace, engagement: string) {
  const criteria = registerRows(ws.db, engagement, 'criterion');
  return registerRows(ws.db, engagement, 'phase').map(({ id, title, body, plan }) => ({
    id: plan?.node ?? id,
    title,
    from: text(body.from) || null,
    to: text(body.to) || null,
    done: text(body.done) || null,
    criteria: criteria.filter(({ body: of }) => of.for === `phase:${id}` || of.for === EVERY_PHASE).length,
  }));
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const RiskState = z.enum(['open', 'mitigating', 'closed']).catch('open');

const NOTHING = {
  engagement: null,
  total: 0,
  results: {},
  statuses: {},
  voided: 0,
  review: { waiting: 0, forYou: 0 },
  byGroup: [],
  trend: [],
  risks: [],
  phases: [],
  gates: [],
} satisfies Partial<Summary>;

/** What was decided and accepted at the end of each day, from the first decision to today, at most the last 60 days. */
function trend(ws: OpenWorkspace, engagement: string): Summary['trend'] {
  const { decided, accepted } = pastTrend(ws.db, engagement);
  const [first] = decided.map(({ day }) => day).sort();
  if (first === undefined) return [];
  const end = Date.parse(today(ws));
  const start = Math.max(Date.parse(first), end - 59 * DAY);
  const days: Summary['trend'] = [];
  for (let at = start; at <= end; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.push({
      day,
      decided: sumUpTo(decided, day),
      accepted: sumUpTo(accepted, day),
    });
  }
  return days;
}

const step = (what: string, detail: string, screen: Next['screen'], record: string | null = null): Next => ({
  what,
  detail,
  screen,
  record,
  lane: null,
});

function firstSteps(ws: OpenWorkspace): Next[] {
  const counts = infoCounts(ws.db);
  if (counts.frameworks === 0)
    return [step('Import a framework', 'An OSCAL catalog or a readiness plan in Markdown', 'frameworks')];
  if (counts.engagements === 0)
    return [step('Open an engagement', 'Choose frameworks, subjects and a period', 'frameworks')];
  return [step('Choose an engagement', 'There are several; pick the one you work on', 'controls')];
}

type Fronts = ReturnType<typeof queueFronts>['lanes'];

function nextSteps(
  ws: OpenWorkspace,
  engagement: string,
  evidence: Summary['evidence'],
  fronts: Fronts,
): Next[] {
  const conflicts = countConflicts(ws.db);
  const open: Next[] = [];
  if (conflicts > 0) {
    const detail = 'Values that were edited apart stand side by side';
    open.push(step(`Resolve ${many(conflicts, 'conflict')}`, detail, 'conflicts'));
  }
  open.push(...reviewSteps(ws, fronts));
  if (evidence.stale > 0) {
    const detail = 'Results that lean on it are weaker than they look';
    open.push(
      step(
        `Renew ${many(evidence.stale, 'piece')} of stale evidence`,
        detail,
        'evidence',
        evidence.firstStale,
      ),
    );
  }
  if (evidence.unlinked > 0) {
    const page = { unlinked: true, offset: 0, limit: 1 };
    const first = listEvidence(ws.db, page, today(ws)).rows[0]?.id ?? null;
    open.push(
      step(
        `Link ${many(evidence.unlinked, 'piece')} of evidence`,
        'Nothing leans on it yet',
        'evidence',
        first,
      ),
    );
  }
  if (open.length > 0) return open;
  const detail = 'Record a result, attach evidence, sign';
  return [step('Work the next control', detail, 'controls', firstUndecided(ws, engagement))];
}

const many = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;

function reviewSteps(ws: OpenWorkspace, fronts: Fronts): Next[] {
  const steps: readonly [Lane, (checks: string) => string, string][] = [
    ['returned', (checks) => `Work on ${checks} that came back`, 'Returned by a reviewer with a note'],
    ['voided', (checks) => `Sign ${checks} again`, 'They changed after sign-off'],
    ['to-review', (checks) => `Review ${checks}`, 'Prepared by others, waiting for you'],
    ['to-sign', (checks) => `Sign ${checks} as preparer`, 'They have a result and no sign-off'],
  ];
  const prepares = mayAccess(ws.member().role, 'prepare').allowed;
  return steps.flatMap(([lane, what, detail]) => {
    const { count, first } = fronts[lane];
    return count === 0 || (lane === 'returned' && !prepares)
      ? []
      : [{ ...step(what(many(count, 'check')), detail, 'review', first), lane }];
  });
}

/** Only an engagement of one subject has one next control; with several, the person chooses. */
function firstUndecided(ws: OpenWorkspace, engagement: string): string | null {
  const [subject, ...others] = resolve.subjects(ws, engagement, undefined);
  if (subject === undefined || others.length > 0) return null;
  const input = {
    result: ['not-reviewed' as const],
    withdrawn: false,
    sort: 'order' as const,
    descending: false,
  };
  const page = { offset: 0, limit: 1 };
  return listControls(ws.db, { ...input, ...page }, engagement, subject.id, []).rows[0]?.id ?? null;
}
