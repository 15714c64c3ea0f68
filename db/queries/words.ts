import { MOST_NAMED } from '../../shared/domain/programme/facts.ts';
import type { Place, Placed, Word } from '../../shared/domain/programme/said.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';
import { chainsLike } from './branches.ts';

/** Acts on a record of which a later one supersedes those its author knew. */
export type SupersedingKind = 'attestation' | 'finalisation' | 'measurement';

/** An attestation as it was stated, with what its author knew (`domain/programme/said.ts`). */
export interface StatedWord extends Word {
  readonly record: string;
  readonly by: string;
}

interface RawWord {
  readonly id: string;
  readonly record: string;
  readonly member: string;
  readonly by: string;
  readonly at: string;
  readonly met: number;
  readonly until: string | null;
  readonly writer: string;
  readonly seq: number;
  /** How many places it names; null where it says nothing of that. */
  readonly names: number | null;
}

const NAMES = "json_array_length(f.body, '$.after') names";
const WORD = `f.id, f.record, f.by member, coalesce(m.name, f.by) "by", f.at, json_extract(f.body, '$.met') met,
  json_extract(f.body, '$.until') until, f.writer, f.seq, ${NAMES}`;
const SAID = `FROM programme_fact f LEFT JOIN member m ON m.id = f.by WHERE f.kind = 'attestation'`;

/** The words on a record of an engagement's programme, with what was said. */
export function wordsOn(
  db: Database,
  engagement: string,
  record: string,
): (StatedWord & { readonly statement: string })[] {
  const rows = all<RawWord & { statement: string }>(
    db,
    `SELECT ${WORD}, json_extract(f.body, '$.statement') statement ${SAID} AND f.record = ? AND f.engagement = ?`,
    record,
    engagement,
  );
  const known = placesKnown(db, rows);
  return rows.map((row) => ({ ...toWord(row, known), statement: row.statement }));
}

/** The words on every piece of evidence, by its ledger name; they hold in every engagement. */
export function wordsOnEvidence(db: Database): ReadonlyMap<string, readonly StatedWord[]> {
  const rows = all<RawWord>(
    db,
    `SELECT ${WORD} ${SAID} AND f.record >= 'evidence:' AND f.record < 'evidence;'`,
  );
  const known = placesKnown(db, rows);
  return Map.groupBy(
    rows.map((row) => toWord(row, known)),
    ({ record }) => record,
  );
}

/** What was said in some words, by their ids. */
export function statementsOf(db: Database, ids: readonly string[]): ReadonlyMap<string, string> {
  const rows = all<{ id: string; statement: string }>(
    db,
    `SELECT f.id, json_extract(f.body, '$.statement') statement FROM json_each(?) i JOIN programme_fact f ON f.id = i.value`,
    JSON.stringify(ids),
  );
  return new Map(rows.map(({ id, statement }) => [id, statement]));
}

type Known = ReadonlyMap<string, readonly Place[]>;

const toWord = ({ met, names: _names, ...row }: RawWord, known: Known): StatedWord => ({
  ...row,
  met: met === 1,
  after: known.get(row.id) ?? [],
});

/** What the authors of some words knew: each place with the hash that is there. */
function placesKnown(db: Database, words: readonly Pick<RawWord, 'id' | 'names'>[]): Known {
  const naming = words.flatMap(({ id, names }) => ((names ?? 0) > 0 ? [id] : []));
  if (naming.length === 0) return new Map();
  const places = all<{ word: string; writer: string; seq: number }>(
    db,
    `SELECT f.id word, e.writer, e.seq FROM json_each(?) i
       CROSS JOIN programme_fact f ON f.id = i.value CROSS JOIN json_each(f.body, '$.after') p
       JOIN entry e ON e.writer IN ${chainsLike("json_extract(p.value, '$[0]')")} AND e.seq = json_extract(p.value, '$[1]')
                   AND e.hash = json_extract(p.value, '$[2]')`,
    JSON.stringify(naming),
  );
  const known = new Map<string, Place[]>();
  for (const { word, writer, seq } of places) {
    const of = known.get(word);
    if (of === undefined) known.set(word, [[writer, seq]]);
    else of.push([writer, seq]);
  }
  return known;
}

/** Fields of evidence that renew it. */
export const RENEWING: readonly string[] = ['files', 'collected', 'lastVerified'];

/** A renewal of evidence: new files or dates of it, by somebody who knew the changes that it names. */
export interface StatedRenewal extends Placed {
  readonly record: string;
  readonly at: string;
}

