import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** Checks that were accepted at some time, with since when they stand as they do. */
export interface SettledChecks {
  readonly kind: 'control' | 'item';
  readonly framework: string;
  /** Path of the group of controls (may be empty), or id of the checklist. */
  readonly place: string;
  /** 1 where they are accepted, whatever as. */
  readonly signed: number;
  /** 1 where they are accepted as met or as not applicable. */
  readonly accepted: number;
  /** The last day on which they, their evidence or their sign-offs changed: from its end on they stand as they do. */
  readonly since: string;
  /** JSON list of the evidence they lean on, of what was asked about. */
  readonly evidence: string;
  /** The one record that was signed, where it was accepted before that day too; else null. */
  readonly moved: string | null;
  readonly count: number;
}

const SUBJECTS = '(SELECT id FROM subject WHERE engagement = ?1)';

/** As `isMet` says it of a result. */
const MET = "a.result IN ('satisfied', 'not-applicable')";

const SIGNED_OF_EVIDENCE =
  "('title', 'collected', 'expires', 'periodFrom', 'periodTo', 'lastVerified', 'files', 'deleted', 'retainUntil')";

const newest = (time: string, from: string) =>
  `coalesce((SELECT max(${time}) FROM ${from} WHERE l.assessment = a.id), '')`;

/**
 * When what a sign-off of an assessment covers last changed: its values, its links, and the evidence they lead to. Of
 * evidence that somebody removed a hold decides whether it stands.
 */
const TOUCHED = `max(substr(a.changed_at, 1, 10),
  ${newest('h.time', "link l JOIN head h ON h.record = 'link:' || l.id")},
  ${newest('h.time', "unlinked l JOIN head h ON h.record = 'link:' || l.id")},
  ${newest('h.time', `link l JOIN head h ON h.record = 'evidence:' || l.evidence AND h.field IN ${SIGNED_OF_EVIDENCE}`)},
  ${newest(
    'f.at',
    `link l JOIN programme_fact f ON f.record = 'evidence:' || l.evidence AND f.kind = 'hold'
       JOIN head h ON h.record = f.record AND h.field = 'deleted'`,
  )})`;

/**
 * Every check of an engagement that was ever accepted, counted by where it stands and since when. Items stand as their
 * checklist does. `evidence` is what may weaken an acceptance: of what a check leans on, only that is named. What was
 * signed is read first, since most of what is in scope never was.
 */
export function settledChecks(
  db: Database,
  engagement: string,
  evidence: readonly string[],
): SettledChecks[] {
  return all<SettledChecks>(
    db,
    `WITH leaning AS MATERIALIZED (SELECT l.assessment, json_group_array(l.evidence) evidence FROM json_each(?2) v
       JOIN link l ON l.evidence = v.value GROUP BY l.assessment),
     signed AS MATERIALIZED (
       SELECT record, min(CASE WHEN capacity <> 'preparer' AND verdict = 'signed' THEN substr(at, 1, 10) END) first, max(at) last
         FROM sign_off GROUP BY record HAVING first IS NOT NULL)
     SELECT kind, framework, place, signed, accepted, since, coalesce(evidence, '[]') evidence,
            CASE WHEN first < since THEN record END moved, count(*) count FROM (
       SELECT 'control' kind, c.framework, coalesce(c.group_path, '') place,
              a.status = 'accepted' signed, a.status = 'accepted' AND ${MET} accepted,
              substr(max(s.last, ${TOUCHED}), 1, 10) since, s.first, s.record, n.evidence
         FROM signed s CROSS JOIN assessment a ON a.id = s.record CROSS JOIN control c ON c.id = a.target
         LEFT JOIN leaning n ON n.assessment = a.id
        WHERE a.engagement = ?1 AND a.target_kind = 'control' AND c.withdrawn IS NULL AND a.subject IN ${SUBJECTS}
       UNION ALL
       SELECT 'item', i.framework, i.checklist, w.status = 'accepted', w.status = 'accepted' AND ${MET},
              substr(max(max(s.last, ${TOUCHED})) OVER (PARTITION BY w.id), 1, 10), s.first, s.record, n.evidence
         FROM signed s CROSS JOIN checklist_work w ON w.id = s.record CROSS JOIN item i ON i.checklist = w.checklist
        CROSS JOIN assessment a ON a.engagement = w.engagement AND a.target = i.id AND a.subject = w.subject
         LEFT JOIN leaning n ON n.assessment = a.id
        WHERE w.engagement = ?1 AND w.subject IN ${SUBJECTS})
      GROUP BY kind, framework, place, signed, accepted, since, evidence, moved`,
    engagement,
    JSON.stringify(evidence),
  );
}

