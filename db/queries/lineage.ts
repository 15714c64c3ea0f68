import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

type Placed = Pick<ProgrammeRow, 'id' | 'kind' | 'engagement'>;

/**
 * A record of a programme, and what it was in the periods that its own was rolled forward from, the newest first. What
 * people added names the record it goes on from; what a plan states stands at the same place of the plan then.
 */
export function lineage(db: Database, record: Placed): Placed[] {
  const found = new Map<string, Placed>();
  const waiting = [record];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.has(next.id)) continue;
    found.set(next.id, next);
    waiting.push(...before(db, next));
  }
  return [...found.values()];
}

/** One roll names one period before in each of its checks, so few of them tell which it was. */
const MOST_ROLLED = 100;

function before(db: Database, { id, kind, engagement }: Placed): Placed[] {
  const rows = all<{ id: string; engagement: string }>(
    db,
    `SELECT substr(w.record, length(?2) + 2) id, json_extract(w.value, '$.engagement') engagement
       FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN operation w ON w.record = ?2 || ':' || json_extract(o.value, '$.nonce') AND w.field = 'of'
       JOIN entry x ON x.writer = w.writer AND x.seq = w.seq AND x.state = 'applied'
      WHERE o.record = ?2 || ':' || ?1 AND o.field = 'of'
      UNION
     SELECT p.id, p.engagement FROM programme_slot s JOIN plan_node n ON n.id = s.node
       JOIN programme_slot p ON p.kind = s.kind AND p.engagement IN (
         SELECT a.engagement FROM programme_fact f CROSS JOIN assessment a
          WHERE f.engagement = ?3 AND f.kind = 'rolled' AND a.id = substr(f.body ->> '$.from', length('assessment:') + 1)
          ORDER BY f.at LIMIT ?4)
       JOIN plan_node m ON m.id = p.node AND m.kind = n.kind AND m.path = n.path
      WHERE s.id = ?1 AND s.kind = ?2`,
    id,
    kind,
    engagement,
    MOST_ROLLED,
  );
  return rows.map((row) => ({ ...row, kind }));
}
