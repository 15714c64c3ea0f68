import type { Status } from '../../shared/domain/results.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

export interface QueueEntry {
  readonly kind: 'assessment' | 'checklist';
  readonly record: string;
  readonly target: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
  readonly engagement: string;
  readonly engagementName: string;
  readonly status: Status;
  readonly voided: number;
  readonly result: string | null;
  readonly digest: string;
  readonly conflicts: number;
}

/** Everything that has a result or a sign-off: what a review queue is drawn from. */
export function queueEntries(db: Database, engagement: string | null): QueueEntry[] {
  return all<QueueEntry>(
    db,
    `SELECT 'assessment' kind, a.id record, a.target, c.label, c.title, coalesce(s.name, '') subject, a.engagement,
            coalesce(g.name, '') engagementName, a.status, a.voided, a.result, a.digest, a.conflicts, c.framework, c.ord
       FROM assessment a JOIN control c ON c.id = a.target
       LEFT JOIN subject s ON s.id = a.subject LEFT JOIN engagement g ON g.id = a.engagement
      WHERE (?1 IS NULL OR a.engagement = ?1) AND (a.result <> 'not-reviewed' OR a.status <> 'draft' OR a.voided = 1)
     UNION ALL
     SELECT 'checklist', w.id, w.checklist, '', k.title, coalesce(s.name, ''), w.engagement, coalesce(g.name, ''),
            w.status, w.voided, NULL, w.digest, 0, k.framework, 0
       FROM checklist_work w JOIN checklist k ON k.id = w.checklist
       LEFT JOIN subject s ON s.id = w.subject LEFT JOIN engagement g ON g.id = w.engagement
      WHERE ?1 IS NULL OR w.engagement = ?1
      ORDER BY 1, framework, ord, 5, 6`,
    engagement,
  );
}
