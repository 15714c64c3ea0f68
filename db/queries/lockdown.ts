import { z } from 'zod';
import type { CleanUp, CleanUpItem } from '../../shared/domain/lockdown.ts';
import { SeenHeads } from '../../shared/domain/programme/facts.ts';
import type { Position, Vector } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';
import { provedHeads } from './heads.ts';

/** Engagements that are final. */
export function lockedEngagements(db: Database): string[] {
  return all<{ id: string }>(db, "SELECT id FROM engagement WHERE state = 'final'").map((row) => row.id);
}

const NAMED = 100;

const WORKED = `FROM assessment a LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
  LEFT JOIN subject s ON s.id = a.subject WHERE a.engagement = ?1`;
const WORKED_COLUMNS = `'assessment' kind, a.id, coalesce(c.label, i.label, '') label, coalesce(c.title, i.text, '') title, coalesce(s.name, '') subject`;
/** Items are signed with their checklist, so on their own they are never unsigned. */
const CONTROLS = "a.target_kind = 'control'";

const CHECKLIST_STATE = {
  unsigned: "w.status IN ('draft', 'returned') AND w.voided = 0",
  unreviewed: "w.status = 'submitted'",
  changed: 'w.voided = 1',
} as const;

/** What to clean up, by kind: how it is found and how it is named. */
const FINDERS: readonly (readonly [CleanUp, string])[] = [
  [
    'unsigned',
    `${WORKED_COLUMNS} ${WORKED} AND ${CONTROLS} AND a.result <> 'not-reviewed' AND a.status IN ('draft', 'returned') AND a.voided = 0`,
  ],
  ['unreviewed', `${WORKED_COLUMNS} ${WORKED} AND ${CONTROLS} AND a.status = 'submitted'`],
  [
    'unresolved',
    `${WORKED_COLUMNS} ${WORKED} AND (a.conflicts > 0 OR EXISTS (SELECT 1 FROM review_note n WHERE n.record = a.id AND n.state <> 'cleared'))`,
  ],
  [
    'unresolved',
    `'record' kind, r.kind || ':' || r.id id, r.kind label, r.title, '' subject FROM programme_record r WHERE r.engagement = ?1 AND r.conflicts > 0`,
  ],
  ['changed', `${WORKED_COLUMNS} ${WORKED} AND ${CONTROLS} AND a.voided = 1`],
  [
    'missing',
    `'control' kind, c.id, c.label, c.title, s.name subject FROM control c
       JOIN engagement_framework e ON e.framework = c.framework AND e.engagement = ?1
       JOIN subject s ON s.engagement = ?1
       LEFT JOIN assessment a ON a.engagement = ?1 AND a.target = c.id AND a.subject = s.id
      WHERE c.withdrawn IS NULL AND coalesce(a.result, 'not-reviewed') = 'not-reviewed'`,
  ],
  [
    'missing',
    `'item' kind, i.id, i.label, i.text title, s.name subject FROM item i
       JOIN engagement_framework e ON e.framework = i.framework AND e.engagement = ?1
       JOIN subject s ON s.engagement = ?1
       LEFT JOIN assessment a ON a.engagement = ?1 AND a.target = i.id AND a.subject = s.id
      WHERE coalesce(a.result, 'not-reviewed') = 'not-reviewed'`,
  ],
  [
    'stale',
    `${WORKED_COLUMNS} ${WORKED} AND a.status = 'accepted' AND EXISTS
       (SELECT 1 FROM link l WHERE l.assessment = a.id AND l.evidence IN (SELECT value FROM json_each(?2)))`,
  ],
  ...(['unsigned', 'unreviewed', 'changed'] as const).map((what): readonly [CleanUp, string] => [
    what,
    `'checklist' kind, w.id, '' label, k.title, s.name subject FROM checklist_work w JOIN checklist k ON k.id = w.checklist
         JOIN subject s ON s.id = w.subject WHERE w.engagement = ?1 AND ${CHECKLIST_STATE[what]}`,
  ]),
];

/**
 * Everything that stands in the way of making an engagement final, and how many of each there are; `stale` names the
 * evidence that cannot be relied on.
 */
