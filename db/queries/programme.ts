import type { ProgrammeFactRow, ProgrammeRow } from '../../shared/contract/programme.ts';
import type { ProgrammeFactKind } from '../../shared/domain/programme/facts.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Database } from '../driver.ts';
import { containing } from '../query.ts';
import { all, get } from '../sql.ts';

interface RawRow {
  id: string;
  kind: ProgrammeKind;
  engagement: string;
  node: string | null;
  title: string;
  body: string;
  notes: string;
  section: string;
  conflicts: number;
  changed_at: string;
  changed_name: string | null;
}

const SELECT = `SELECT r.*, m.name changed_name FROM programme_record r LEFT JOIN member m ON m.id = r.changed_by`;

function toRow(raw: RawRow): ProgrammeRow {
  return {
    id: raw.id,
    record: `${raw.kind}:${raw.id}`,
    kind: raw.kind,
    engagement: raw.engagement,
    title: raw.title,
    body: JSON.parse(raw.body) as Record<string, unknown>,
    notes: JSON.parse(raw.notes) as string[],
    section: raw.section,
    planned: raw.node !== null,
    conflicts: raw.conflicts,
    changedAt: raw.changed_at || null,
    changedBy: raw.changed_name,
  };
}

/** Every record of a kind in an engagement, in the plan's order, what people added last. */
export function programmeRows(db: Database, engagement: string, kind: ProgrammeKind): ProgrammeRow[] {
  return all<RawRow>(
    db,
    `${SELECT} WHERE r.engagement = ? AND r.kind = ? ORDER BY r.ord, r.title, r.id`,
    engagement,
    kind,
  ).map(toRow);
}

/** The owners whom a plan itself gives to its records, by ledger name, whoever owns them now. */
export function statedOwners(db: Database, engagement: string): ReadonlyMap<string, string> {
  const rows = all<{ record: string; owner: string }>(
    db,
    `SELECT r.kind || ':' || r.id record, json_extract(p.body, '$.owner') owner
       FROM programme_record r JOIN plan_node p ON p.id = r.node
      WHERE r.engagement = ? AND json_type(p.body, '$.owner') = 'text'`,
    engagement,
  );
  return new Map(rows.map(({ record, owner }) => [record, owner]));
}

/** A page of records of a kind, filtered by words in title or body. */
export function programmePage(
  db: Database,
  engagement: string,
  kind: ProgrammeKind,
  page: { readonly text?: string | undefined; readonly offset: number; readonly limit: number },
): { total: number; rows: ProgrammeRow[] } {
  const words = containing(page.text ?? '');
  const where = `WHERE r.engagement = ?1 AND r.kind = ?2 AND (r.title LIKE ?3 ESCAPE '\\' OR r.body LIKE ?3 ESCAPE '\\')`;
  const total =
    get<{ n: number }>(db, `SELECT count(*) n FROM programme_record r ${where}`, engagement, kind, words)
      ?.n ?? 0;
  const rows = all<RawRow>(
    db,
    `${SELECT} ${where} ORDER BY r.ord, r.title, r.id LIMIT ?4 OFFSET ?5`,
    engagement,
    kind,
    words,
    page.limit,
    page.offset,
  );
  return { total, rows: rows.map(toRow) };
}

export function programmeRowById(db: Database, id: string): ProgrammeRow | undefined {
  const raw = get<RawRow>(db, `${SELECT} WHERE r.id = ?`, id);
  return raw === undefined ? undefined : toRow(raw);
}

/** Records people may mean by an id, a ledger name, the id of a plan's node, or a title in any case. */
export function findProgrammeRows(
  db: Database,
  text: string,
  among: { readonly kind?: ProgrammeKind | undefined; readonly engagement?: string | undefined },
): ProgrammeRow[] {
  const id = text.includes(':') ? text.slice(text.indexOf(':') + 1) : text;
  return all<RawRow>(
    db,
    `${SELECT} WHERE (r.id = ?1 OR r.id = ?2 OR r.node = ?1 OR lower(r.title) = lower(?1))
      AND (?3 IS NULL OR r.kind = ?3) AND (?4 IS NULL OR r.engagement = ?4) ORDER BY r.ord, r.id`,
    text,
    id,
    among.kind ?? null,
    among.engagement ?? null,
  ).map(toRow);
}

interface RawFact {
  id: string;
  kind: string;
  engagement: string;
  record: string;
  by: string;
  name: string | null;
  at: string;
  body: string;
}

const FACT = `SELECT f.*, m.name FROM programme_fact f LEFT JOIN member m ON m.id = f.by`;

function toFact(raw: RawFact): ProgrammeFactRow {
  return {
    id: raw.id,
    kind: raw.kind,
    record: raw.record,
    engagement: raw.engagement,
    by: { id: raw.by, name: raw.name ?? raw.by },
    at: raw.at,
    body: JSON.parse(raw.body) as Record<string, unknown>,
  };
}

/** An act belongs where its record stands; only what a period took over is about another one's. Else it proves nothing. */
const BELONGS = `(f.kind = 'rolled' OR NOT EXISTS (SELECT 1 FROM programme_record r WHERE r.id = substr(f.record, instr(f.record, ':') + 1)
  AND f.record = r.kind || ':' || r.id AND r.engagement <> f.engagement))`;

/** Acts about a record, newest first. */
export function factsOn(db: Database, record: string, kind?: ProgrammeFactKind): ProgrammeFactRow[] {
  return all<RawFact>(
    db,
    `${FACT} WHERE f.record = ?1 AND (?2 IS NULL OR f.kind = ?2) AND ${BELONGS} ORDER BY f.at DESC, f.writer, f.seq DESC, f.id`,
    record,
    kind ?? null,
  ).map(toFact);
}

/** Acts of one kind in an engagement, oldest first. */
export function factsOf(db: Database, engagement: string, kind: ProgrammeFactKind): ProgrammeFactRow[] {
  return all<RawFact>(
    db,
    `${FACT} WHERE f.engagement = ? AND f.kind = ? AND ${BELONGS} ORDER BY f.at, f.id`,
    engagement,
    kind,
  ).map(toFact);
}

export function factById(db: Database, id: string): ProgrammeFactRow | undefined {
  const raw = get<RawFact>(db, `${FACT} WHERE f.id = ?`, id);
  return raw === undefined ? undefined : toFact(raw);
}

/** Ids of the evidence shown as proof on a record. */
export function proofsOn(db: Database, record: string): string[] {
  return all<{ evidence: string }>(
    db,
    'SELECT p.evidence FROM proof p JOIN evidence e ON e.id = p.evidence WHERE p.record = ? ORDER BY e.added_at, e.id',
    record,
  ).map((row) => row.evidence);
}
