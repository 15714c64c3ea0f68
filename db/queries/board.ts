import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

/**
 * The figures of the dashboards. Everything is counted by the database in one pass each; nothing here reads the
 * clock: the day comes in, so that the same query tells any day.
 */

/** Checks that stand alike in one place: a group of controls of a framework, or a checklist. */
export interface CheckCount {
  readonly kind: 'control' | 'item';
  readonly framework: string;
  /** Path of the group of controls (may be empty), or id of the checklist. */
  readonly place: string;
  readonly result: string;
  readonly status: string;
  /** First day on which evidence it leans on has lapsed, up to the horizon asked for; null where none does. */
  readonly lapses: string | null;
  readonly count: number;
}

const FRAMEWORKS = '(SELECT framework FROM engagement_framework WHERE engagement = ?1)';
const SUBJECTS = '(SELECT id FROM subject WHERE engagement = ?1)';

/** First day on which each piece of evidence cannot be relied on, by its id; see the register. */
export type Lapses = ReadonlyMap<string, string>;

/** The lapses of a parameter as a table `lapsed (evidence, day)`. */
const lapsed = (at: number) =>
  `lapsed AS MATERIALIZED (SELECT json_extract(value, '$[0]') evidence, json_extract(value, '$[1]') day FROM json_each(?${at}))`;
const asParameter = (lapses: Lapses, upTo?: string) =>
  JSON.stringify([...lapses].filter(([, day]) => upTo === undefined || day <= upTo));

/**
 * Every touched check of an engagement, counted by how it stands and by the day on which evidence it leans on lapses.
 * Items stand as their checklist does: it is what is signed.
 */
export function checkCounts(db: Database, engagement: string, lapses: Lapses): CheckCount[] {
  return all<CheckCount>(
    db,
    `WITH ${lapsed(2)}, lapse AS (SELECT l.assessment, min(v.day) day FROM lapsed v JOIN link l ON l.evidence = v.evidence
                     GROUP BY l.assessment)
     SELECT kind, framework, place, result, status, lapses, count(*) count FROM (
       SELECT 'control' kind, c.framework framework, coalesce(c.group_path, '') place, a.result result, a.status status,
              (SELECT day FROM lapse WHERE lapse.assessment = a.id) lapses
         FROM assessment a JOIN control c ON c.id = a.target
        WHERE a.engagement = ?1 AND a.target_kind = 'control' AND c.withdrawn IS NULL
          AND c.framework IN ${FRAMEWORKS} AND a.subject IN ${SUBJECTS}
       UNION ALL
       SELECT 'item', i.framework, i.checklist, a.result, coalesce(w.status, a.status),
              (SELECT day FROM lapse WHERE lapse.assessment = a.id)
         FROM assessment a JOIN item i ON i.id = a.target
         LEFT JOIN checklist_work w ON w.engagement = a.engagement AND w.checklist = i.checklist AND w.subject = a.subject
        WHERE a.engagement = ?1 AND a.target_kind = 'item'
          AND i.framework IN ${FRAMEWORKS} AND a.subject IN ${SUBJECTS})
      GROUP BY kind, framework, place, result, status, lapses`,
    engagement,
    asParameter(lapses),
  );
}

/** A place where checks stand, with how many there are for one subject. */
export interface CheckPlace {
  readonly kind: 'control' | 'item';
  readonly framework: string;
  readonly frameworkTitle: string;
  readonly place: string;
  readonly label: string;
  readonly title: string;
  /** The group above, for groups of controls. */
  readonly parent: string | null;
  /** Ledger name of the pillar or phase a checklist belongs to: a checklist's row knows it by its title. */
  readonly of: string | null;
  readonly checks: number;
}

