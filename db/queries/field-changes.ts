import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/**
 * Who last gave a field of these records another value than they began with, and when; records left as they were are
 * left out. What a plan states began with the plan, so anything said of it afterwards is a change.
 */
export function changedSince(
  db: Database,
  records: readonly string[],
  field: string,
): ReadonlyMap<string, { readonly by: string; readonly at: string }> {
  const rows = all<{ record: string; by: string; at: string; first: number }>(
    db,
    `SELECT o.record, coalesce(m.name, w.member) by, substr(e.time, 1, 24) at,
            NOT EXISTS (SELECT 1 FROM programme_record r WHERE r.kind || ':' || r.id = o.record AND r.node IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM operation p JOIN entry q ON q.writer = p.writer AND q.seq = p.seq
                         WHERE p.record = o.record AND q.state = 'applied' AND q.time < e.time) first
       FROM json_each(?) r JOIN operation o ON o.record = r.value AND o.field = ?
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = e.writer LEFT JOIN member m ON m.id = w.member
      ORDER BY e.time, e.writer, e.seq`,
    JSON.stringify(records),
    field,
  );
  return new Map(rows.filter(({ first }) => first === 0).map(({ record, by, at }) => [record, { by, at }]));
}

/** Every text a field of a record of the programme ever held: what its plan says, and what anybody gave it since. */
export function everHeld(
  db: Database,
  { kind, id }: Pick<ProgrammeRow, 'kind' | 'id'>,
  field: string,
): string[] {
  return all<{ value: unknown }>(
    db,
    `SELECT json_extract(o.value, '$') value FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ?1 || ':' || ?2 AND o.field = ?3
      UNION
     SELECT json_extract(p.body, '$.' || ?3) FROM programme_record r JOIN plan_node p ON p.id = r.node
      WHERE r.kind = ?1 AND r.id = ?2`,
    kind,
    id,
    field,
  ).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
}
