import { assessmentSignTarget } from '../../db/projection/kinds/assessment.ts';
import {
  type AssessmentRow,
  assessmentById,
  reviewNotesOf,
  signOffsOf,
} from '../../db/queries/assessments.ts';
import { evidenceOf } from '../../db/queries/evidence.ts';
import { conflictsOf, historyOf } from '../../db/queries/history.ts';
import { factsOn } from '../../db/queries/programme.ts';
import { all, get } from '../../db/sql.ts';
import type { AssessmentView } from '../../shared/contract/frameworks.ts';
import { mayAccess } from '../../shared/domain/permissions.ts';
import type { ProgrammeFact } from '../../shared/domain/programme/facts.ts';
import { mayPrepare, mayReview, type SignTarget } from '../../shared/domain/review.ts';
import { signOffDigest } from '../../shared/domain/sign-off.ts';
import { refuse } from '../../shared/fault.ts';
import { judged } from '../evidence/stale.ts';
import { sha256 } from '../ledger/keys.ts';
import { spoken } from '../spoken.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { AssessmentPlace } from './assess.ts';

/** An assessment with everything a screen shows beside it; one that was never touched is shown empty. */
export function viewAssessment(ws: OpenWorkspace, place: AssessmentPlace): AssessmentView {
  const { db } = ws;
  const row = assessmentById(db, place.id) ?? untouched(db, place);
  const record = `assessment:${place.id}`;
  const links = all<{ id: string }>(
    db,
    'SELECT id FROM link WHERE assessment = ?1 UNION ALL SELECT id FROM unlinked WHERE assessment = ?1',
    place.id,
  ).map((link) => `link:${link.id}`);
  const subject =
    get<{ name: string }>(db, 'SELECT name FROM subject WHERE id = ?', place.subject)?.name ?? '';
  const who = ws.member();
  const target: SignTarget = assessmentSignTarget(db, place.id, row.digest);
  const worked = row.result !== 'not-reviewed';
  const { engagement, target: targetId, targetKind } = place;
  return {
    id: place.id,
    engagement,
    target: targetId,
    targetKind,
    subject: { id: place.subject, name: subject },
    result: row.result,
    method: row.method,
    note: row.note,
    status: row.status,
    digest: row.digest,
    voided: row.voided,
    signOffs: signOffsOf(db, place.id, row.digest).map(
      ({ writer: _w, seq: _s, signed: _v, ...signOff }) => signOff,
    ),
    notes: reviewNotesOf(db, place.id),
    evidence: judged(ws, evidenceOf(db, place.id, today(ws))),
    conflicts: conflictsOf(db, record),
    history: historyOf(db, [record, ...links], 50),
    rolled: rolledOf(db, record),
    may: {
      assess: spoken(mayAccess(who.role, 'prepare')),
      prepare: spoken(mayPrepare(target, { member: who.id, role: who.role }, worked, row.conflicts)),
      review: spoken(mayReview(target, { member: who.id, role: who.role }, row.conflicts)),
    },
  };
}

export function viewAssessmentById(ws: OpenWorkspace, id: string): AssessmentView {
  const row = assessmentById(ws.db, id);
  if (row === undefined) return refuse({ code: 'not-found', what: 'assessment', id });
  return viewAssessment(ws, row);
}

function rolledOf(db: OpenWorkspace['db'], record: string): AssessmentView['rolled'] {
  const fact = factsOn(db, record, 'rolled')[0];
  if (fact === undefined) return null;
  const { outcome, decision } = fact.body as ProgrammeFact<'rolled'>;
  return { outcome, decision, by: fact.by, at: fact.at };
}

function untouched(db: OpenWorkspace['db'], place: AssessmentPlace): AssessmentRow {
  const table = place.targetKind === 'control' ? 'control' : 'item';
  const textHash =
    get<{ h: string }>(db, `SELECT text_hash h FROM ${table} WHERE id = ?`, place.target)?.h ??
    '0'.repeat(64);
  const values = {
    kind: 'assessment' as const,
    engagement: place.engagement,
    target: place.target,
    textHash,
    subject: place.subject,
    result: 'not-reviewed' as const,
    method: null,
    note: '',
    evidence: [],
  };
  return {
    ...place,
    ...values,
    digest: signOffDigest(sha256, values),
    status: 'draft',
    voided: false,
    conflicts: 0,
  };
}
