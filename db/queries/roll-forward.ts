import type { Method, Result, Status } from '../../shared/domain/results.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** A check of an engagement with its counterpart in the frameworks of the next one. */
export interface CheckToRoll {
  readonly kind: 'control' | 'item';
  readonly target: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
  readonly subjectName: string;
  readonly textThen: string;
  readonly assessment: string | null;
  readonly result: Result;
  readonly method: Method | null;
  readonly note: string;
  readonly status: Status;
  readonly voided: boolean;
  readonly next: string | null;
  readonly textNow: string | null;
  readonly evidence: readonly { readonly id: string; readonly expires: string | null }[];
}

interface Raw extends Omit<CheckToRoll, 'voided' | 'evidence'> {
  voided: number;
  evidence: string;
}

const WORK = `a.id assessment, coalesce(a.result, 'not-reviewed') result, a.method, coalesce(a.note, '') note,
  coalesce(a.status, 'draft') status, coalesce(a.voided, 0) voided, s.id subject, s.name "subjectName",
  (SELECT json_group_array(json_object('id', v.id, 'expires', v.expires)) FROM link l JOIN evidence v ON v.id = l.evidence WHERE l.assessment = a.id) evidence`;

/**
 * Every check of an engagement in order, with the control or item that takes its place in `frameworks`: the same one
 * where the framework stays, else the one of the same source id (controls) or path (items), if it still stands.
 */
export function checksToRoll(db: Database, engagement: string, frameworks: readonly string[]): CheckToRoll[] {
  const rows = all<Raw>(
    db,
    `WITH next AS (SELECT value framework, key ord FROM json_each(?2))
     SELECT 'control' kind, c.id target, c.label, c.title, c.text_hash "textThen", n.id next, n.text_hash "textNow", e.ord, c.ord place, ${WORK}
       FROM control c JOIN engagement_framework e ON e.framework = c.framework AND e.engagement = ?1
       JOIN subject s ON s.engagement = ?1
       LEFT JOIN assessment a ON a.engagement = ?1 AND a.target = c.id AND a.subject = s.id
       LEFT JOIN control n ON n.id = (SELECT x.id FROM control x JOIN next ON next.framework = x.framework
          WHERE x.withdrawn IS NULL AND (x.id = c.id OR x.source_key = c.source_key) ORDER BY x.id <> c.id, next.ord LIMIT 1)
      WHERE c.withdrawn IS NULL
     UNION ALL
     SELECT 'item', i.id, i.label, i.text, i.text_hash, n.id, n.text_hash, e.ord + 0.5, i.ord, ${WORK}
       FROM item i JOIN engagement_framework e ON e.framework = i.framework AND e.engagement = ?1
       JOIN subject s ON s.engagement = ?1
       LEFT JOIN assessment a ON a.engagement = ?1 AND a.target = i.id AND a.subject = s.id
       LEFT JOIN item n ON n.id = (SELECT x.id FROM item x JOIN next ON next.framework = x.framework
          WHERE x.id = i.id OR x.path = i.path ORDER BY x.id <> i.id, next.ord LIMIT 1)
     ORDER BY 8, 9, "subjectName"`,
    engagement,
    JSON.stringify(frameworks),
  );
  return rows.map((row) => ({
    ...row,
    voided: row.voided === 1,
    evidence: JSON.parse(row.evidence) as CheckToRoll['evidence'],
  }));
}

/** Where each planned record of an engagement stands in its plan, alike in two versions of it. */
export function planPlaces(db: Database, engagement: string): Map<string, string> {
  const rows = all<{ id: string; kind: string; path: string }>(
    db,
    'SELECT r.id, n.kind, n.path FROM programme_record r JOIN plan_node n ON n.id = r.node WHERE r.engagement = ?',
    engagement,
  );
  return new Map(rows.map((row) => [row.id, `${row.kind} ${row.path}`]));
}

/** What every check of an engagement is called, whether anything was recorded of it or not. */
export function checkNames(
  db: Database,
  engagement: string,
): { readonly target: string; readonly subject: string; readonly name: string }[] {
  return all(
    db,
    `SELECT c.id target, s.id subject, c.label || ' · ' || s.name name FROM engagement_framework e
       JOIN control c ON c.framework = e.framework JOIN subject s ON s.engagement = e.engagement WHERE e.engagement = ?1
     UNION ALL
     SELECT i.id, s.id, i.label || '. ' || i.text || ' · ' || s.name FROM engagement_framework e
       JOIN item i ON i.framework = e.framework JOIN subject s ON s.engagement = e.engagement WHERE e.engagement = ?1`,
    engagement,
  );
}
