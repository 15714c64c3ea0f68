import type { z } from 'zod';
import type { ReviewNoteRow, SignOffRow } from '../../shared/contract/frameworks.ts';
import type { Capacity, Method, Result, Status } from '../../shared/domain/results.ts';
import { isVoid } from '../../shared/domain/review.ts';
import type { Database } from '../driver.ts';
import { containing } from '../query.ts';
import { all, get } from '../sql.ts';
import { BASELESS } from './baseless.ts';

export interface AssessmentRow {
  readonly id: string;
  readonly engagement: string;
  readonly target: string;
  readonly targetKind: 'control' | 'item';
  readonly subject: string;
  readonly result: Result;
  readonly method: Method | null;
  readonly note: string;
  readonly digest: string;
  readonly status: Status;
  readonly voided: boolean;
  readonly conflicts: number;
}

interface Raw {
  id: string;
  engagement: string;
  target: string;
  target_kind: string;
  subject: string;
  result: string;
  method: string | null;
  note: string;
  digest: string;
  status: string;
  voided: number;
  conflicts: number;
}

const parse = (row: Raw): AssessmentRow => ({
  id: row.id,
  engagement: row.engagement,
  target: row.target,
  targetKind: row.target_kind as 'control' | 'item',
  subject: row.subject,
  result: row.result as Result,
  method: row.method as Method | null,
  note: row.note,
  digest: row.digest,
  status: row.status as Status,
  voided: row.voided === 1,
  conflicts: row.conflicts,
});

export function assessmentById(db: Database, id: string): AssessmentRow | undefined {
  const row = get<Raw>(db, 'SELECT * FROM assessment WHERE id = ?', id);
  return row === undefined ? undefined : parse(row);
}

export interface NoteRow {
  /** The control or item that it stands on. */
  readonly of: string;
  readonly label: string;
  readonly subject: string;
  readonly subjectName: string;
  readonly excerpt: string;
}

/** The notes of an engagement in the order of its frameworks, those in which the text or on which it stands. */
export function notesOf(db: Database, engagement: string, text: string, limit: number): NoteRow[] {
  return all<NoteRow>(
    db,
    `SELECT * FROM (SELECT a.target "of", coalesce(c.label || ' ' || c.title, i.text) label, a.subject, s.name "subjectName",
              substr(a.note, 1, 200) excerpt, a.note, a.target_kind, coalesce(c.ord, i.ord) ord
         FROM assessment a JOIN subject s ON s.id = a.subject
         LEFT JOIN control c ON a.target_kind = 'control' AND c.id = a.target
         LEFT JOIN item i ON a.target_kind = 'item' AND i.id = a.target
        WHERE a.engagement = ?1 AND trim(a.note) <> '')
      WHERE label LIKE ?2 ESCAPE '\\' OR note LIKE ?2 ESCAPE '\\' OR "subjectName" LIKE ?2 ESCAPE '\\'
      ORDER BY target_kind, ord, "of", "subjectName" LIMIT ?3`,
    engagement,
    containing(text),
    limit,
  ).map(({ of, label, subject, subjectName, excerpt }) => ({ of, label, subject, subjectName, excerpt }));
}

/** What was returned in an engagement: each control, item or checklist once, with the newest words, by these or where they stand. */
export function returnsOf(db: Database, engagement: string, text: string, limit: number): NoteRow[] {
  return all<NoteRow>(
    db,
    `WITH returned AS (
       SELECT s.record "of", coalesce(c.label || ' ' || c.title, i.text, l.title) label, n.id subject, n.name "subjectName",
              substr(s.note, 1, 200) excerpt, s.note, s.at,
              row_number() OVER (PARTITION BY s.record ORDER BY s.at DESC, s.id) newest
         FROM sign_off s
         LEFT JOIN assessment a ON s.kind = 'assessment' AND a.id = s.record
         LEFT JOIN checklist_work w ON s.kind = 'checklist' AND w.id = s.record
         LEFT JOIN control c ON a.target_kind = 'control' AND c.id = a.target
         LEFT JOIN item i ON a.target_kind = 'item' AND i.id = a.target
         LEFT JOIN checklist l ON l.id = w.checklist
         JOIN subject n ON n.id = coalesce(a.subject, w.subject)
        WHERE s.verdict = 'returned' AND coalesce(a.engagement, w.engagement) = ?1)
     SELECT "of", label, subject, "subjectName", excerpt FROM returned
      WHERE newest = 1 AND (label LIKE ?2 ESCAPE '\\' OR note LIKE ?2 ESCAPE '\\' OR "subjectName" LIKE ?2 ESCAPE '\\')
      ORDER BY label, "of" LIMIT ?3`,
    engagement,
    containing(text),
    limit,
  );
}

