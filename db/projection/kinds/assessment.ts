import { z } from 'zod';
import { deriveId } from '../../../shared/domain/identity.ts';
import { type Capacity, Method, Result } from '../../../shared/domain/results.ts';
import { reviewState, type SignOffFact, type SignTarget } from '../../../shared/domain/review.ts';
import {
  SIGNED_EVIDENCE_FIELDS,
  type SignedAssessment,
  type SignedChecklist,
  type SignedEvidence,
  signOffDigest,
} from '../../../shared/domain/sign-off.ts';
import { AssessmentAbout } from '../../../shared/ledger/fields.ts';
import type { Database } from '../../driver.ts';
import { BASELESS } from '../../queries/baseless.ts';
import { refusedBeginning } from '../../queries/begun.ts';
import { all, get, put, run } from '../../sql.ts';
import type { ProjectionContext } from '../index.ts';
import { fieldValue, type RecordState } from '../record.ts';
import { index } from '../search-row.ts';
import type { Projector } from './index.ts';

const NO_TEXT = '0'.repeat(64);

export const assessment: Projector = {
  conflicts: true,
  project(ctx, id, state) {
    const { db } = ctx;
    const said = fieldValue(state, 'about', AssessmentAbout) ?? begunByRefused(db, id);
    if (said === null) return [];
    const targetKind = kindOfTarget(db, said.target) ?? said.targetKind;
    const about = { ...said, targetKind };
    if (targetKind === 'item' && said.targetKind !== 'item' && !wasCalledItem(db, id)) {
      run(db, 'DELETE FROM assessment WHERE id = ?', id);
      index(db, 'assessment', id, null);
      return leaningChecklist(ctx, about);
    }
    const textHash = textHashOf(db, about.targetKind, about.target);
    const values = signedValuesOf({ ...about, textHash }, state, signedEvidence(db, id));
    const digest = signOffDigest(ctx.sha256, values);
    const review = reviewState(assessmentSignTarget(db, id, digest));
    const conflicts =
      get<{ n: number }>(db, 'SELECT count(*) n FROM conflict WHERE record = ?', `assessment:${id}`)?.n ?? 0;
    const newest =
      state.heads
        .map((head) => head.time)
        .sort()
        .at(-1) ?? '';
    put(db, 'assessment', {
      id,
      engagement: about.engagement,
      target: about.target,
      target_kind: about.targetKind,
      subject: about.subject,
      result: values.result,
      method: values.method,
      note: values.note,
      digest,
      status: review.status,
      voided: review.voided ? 1 : 0,
      evidence: values.evidence.length,
      conflicts,
      changed_at: newest.slice(0, 24),
    });
    index(db, 'assessment', id, values.note === '' ? null : { label: '', title: '', body: values.note });
    return about.targetKind === 'item' ? leaningChecklist(ctx, about) : [];
  },
};

const begunByRefused = (db: Database, id: string) =>
  AssessmentAbout.nullable().catch(null).parse(refusedBeginning(db, id));

type SignedAbout = Pick<SignedAssessment, 'engagement' | 'target' | 'textHash' | 'subject'>;

/** What a sign-off of an assessment covers as its record says it; nothing but its place while there is no record. */
export function signedValuesOf(
  { engagement, target, textHash, subject }: SignedAbout,
  state: RecordState | null,
  evidence: SignedEvidence[],
): SignedAssessment {
  return {
    ...{ kind: 'assessment', engagement, target, textHash, subject },
    result: (state && fieldValue(state, 'result', Result)) ?? 'not-reviewed',
    method: state && fieldValue(state, 'method', Method.nullable()),
    note: (state && fieldValue(state, 'note', z.string())) ?? '',
    evidence,
  };
}

/** What a target is by the frameworks that are here, whatever its checks call it; null where none of them has it. */
function kindOfTarget(db: Database, target: string): 'control' | 'item' | null {
  const sql =
    "SELECT 'control' kind FROM control WHERE id = ?1 UNION ALL SELECT 'item' FROM item WHERE id = ?1 LIMIT 1";
  return get<{ kind: 'control' | 'item' }>(db, sql, target)?.kind ?? null;
}

/**
 * Whether anybody ever recorded a check as one of an item. Whoever reads the ledger's entries alone cannot tell an item
 * from a control but by that, so a check of an item that nobody called one counts for nothing.
 */
function wasCalledItem(db: Database, id: string): boolean {
  const sql = `SELECT 1 one FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
    WHERE o.record = ? AND o.field = 'about' AND json_extract(o.value, '$.targetKind') = 'item' LIMIT 1`;
  return get(db, sql, `assessment:${id}`) !== undefined;
}

function textHashOf(db: Database, kind: 'control' | 'item', target: string): string {
  const sql =
    kind === 'control'
      ? 'SELECT text_hash h FROM control WHERE id = ?'
      : 'SELECT text_hash h FROM item WHERE id = ?';
  return get<{ h: string }>(db, sql, target)?.h ?? NO_TEXT;
}

