import type { z } from 'zod';
import { assessmentSignTarget, signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { reviewNotesOf, signOffsOf } from '../../db/queries/assessments.ts';
import { type QueueEntry, queueEntries } from '../../db/queries/queue.ts';
import type { Lane, QueueRow } from '../../shared/contract/work.ts';
import { differences } from '../../shared/domain/difference.ts';
import type { Result } from '../../shared/domain/results.ts';
import { mayPrepare, mayReview, type Signatory, type SignTarget } from '../../shared/domain/review.ts';
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
  const who: Signatory = { member: ws.member().id, role: ws.member().role };
  const lanes = intoLanes(ws, engagement, who);
  return {
    total: lanes[lane].length,
    rows: lanes[lane].slice(offset, offset + limit).map((entry) => toRow(ws, entry, who)),
    lanes: byLane((name) => lanes[name].length),
  };
}

/** How much awaits the caller in each lane, and the record in front. */
export function queueFronts(
  ws: OpenWorkspace,
  engagement: string,
): Record<Lane, { count: number; first: string | null }> {
  const lanes = intoLanes(ws, engagement, { member: ws.member().id, role: ws.member().role });
  return byLane((name) => ({ count: lanes[name].length, first: lanes[name][0]?.record ?? null }));
}

/** Controls and checklists that stand prepared and unreviewed, whoever may review them, and those the caller may. */
export function awaitingReview(ws: OpenWorkspace, engagement: string): { waiting: number; forYou: number } {
  const waiting = queueEntries(ws.db, engagement).filter(({ status }) => status === 'submitted').length;
  return { waiting, forYou: queueFronts(ws, engagement)['to-review'].count };
}

function intoLanes(ws: OpenWorkspace, engagement: string | null, who: Signatory): Record<Lane, QueueEntry[]> {
  const lanes = byLane((): QueueEntry[] => []);
  for (const entry of queueEntries(ws.db, engagement)) {
    for (const lane of lanesOf(ws, entry, who)) lanes[lane].push(entry);
  }
  return lanes;
}

function byLane<Value>(of: (lane: Lane) => Value): Record<Lane, Value> {
  return {
    'to-review': of('to-review'),
    returned: of('returned'),
    voided: of('voided'),
    'to-sign': of('to-sign'),
  };
}

function lanesOf(ws: OpenWorkspace, entry: QueueEntry, who: Signatory): Lane[] {
  const target = targetOf(ws, entry);
  const lanes: Lane[] = [];
  if (mayReview(target, who, entry.conflicts).allowed) lanes.push('to-review');
  if (entry.status === 'returned') lanes.push('returned');
  if (entry.voided === 1) lanes.push('voided');
  if (entry.status === 'draft' && mayPrepare(target, who, true, entry.conflicts).allowed)
    lanes.push('to-sign');
  return lanes;
}

function targetOf(ws: OpenWorkspace, entry: QueueEntry): SignTarget {
  if (entry.kind === 'assessment') return assessmentSignTarget(ws.db, entry.record, entry.digest);
  return checklistTarget(ws, checklistPlace(ws, { checklist: entry.record })).target;
}

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
