import { assessmentSignTarget, signedAssessment } from '../../db/projection/kinds/assessment.ts';
import {
  assessmentById,
  checklistWorkById,
  reviewNoteById,
  signOffIdsOf,
} from '../../db/queries/assessments.ts';
import { get } from '../../db/sql.ts';
import type { Capacity, Status } from '../../shared/domain/results.ts';
import { mayPrepare, mayReview, reviewState, type SignTarget } from '../../shared/domain/review.ts';
import { isPlausibleOpening } from '../../shared/domain/review-time.ts';
import type { SignedValues } from '../../shared/domain/sign-off.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { checklistPlace, checklistTarget } from '../checklists/checklist.ts';
import { placeOf, wellFormed } from '../engagements/assess.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

export interface SignRequest {
  readonly kind: 'assessment' | 'checklist';
  /** A record's id; a control's label or a checklist's title serve as well. */
  readonly id: string;
  readonly engagement?: string | undefined;
  readonly subject?: string | undefined;
  /** When the member opened it to decide; measures how long a review takes. */
  readonly opened?: string | undefined;
}

export interface SignedOff {
  readonly signOff: {
    readonly id: string;
    readonly digest: string;
    readonly by: { readonly id: string; readonly name: string };
    readonly at: string;
    readonly capacity: Capacity;
  };
  readonly status: Status;
}

/** What stands there to be signed. */
interface Signable {
  readonly record: string;
  readonly values: SignedValues;
  readonly digest: string;
  readonly target: SignTarget;
  readonly worked: boolean;
  readonly conflicts: number;
}

/** Signs off, if the rules allow it; `expectDigest` is what the signer saw, and anything else is refused. */
export function signOff(
  ws: OpenWorkspace,
  request: SignRequest,
  capacity: Capacity,
  expectDigest?: string,
): SignedOff {
  const signable = findSignable(ws, request);
  if (expectDigest !== undefined && expectDigest !== signable.digest) {
    refuse({
      code: 'conflict',
      detail: 'It has changed since you looked at it. Look at the newest state and sign that.',
    });
  }
  const who = { member: ws.member().id, role: ws.member().role };
  demand(
    capacity === 'preparer'
      ? mayPrepare(signable.target, who, signable.worked, signable.conflicts)
      : mayReview(signable.target, who, signable.conflicts, capacity),
  );
  const fact = { kind: request.kind, capacity, verdict: 'signed' as const, note: '' };
  return record(ws, 'review.sign', signable, fact, request.opened);
}

/** Returns submitted work to its preparer with a note. */
export function returnWork(ws: OpenWorkspace, request: SignRequest, note: string): SignedOff {
  const signable = findSignable(ws, request);
  demand(mayReview(signable.target, { member: ws.member().id, role: ws.member().role }, 0));
  const fact = {
    kind: request.kind,
    capacity: 'reviewer' as const,
    verdict: 'returned' as const,
    note: wellFormed(note),
  };
  return record(ws, 'review.return', signable, fact, request.opened);
}

/** Writes the fact and seals at once: a signature stands under the member's key before anybody is told of it. */
function record(
  ws: OpenWorkspace,
  action: string,
  signable: Signable,
  fact: { kind: string; capacity: Capacity; verdict: 'signed' | 'returned'; note: string },
  claimed: string | undefined,
): SignedOff {
  const member = ws.member();
  const opened = claimed !== undefined && isPlausibleOpening(claimed, ws.now()) ? claimed : undefined;
  const value: Json = {
    ...fact,
    ...(opened === undefined ? {} : { opened }),
    record: signable.record,
    digest: signable.digest,
    after: signOffIdsOf(ws.db, signable.record),
    signed: signable.values as unknown as Json,
    // The slot that was opened may be older than the key the ledger knows, in a copy where nothing was changed yet.
    passphraseSetByOther: member.passphraseSetByOther || ws.secrets.passphraseSetByOther,
  };
  const id = factId(sha256, 'signoff', ws.writer.id, value);
  ws.db.transaction(() => {
    // Builds that do not know of the opening keep such an entry and pass it on.
    const version = opened === undefined ? 1 : 2;
    append(ws, `${action}@${version}`, [{ record: `signoff:${id}`, field: 'fact', value }]);
    sealOpen(ws);
  })();
  const at = get<{ at: string }>(ws.db, 'SELECT at FROM sign_off WHERE id = ?', id)?.at ?? '';
  const { status } = reviewState(findTarget(ws, signable.record, fact.kind, signable.digest));
  const by = { id: member.id, name: member.name };
  return { signOff: { id, digest: signable.digest, by, at, capacity: fact.capacity }, status };
}

