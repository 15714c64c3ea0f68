import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** Minutes from opening to decision of each reviewer's decision in an engagement, in the order they were made. */
export function reviewMinutes(db: Database, engagement: string): number[] {
  return all<{ minutes: number }>(
    db,
    `SELECT (julianday(s.at) - julianday(s.opened)) * 1440 minutes FROM sign_off s
       LEFT JOIN assessment a ON a.id = s.record LEFT JOIN checklist_work w ON w.id = s.record
      WHERE s.opened IS NOT NULL AND s.capacity <> 'preparer' AND coalesce(a.engagement, w.engagement) = ?
      ORDER BY s.at, s.id`,
    engagement,
  ).map((row) => row.minutes);
}