/** Every group of controls and every checklist of an engagement, those without checks of their own too. */
export function checkPlaces(db: Database, engagement: string): CheckPlace[] {
  return all<CheckPlace>(
    db,
    `SELECT 'control' kind, e.framework, f.title frameworkTitle, g.path place, g.label, g.title, g.parent, NULL "of",
            coalesce(n.checks, 0) checks, e.ord first, 0 second, g.ord third
       FROM engagement_framework e JOIN framework f ON f.id = e.framework
       JOIN framework_group g ON g.framework = e.framework
       LEFT JOIN (SELECT framework, group_path, count(*) checks FROM control WHERE withdrawn IS NULL GROUP BY framework, group_path) n
              ON n.framework = e.framework AND n.group_path = g.path
      WHERE e.engagement = ?1
     UNION ALL
     SELECT 'control', e.framework, f.title, '', '', 'Controls', NULL, NULL, count(*), e.ord, 0, -1
       FROM engagement_framework e JOIN framework f ON f.id = e.framework
       JOIN control c ON c.framework = e.framework AND c.withdrawn IS NULL AND c.group_path IS NULL
      WHERE e.engagement = ?1 GROUP BY e.framework
     UNION ALL
     SELECT 'item', e.framework, f.title, k.id, '', k.title, NULL,
            (SELECT s.kind || ':' || s.id FROM plan_node p JOIN programme_slot s ON s.node = p.id AND s.engagement = ?1
              WHERE p.framework = k.framework AND p.kind IN ('pillar', 'phase') AND p.title = k."of" ORDER BY p.kind DESC, p.ord LIMIT 1),
            (SELECT count(*) FROM item i WHERE i.checklist = k.id), e.ord, 1, k.ord
       FROM engagement_framework e JOIN framework f ON f.id = e.framework JOIN checklist k ON k.framework = e.framework
      WHERE e.engagement = ?1
      ORDER BY 10, 11, 12, 4`,
    engagement,
  );
}

export function subjectCount(db: Database, engagement: string): number {
  return get<{ n: number }>(db, 'SELECT count(*) n FROM subject WHERE engagement = ?', engagement)?.n ?? 0;
}

/** What is stale on a day: everything that lapses up to it. */
export interface Lapsing {
  readonly lapses: Lapses;
  readonly today: string;
}

/** Places as a JSON list of `[framework, place]`, for the queries below. */
type Places = readonly (readonly [framework: string, place: string])[];

/** Evidence that checks in these places lean on, and how much of it is stale by a day. */
export function evidenceInPlaces(
  db: Database,
  engagement: string,
  places: Places,
  { lapses, today }: Lapsing,
): { total: number; stale: number } {
  const row = get<{ total: number; stale: number }>(
    db,
    `WITH ${lapsed(3)}, place AS (SELECT json_extract(value, '$[0]') framework, json_extract(value, '$[1]') place FROM json_each(?2))
     SELECT count(*) total, count(CASE WHEN id IN (SELECT evidence FROM lapsed) THEN 1 END) stale FROM evidence WHERE id IN (
       SELECT l.evidence FROM assessment a JOIN link l ON l.assessment = a.id
         LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
        WHERE a.engagement = ?1 AND a.subject IN ${SUBJECTS}
          AND (coalesce(c.framework, i.framework), coalesce(i.checklist, c.group_path, '')) IN (SELECT framework, place FROM place))`,
    engagement,
    JSON.stringify(places),
    asParameter(lapses, today),
  );
  return row ?? { total: 0, stale: 0 };
}

export interface TakenEvidence {
  readonly evidence: string;
  readonly title: string;
  readonly removed: number;
  readonly framework: string;
  readonly place: string;
  /** What it was linked to: `control:…` or `item:…`, and its label. */
  readonly record: string;
  readonly label: string;
  readonly by: string;
  readonly at: string;
}

/** Evidence taken off checks, or removed, that no reviewer has accepted since as they stand; the newest first. */
export function takenOff(db: Database, engagement: string): TakenEvidence[] {
  return all<TakenEvidence>(
    db,
    `WITH gone AS MATERIALIZED (
       SELECT u.evidence, u.assessment, 'link:' || u.id record, 'state' field, v.id IS NULL removed, v.title
         FROM unlinked u LEFT JOIN evidence v ON v.id = u.evidence
       UNION ALL
       SELECT l.evidence, l.assessment, 'evidence:' || l.evidence, 'deleted', 1, NULL
         FROM link l LEFT JOIN evidence v ON v.id = l.evidence WHERE v.id IS NULL),
     told AS (
       SELECT g.evidence, g.removed, coalesce(c.framework, i.framework) framework,
              coalesce(i.checklist, c.group_path, '') place, a.target_kind || ':' || a.target record,
              coalesce(c.label, i.label, '') label, h.writer, max(h.time) time,
              coalesce(g.title, (SELECT json_extract(t.value, '$') FROM head t WHERE t.record = 'evidence:' || g.evidence AND t.field = 'title'), '') title
         FROM gone g CROSS JOIN assessment a ON a.id = g.assessment
         JOIN head h ON h.record = g.record AND h.field = g.field
         LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
         LEFT JOIN checklist_work w ON w.engagement = a.engagement AND w.checklist = i.checklist AND w.subject = a.subject
        WHERE a.engagement = ?1 AND a.subject IN ${SUBJECTS} AND coalesce(w.status, a.status) <> 'accepted'
        GROUP BY g.evidence, a.id)
     SELECT t.evidence, t.title, t.removed, t.framework, t.place, t.record, t.label,
            coalesce(m.name, x.member) "by", substr(t.time, 1, 24) at
       FROM told t JOIN writer x ON x.id = t.writer LEFT JOIN member m ON m.id = x.member ORDER BY t.time DESC, t.evidence`,
    engagement,
  );
}

