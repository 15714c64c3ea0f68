import type { z } from 'zod';
import type { EngagementRow } from '../../shared/contract/work.ts';
import { hasBegun, RESULTS, type Result, STATUSES, type Status } from '../../shared/domain/results.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

type Row = z.infer<typeof EngagementRow>;

interface Raw {
  id: string;
  name: string;
  state: string;
  from_day: string | null;
  to_day: string | null;
  created_at: string;
}

export function listEngagements(db: Database, offset: number, limit: number): { total: number; rows: Row[] } {
  const total = get<{ n: number }>(db, 'SELECT count(*) n FROM engagement')?.n ?? 0;
  const rows = all<Raw>(
    db,
    'SELECT * FROM engagement ORDER BY created_at DESC, id LIMIT ? OFFSET ?',
    limit,
    offset,
  );
  return { total, rows: rows.map((row) => parse(db, row)) };
}

export function engagementById(db: Database, id: string): Row | undefined {
  const row = get<Raw>(db, 'SELECT * FROM engagement WHERE id = ?', id);
  return row === undefined ? undefined : parse(db, row);
}

function parse(db: Database, row: Raw): Row {
  const frameworks = all<{ id: string; title: string; kind: string }>(
    db,
    `SELECT f.id, f.title || ' ' || f.version title, f.kind FROM engagement_framework e JOIN framework f ON f.id = e.framework
      WHERE e.engagement = ? ORDER BY e.ord`,
    row.id,
  );
  const subjects = all<{ id: string; name: string }>(
    db,
    'SELECT id, name FROM subject WHERE engagement = ? ORDER BY name, id',
    row.id,
  );
  const scope = scopeCounts(db, row.id);
  return {
    id: row.id,
    name: row.name,
    state: row.state as Row['state'],
    from: row.from_day,
    to: row.to_day,
    frameworks,
    subjects,
    controls: scope.controls * subjects.length,
    items: scope.items * subjects.length,
    progress: progressOf(db, row.id, (scope.controls + scope.items) * subjects.length),
    createdAt: row.created_at,
  };
}

/**
 * The checks of an engagement that somebody has touched, as `a`, an item with the checklist it is signed with, as `w`.
 * Read as few times as can be: it is as long as the work is.
 */
const CHECKS = `assessment a
       LEFT JOIN control c ON a.target_kind = 'control' AND c.id = a.target
       LEFT JOIN item i ON a.target_kind = 'item' AND i.id = a.target
       LEFT JOIN checklist_work w ON w.engagement = a.engagement AND w.checklist = i.checklist AND w.subject = a.subject
      WHERE a.engagement = ?1 AND c.withdrawn IS NULL`;
const STANDS = 'coalesce(w.status, a.status)';

export function engagementName(db: Database, id: string): string | undefined {
  return get<{ name: string }>(db, 'SELECT name FROM engagement WHERE id = ?', id)?.name;
}

/** How many drafts of an engagement somebody has begun; every other draft is a check that nobody has touched. */
export function draftsBegun(db: Database, engagement: string): number {
  return all<{ result: Result; note: string; evidence: number }>(
    db,
    // One letter tells whether there is a note.
    `SELECT a.result, substr(a.note, 1, 1) note, a.evidence FROM ${CHECKS} AND ${STANDS} = 'draft'`,
    engagement,
  ).filter((row) => hasBegun(row, row.evidence)).length;
}

/** Standing controls and items in an engagement's frameworks, for one subject. */
export function scopeCounts(db: Database, engagement: string): { controls: number; items: number } {
  const frameworks = '(SELECT framework FROM engagement_framework WHERE engagement = ?1)';
  const row = get<{ controls: number; items: number }>(
    db,
    `SELECT (SELECT count(*) FROM control WHERE withdrawn IS NULL AND framework IN ${frameworks}) controls,
            (SELECT count(*) FROM item WHERE framework IN ${frameworks}) items`,
    engagement,
  );
  return row ?? { controls: 0, items: 0 };
}

/**
 * How many of `total` stand where; what was never touched is not reviewed and draft. Withdrawn controls do not count,
 * and an item stands where the checklist it is signed with stands.
 */
export function progressOf(db: Database, engagement: string, total: number): Row['progress'] {
  const rows = all<{ result: Result; status: Status; n: number }>(
    db,
    `SELECT a.result, ${STANDS} status, count(*) n FROM ${CHECKS} GROUP BY 1, 2`,
    engagement,
  );
  const untouched = Math.max(0, total - rows.reduce((sum, { n }) => sum + n, 0));
  const tally = <K extends string>(keys: readonly K[], of: (row: (typeof rows)[number]) => K, rest: K) =>
    Object.fromEntries(
      keys.map((key) => [
        key,
        rows.reduce((sum, row) => (of(row) === key ? sum + row.n : sum), key === rest ? untouched : 0),
      ]),
    ) as Record<K, number>;
  return {
    results: tally(RESULTS, ({ result }) => result, 'not-reviewed'),
    statuses: tally(STATUSES, ({ status }) => status, 'draft'),
  };
}