/** A record that people sign, with the checks inside it. */
export interface SignedRecord {
  readonly record: string;
  readonly kind: 'assessment' | 'checklist';
  readonly engagement: string;
  /** The control or the checklist, and the hash of its text. */
  readonly target: string;
  readonly textHash: string;
  readonly subject: string;
}

/** Assessments and checklists as worked, by the ids that sign-offs name. */
export function signedRecords(db: Database, records: readonly string[]): SignedRecord[] {
  return all<SignedRecord>(
    db,
    `SELECT a.id record, 'assessment' kind, a.engagement, a.target, c.text_hash textHash, a.subject
       FROM json_each(?1) r JOIN assessment a ON a.id = r.value JOIN control c ON c.id = a.target
     UNION ALL
     SELECT w.id, 'checklist', w.engagement, w.checklist, k.text_hash, w.subject
       FROM json_each(?1) r JOIN checklist_work w ON w.id = r.value JOIN checklist k ON k.id = w.checklist`,
    JSON.stringify(records),
  );
}

export interface SignedItem {
  readonly work: string;
  readonly target: string;
  readonly textHash: string;
  readonly assessment: string | null;
}

/** The items of checklists as worked, in their order. */
export function signedItems(db: Database, works: readonly string[]): SignedItem[] {
  return all<SignedItem>(
    db,
    `SELECT w.id work, i.id target, i.text_hash textHash, a.id assessment
       FROM json_each(?) r JOIN checklist_work w ON w.id = r.value JOIN item i ON i.checklist = w.checklist
       LEFT JOIN assessment a ON a.engagement = w.engagement AND a.target = i.id AND a.subject = w.subject
      ORDER BY w.id, i.ord`,
    JSON.stringify(works),
  );
}

export interface EverLinked {
  readonly id: string;
  readonly evidence: string;
  readonly assessment: string;
}

/** Every link that stands or stood on assessments. */
export function everLinked(db: Database, assessments: readonly string[]): EverLinked[] {
  return all<EverLinked>(
    db,
    `SELECT l.id, l.evidence, l.assessment FROM json_each(?1) r JOIN link l ON l.assessment = r.value
     UNION ALL
     SELECT l.id, l.evidence, l.assessment FROM json_each(?1) r JOIN unlinked l ON l.assessment = r.value`,
    JSON.stringify(assessments),
  );
}

/** The member behind each writer. */
export function membersByWriter(db: Database): ReadonlyMap<string, string> {
  const rows = all<{ id: string; member: string }>(db, 'SELECT id, member FROM writer');
  return new Map(rows.map(({ id, member }) => [id, member]));
}

export interface FirstResults {
  readonly day: string;
  readonly count: number;
  /** The one check, where somebody set it back at some time; else null. */
  readonly back: string | null;
}

/** When checks of an engagement got their first result, counted by day; those that were set back stand for themselves. */
export function firstResults(db: Database, engagement: string): FirstResults[] {
  return all<FirstResults>(
    db,
    `SELECT first day, count(*) count, CASE WHEN undecided > 0 THEN 'assessment:' || id END back FROM (
       SELECT a.id, min(substr(e.time, 1, 10)) first, sum(o.value = '"not-reviewed"') undecided
         FROM assessment a JOIN operation o ON o.record = 'assessment:' || a.id AND o.field = 'result' AND o.value IS NOT NULL
         JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
        WHERE a.engagement = ? GROUP BY a.id)
      GROUP BY day, back ORDER BY day`,
    engagement,
  );
}