interface EvidenceRow {
  id: string;
  title: string;
  collected: string | null;
  expires: string | null;
  period_from: string | null;
  period_to: string | null;
  last_verified: string | null;
}

function signedEvidence(db: Database, assessment: string): SignedEvidence[] {
  const rows = all<EvidenceRow>(
    db,
    `SELECT DISTINCT v.id, v.title, v.collected, v.expires, v.period_from, v.period_to, v.last_verified
       FROM link l JOIN evidence v ON v.id = l.evidence WHERE l.assessment = ? ORDER BY v.id`,
    assessment,
  );
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    collected: row.collected,
    expires: row.expires,
    periodFrom: row.period_from,
    periodTo: row.period_to,
    lastVerified: row.last_verified,
    files: all<{ sha256: string }>(
      db,
      'SELECT sha256 FROM evidence_file WHERE evidence = ? ORDER BY sha256',
      row.id,
    ).map((f) => f.sha256),
  }));
}

interface SignOffRow {
  id: string;
  at: string;
  capacity: string;
  verdict: string;
  by: string;
  digest: string;
  after: string;
}

/** Every sign-off on a record that counts, with its moment. */
export function signOffsOn(db: Database, record: string): (SignOffFact & { readonly at: string })[] {
  return all<SignOffRow>(
    db,
    `SELECT ${SIGN_OFF} FROM sign_off s WHERE record = ? AND NOT ${BASELESS} ORDER BY at, id`,
    record,
  ).map(toSignOff);
}

const SIGN_OFF = 'id, at, capacity, verdict, "by", digest, "after"';

const toSignOff = (row: SignOffRow): SignOffFact & { readonly at: string } => ({
  at: row.at,
  id: row.id,
  capacity: row.capacity as Capacity,
  verdict: row.verdict as 'signed' | 'returned',
  by: row.by,
  digest: row.digest,
  after: JSON.parse(row.after) as string[],
});

/** Fields of an assessment whose authors had a hand in what is signed. */
export const SIGNED_FIELDS = ['result', 'method', 'note'];

/** What the review rules ask of an assessment: its digest, whose values are in it, and its sign-offs. */
export function assessmentSignTarget(db: Database, id: string, digest: string): SignTarget {
  return { digest, contributors: contributorsTo(db, id), signOffs: signOffsOn(db, id) };
}

/** The same of many assessments at once, by their ids. */
export function assessmentSignTargets(
  db: Database,
  rows: readonly { readonly record: string; readonly digest: string }[],
): ReadonlyMap<string, SignTarget> {
  const ids = rows.map(({ record }) => record);
  const people = contributors(db, ids);
  const signed = Map.groupBy(
    all<SignOffRow & { record: string }>(
      db,
      `SELECT record, ${SIGN_OFF} FROM sign_off s
        WHERE record IN (SELECT value FROM json_each(?)) AND NOT ${BASELESS} ORDER BY at, id`,
      JSON.stringify(ids),
    ),
    ({ record }) => record,
  );
  return new Map(
    rows.map(({ record, digest }) => [
      record,
      {
        digest,
        contributors: people.get(record) ?? [],
        signOffs: (signed.get(record) ?? []).map(toSignOff),
      },
    ]),
  );
}

const contributorsTo = (db: Database, id: string) => contributors(db, [id]).get(id) ?? [];

const quoted = (fields: readonly string[]) => fields.map((field) => `'${field}'`).join(', ');

/**
 * By each assessment whoever put a value inside its digest or took one out of it: a link taken off and evidence removed
 * change what is signed as much as what is written.
 */
function contributors(db: Database, ids: readonly string[]): Map<string, string[]> {
  const rows = all<{ id: string; member: string }>(
    db,
    `WITH asked AS MATERIALIZED (SELECT value id FROM json_each(?)), hand AS (
       SELECT r.id, h.writer FROM asked r CROSS JOIN head h
           ON h.record = 'assessment:' || r.id AND h.field IN (${quoted(SIGNED_FIELDS)})
       UNION
       SELECT r.id, h.writer FROM asked r CROSS JOIN link l ON l.assessment = r.id
        CROSS JOIN head h ON h.record = 'link:' || l.id AND h.field = 'state'
       UNION
       SELECT r.id, h.writer FROM asked r CROSS JOIN unlinked l ON l.assessment = r.id
        CROSS JOIN head h ON h.record = 'link:' || l.id AND h.field = 'state'
       UNION
       SELECT r.id, h.writer FROM asked r CROSS JOIN link l ON l.assessment = r.id
         LEFT JOIN evidence v ON v.id = l.evidence CROSS JOIN head h ON h.record = 'evidence:' || l.evidence
          AND (CASE WHEN v.id IS NULL THEN h.field = 'deleted' ELSE h.field IN (${quoted(SIGNED_EVIDENCE_FIELDS)}) END))
     SELECT DISTINCT hand.id, w.member FROM hand JOIN writer w ON w.id = hand.writer ORDER BY w.member`,
    JSON.stringify(ids),
  );
  const people = new Map<string, string[]>();
  for (const { id, member } of rows) {
    const known = people.get(id);
    if (known === undefined) people.set(id, [member]);
    else known.push(member);
  }
  return people;
}