function findTarget(ws: OpenWorkspace, recordId: string, kind: string, digest: string): SignTarget {
  if (kind === 'assessment') return assessmentSignTarget(ws.db, recordId, digest);
  return checklistTarget(ws, checklistPlace(ws, { checklist: recordId })).target;
}

function findSignable(ws: OpenWorkspace, request: SignRequest): Signable {
  return request.kind === 'assessment' ? signableAssessment(ws, request) : signableChecklist(ws, request);
}

function signableAssessment(ws: OpenWorkspace, request: SignRequest): Signable {
  const id = assessmentById(ws.db, request.id) === undefined ? assessmentByControl(ws, request) : request.id;
  const row = assessmentById(ws.db, id);
  const values = signedAssessment(ws.db, id);
  if (row === undefined || values === null) {
    return refuse({
      code: 'rule-broken',
      rule: 'result-missing',
      because: 'Record a result first; there is nothing to sign yet.',
    });
  }
  const target = assessmentSignTarget(ws.db, id, row.digest);
  return {
    record: id,
    values,
    digest: row.digest,
    target,
    worked: row.result !== 'not-reviewed',
    conflicts: row.conflicts,
  };
}

function assessmentByControl(ws: OpenWorkspace, request: SignRequest): string {
  const engagement = resolve.engagement(ws, request.engagement);
  const target = resolve.target(ws, engagement.id, request.id);
  const subject = resolve.subject(ws, engagement.id, request.subject);
  return placeOf(engagement.id, target, subject.id).id;
}

function signableChecklist(ws: OpenWorkspace, request: SignRequest): Signable {
  const place = checklistPlace(ws, {
    checklist: request.id,
    engagement: request.engagement,
    subject: request.subject,
  });
  const { values, digest, target, conflicts } = checklistTarget(ws, place);
  const worked = values.items.some((item) => item.result !== 'not-reviewed');
  return { record: place.record, values, digest, target, worked, conflicts };
}

/** Raises a note on an assessment or a checklist as worked. */
export function raiseNote(ws: OpenWorkspace, onRecord: string, text: string): string {
  if (assessmentById(ws.db, onRecord) === undefined && checklistWorkById(ws.db, onRecord) === undefined) {
    refuse({ code: 'not-found', what: 'assessment or checklist', id: onRecord });
  }
  const id = ws.ports.ids.next();
  append(ws, 'review.note@1', [
    { record: `note:${id}`, field: 'raised', value: { record: onRecord, text: wellFormed(text) } },
  ]);
  return id;
}

export function answerNote(ws: OpenWorkspace, note: string, text: string): string {
  existingNote(ws, note);
  append(ws, 'review.answer@1', [{ record: `note:${note}`, field: 'answer', value: wellFormed(text) }]);
  return note;
}

export function clearNote(ws: OpenWorkspace, note: string): string {
  existingNote(ws, note);
  append(ws, 'review.clear@1', [{ record: `note:${note}`, field: 'cleared', value: true }]);
  return note;
}

function existingNote(ws: OpenWorkspace, id: string): void {
  if (reviewNoteById(ws.db, id) === undefined) refuse({ code: 'not-found', what: 'review note', id });
}
