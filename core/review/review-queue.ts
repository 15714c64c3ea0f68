import type { z } from 'zod';
import { assessmentSignTargets, signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { reviewNotesOf, signOffsOf } from '../../db/queries/assessments.ts';
import {
  type QueueCount,
  type QueueEntry,
  type QueueWanted,
  queueCounts,
  queueEntries,
} from '../../db/queries/queue.ts';
import type { Lane, QueueRow } from '../../shared/contract/work.ts';
import { differences } from '../../shared/domain/difference.ts';
import { maySignAs } from '../../shared/domain/permissions.ts';
import type { Result } from '../../shared/domain/results.ts';
import { mayPrepareAt, mayReview, type Signatory, type SignTarget } from '../../shared/domain/review.ts';
import { checklistPlace, checklistTarget } from '../checklists/checklist.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

type Row = z.infer<typeof QueueRow>;

/** What awaits the caller, by lane; the rules of review decide who sees what where. */
export function reviewQueue(
  ws: OpenWorkspace,
  engagement: string | null,
  lane: Lane,
  offset: number,
  limit: number,
): { total: number; rows: Row[]; lanes: Record<Lane, number> } {
  const { counts, page, who } = queueOf(ws, engagement);
  return {
    total: counts[lane],
    rows: page(lane, offset, limit).map((entry) => toRow(ws, entry, who)),
    lanes: counts,
  };
}

/**
 * How much awaits the caller in each lane, and the record in front; and how many controls and checklists stand
 * prepared and unreviewed, whoever may review them.
 */
export function queueFronts(
  ws: OpenWorkspace,
  engagement: string,
): { lanes: Record<Lane, { count: number; first: string | null }>; waiting: number } {
  const { counts, page, waiting } = queueOf(ws, engagement);
  const first = (lane: Lane) => (counts[lane] === 0 ? null : (page(lane, 0, 1)[0]?.record ?? null));
  return { lanes: byLane((lane) => ({ count: counts[lane], first: first(lane) })), waiting };
}

/** Where work has to stand to be in a lane; who may review what waits is asked of each piece besides. */
const STANDS = {
  'to-review': { status: 'submitted', settled: true },
  returned: { status: 'returned' },
  voided: { voided: true },
  'to-sign': { status: 'draft', settled: true },
} as const satisfies Readonly<Record<Lane, QueueWanted>>;

function queueOf(ws: OpenWorkspace, engagement: string | null) {
  const who: Signatory = { member: ws.member().id, role: ws.member().role };
  const standing = queueCounts(ws.db, engagement);
  const count = (wanted: QueueWanted) =>
    standing.reduce((sum, one) => (standsAs(one, wanted) ? sum + one.count : sum), 0);
  const prepares = mayPrepareAt('draft', who, true, 0).allowed;
  const toReview = reviewable(ws, engagement, who);
  const counts: Record<Lane, number> = {
    'to-review': toReview.length,
    returned: count(STANDS.returned),
    voided: count(STANDS.voided),
    'to-sign': prepares ? count(STANDS['to-sign']) : 0,
  };
  return {
    who,
    counts,
    waiting: count({ status: 'submitted' }),
    page(lane: Lane, offset: number, limit: number): QueueEntry[] {
      if (lane === 'to-review') return toReview.slice(offset, offset + limit);
      if (lane === 'to-sign' && !prepares) return [];
      return queueEntries(ws.db, engagement, { ...STANDS[lane], offset, limit });
    },
  };
}

function standsAs({ status, voided, contested }: QueueCount, wanted: QueueWanted): boolean {
  if (wanted.settled === true && contested === 1) return false;
  if (wanted.voided === true && voided === 0) return false;
  return wanted.status === undefined || wanted.status === status;
}

/** What waits for review that the caller may review. */
function reviewable(ws: OpenWorkspace, engagement: string | null, who: Signatory): QueueEntry[] {
  if (!maySignAs(who.role, 'reviewer').allowed) return [];
  const entries = queueEntries(ws.db, engagement, STANDS['to-review']);
  const targets = assessmentSignTargets(
    ws.db,
    entries.filter(({ kind }) => kind === 'assessment'),
  );
  return entries.filter((entry) => {
    const target = targets.get(entry.record) ?? targetOfChecklist(ws, entry);
    return mayReview(target, who, entry.conflicts).allowed;
  });
}

const targetOfChecklist = (ws: OpenWorkspace, { record }: QueueEntry): SignTarget =>
  checklistTarget(ws, checklistPlace(ws, { checklist: record })).target;

const byLane = <Value>(of: (lane: Lane) => Value): Record<Lane, Value> => ({
  'to-review': of('to-review'),
  returned: of('returned'),
  voided: of('voided'),
  'to-sign': of('to-sign'),
});

function toRow(ws: OpenWorkspace, entry: QueueEntry, who: Signatory): Row {
  const signOffs = signOffsOf(ws.db, entry.record, entry.digest);
  const prepared = signOffs.findLast((s) => s.capacity === 'preparer' && s.verdict === 'signed');
  const mine = signOffs.findLast((s) => s.by.id === who.member);
  return {
    kind: entry.kind,
    record: entry.record,
    target: entry.target,
    label: entry.label,
    title: entry.title,
    subject: entry.subject,
    engagement: entry.engagement,
    engagementName: entry.engagementName,
    status: entry.status,
    voided: entry.voided === 1,
    result: entry.result as Result | null,
    preparedBy: prepared?.by.name ?? null,
    since: prepared?.at ?? signOffs.at(-1)?.at ?? null,
    openNotes: reviewNotesOf(ws.db, entry.record).filter((note) => note.state !== 'cleared').length,
    changed: mine === undefined ? [] : differences(JSON.parse(mine.signed), currentValues(ws, entry)),
  };
}

function currentValues(ws: OpenWorkspace, entry: QueueEntry): unknown {
  if (entry.kind === 'assessment') return signedAssessment(ws.db, entry.record);
  return checklistTarget(ws, checklistPlace(ws, { checklist: entry.record })).values;
}
