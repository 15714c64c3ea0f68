import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

export interface GroupProgress {
  readonly framework: string;
  readonly frameworkTitle: string;
  readonly path: string;
  readonly label: string;
  readonly title: string;
  readonly total: number;
  readonly satisfied: number;
  readonly notSatisfied: number;
  readonly notApplicable: number;
  readonly accepted: number;
}

const TALLY = (status: string) => `count(*) total,
  count(CASE WHEN a.result = 'satisfied' THEN 1 END) satisfied,
  count(CASE WHEN a.result = 'not-satisfied' THEN 1 END) "notSatisfied",
  count(CASE WHEN a.result = 'not-applicable' THEN 1 END) "notApplicable",
  count(CASE WHEN ${status} = 'accepted' THEN 1 END) accepted`;

/** An item stands where the checklist it is signed with stands. */
const ITEM_STATUS = 'coalesce(w.status, a.status)';
const CHECKLIST_OF_ITEM =
  'checklist_work w ON w.engagement = a.engagement AND w.checklist = i.checklist AND w.subject = a.subject';

/** Families of controls and checklists with how they stand, over all subjects of the engagement, in their order there. */
export function progressByGroup(db: Database, engagement: string): GroupProgress[] {
  return all<GroupProgress>(
    db,
    `SELECT framework, f.title "frameworkTitle", path, label, t.title, total, satisfied, "notSatisfied", "notApplicable", accepted FROM (
      SELECT e.ord, 0 part, coalesce(g.ord, -1) place, c.framework, coalesce(g.path, '') path, coalesce(g.label, '') label,
             coalesce(g.title, 'Controls') title, ${TALLY('a.status')}
        FROM control c JOIN engagement_framework e ON e.framework = c.framework AND e.engagement = ?1
        JOIN subject s ON s.engagement = ?1
        LEFT JOIN framework_group g ON g.framework = c.framework AND g.path = c.group_path
        LEFT JOIN assessment a ON a.target = c.id AND a.engagement = ?1 AND a.subject = s.id
       WHERE c.withdrawn IS NULL GROUP BY e.ord, c.framework, g.ord, g.path, g.label, g.title
      UNION ALL
      SELECT e.ord, 1, k.ord, k.framework, k.path, '', k.title, ${TALLY(ITEM_STATUS)}
        FROM item i JOIN checklist k ON k.id = i.checklist
        JOIN engagement_framework e ON e.framework = k.framework AND e.engagement = ?1
        JOIN subject s ON s.engagement = ?1
        LEFT JOIN assessment a ON a.target = i.id AND a.engagement = ?1 AND a.subject = s.id
        LEFT JOIN ${CHECKLIST_OF_ITEM}
       GROUP BY e.ord, k.framework, k.ord, k.path, k.title
     ) t JOIN framework f ON f.id = t.framework ORDER BY t.ord, part, place`,
    engagement,
  );
}

/** Voided assessments and checklists of an engagement. */
export function countVoided(db: Database, engagement: string): number {
  return (
    get<{ n: number }>(
      db,
      `SELECT (SELECT count(*) FROM assessment WHERE engagement = ?1 AND voided = 1)
            + (SELECT count(*) FROM checklist_work WHERE engagement = ?1 AND voided = 1) n`,
      engagement,
    )?.n ?? 0
  );
}

/** How many of these pieces of evidence, none of them stale, expire from one day to another. */
export function expiringAmong(db: Database, ids: readonly string[], today: string, soon: string): number {
  return (
    get<{ n: number }>(
      db,
      `SELECT count(*) n FROM json_each(?1) i JOIN evidence v ON v.id = i.value
        WHERE v.expires >= ?2 AND v.expires <= ?3`,
      JSON.stringify(ids),
      today,
      soon,
    )?.n ?? 0
  );
}

/** How many pieces of evidence nothing leans on. */
export function countUnlinked(db: Database): number {
  return (
    get<{ n: number }>(
      db,
      `SELECT count(*) n FROM evidence WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.evidence = evidence.id)
          AND NOT EXISTS (SELECT 1 FROM proof p WHERE p.evidence = evidence.id)`,
    )?.n ?? 0
  );
}

export interface PlanNodeRow {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly framework: string;
  readonly body: Record<string, unknown>;
  readonly notes: string[];
}

/** The nodes of one kind in the plans of an engagement, in the plan's order. */
export function planNodes(db: Database, engagement: string, kind: string): PlanNodeRow[] {
  return all<{ id: string; title: string; path: string; framework: string; body: string; notes: string }>(
    db,
    `SELECT p.id, p.title, p.path, p.framework, p.body, p.notes FROM plan_node p
       JOIN engagement_framework e ON e.framework = p.framework AND e.engagement = ?
      WHERE p.kind = ? ORDER BY e.ord, p.ord`,
    engagement,
    kind,
  ).map((row) => ({
    ...row,
    body: JSON.parse(row.body) as Record<string, unknown>,
    notes: JSON.parse(row.notes) as string[],
  }));
}
