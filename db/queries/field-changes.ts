import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

/** Who last gave a field of a record another value than it began with, and when. */
export interface FieldChange {
  readonly record: string;
  readonly field: string;
  readonly by: string;
  readonly at: string;
}

/**
 * The last change of each of these fields of these records; those left as they began are left out. What a plan states
 * began with the plan, so anything said of it afterwards is a change.
 */
export function changedSince(
  db: Database,
  records: readonly string[],
  fields: readonly string[],
): readonly FieldChange[] {
  const rows = all<FieldChange & { first: number }>(
    db,
    `SELECT o.record, o.field, coalesce(m.name, w.member) by, substr(e.time, 1, 24) at,
            NOT EXISTS (SELECT 1 FROM programme_record r WHERE r.id = substr(o.record, instr(o.record, ':') + 1) AND r.node IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM operation p JOIN entry q ON q.writer = p.writer AND q.seq = p.seq
                         WHERE p.record = o.record AND p.field = o.field AND q.state = 'applied' AND q.time < e.time) first
       FROM json_each(?) r JOIN operation o ON o.record = r.value AND o.field IN (SELECT value FROM json_each(?))
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = e.writer LEFT JOIN member m ON m.id = w.member
      ORDER BY e.time, e.writer, e.seq`,
    JSON.stringify(records),
    JSON.stringify(fields),
  );
  const last = new Map<string, FieldChange>();
  for (const { first, ...change } of rows)
    if (first === 0) last.set(`${change.record} ${change.field}`, change);
  return [...last.values()];
}

/** A field of an engagement's programme, or of the engagement itself, in which several values stand side by side. */
export interface Contested {
  readonly record: string;
  readonly field: string;
  readonly title: string;
}

/** Every contested field of an engagement and of its programme. */
export function contestedFields(db: Database, engagement: string): Contested[] {
  return all(
    db,
    `SELECT c.record, c.field, r.title FROM conflict c JOIN programme_record r ON c.record = r.kind || ':' || r.id
      WHERE r.engagement = ?1
      UNION ALL
     SELECT c.record, c.field, e.name FROM conflict c JOIN engagement e ON c.record = 'engagement:' || e.id
      WHERE e.id = ?1 ORDER BY 1, 2`,
    engagement,
  );
}

/** A text that a field held, and the day since which it did; empty where its plan says it. */
export interface Held {
  readonly value: string;
  readonly since: string;
}

/** Every text a field of a record ever held, with the first day of each. */
export function heldSince(
  db: Database,
  { kind, id }: { readonly kind: string; readonly id: string },
  field: string,
): Held[] {
  return all<{ value: unknown; since: string }>(
    db,
    `SELECT json_extract(o.value, '$') value, substr(min(e.time), 1, 10) since FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ?1 || ':' || ?2 AND o.field = ?3 GROUP BY 1
      UNION ALL
     SELECT json_extract(p.body, '$.' || ?3), '' FROM programme_record r JOIN plan_node p ON p.id = r.node
      WHERE r.kind = ?1 AND r.id = ?2`,
    kind,
    id,
    field,
  ).flatMap(({ value, since }) => (typeof value === 'string' ? [{ value, since }] : []));
}

/** Every text a field of a record of the programme ever held: what its plan says, and what anybody gave it since. */
export const everHeld = (
  db: Database,
  record: Pick<ProgrammeRow, 'kind' | 'id'>,
  field: string,
): string[] => [...new Set(heldSince(db, record, field).map(({ value }) => value))];

/** Records of a kind that somebody removed from an engagement, with what each was for and by whom; the newest first. */
export function removedRecords(
  db: Database,
  engagement: string,
  kind: 'action' | 'criterion',
): { title: string; for: string | null; by: string; at: string; role: string | null }[] {
  return all(
    db,
    `SELECT coalesce((SELECT json_extract(t.value, '$') FROM head t WHERE t.record = h.record AND t.field = 'title'), '') title,
            (SELECT json_extract(t.value, '$') FROM head t WHERE t.record = h.record AND t.field = 'for') "for",
            coalesce(m.name, x.member) "by", substr(h.time, 1, 24) at, m.role
       FROM head h JOIN head o ON o.record = h.record AND o.field = 'of' AND json_extract(o.value, '$.engagement') = ?1
       JOIN writer x ON x.id = h.writer LEFT JOIN member m ON m.id = x.member
      WHERE h.record >= ?2 || ':' AND h.record < ?2 || ';' AND h.field = 'deleted' AND json_extract(h.value, '$.seen') IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM programme_record r WHERE r.kind = ?2 AND r.id = substr(h.record, length(?2) + 2))
      GROUP BY h.record ORDER BY max(h.time) DESC, h.record`,
    engagement,
    kind,
  );
}

/** Whether anybody set a field of a record after the entry that the record begins in. */
export function isSetSince(db: Database, { record }: Pick<ProgrammeRow, 'record'>, field: string): boolean {
  const sql = `SELECT 1 FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
    WHERE o.record = ?1 AND o.field = ?2 AND NOT EXISTS (
      SELECT 1 FROM operation f WHERE f.writer = o.writer AND f.seq = o.seq AND f.record = ?1 AND f.field = 'of')`;
  return get(db, sql, record, field) !== undefined;
}

/** The roles today of the members who set a field of a record after the entry that the record begins in. */
export function rolesSince(
  db: Database,
  { record }: Pick<ProgrammeRow, 'record'>,
  field: string,
): (string | null)[] {
  return all<{ role: string | null }>(
    db,
    `SELECT DISTINCT m.role FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = o.writer LEFT JOIN member m ON m.id = w.member
      WHERE o.record = ?1 AND o.field = ?2 AND NOT EXISTS (
        SELECT 1 FROM operation f WHERE f.writer = o.writer AND f.seq = o.seq AND f.record = ?1 AND f.field = 'of')`,
    record,
    field,
  ).map(({ role }) => role);
}
