import { REVOKED } from '../../shared/ledger/authority.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

/**
 * SQL: whether anything that counts is written of the check with this id: a value, a link, or a sign-off. Where nobody
 * whose work counts said what it is of, it is what somebody said whose access had ended: its id commits to that, and
 * others' work on it does not vanish with its beginning. What nobody else took up is gone with its author.
 */
const takenUp = (id: string) => `(
  EXISTS (SELECT 1 FROM operation k JOIN entry f ON f.writer = k.writer AND f.seq = k.seq AND f.state = 'applied'
    WHERE k.record = 'assessment:' || ${id})
  OR EXISTS (SELECT 1 FROM link WHERE assessment = ${id}) OR EXISTS (SELECT 1 FROM unlinked WHERE assessment = ${id})
  OR EXISTS (SELECT 1 FROM sign_off WHERE kind = 'assessment' AND record = ${id}))`;

/** What a check is of that was begun by refused work alone and taken up by others; null where there is no such check. */
export function refusedBeginning(db: Database, id: string): unknown {
  // Whoever reads the entries takes a check for one of an item where anybody called it that.
  const sql = `SELECT o.value FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
    WHERE o.record = 'assessment:' || ?1 AND o.field = 'about' AND o.value IS NOT NULL
      AND e.state = 'quarantine' AND e.because = ?2 AND ${takenUp('?1')}
    ORDER BY json_extract(o.value, '$.targetKind') DESC LIMIT 1`;
  const row = get<{ value: string }>(db, sql, id, REVOKED);
  return row === undefined ? null : JSON.parse(row.value);
}

/**
 * The checks of an engagement that are of nothing its frameworks have, or of an item that nobody called one, each with
 * who began it: their entries stand in the ledger, and count for nothing until a framework has what they are of.
 */
export function workOutside(db: Database, engagement: string): Map<string, string> {
  const rows = all<{ id: string; member: string }>(
    db,
    `WITH said AS MATERIALIZED (
       SELECT substr(o.record, 12) id, coalesce(m.name, w.member) member, json_extract(o.value, '$.target') target, e.time, e.state
         FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
          AND (e.state = 'applied' OR (e.state = 'quarantine' AND e.because = ?2))
         JOIN writer w ON w.id = o.writer LEFT JOIN member m ON m.id = w.member
        WHERE o.record >= 'assessment:' AND o.record < 'assessment;' AND o.field = 'about'
          AND json_extract(o.value, '$.engagement') = ?1),
     begun AS (
       SELECT * FROM said WHERE state = 'applied'
       UNION ALL
       SELECT * FROM said s WHERE state <> 'applied' AND ${takenUp('s.id')}
          AND NOT EXISTS (SELECT 1 FROM said k WHERE k.id = s.id AND k.state = 'applied'))
     SELECT b.id, b.member FROM begun b LEFT JOIN assessment a ON a.id = b.id
      WHERE a.id IS NULL
         OR NOT EXISTS (SELECT 1 FROM engagement_framework f WHERE f.engagement = ?1 AND f.framework IN
              (SELECT framework FROM control WHERE id = b.target UNION ALL SELECT framework FROM item WHERE id = b.target))
      ORDER BY b.id, b.time DESC, b.member`,
    engagement,
    REVOKED,
  );
  return new Map(rows.map(({ id, member }) => [id, member]));
}
