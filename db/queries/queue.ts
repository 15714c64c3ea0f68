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

/** Of everything in the queue what stands so, and of that how much. */
export interface QueueWanted {
  readonly status?: Status;
  readonly voided?: true;
  /** Nothing in it stands side by side. */
  readonly settled?: true;
  readonly offset?: number;
  readonly limit?: number;
}

const IN_QUEUE = `(?1 IS NULL OR a.engagement = ?1) AND (a.result <> 'not-reviewed' OR a.status <> 'draft' OR a.voided = 1)`;

/** Everything that has a result or a sign-off, in the order of a review queue. */
export function queueEntries(
  db: Database,
  engagement: string | null,
  { status, voided, settled, offset = 0, limit = -1 }: QueueWanted = {},
): QueueEntry[] {
  return all<QueueEntry>(
    db,
    `SELECT 'assessment' kind, a.id record, a.target, c.label, c.title, coalesce(s.name, '') subject, a.engagement,
            coalesce(g.name, '') engagementName, a.status, a.voided, a.result, a.digest, a.conflicts, c.framework, c.ord
       FROM assessment a JOIN control c ON c.id = a.target
       LEFT JOIN subject s ON s.id = a.subject LEFT JOIN engagement g ON g.id = a.engagement
      WHERE ${IN_QUEUE} AND (?2 IS NULL OR a.status = ?2) AND (?3 = 0 OR a.voided = 1) AND (?4 = 0 OR a.conflicts = 0)
     UNION ALL
     SELECT 'checklist', w.id, w.checklist, '', k.title, coalesce(s.name, ''), w.engagement, coalesce(g.name, ''),
            w.status, w.voided, NULL, w.digest, 0, k.framework, 0
       FROM checklist_work w JOIN checklist k ON k.id = w.checklist
       LEFT JOIN subject s ON s.id = w.subject LEFT JOIN engagement g ON g.id = w.engagement
      WHERE (?1 IS NULL OR w.engagement = ?1) AND (?2 IS NULL OR w.status = ?2) AND (?3 = 0 OR w.voided = 1)
      ORDER BY 1, framework, ord, 5, 6 LIMIT ?5 OFFSET ?6`,
    engagement,
    status ?? null,
    voided === undefined ? 0 : 1,
    settled === undefined ? 0 : 1,
    limit,
    offset,
  );
}

export interface QueueCount {
  readonly status: Status;
  readonly voided: number;
  /** 1 where values stand side by side. */
  readonly contested: number;
  readonly count: number;
}

/** How much of the queue stands where. */
export function queueCounts(db: Database, engagement: string | null): QueueCount[] {
  return all<QueueCount>(
    db,
    `SELECT a.status, a.voided, a.conflicts > 0 contested, count(*) count FROM assessment a JOIN control c ON c.id = a.target
      WHERE ${IN_QUEUE} GROUP BY 1, 2, 3
     UNION ALL
     SELECT w.status, w.voided, 0, count(*) FROM checklist_work w JOIN checklist k ON k.id = w.checklist
      WHERE ?1 IS NULL OR w.engagement = ?1 GROUP BY 1, 2`,
    engagement,
  );
}