export function cleanUpOf(
  db: Database,
  engagement: string,
  stale: readonly string[],
): { counts: Record<CleanUp, number>; items: CleanUpItem[] } {
  const counts: Record<CleanUp, number> = {
    unsigned: 0,
    unreviewed: 0,
    unresolved: 0,
    changed: 0,
    missing: 0,
    stale: 0,
  };
  const items: CleanUpItem[] = [];
  const by = JSON.stringify(stale);
  for (const [what, select] of FINDERS) {
    counts[what] +=
      get<{ n: number }>(db, `SELECT count(*) n FROM (SELECT ${select})`, engagement, by)?.n ?? 0;
    const rows = all<Omit<CleanUpItem, 'what'>>(
      db,
      `SELECT ${select} ORDER BY label, title, subject LIMIT ${NAMED}`,
      engagement,
      by,
    );
    items.push(...rows.map((row) => ({ what, ...row })));
  }
  return { counts, items };
}

/** A lockdown that counts, with the place of its entry and what that is proved to have come after. */
export interface PlacedLockdown {
  readonly writer: string;
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly open: Readonly<Record<string, number>>;
  readonly seen: Vector;
}

/** `fact` of an operation that stands beside the state `final` in one applied entry: only there it locks anything. */
const LOCKING = `operation s JOIN entry e ON e.writer = s.writer AND e.seq = s.seq AND e.state = 'applied'
  JOIN operation l ON l.writer = s.writer AND l.seq = s.seq AND l.record >= 'lockdown:' AND l.record < 'lockdown;'
       AND l.field = 'fact' AND json_extract(l.value, '$.engagement') = ?1
 WHERE s.record = 'engagement:' || ?1 AND s.field = 'state' AND s.value = '"final"'`;

/** Whether an engagement was ever made final: nothing opens it again. */
export function isLocked(db: Database, engagement: string): boolean {
  return get(db, `SELECT 1 FROM ${LOCKING} LIMIT 1`, engagement) !== undefined;
}

/** What an earlier version wrote: numbers alone, which prove nothing. */
const Claimed = z.record(z.string(), z.int());
const Stated = z.looseObject({
  reason: z.string(),
  open: z.record(z.string(), z.int()),
  seen: z.union([SeenHeads, Claimed]),
});

/** Every lockdown of an engagement: first the one that came after no other, of several such the earliest. */
export function lockdownsOf(db: Database, engagement: string): PlacedLockdown[] {
  const rows = all<{ writer: string; seq: number; time: string; name: string; value: string }>(
    db,
    `SELECT e.writer, e.seq, e.time, coalesce((SELECT m.name FROM writer w JOIN member m ON m.id = w.member
            WHERE w.id = e.writer), e.writer) name, l.value FROM ${LOCKING} ORDER BY e.time, e.writer, e.seq`,
    engagement,
  );
  const found = rows.flatMap(({ writer, seq, time, name, value }): PlacedLockdown[] => {
    const stated = Stated.safeParse(JSON.parse(value));
    if (!stated.success) return [];
    const { reason, open, seen } = stated.data;
    const proved = Array.isArray(seen) ? provedHeads(db, seen) : datedBefore(db, seen, time);
    return [
      { writer, seq, at: time.slice(0, 24), by: name, reason, open, seen: { ...proved, [writer]: seq } },
    ];
  });
  const after = (one: PlacedLockdown) =>
    found.filter((other) => other !== one && other.seq <= (one.seen[other.writer] ?? 0)).length;
  return found.toSorted((a, b) => after(a) - after(b));
}

/** Of what was claimed in numbers: as much of each chain as is dated no later. */
function datedBefore(
  db: Database,
  claimed: Readonly<Record<string, number>>,
  time: string,
): Record<string, number> {
  const rows = all<{ writer: string; seq: number }>(
    db,
    `SELECT e.writer, max(e.seq) seq FROM json_each(?) n JOIN entry e ON e.writer = n.key AND e.seq <= n.value
      WHERE e.time <= ? GROUP BY e.writer`,
    JSON.stringify(claimed),
    time,
  );
  return Object.fromEntries(rows.map(({ writer, seq }) => [writer, seq]));
}

/** Entries beyond what was seen, oldest first; one is left out. */
export function entriesBeyond(db: Database, seen: Vector, own: Position): { writer: string; seq: number }[] {
  const rows = all<{ writer: string; seq: number }>(
    db,
    `SELECT e.writer, e.seq FROM entry e WHERE e.state = 'applied'
       AND e.seq > coalesce((SELECT s.value FROM json_each(?1) s WHERE s.key = e.writer), 0) ORDER BY e.time, e.writer, e.seq`,
    JSON.stringify(seen),
  );
  return rows.filter((row) => row.writer !== own[0] || row.seq !== own[1]);
}
