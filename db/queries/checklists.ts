import { RESULTS, type Result, type Status } from '../../shared/domain/results.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

export interface ChecklistSummary {
  readonly id: string;
  readonly framework: string;
  readonly frameworkTitle: string;
  readonly title: string;
  readonly of: string | null;
  readonly items: number;
  readonly results: Record<Result, number>;
  readonly status: Status;
  readonly voided: boolean;
}

interface Raw {
  id: string;
  framework: string;
  framework_title: string;
  title: string;
  of: string | null;
  items: number;
  status: string | null;
  voided: number | null;
}

const SELECT = `SELECT k.id, k.framework, f.title framework_title, k.title, k.of,
    (SELECT count(*) FROM item i WHERE i.checklist = k.id) items, w.status, w.voided
  FROM checklist k JOIN framework f ON f.id = k.framework
  LEFT JOIN checklist_work w ON w.checklist = k.id AND w.engagement = ?1 AND w.subject = ?2`;

/** The checklists of an engagement's frameworks as one subject stands in them. */
export function listChecklists(
  db: Database,
  engagement: string,
  subject: string,
  offset: number,
  limit: number,
) {
  const scope = 'JOIN engagement_framework e ON e.framework = k.framework AND e.engagement = ?1';
  const total = get<{ n: number }>(db, `SELECT count(*) n FROM checklist k ${scope}`, engagement)?.n ?? 0;
  const rows = all<Raw>(
    db,
    `${SELECT} ${scope} ORDER BY e.ord, k.ord LIMIT ?3 OFFSET ?4`,
    engagement,
    subject,
    limit,
    offset,
  );
  return { total, rows: rows.map((row) => summary(db, row, engagement, subject)) };
}

export function checklistSummary(
  db: Database,
  id: string,
  engagement: string,
  subject: string,
): ChecklistSummary | undefined {
  const row = get<Raw>(db, `${SELECT} WHERE k.id = ?3`, engagement, subject, id);
  return row === undefined ? undefined : summary(db, row, engagement, subject);
}

function summary(db: Database, row: Raw, engagement: string, subject: string): ChecklistSummary {
  const counts = all<{ result: string; n: number }>(
    db,
    `SELECT coalesce(a.result, 'not-reviewed') result, count(*) n FROM item i
       LEFT JOIN assessment a ON a.target = i.id AND a.engagement = ? AND a.subject = ? WHERE i.checklist = ? GROUP BY 1`,
    engagement,
    subject,
    row.id,
  );
  return {
    id: row.id,
    framework: row.framework,
    frameworkTitle: row.framework_title,
    title: row.title,
    of: row.of,
    items: row.items,
    results: Object.fromEntries(
      RESULTS.map((r) => [r, counts.find((c) => c.result === r)?.n ?? 0]),
    ) as Record<Result, number>,
    status: (row.status ?? 'draft') as Status,
    voided: row.voided === 1,
  };
}

export interface ItemRowRaw {
  readonly id: string;
  readonly text: string;
  readonly depth: number;
  readonly ord: number;
  readonly label: string;
  readonly checked: number | null;
  readonly owner: string | null;
  readonly due: string | null;
  /** JSON list. */
  readonly details: string;
  readonly assessment: string | null;
  readonly result: string | null;
  readonly note: string | null;
}

export function itemsOf(db: Database, checklist: string, engagement: string, subject: string): ItemRowRaw[] {
  return all<ItemRowRaw>(
    db,
    `SELECT i.id, i.text, i.depth, i.ord, i.label, i.checked, i.owner, i.due,
       (SELECT json_group_array(text) FROM (SELECT n.text FROM node_note n WHERE n.framework = i.framework AND n.path = i.path ORDER BY n.ord)) details,
       a.id assessment, a.result, a.note FROM item i
       LEFT JOIN assessment a ON a.target = i.id AND a.engagement = ? AND a.subject = ? WHERE i.checklist = ? ORDER BY i.ord`,
    engagement,
    subject,
    checklist,
  );
}

export function checklistText(db: Database, id: string): { notes: string[]; criteria: string[] } {
  const row = get<{ notes: string; criteria: string }>(
    db,
    'SELECT notes, criteria FROM checklist WHERE id = ?',
    id,
  );
  return {
    notes: JSON.parse(row?.notes ?? '[]') as string[],
    criteria: JSON.parse(row?.criteria ?? '[]') as string[],
  };
}

export function checklistOfItem(db: Database, item: string): string | undefined {
  return get<{ checklist: string }>(db, 'SELECT checklist FROM item WHERE id = ?', item)?.checklist;
}

/** Frameworks an engagement covers. */
export function inScope(db: Database, engagement: string, framework: string): boolean {
  return (
    get(
      db,
      'SELECT 1 FROM engagement_framework WHERE engagement = ? AND framework = ?',
      engagement,
      framework,
    ) !== undefined
  );
}
