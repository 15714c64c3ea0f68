import {
  checklistSignTarget,
  checklistWorkId,
  signedChecklist,
} from '../../db/projection/kinds/assessment.ts';
import { checklistWorkById, signOffsOf } from '../../db/queries/assessments.ts';
import { checklistOfItem, checklistSummary, checklistText, itemsOf } from '../../db/queries/checklists.ts';
import { evidenceOf } from '../../db/queries/evidence.ts';
import { conflictsOf } from '../../db/queries/history.ts';
import type { ChecklistView } from '../../shared/contract/work.ts';
import { mayAccess } from '../../shared/domain/permissions.ts';
import type { Result } from '../../shared/domain/results.ts';
import { mayPrepare, mayReview, reviewState, type SignTarget } from '../../shared/domain/review.ts';
import { type SignedChecklist, signOffDigest } from '../../shared/domain/sign-off.ts';
import { refuse } from '../../shared/fault.ts';
import { placeOf, valueDrafts } from '../engagements/assess.ts';
import { judged } from '../evidence/stale.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import * as resolve from '../resolve.ts';
import { spoken } from '../spoken.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** A checklist as worked in one engagement for one subject. */
export interface ChecklistPlace {
  /** What sign-offs name. */
  readonly record: string;
  readonly checklist: string;
  readonly engagement: string;
  readonly subject: { readonly id: string; readonly name: string };
}

export interface ChecklistRequest {
  readonly checklist: string;
  readonly engagement?: string | undefined;
  readonly subject?: string | undefined;
}

/** Finds the place by checklist name or id, by the record id of a checklist as worked, or by an item of it. */
export function checklistPlace(ws: OpenWorkspace, request: ChecklistRequest): ChecklistPlace {
  const worked = checklistWorkById(ws.db, request.checklist);
  const engagement = resolve.engagement(ws, request.engagement ?? worked?.engagement);
  const subject = resolve.subject(ws, engagement.id, request.subject ?? worked?.subject);
  const named = worked?.checklist ?? checklistOfItem(ws.db, request.checklist) ?? request.checklist;
  const { id } = resolve.checklist(ws, engagement.id, named);
  return {
    record: checklistWorkId(sha256, engagement.id, id, subject.id),
    checklist: id,
    engagement: engagement.id,
    subject,
  };
}

/** What a sign-off of the checklist would be bound to, and what the review rules ask of it. */
export function checklistTarget(
  ws: OpenWorkspace,
  place: ChecklistPlace,
): { values: SignedChecklist; digest: string; target: SignTarget; conflicts: number } {
  const work = { engagement: place.engagement, checklist: place.checklist, subject: place.subject.id };
  const values = signedChecklist(ws.db, work);
  const digest = signOffDigest(sha256, values);
  const target = checklistSignTarget(ws.db, place.record, work, digest);
  const conflicts = itemsOf(ws.db, place.checklist, place.engagement, place.subject.id).reduce(
    (sum, item) =>
      sum + (item.assessment === null ? 0 : conflictsOf(ws.db, `assessment:${item.assessment}`).length),
    0,
  );
  return { values, digest, target, conflicts };
}

export function viewChecklist(ws: OpenWorkspace, place: ChecklistPlace): ChecklistView {
  const { db } = ws;
  const summary = checklistSummary(db, place.checklist, place.engagement, place.subject.id);
  if (summary === undefined) return refuse({ code: 'not-found', what: 'checklist', id: place.checklist });
  const { values, digest, target, conflicts } = checklistTarget(ws, place);
  const state = reviewState(target);
  const who = ws.member();
  const worked = values.items.some((item) => item.result !== 'not-reviewed');
  return {
    ...summary,
    ...state,
    engagement: place.engagement,
    subject: { ...place.subject },
    record: place.record,
    digest,
    rows: itemsOf(db, place.checklist, place.engagement, place.subject.id).map((item) =>
      itemView(ws, place, item),
    ),
    ...checklistText(db, place.checklist),
    signOffs: signOffsOf(db, place.record, digest).map(
      ({ writer: _w, seq: _s, signed: _v, ...signOff }) => signOff,
    ),
    may: {
      assess: spoken(mayAccess(who.role, 'prepare')),
      prepare: spoken(mayPrepare(target, { member: who.id, role: who.role }, worked, conflicts)),
      review: spoken(mayReview(target, { member: who.id, role: who.role }, conflicts)),
    },
  };
}

function itemView(
  ws: OpenWorkspace,
  place: ChecklistPlace,
  item: ReturnType<typeof itemsOf>[number],
): ChecklistView['rows'][number] {
  const assessment = placeOf(place.engagement, { id: item.id, kind: 'item' }, place.subject.id).id;
  return {
    id: item.id,
    text: item.text,
    depth: item.depth,
    order: item.ord,
    label: item.label,
    checkedInSource: item.checked === null ? null : item.checked === 1,
    owner: item.owner,
    due: item.due,
    details: JSON.parse(item.details) as string[],
    assessment,
    result: (item.result ?? 'not-reviewed') as Result,
    note: item.note ?? '',
    evidence: item.assessment === null ? [] : judged(ws, evidenceOf(ws.db, assessment, today(ws))),
    conflicts: item.assessment === null ? [] : conflictsOf(ws.db, `assessment:${assessment}`),
  };
}

export interface SetItemRequest {
  /** An item's id, path, exact text, or with the checklist its short number. */
  readonly item: string;
  readonly checklist?: string | undefined;
  readonly engagement?: string | undefined;
  readonly subject?: string | undefined;
  readonly result?: Result | undefined;
  readonly note?: string | undefined;
}

/** Records the result and note of an item; answers where its checklist stands. */
export function setItem(ws: OpenWorkspace, request: SetItemRequest): ChecklistPlace {
  const engagement = resolve.engagement(ws, request.engagement);
  const subject = resolve.subject(ws, engagement.id, request.subject);
  const within =
    request.checklist === undefined ? null : resolve.checklist(ws, engagement.id, request.checklist).id;
  const item = resolve.item(ws, engagement.id, request.item, within);
  append(ws, 'assess@1', valueDrafts(placeOf(engagement.id, item, subject.id), request));
  return checklistPlace(ws, {
    checklist: checklistOfItem(ws.db, item.id) ?? '',
    engagement: engagement.id,
    subject: subject.id,
  });
}
