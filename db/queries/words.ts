import { MOST_NAMED } from '../../shared/domain/programme/facts.ts';
import type { Place, Placed, Word } from '../../shared/domain/programme/said.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** Acts on a record of which a later one supersedes those its author knew. */
export type SupersedingKind = 'attestation' | 'finalisation';

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
}

const WORD = `f.id, f.record, f.by member, coalesce(m.name, f.by) "by", f.at, json_extract(f.body, '$.met') met,
  json_extract(f.body, '$.until') until, f.writer, f.seq`;
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
  const known = placesKnown(db, 'attestation', rows);
  return rows.map((row) => ({ ...toWord(row, known), statement: row.statement }));
}

/** The words on every piece of evidence, by its ledger name; they hold in every engagement. */
export function wordsOnEvidence(db: Database): ReadonlyMap<string, readonly StatedWord[]> {
  const rows = all<RawWord>(
    db,
    `SELECT ${WORD} ${SAID} AND f.record >= 'evidence:' AND f.record < 'evidence;'`,
  );
  const known = placesKnown(db, 'attestation', rows);
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

const toWord = ({ met, ...row }: RawWord, known: Known): StatedWord => ({
  ...row,
  met: met === 1,
  after: known.get(row.id) ?? [],
});

/** What the authors of some words knew, as far as more than one writer spoke: each place with the hash that is there. */
function placesKnown(
  db: Database,
  kind: SupersedingKind,
  words: readonly Pick<RawWord, 'record' | 'writer'>[],
): Known {
  const records = [...Map.groupBy(words, ({ record }) => record)].flatMap(([record, said]) =>
    said.some(({ writer }) => writer !== said[0]?.writer) ? [record] : [],
  );
  if (records.length === 0) return new Map();
  const places = all<{ word: string; writer: string; seq: number }>(
    db,
    `SELECT f.id word, e.writer, e.seq FROM json_each(?) r
       JOIN programme_fact f ON f.record = r.value AND f.kind = ? JOIN json_each(f.body, '$.after') p
       JOIN entry e ON e.writer = json_extract(p.value, '$[0]') AND e.seq = json_extract(p.value, '$[1]')
                   AND e.hash = json_extract(p.value, '$[2]')`,
    JSON.stringify(records),
    kind,
  );
  const known = new Map<string, Place[]>();
  for (const { word, writer, seq } of places) {
    const of = known.get(word);
    if (of === undefined) known.set(word, [[writer, seq]]);
    else of.push([writer, seq]);
  }
  return known;
}

/** Where the finalisations of a packet stand, by their ids, with what their authors knew. */
export function finalisationPlaces(db: Database, packet: string): ReadonlyMap<string, Placed> {
  const rows = all<Pick<RawWord, 'id' | 'record' | 'writer' | 'seq'>>(
    db,
    "SELECT id, record, writer, seq FROM programme_fact WHERE record = ? AND kind = 'finalisation'",
    packet,
  );
  const known = placesKnown(db, 'finalisation', rows);
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