export interface ProofCount {
  readonly record: string;
  readonly total: number;
  readonly stale: number;
}

/** Evidence shown as proof on each record of an engagement's programme. */
export function proofCounts(db: Database, engagement: string, { lapses, today }: Lapsing): ProofCount[] {
  return all<ProofCount>(
    db,
    `WITH ${lapsed(2)}
     SELECT p.record, count(*) total, count(CASE WHEN v.id IN (SELECT evidence FROM lapsed) THEN 1 END) stale
       FROM programme_record r JOIN proof p ON p.record = r.kind || ':' || r.id JOIN evidence v ON v.id = p.evidence
      WHERE r.engagement = ?1 GROUP BY p.record`,
    engagement,
    asParameter(lapses, today),
  );
}

/** Evidence that the engagement leans on: linked to its checks, or shown as proof in its programme. */
const USED = `(EXISTS (SELECT 1 FROM link l JOIN assessment a ON a.id = l.assessment WHERE l.evidence = v.id AND a.engagement = ?1)
  OR EXISTS (SELECT 1 FROM proof p JOIN programme_record r ON r.kind || ':' || r.id = p.record WHERE p.evidence = v.id AND r.engagement = ?1))`;

/** How the evidence of an engagement stands on a day: stale, expiring up to `soon`, or neither. */
export function evidenceStates(
  db: Database,
  engagement: string,
  { lapses, today }: Lapsing,
  soon: string,
): { current: number; expiring: number; stale: number } {
  const row = get<{ current: number; expiring: number; stale: number }>(
    db,
    `WITH ${lapsed(3)}
     SELECT count(CASE WHEN x.evidence IS NULL AND (v.expires IS NULL OR v.expires > ?2) THEN 1 END) current,
            count(CASE WHEN x.evidence IS NULL AND v.expires <= ?2 THEN 1 END) expiring, count(x.evidence) stale
       FROM evidence v LEFT JOIN lapsed x ON x.evidence = v.id WHERE ${USED}`,
    engagement,
    soon,
    asParameter(lapses, today),
  );
  return row ?? { current: 0, expiring: 0, stale: 0 };
}

/** How many checks of an engagement lean on each of these pieces of evidence. */
export function leaningOn(
  db: Database,
  engagement: string,
  evidence: readonly string[],
): Map<string, number> {
  const rows = all<{ evidence: string; leaning: number }>(
    db,
    `SELECT l.evidence, count(*) leaning FROM json_each(?2) e CROSS JOIN link l ON l.evidence = e.value
      CROSS JOIN assessment a ON a.id = l.assessment WHERE a.engagement = ?1 GROUP BY l.evidence`,
    engagement,
    JSON.stringify(evidence),
  );
  return new Map(rows.map((row) => [row.evidence, row.leaning]));
}

export interface ItemAction {
  readonly id: string;
  readonly text: string;
  readonly owner: string;
  readonly due: string | null;
  readonly checklist: string;
  readonly touched: number;
  readonly done: number;
}

/** Checklist items that a plan gives an owner or a day, with how many subjects they are done for. */
export function itemActions(db: Database, engagement: string): ItemAction[] {
  return all<ItemAction>(
    db,
    `SELECT i.id, i.text, coalesce(i.owner, '') owner, i.due, i.checklist,
            count(CASE WHEN a.result <> 'not-reviewed' THEN 1 END) touched,
            count(CASE WHEN a.result IN ('satisfied', 'not-applicable') THEN 1 END) done
       FROM item i JOIN engagement_framework e ON e.framework = i.framework AND e.engagement = ?1
       LEFT JOIN assessment a ON a.target = i.id AND a.engagement = ?1 AND a.subject IN ${SUBJECTS}
      WHERE i.due IS NOT NULL OR coalesce(i.owner, '') <> '' GROUP BY i.id ORDER BY e.ord, i.ord, i.id`,
    engagement,
  );
}

