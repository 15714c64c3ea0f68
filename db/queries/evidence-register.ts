import type { RegisterPlace } from '../../shared/contract/register.ts';
import type { StatedRhythm } from '../../shared/domain/evidence-cadence.ts';
import { type Placed, weighWords, wordFor } from '../../shared/domain/programme/said.ts';
import type { Database } from '../driver.ts';
import { query } from '../query.ts';
import * as t from '../schema.ts';
import { all } from '../sql.ts';
import { matchesText } from './evidence.ts';
import { RENEWING, wordsOnEvidence } from './words.ts';

const { evidence: v } = t;

/** What decides where a piece of evidence stands in the register, without its files. */
export interface RegisterEvidence {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly owner: string;
  readonly collected: string | null;
  readonly lastVerified: string | null;
  readonly expires: string | null;
  readonly addedAt: string;
  /** JSON list of names. */
  readonly systems: string;
  readonly held: number;
}

/** Every piece of evidence that holds these words. */
export function registerEvidence(db: Database, text: string): RegisterEvidence[] {
  const words = text.trim();
  const found =
    words === '' ? null : query(db).select({ id: v.id }).from(v).where(matchesText(db, words)).all();
  return all<RegisterEvidence>(
    db,
    `SELECT id, reference, title, owner, collected, last_verified lastVerified, expires, added_at addedAt, systems, held
       FROM evidence WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1)) ORDER BY id`,
    found === null ? null : JSON.stringify(found.map(({ id }) => id)),
  );
}

export type PlacedEvidence = RegisterPlace & { readonly evidence: string };

/** Where evidence serves: linked to controls and items, shown as proof, part of an answer or of a packet's section. */
export function registerPlaces(db: Database): PlacedEvidence[] {
  return all<PlacedEvidence>(
    db,
    `SELECT DISTINCT l.evidence, a.target_kind || ':' || a.target record, coalesce(c.label, i.label, '') label,
            coalesce(c.title, i.text, '') title, a.engagement
       FROM link l JOIN assessment a ON a.id = l.assessment
       LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
     UNION ALL
     SELECT p.evidence, p.record, r.kind, r.title, r.engagement
       FROM proof p JOIN programme_record r ON r.id = substr(p.record, instr(p.record, ':') + 1)
     UNION ALL
     SELECT e.value, r.kind || ':' || r.id, r.kind, coalesce(nullif(r.title, ''), json_extract(r.body, '$.key'), ''), r.engagement
       FROM programme_record r JOIN json_each(r.body, '$.evidence') e WHERE r.kind IN ('request', 'section')`,
  );
}

/** Titles of the records of the programme on which a piece of evidence is shown as proof. */
export function provenBy(db: Database, evidence: string): string[] {
  return all<{ title: string }>(
    db,
    `SELECT r.title FROM proof p JOIN programme_record r ON r.id = substr(p.record, instr(p.record, ':') + 1)
      WHERE p.evidence = ? ORDER BY r.title, r.id`,
    evidence,
  ).map((row) => row.title);
}

/** The word that says where a piece of evidence stands. */
export interface StandingWord {
  /** The words that decide alike, this one among them, with what their authors knew. */
  readonly deciding: readonly Placed[];
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly met: boolean;
  readonly until: string | null;
}

/** By the ledger name of each piece of evidence the word that stands on a day, or lapsed where none does. */
export function standingWords(db: Database, day: string): ReadonlyMap<string, StandingWord> {
  return new Map(
    [...wordsOnEvidence(db)].flatMap(([record, words]) => {
      const said = weighWords(words, day);
      const word = wordFor(said);
      return word === null ? [] : [[record, { ...word, deciding: said.deciding }] as const];
    }),
  );
}

export interface StandingCheck {
  readonly record: string;
  readonly at: string;
  readonly by: string;
  readonly broken: number;
}