/** Every worked assessment of an engagement. */
export function assessmentsOf(db: Database, engagement: string): AssessmentRow[] {
  return all<Raw>(db, 'SELECT * FROM assessment WHERE engagement = ? ORDER BY id', engagement).map(parse);
}

interface RawSignOff {
  id: string;
  capacity: string;
  verdict: string;
  by: string;
  name: string | null;
  at: string;
  digest: string;
  note: string;
  passphrase_set_by_other: number;
  writer: string;
  seq: number;
  after: string;
  signed: string;
  baseless: number;
}

type SignOff = z.infer<typeof SignOffRow>;

/** Where a sign-off stands, what it is of, and whether it names one that the ledger does not hold. */
interface Stated {
  readonly writer: string;
  readonly seq: number;
  readonly signed: string;
  readonly baseless: boolean;
}

/** Sign-offs and returns on a record, oldest first, each marked void where it no longer covers `digest`. */
export function signOffsOf(db: Database, record: string, digest: string): (SignOff & Stated)[] {
  return all<RawSignOff>(
    db,
    `SELECT s.*, m.name, ${BASELESS} baseless FROM sign_off s LEFT JOIN member m ON m.id = s.by
      WHERE s.record = ? ORDER BY s.at, s.id`,
    record,
  ).map((row) => ({
    id: row.id,
    capacity: row.capacity as Capacity,
    verdict: row.verdict as SignOff['verdict'],
    by: { id: row.by, name: row.name ?? row.by },
    at: row.at,
    digest: row.digest,
    note: row.note,
    voided: isVoid({ verdict: row.verdict as SignOff['verdict'], digest: row.digest }, digest),
    passphraseSetByOther: row.passphrase_set_by_other === 1,
    writer: row.writer,
    seq: row.seq,
    signed: row.signed,
    baseless: row.baseless === 1,
  }));
}

export function signOffIdsOf(db: Database, record: string): string[] {
  return all<{ id: string }>(db, 'SELECT id FROM sign_off WHERE record = ? ORDER BY id', record).map(
    (row) => row.id,
  );
}

type Note = z.infer<typeof ReviewNoteRow>;

export function reviewNotesOf(db: Database, record: string): Note[] {
  return all<{
    id: string;
    text: string;
    by: string;
    name: string | null;
    at: string;
    answer: string;
    state: string;
  }>(
    db,
    'SELECT n.*, m.name FROM review_note n LEFT JOIN member m ON m.id = n.by WHERE n.record = ? ORDER BY n.at, n.id',
    record,
  ).map((row) => ({
    id: row.id,
    text: row.text,
    by: { id: row.by, name: row.name ?? row.by },
    at: row.at,
    answer: row.answer,
    state: row.state as Note['state'],
  }));
}

export function reviewNoteById(
  db: Database,
  id: string,
): { id: string; record: string; state: string } | undefined {
  return get(db, 'SELECT id, record, state FROM review_note WHERE id = ?', id);
}

export interface CheckWork {
  readonly id: string;
  readonly engagement: string;
  readonly checklist: string;
  readonly subject: string;
  readonly digest: string;
  readonly status: Status;
  readonly voided: boolean;
}

export function checklistWorkById(db: Database, id: string): CheckWork | undefined {
  const row = get<Omit<CheckWork, 'voided'> & { voided: number }>(
    db,
    'SELECT * FROM checklist_work WHERE id = ?',
    id,
  );
  return row === undefined ? undefined : { ...row, voided: row.voided === 1 };
}
