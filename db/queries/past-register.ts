import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** Evidence that checks of an engagement lean on, or leant on. */
export function everServing(db: Database, engagement: string): string[] {
  return all<{ evidence: string }>(
    db,
    `SELECT DISTINCT l.evidence FROM (SELECT evidence, assessment FROM link UNION ALL SELECT evidence, assessment FROM unlinked) l
       JOIN assessment a ON a.id = l.assessment WHERE a.engagement = ? ORDER BY l.evidence`,
    engagement,
  ).map(({ evidence }) => evidence);
}

/** Of some evidence what was removed, or had what decides how long it holds changed after the day it was added. */
export function changedEvidence(db: Database, evidence: readonly string[]): string[] {
  return all<{ id: string }>(
    db,
    `SELECT r.value id FROM json_each(?) r LEFT JOIN evidence v ON v.id = r.value JOIN head h ON h.record = 'evidence:' || r.value
        AND h.field IN ('files', 'collected', 'lastVerified', 'expires', 'systems', 'deleted')
      GROUP BY r.value HAVING v.id IS NULL OR substr(max(h.time), 1, 10) > substr(v.added_at, 1, 10)`,
    JSON.stringify(evidence),
  ).map(({ id }) => id);
}

export interface PastLink {
  readonly link: string;
  readonly evidence: string;
  readonly record: string;
  readonly label: string;
  readonly engagement: string;
  /** The day it was first made. */
  readonly since: string;
  /** 1 where it was never changed afterwards. */
  readonly settled: number;
}

/** Every link of some evidence that stands or stood, with where it leads. */
export function pastLinks(db: Database, evidence: readonly string[]): PastLink[] {
  return all<PastLink>(
    db,
    `SELECT 'link:' || l.id link, l.evidence, a.target_kind || ':' || a.target record, coalesce(c.label, i.label, '') label,
            a.engagement, substr(min(e.time), 1, 10) since, count(*) = 1 settled
       FROM (SELECT id, evidence, assessment FROM link UNION ALL SELECT id, evidence, assessment FROM unlinked) l
       JOIN assessment a ON a.id = l.assessment LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
       JOIN operation o ON o.record = 'link:' || l.id AND o.field = 'state'
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE l.evidence IN (SELECT value FROM json_each(?)) GROUP BY l.id`,
    JSON.stringify(evidence),
  );
}

/** The engagement of each record of a programme, by its ledger name; those removed since too. */
export function homesOf(db: Database, records: readonly string[]): Map<string, string> {
  const rows = all<{ record: string; engagement: string | null }>(
    db,
    `SELECT r.value record, coalesce(p.engagement, s.engagement, (SELECT json_extract(o.value, '$.engagement') FROM operation o
        JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       WHERE o.record = r.value AND o.field = 'of' AND o.value IS NOT NULL LIMIT 1)) engagement
       FROM json_each(?) r LEFT JOIN programme_record p ON p.id = substr(r.value, instr(r.value, ':') + 1)
       LEFT JOIN programme_slot s ON s.id = substr(r.value, instr(r.value, ':') + 1)`,
    JSON.stringify(records),
  );
  return new Map(
    rows.flatMap(({ record, engagement }) => (engagement === null ? [] : [[record, engagement] as const])),
  );
}

/** Of these records those that anybody ever removed, also where somebody kept them again. */
export function everRemoved(db: Database, records: readonly string[]): string[] {
  return all<{ record: string }>(
    db,
    `SELECT DISTINCT o.record FROM json_each(?) r JOIN operation o ON o.record = r.value AND o.field = 'deleted'`,
    JSON.stringify(records),
  ).map(({ record }) => record);
}

/** Requests and sections of packets that ever held evidence. */
export function everHolding(db: Database): string[] {
  return all<{ record: string }>(
    db,
    `SELECT DISTINCT record FROM operation WHERE field = 'evidence' AND value <> '[]'
        AND (record >= 'request:' AND record < 'request;' OR record >= 'section:' AND record < 'section;')`,
  ).map(({ record }) => record);
}