/** The last link check of every piece of evidence up to a day, by its ledger name. */
export function lastChecks(db: Database, day: string): ReadonlyMap<string, StandingCheck> {
  const rows = all<StandingCheck & { newest: string }>(
    db,
    `SELECT f.record, f.at, coalesce(m.name, f.by) "by", json_extract(f.body, '$.broken') broken, max(f.at || f.id) newest
       FROM programme_fact f LEFT JOIN member m ON m.id = f.by
      WHERE f.record >= 'evidence:' AND f.record < 'evidence;' AND f.kind = 'linkcheck' AND substr(f.at, 1, 10) <= ?
      GROUP BY f.record`,
    day,
  );
  return new Map(rows.map((row) => [row.record, row]));
}

/** Where the files, the collection and the verification of every piece of evidence that stand were written. */
export function renewedAt(db: Database): ReadonlyMap<string, readonly Placed[]> {
  const rows = all<{ evidence: string; writer: string; seq: number }>(
    db,
    `SELECT DISTINCT substr(record, 10) evidence, writer, seq FROM head
      WHERE record >= 'evidence:' AND record < 'evidence;' AND field IN (SELECT value FROM json_each(?))`,
    JSON.stringify(RENEWING),
  );
  return Map.groupBy(
    rows.map((row) => ({ ...row, after: [] })),
    ({ evidence }) => evidence,
  );
}

export interface DeclaredChange {
  readonly at: string;
  readonly writer: string;
  readonly seq: number;
  readonly what: string;
  readonly systems: readonly string[];
}

/** Material changes declared so far, oldest first. */
export function declaredChanges(db: Database): DeclaredChange[] {
  return all<Omit<DeclaredChange, 'systems'> & { systems: string }>(
    db,
    `SELECT at, writer, seq, json_extract(body, '$.what') what, json_extract(body, '$.systems') systems FROM programme_fact
      WHERE kind = 'change' ORDER BY at, id`,
  ).map((row) => ({ ...row, systems: JSON.parse(row.systems) as string[] }));
}

/** A system that evidence was about, and the first day on which it was. */
export interface EverAbout {
  readonly evidence: string;
  readonly system: string;
  readonly since: string;
}

/** Every system that each piece of evidence was ever about, whoever took it off since. */
export function everAbout(db: Database): ReadonlyMap<string, readonly EverAbout[]> {
  const rows = all<EverAbout>(
    db,
    `SELECT substr(o.record, 10) evidence, s.value system, substr(min(e.time), 1, 10) since
       FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN json_each(o.value) s
      WHERE o.record >= 'evidence:' AND o.record < 'evidence;' AND o.field = 'systems' AND s.type = 'text'
      GROUP BY 1, 2`,
  );
  return Map.groupBy(rows, ({ evidence }) => evidence);
}

/** The cadences of every engagement. */
export function statedRhythms(db: Database): Map<string, StatedRhythm[]> {
  const rows = all<{ engagement: string; body: string }>(
    db,
    "SELECT engagement, body FROM programme_record WHERE kind = 'cadence' ORDER BY engagement, id",
  );
  const found = new Map<string, StatedRhythm[]>();
  for (const { engagement, body } of rows)
    found.set(engagement, [...(found.get(engagement) ?? []), JSON.parse(body) as StatedRhythm]);
  return found;
}

export interface HoldRow {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** Legal holds that stand on a piece of evidence, oldest first. */
export function holdsOn(db: Database, evidence: string): HoldRow[] {
  return all<HoldRow>(
    db,
    `SELECT f.id, coalesce(m.name, f.by) "by", f.at, json_extract(f.body, '$.reason') reason
       FROM programme_fact f LEFT JOIN member m ON m.id = f.by
      WHERE f.record = ?1 AND f.kind = 'hold' AND json_extract(f.body, '$.on') AND NOT EXISTS
        (SELECT 1 FROM programme_fact x JOIN json_each(x.body, '$.lifts') l ON l.value = f.id
          WHERE x.record = ?1 AND x.kind = 'hold')
      ORDER BY f.at, f.id`,
    `evidence:${evidence}`,
  );
}