export interface StaleCheck {
  readonly assessment: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
}

const STALE = `FROM assessment a JOIN (SELECT DISTINCT l.assessment FROM lapsed v JOIN link l ON l.evidence = v.evidence) x ON x.assessment = a.id
  LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
  LEFT JOIN checklist_work w ON w.engagement = a.engagement AND w.checklist = i.checklist AND w.subject = a.subject
  WHERE a.engagement = ?1 AND coalesce(w.status, a.status) = 'accepted'
    AND a.subject IN ${SUBJECTS} AND coalesce(c.framework, i.framework) IN ${FRAMEWORKS} AND c.withdrawn IS NULL`;

/** Accepted checks that lean on stale evidence. */
export function staleChecks(
  db: Database,
  engagement: string,
  { lapses, today }: Lapsing,
  page: { readonly offset: number; readonly limit: number },
): { total: number; rows: StaleCheck[] } {
  const by = asParameter(lapses, today);
  const total =
    get<{ n: number }>(db, `WITH ${lapsed(2)} SELECT count(*) n ${STALE}`, engagement, by)?.n ?? 0;
  const rows = all<StaleCheck>(
    db,
    `WITH ${lapsed(2)} SELECT a.id assessment, coalesce(c.label, i.label) label, coalesce(c.title, i.text) title,
            (SELECT name FROM subject s WHERE s.id = a.subject) subject ${STALE}
      ORDER BY c.ord, i.ord, a.id LIMIT ?3 OFFSET ?4`,
    engagement,
    by,
    page.limit,
    page.offset,
  );
  return { total, rows };
}

/** Evidence of one assessment that is stale by a day. */
export function lapsedUnder(
  db: Database,
  assessment: string,
  { lapses, today }: Lapsing,
): { id: string; reference: string; title: string; expires: string | null; lapsed: string }[] {
  return all(
    db,
    `WITH ${lapsed(2)} SELECT DISTINCT v.id, v.reference, v.title, v.expires, x.day lapsed
       FROM link l JOIN lapsed x ON x.evidence = l.evidence JOIN evidence v ON v.id = l.evidence
      WHERE l.assessment = ?1 ORDER BY x.day, v.id`,
    assessment,
    asParameter(lapses, today),
  );
}

/** Checks handed in by others that a reviewer may look at: a first few and how many. Items are signed as checklists. */
export function waitingForReview(
  db: Database,
  engagement: string,
  member: string,
  most: number,
): { record: string; title: string }[] {
  return all(
    db,
    `SELECT 'assessment:' || a.id record, c.label || ' ' || c.title title FROM assessment a JOIN control c ON c.id = a.target
      WHERE a.engagement = ?1 AND a.status = 'submitted' AND a.conflicts = 0 AND NOT EXISTS (
        SELECT 1 FROM sign_off s WHERE s.record = a.id AND s."by" = ?2 AND s.capacity = 'preparer')
     UNION ALL
     SELECT 'checklist:' || w.checklist, k.title FROM checklist_work w JOIN checklist k ON k.id = w.checklist
      WHERE w.engagement = ?1 AND w.status = 'submitted' AND NOT EXISTS (
        SELECT 1 FROM sign_off s WHERE s.record = w.id AND s."by" = ?2 AND s.capacity = 'preparer')
      LIMIT ?3`,
    engagement,
    member,
    most,
  );
}

/** Checks a reviewer sent back that this member had signed. */
export function returnedTo(
  db: Database,
  engagement: string,
  member: string,
  most: number,
): { record: string; title: string }[] {
  return all(
    db,
    `SELECT 'assessment:' || a.id record, c.label || ' ' || c.title title FROM assessment a JOIN control c ON c.id = a.target
      WHERE a.engagement = ?1 AND a.status = 'returned' AND EXISTS (
        SELECT 1 FROM sign_off s WHERE s.record = a.id AND s."by" = ?2 AND s.capacity = 'preparer')
     UNION ALL
     SELECT 'checklist:' || w.checklist, k.title FROM checklist_work w JOIN checklist k ON k.id = w.checklist
      WHERE w.engagement = ?1 AND w.status = 'returned' AND EXISTS (
        SELECT 1 FROM sign_off s WHERE s.record = w.id AND s."by" = ?2 AND s.capacity = 'preparer')
      LIMIT ?3`,
    engagement,
    member,
    most,
  );
}
