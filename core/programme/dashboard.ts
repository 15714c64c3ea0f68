import type { z } from 'zod';
import {
  countVoided,
  decisionDays,
  evidenceFigures,
  planNodes,
  progressByGroup,
} from '../../db/queries/dashboard.ts';
import { engagementById } from '../../db/queries/engagements.ts';
import { countConflicts } from '../../db/queries/history.ts';
import { infoCounts } from '../../db/queries/records.ts';
import type { dashboard } from '../../shared/contract/proof.ts';
import { EXPIRING_DAYS } from '../../shared/domain/evidence.ts';
import { today } from '../engagements/assessment-view.ts';
import * as resolve from '../resolve.ts';
import { reviewQueue } from '../review/review-queue.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

type Summary = z.output<NonNullable<(typeof dashboard.summary)['~orpc']['outputSchema']>>;
type Next = Summary['next'][number];

const DAY = 86_400_000;

/** Readiness of an engagement at a glance; without one, what to do to get there. */
export function dashboardSummary(ws: OpenWorkspace, engagementText: string | undefined): Summary {
  const named = resolve.engagementIfAny(ws, engagementText);
  const engagement = named === null ? undefined : engagementById(ws.db, named.id);
  const day = today(ws);
  const soon = new Date(ws.now() + EXPIRING_DAYS * DAY).toISOString().slice(0, 10);
  const evidence = evidenceFigures(ws.db, day, soon);
  const base = { evidence, conflicts: countConflicts(ws.db) };
  if (engagement === undefined) {
    return { ...base, ...NOTHING, next: firstSteps(ws) };
  }
  const { id } = engagement;
  const plan = (kind: string) => planNodes(ws.db, id, kind);
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    ...base,
    engagement: { id, name: engagement.name, from: engagement.from, to: engagement.to },
    total: engagement.controls + engagement.items,
    results: engagement.progress.results,
    statuses: engagement.progress.statuses,
    voided: countVoided(ws.db, id),
    byGroup: progressByGroup(ws.db, id),
    trend: trend(ws, id),
    risks: plan('risk').map((node) => ({
      id: node.id,
      title: node.title,
      severity: text(node.body.severity),
      owner: text(node.body.owner),
      due: text(node.body.due) || null,
    })),
    phases: plan('phase').map((node) => ({
      id: node.id,
      title: node.title,
      from: text(node.body.from) || null,
      to: text(node.body.to) || null,
      criteria: plan('criterion').filter((c) => c.framework === node.framework && c.body.of === node.path)
        .length,
    })),
    gates: plan('gate').map((node) => ({ id: node.id, text: node.title })),
    next: nextSteps(ws, engagement.id, evidence),
  };
}

const NOTHING = {
  engagement: null,
  total: 0,
  results: {},
  statuses: {},
  voided: 0,
  byGroup: [],
  trend: [],
  risks: [],
  phases: [],
  gates: [],
} satisfies Partial<Summary>;

/** Cumulative decided and accepted by day, from the first decision to today, at most the last 60 days. */
function trend(ws: OpenWorkspace, engagement: string): Summary['trend'] {
  const { decided, accepted } = decisionDays(ws.db, engagement);
  const [first] = [...decided].sort();
  if (first === undefined) return [];
  const end = Date.parse(today(ws));
  const start = Math.max(Date.parse(first), end - 59 * DAY);
  const days: Summary['trend'] = [];
  for (let at = start; at <= end; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.push({
      day,
      decided: decided.filter((d) => d <= day).length,
      accepted: accepted.filter((d) => d <= day).length,
    });
  }
  return days;
}

const step = (what: string, detail: string, screen: Next['screen']): Next => ({
  what,
  detail,
  screen,
  record: null,
});

function firstSteps(ws: OpenWorkspace): Next[] {
  const counts = infoCounts(ws.db);
  if (counts.frameworks === 0)
    return [step('Import a framework', 'An OSCAL catalog or a readiness plan in Markdown', 'frameworks')];
  if (counts.engagements === 0)
    return [step('Open an engagement', 'Choose frameworks, subjects and a period', 'frameworks')];
  return [step('Choose an engagement', 'There are several; pick the one you work on', 'controls')];
}

function nextSteps(ws: OpenWorkspace, engagement: string, evidence: Summary['evidence']): Next[] {
  const conflicts = countConflicts(ws.db);
  const { lanes } = reviewQueue(ws, engagement, 'to-review', 0, 1);
  const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const steps: (Next | null)[] = [
    conflicts > 0
      ? step(
          `Resolve ${plural(conflicts, 'conflict', 'conflicts')}`,
          'Values that were edited apart stand side by side',
          'conflicts',
        )
      : null,
    lanes.returned > 0
      ? step(
          `Work on ${plural(lanes.returned, 'returned check', 'returned checks')}`,
          'A reviewer sent them back with a note',
          'review',
        )
      : null,
    lanes.voided > 0
      ? step(
          `Sign ${plural(lanes.voided, 'voided check', 'voided checks')} again`,
          'They changed after sign-off',
          'review',
        )
      : null,
    lanes['to-review'] > 0
      ? step(
          `Review ${plural(lanes['to-review'], 'check', 'checks')}`,
          'Prepared by others, waiting for you',
          'review',
        )
      : null,
    lanes['to-sign'] > 0
      ? step(
          `Sign ${plural(lanes['to-sign'], 'check', 'checks')} as preparer`,
          'They have a result and no sign-off',
          'review',
        )
      : null,
    evidence.expired > 0
      ? step(
          `Renew ${plural(evidence.expired, 'piece', 'pieces')} of expired evidence`,
          'Results that lean on it are weaker than they look',
          'evidence',
        )
      : null,
    evidence.unlinked > 0
      ? step(
          `Link ${plural(evidence.unlinked, 'piece', 'pieces')} of evidence`,
          'Nothing leans on it yet',
          'evidence',
        )
      : null,
  ];
  const open = steps.filter((candidate) => candidate !== null);
  return open.length > 0
    ? open
    : [step('Work the next control', 'Record a result, attach evidence, sign', 'controls')];
}