/**
 * The renewals of every piece of evidence that say what their authors knew, by its ledger name. One renews only beside
 * files of that evidence, or a day it was collected or verified, in the same entry: by itself it is no look at anything.
 */
export function statedRenewals(db: Database): ReadonlyMap<string, readonly StatedRenewal[]> {
  const rows = all<Pick<RawWord, 'id' | 'record' | 'at' | 'writer' | 'seq' | 'names'>>(
    db,
    `SELECT f.id, f.record, f.at, f.writer, f.seq, ${NAMES} FROM programme_fact f
      WHERE f.record >= 'evidence:' AND f.record < 'evidence;' AND f.kind = 'renewal'
        AND EXISTS (SELECT 1 FROM operation o WHERE o.writer = f.writer AND o.seq = f.seq AND o.record = f.record
                       AND o.field IN (SELECT value FROM json_each(?)))`,
    JSON.stringify(RENEWING),
  );
  const known = placesKnown(db, rows);
  const renewals = rows.map(({ id, record, at, writer, seq }) => ({
    ...{ record, at, writer, seq },
    after: known.get(id) ?? [],
  }));
  return Map.groupBy(renewals, ({ record }) => record);
}

/** Whether anybody declared a material change. */
export const anyChange = (db: Database): boolean =>
  get(db, "SELECT 1 FROM programme_fact WHERE kind = 'change' LIMIT 1") !== undefined;

/** Of every other writer who declared a material change the last entry that does, by number and chain hash. */
export function changesKnown(db: Database, writer: string): [string, number, string][] {
  return all<{ writer: string; seq: number; hash: string }>(
    db,
    `SELECT l.writer, l.seq, e.hash FROM (SELECT writer, max(seq) seq FROM programme_fact
        WHERE kind = 'change' AND writer <> ? GROUP BY writer) l
       JOIN entry e ON e.writer = l.writer AND e.seq = l.seq ORDER BY l.seq DESC, l.writer LIMIT ?`,
    writer,
    MOST_NAMED,
  ).map(({ writer, seq, hash }) => [writer, seq, hash]);
}

/** Where the finalisations of a packet stand, by their ids, with what their authors knew. */
export const finalisationPlaces = (db: Database, packet: string) =>
  placesOf(db, "f.record = ? AND f.kind = 'finalisation'", packet);

/** Where the measurements of an engagement stand, by their ids, with what their authors knew. */
export const measurementPlaces = (db: Database, engagement: string) =>
  placesOf(db, "f.engagement = ? AND f.kind = 'measurement'", engagement);

function placesOf(db: Database, where: string, of: string): ReadonlyMap<string, Placed> {
  const rows = all<Pick<RawWord, 'id' | 'writer' | 'seq' | 'names'>>(
    db,
    `SELECT f.id, f.record, f.writer, f.seq, ${NAMES} FROM programme_fact f WHERE ${where}`,
    of,
  );
  const known = placesKnown(db, rows);
  return new Map(rows.map(({ id, writer, seq }) => [id, { writer, seq, after: known.get(id) ?? [] }]));
}

/**
 * Of every other writer who said something on a record, whatever it is worth, the last entry that did, by number and
 * chain hash. Should they be more than a word can name, then first those whose words count today, in turn by member.
 */
export function wordsKnown(
  db: Database,
  kind: SupersedingKind,
  record: string,
  { writer, today, most = MOST_NAMED }: { readonly writer: string; readonly today: string; most?: number },
): [string, number, string][] {
  return all<{ writer: string; seq: number; hash: string }>(
    db,
    `SELECT l.writer, l.seq, e.hash FROM (SELECT f.writer, f.by, max(f.seq) seq,
         max(substr(f.at, 1, 10) <= ?3 AND coalesce(json_extract(f.body, '$.until') >= ?3, 1)) counts FROM programme_fact f
        WHERE f.record = ?1 AND f.kind = ?5 AND f.writer <> ?2 GROUP BY f.writer) l
       JOIN entry e ON e.writer = l.writer AND e.seq = l.seq
      ORDER BY l.counts DESC, row_number() OVER (PARTITION BY l.counts, l.by ORDER BY l.seq DESC, l.writer), l.writer LIMIT ?4`,
    record,
    writer,
    today,
    most,
    kind,
  ).map(({ writer, seq, hash }) => [writer, seq, hash]);
}
