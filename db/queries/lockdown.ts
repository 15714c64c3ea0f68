import type { CleanUp, CleanUpItem } from '../../shared/domain/lockdown.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { PROGRAMME_FACT_KINDS, PROGRAMME_FACTS } from '../../shared/domain/programme/facts.ts';
import { isProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf, type Position, type Vector } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

/** Engagements that are final. */
export function lockedEngagements(db: Database): string[] {
  return all<{ id: string }>(db, "SELECT id FROM engagement WHERE state = 'final'").map((row) => row.id);
}

/** A field of a record with the value it is given. */
export interface TouchedField {
  readonly record: string;
  readonly field: string;
  readonly value: Json;
}

const FACTS: ReadonlySet<string> = new Set(PROGRAMME_FACT_KINDS);
/** Facts that speak of an engagement without adding to it. */
const BESIDE: ReadonlySet<string> = new Set([
  'lockdown',
  'late',
  'rolled',
  'linkcheck',
  'hold',
  'finalisation',
]);

/** The engagements that these changes would change. An export or a custody event changes none. */
export function touchedEngagements(db: Database, changes: readonly TouchedField[]): Set<string> {
  return new Set(changes.flatMap((change) => engagementsOf(db, change)));
}

function engagementsOf(db: Database, { record, value }: TouchedField): string[] {
  const kind = kindOf(record);
  const id = idOf(record);
  const said = (field: string) => {
    const held =
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Json>>)[field] : null;
    return typeof held === 'string' ? held : '';
  };
  if (kind === 'engagement') return [id];
  if (kind === 'subject') return [said('engagement')];
  if (kind === 'assessment') return known(said('engagement'), ofAssessment(db, id));
  if (kind === 'link') return ofAssessment(db, said('assessment'));
  if (kind === 'signoff') return [...ofAssessment(db, said('record')), ...ofChecklist(db, said('record'))];
  if (kind === 'note') return ofNote(db, id, said('record'));
  if (kind === 'evidence') return ofEvidence(db, id);
  if (kind === 'proof') return ofProgramme(db, idOf(said('record')));
  if (isProgrammeKind(kind)) return known(said('engagement'), ofProgramme(db, id));
  if (kind === 'change') return ofSystems(db, value);
  const about = said('record');
  if (kind === 'attestation' && about.startsWith('evidence:')) return ofEvidence(db, idOf(about));
  // What a fact says of its place, and where the record stands that it is about.
  if (FACTS.has(kind) && !BESIDE.has(kind)) return [said('engagement'), ...ofProgramme(db, idOf(about))];
  return [];
}

const known = (stated: string, stored: string[]) => (stated === '' ? stored : [stated]);
const engagements = (db: Database, sql: string, id: string): string[] =>
  all<{ engagement: string }>(db, sql, id).map((row) => row.engagement);

const ofAssessment = (db: Database, id: string) =>
  engagements(db, 'SELECT engagement FROM assessment WHERE id = ?', id);
const ofChecklist = (db: Database, id: string) =>
  engagements(db, 'SELECT engagement FROM checklist_work WHERE id = ?', id);
const ofProgramme = (db: Database, id: string) =>
  engagements(db, 'SELECT engagement FROM programme_record WHERE id = ?', id);
/** Where evidence serves: under a check, as proof on a record, in a section, as the answer to a request, or as a customer's paper. */
const ofEvidence = (db: Database, id: string) =>
  engagements(
    db,
    `SELECT a.engagement FROM link l JOIN assessment a ON a.id = l.assessment WHERE l.evidence = ?1
      UNION
     SELECT r.engagement FROM proof p JOIN programme_record r ON r.id = substr(p.record, instr(p.record, ':') + 1)
      WHERE p.evidence = ?1
      UNION
     SELECT r.engagement FROM programme_record r, json_each(r.body, '$.evidence') e
      WHERE r.kind IN ('request', 'section') AND e.value = ?1
      UNION
     SELECT r.engagement FROM programme_fact f, json_each(f.body, '$.evidence') e
       JOIN programme_record r ON r.id = substr(f.record, instr(f.record, ':') + 1)
      WHERE f.kind = 'handover' AND e.value = ?1`,
    id,
  );

/** A declared change asks for evidence about its systems to be looked at again, wherever that serves. */
function ofSystems(db: Database, value: Json): string[] {
  const { systems } = PROGRAMME_FACTS.change
    .pick({ systems: true })
    .strip()
    .catch({ systems: [] })
    .parse(value);
  const rows = all<{ id: string; systems: string }>(
    db,
    "SELECT id, systems FROM evidence WHERE systems <> '[]'",
  );
  const meant = rows.filter((row) =>
    (JSON.parse(row.systems) as string[]).some((one) => systems.some((system) => same(one, system))),
  );
  return [...new Set(meant.flatMap(({ id }) => ofEvidence(db, id)))];
}

function ofNote(db: Database, id: string, stated: string): string[] {
  const record =
    stated === ''
      ? (get<{ record: string }>(db, 'SELECT record FROM review_note WHERE id = ?', id)?.record ?? '')
      : stated;
  return [...ofAssessment(db, record), ...ofChecklist(db, record)];
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

/** What an author had seen when they made this engagement final; null while it is not. Of several the first counts. */
export function lockdownOf(
  db: Database,
  engagement: string,
): {
  at: string;
  by: string;
  reason: string;
  open: Record<string, number>;
  seen: Vector;
  writer: string;
  seq: number;
} | null {
  const row = get<{ at: string; name: string; body: string; writer: string; seq: number }>(
    db,
    `SELECT f.at, coalesce(m.name, f.by) name, f.body, h.writer, h.seq FROM programme_fact f
       JOIN head h ON h.record = 'lockdown:' || f.id AND h.field = 'fact'
       LEFT JOIN member m ON m.id = f.by
      WHERE f.engagement = ? AND f.kind = 'lockdown' ORDER BY f.at, f.id LIMIT 1`,
    engagement,
  );
  if (row === undefined) return null;
  const { reason, open, seen } = JSON.parse(row.body) as {
    reason: string;
    open: Record<string, number>;
    seen: Vector;
  };
  return { at: row.at, by: row.name, reason, open, seen, writer: row.writer, seq: row.seq };
}

/** Entries beyond what a lockdown had seen, oldest first, with what each says about being late. */
export function entriesBeyond(db: Database, seen: Vector, own: Position): { writer: string; seq: number }[] {
  const rows = all<{ writer: string; seq: number }>(
    db,
    `SELECT e.writer, e.seq FROM entry e WHERE e.state = 'applied'
       AND e.seq > coalesce((SELECT s.value FROM json_each(?1) s WHERE s.key = e.writer), 0) ORDER BY e.time, e.writer, e.seq`,
    JSON.stringify(seen),
  );
  return rows.filter((row) => row.writer !== own[0] || row.seq !== own[1]);
}

/** Whether this engagement is among those a set of operations touches, once they stand. */
export function touchesEngagement(
  db: Database,
  engagement: string,
  changes: readonly TouchedField[],
): boolean {
  return touchedEngagements(db, changes).has(engagement);
}