/** The id of a checklist as worked in an engagement for a subject. */
export function checklistWorkId(
  sha256: ProjectionContext['sha256'],
  engagement: string,
  checklist: string,
  subject: string,
): string {
  return deriveId(sha256, 'checklist-work', engagement, checklist, subject);
}

function leaningChecklist(ctx: ProjectionContext, about: z.infer<typeof AssessmentAbout>): string[] {
  const row = get<{ checklist: string }>(ctx.db, 'SELECT checklist FROM item WHERE id = ?', about.target);
  if (row === undefined) return [];
  const id = checklistWorkId(ctx.sha256, about.engagement, row.checklist, about.subject);
  put(ctx.db, 'checklist_work', {
    id,
    engagement: about.engagement,
    checklist: row.checklist,
    subject: about.subject,
    digest: '',
    status: 'draft',
    voided: 0,
  });
  return [`checklist-work:${id}`];
}

interface WorkRow {
  engagement: string;
  checklist: string;
  subject: string;
}

/** A checklist as worked has no fields of its own: its row follows from its items and its sign-offs. */
export const checklistWork: Projector = {
  conflicts: false,
  project(ctx, id) {
    const { db } = ctx;
    const work =
      get<WorkRow>(db, 'SELECT engagement, checklist, subject FROM checklist_work WHERE id = ?', id) ??
      signedWork(db, id);
    if (work === undefined) return [];
    const values = signedChecklist(db, work);
    const digest = signOffDigest(ctx.sha256, values);
    const review = reviewState(checklistSignTarget(db, id, work, digest));
    put(db, 'checklist_work', { id, ...work, digest, status: review.status, voided: review.voided ? 1 : 0 });
    return [];
  },
};

/** A checklist that was signed before anything was recorded in it is known from what was signed. */
function signedWork(db: Database, id: string): WorkRow | undefined {
  const row = get<{ signed: string }>(
    db,
    'SELECT signed FROM sign_off WHERE record = ? ORDER BY id LIMIT 1',
    id,
  );
  if (row === undefined) return undefined;
  const signed = JSON.parse(row.signed) as SignedChecklist;
  return { engagement: signed.engagement, checklist: signed.target, subject: signed.subject };
}

interface ItemWork {
  target: string;
  text_hash: string;
  id: string | null;
  result: string | null;
  method: string | null;
  note: string | null;
}

function itemsOf(db: Database, work: WorkRow): ItemWork[] {
  return all<ItemWork>(
    db,
    `SELECT i.id target, i.text_hash, a.id, a.result, a.method, a.note FROM item i
       LEFT JOIN assessment a ON a.target = i.id AND a.engagement = ? AND a.subject = ?
      WHERE i.checklist = ? ORDER BY i.ord`,
    work.engagement,
    work.subject,
    work.checklist,
  );
}

/** The values a sign-off of the whole checklist is bound to. */
export function signedChecklist(db: Database, work: WorkRow): SignedChecklist {
  const textHash =
    get<{ h: string }>(db, 'SELECT text_hash h FROM checklist WHERE id = ?', work.checklist)?.h ?? NO_TEXT;
  return {
    kind: 'checklist',
    engagement: work.engagement,
    target: work.checklist,
    textHash,
    subject: work.subject,
    items: itemsOf(db, work).map((item) => ({
      kind: 'assessment',
      engagement: work.engagement,
      target: item.target,
      textHash: item.text_hash,
      subject: work.subject,
      result: Result.catch('not-reviewed').parse(item.result ?? 'not-reviewed'),
      method: Method.nullable().catch(null).parse(item.method),
      note: item.note ?? '',
      evidence: item.id === null ? [] : signedEvidence(db, item.id),
    })),
  };
}

export function checklistSignTarget(db: Database, id: string, work: WorkRow, digest: string): SignTarget {
  const people = new Set<string>();
  for (const item of itemsOf(db, work)) {
    if (item.id !== null) for (const member of contributorsTo(db, item.id)) people.add(member);
  }
  return { digest, contributors: [...people].sort(), signOffs: signOffsOn(db, id) };
}

/** The values a sign-off of an assessment is bound to, read back from its row. */
export function signedAssessment(db: Database, id: string): SignedAssessment | null {
  const row = get<{
    engagement: string;
    target: string;
    target_kind: 'control' | 'item';
    subject: string;
    result: string;
    method: string | null;
    note: string;
  }>(
    db,
    'SELECT engagement, target, target_kind, subject, result, method, note FROM assessment WHERE id = ?',
    id,
  );
  if (row === undefined) return null;
  return {
    kind: 'assessment',
    engagement: row.engagement,
    target: row.target,
    textHash: textHashOf(db, row.target_kind, row.target),
    subject: row.subject,
    result: Result.parse(row.result),
    method: Method.nullable().parse(row.method),
    note: row.note,
    evidence: signedEvidence(db, id),
  };
}
