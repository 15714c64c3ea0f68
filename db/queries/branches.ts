import { canonicalBytes, type Sha256, toHex } from '../../shared/ledger/canonical.ts';
import type { Position, Vector, WriterIdentity } from '../../shared/ledger/entry.ts';
import type { Heads } from '../../shared/ledger/segment.ts';
import type { Database } from '../driver.ts';
import { all, get, put, run } from '../sql.ts';
import {
  type EntryRow,
  entriesOf,
  entryAt,
  lastEntry,
  readSetting,
  segmentOf,
  writeSetting,
} from './ledger.ts';

/**
 * Where a writer wrote two histories under the same numbers, what both share keeps the writer's id, and each goes on
 * under an id of its own that its first entry gives. So the names are the same at every copy, in whatever order the
 * histories came, and both count.
 */
export interface Branch extends WriterIdentity {
  readonly id: string;
  /** The writer whose numbers it has. */
  readonly base: string;
  /** What it goes on from, and the last number it shares; empty and 0 for the writer itself. */
  readonly stem: string;
  readonly after: number;
}

const BRANCH = 'SELECT id, member, device, incarnation, base, stem, after_seq "after" FROM writer';

export function branchById(db: Database, id: string): Branch | undefined {
  return get<Branch>(db, `${BRANCH} WHERE id = ?`, id);
}

/** The histories that a writer wrote beside what all of them share, in the order of their ids. */
export function branchesOf(db: Database, base: string): Branch[] {
  return all<Branch>(db, `${BRANCH} WHERE base = ? AND id <> base ORDER BY id`, base);
}

/** The writer that signs and numbers what stands in this chain. */
export function baseOf(db: Database, id: string): string {
  return branchById(db, id)?.base ?? id;
}

/** SQL for every chain that has the numbers of one, given as an expression. */
export const chainsLike = (expression: string): string =>
  `(SELECT like_it.id FROM writer like_it JOIN writer it ON it.base = like_it.base WHERE it.id = ${expression})`;

/** Whether anybody wrote two histories: else every name means one chain. */
export function anyForked(db: Database): boolean {
  return get(db, 'SELECT 1 FROM writer WHERE id <> base LIMIT 1') !== undefined;
}

/** The chains that a device continued twice, by their writers. */
export function forkedWriters(db: Database): { writer: string; device: string; histories: number }[] {
  return all(
    db,
    `SELECT base writer, device, (SELECT count(*) FROM writer t WHERE t.base = w.base
       AND NOT EXISTS (SELECT 1 FROM writer c WHERE c.stem = t.id)) histories
       FROM writer w WHERE id <> base GROUP BY base ORDER BY base`,
  );
}

export function isSplit(db: Database, id: string): boolean {
  return get(db, 'SELECT 1 FROM writer WHERE stem = ? LIMIT 1', id) !== undefined;
}

/** What leads to a place: of each chain on the way how far, the one it stands in first. */
export function lineTo(db: Database, [writer, seq]: Position): Position[] {
  const line: Position[] = [];
  let upTo = seq;
  for (let at = branchById(db, writer); at !== undefined; at = branchById(db, at.stem)) {
    if (upTo > at.after) line.push([at.id, upTo]);
    upTo = Math.min(upTo, at.after);
    if (at.stem === '') break;
  }
  return line.length === 0 ? [[writer, seq]] : line;
}

/** The place with a number on the way to another. */
export function onLine(db: Database, end: Position, seq: number): Position {
  const line = lineTo(db, end).reverse();
  const found = line.find(([, upTo]) => seq <= upTo);
  return [found?.[0] ?? end[0], seq];
}

/** The entries of a chain from its writer's first, those that it shares included. */
export function entriesOnLine(db: Database, writer: string, from: number, to: number): EntryRow[] {
  const line = lineTo(db, [writer, to]).reverse();
  return line.flatMap(([id, upTo], index) =>
    entriesOf(db, id, Math.max(from, (line[index - 1]?.[1] ?? 0) + 1), upTo),
  );
}

/** The newest entry of a chain; of one that begins with its next entry what it goes on from. */
export function tipOf(db: Database, writer: string): EntryRow | undefined {
  const own = lastEntry(db, writer);
  const row = own === undefined ? branchById(db, writer) : undefined;
  if (row === undefined || row.stem === '') return own;
  const [stem, seq] = onLine(db, [row.stem, row.after], row.after);
  return entryAt(db, stem, seq);
}

/** Where a writer's entry with this number and hash stands. */
export function placeOfHash(db: Database, base: string, seq: number, hash: string): Position | null {
  if (entryAt(db, base, seq)?.hash === hash) return [base, seq];
  const row = get<{ writer: string }>(
    db,
    'SELECT writer FROM entry WHERE seq = ? AND hash = ? AND writer IN (SELECT id FROM writer WHERE base = ? AND id <> base)',
    seq,
    hash,
    base,
  );
  return row === undefined ? null : [row.writer, seq];
}

/** Where something is said, and the hashes its author stated of what they named. */
export interface Said {
  readonly at: Position;
  readonly heads: Heads;
}

/**
 * What an author meant by a name. A name that was one history to them may be two here: then the hash they stated says
 * which. By their own they mean the one they go on from. `lacking` is not here yet, and `unsaid` could be either.
 */
export function meant(
  db: Database,
  [writer, seq]: Position,
  { at, heads }: Said,
): Position | 'lacking' | 'unsaid' {
  const row = branchById(db, writer);
  if (row === undefined) return 'lacking';
  const own = writer === baseOf(db, at[0]) || lineTo(db, at).some(([id]) => id === writer);
  if (own && seq <= at[1]) return onLine(db, at, seq);
  const stated = Object.hasOwn(heads, writer) ? heads[writer] : undefined;
  if (stated !== undefined && stated[0] >= seq) {
    const end = placeOfHash(db, row.base, ...stated);
    return end === null ? 'lacking' : onLine(db, end, seq);
  }
  if (seq <= row.after) return onLine(db, [row.id, row.after], seq);
  if (entryAt(db, writer, seq) !== undefined) return [writer, seq];
  return isSplit(db, writer) && reach(db, writer) >= seq ? 'unsaid' : 'lacking';
}

/** How far a chain or any history that goes on from it reaches. */
export function reach(db: Database, writer: string): number {
  const sql = `WITH RECURSIVE t(id) AS (VALUES (?) UNION SELECT w.id FROM writer w JOIN t ON w.stem = t.id)
    SELECT max(e.seq) seq FROM t JOIN entry e ON e.writer = t.id`;
  return get<{ seq: number | null }>(db, sql, writer)?.seq ?? 0;
}

/**
 * A vector as the chains are called here. Where its author could not know that a name would stand for two histories and
 * stated no hash, it covers what is certain, or with `all` both.
 */
export function vectorMeant(db: Database, vector: Vector, said: Said, unsaid: 'certain' | 'all'): Vector {
  if (!anyForked(db)) return vector;
  const found: Record<string, number> = {};
  const cover = ([writer, seq]: Position) => {
    found[writer] = Math.max(found[writer] ?? 0, seq);
  };
  for (const [writer, seq] of Object.entries(vector)) {
    const place = meant(db, [writer, seq], said);
    if (place === 'lacking') cover([writer, seq]);
    else if (place !== 'unsaid') lineTo(db, place).forEach(cover);
    else {
      lineTo(db, [writer, lastEntry(db, writer)?.seq ?? branchById(db, writer)?.after ?? 0]).forEach(cover);
      if (unsaid === 'all') for (const one of beyond(db, writer, seq)) cover(one);
    }
  }
  return found;
}

function beyond(db: Database, writer: string, seq: number): Position[] {
  const rows = all<{ id: string; after: number }>(
    db,
    'SELECT id, after_seq "after" FROM writer WHERE stem = ? AND after_seq < ?',
    writer,
    seq,
  );
  return rows.flatMap(({ id }): Position[] => [[id, seq], ...beyond(db, id, seq)]);
}

/** A vector in a value that stands at a place. */
export function vectorSaidAt(db: Database, vector: Vector, at: Position, unsaid: 'certain' | 'all'): Vector {
  if (!anyForked(db)) return vector;
  return vectorMeant(db, vector, { at, heads: headsAt(db, ...at) }, unsaid);
}

/** What the author of a place stated of the chains they named. */
function headsAt(db: Database, writer: string, seq: number): Heads {
  const header = segmentOf(db, writer, seq)?.header;
  return header?.heads ?? {};
}

/** The id of a history that goes on under numbers another has too: it commits to its first entry, and so to all before. */
export function branchId(sha256: Sha256, base: string, firstHash: string): string {
  return toHex(sha256(canonicalBytes(['branch', base, firstHash]))).slice(0, 32);
}

/** Begins a history that goes on from a place; answers its id. */
export function beginBranch(
  db: Database,
  sha256: Sha256,
  [stem, after]: Position,
  firstHash: string,
): string {
  const of = branchById(db, stem);
  if (of === undefined) throw new Error('a history goes on from one that is known');
  const id = branchId(sha256, of.base, firstHash);
  const { member, device, incarnation, base } = of;
  put(db, 'writer', { id, member, device, incarnation, base, stem, after_seq: after });
  return id;
}

/** Gives what follows a place in its chain a name of its own, since something else follows it too. */
export function splitAfter(db: Database, sha256: Sha256, [writer, seq]: Position): void {
  const first = entryAt(db, writer, seq + 1);
  if (first === undefined) return;
  const id = beginBranch(db, sha256, [writer, seq], first.hash);
  // The entry before it stands in another chain from now on.
  run(db, 'UPDATE entry SET prev = ? WHERE writer = ? AND seq = ?', first.prev, writer, seq + 1);
  run(db, 'UPDATE entry SET writer = ? WHERE writer = ? AND seq > ?', id, writer, seq);
  run(db, 'UPDATE operation SET writer = ? WHERE writer = ? AND seq > ?', id, writer, seq);
  run(db, 'UPDATE segment SET writer = ? WHERE writer = ? AND from_seq + count - 1 > ?', id, writer, seq);
  run(db, 'UPDATE writer SET stem = ? WHERE stem = ? AND after_seq > ? AND id <> ?', id, writer, seq, id);
  const base = baseOf(db, writer);
  if (ownChain(db, base) === writer) writeSetting(db, `chain:${base}`, id);
}

/** In which of its writer's histories this copy goes on. */
export function ownChain(db: Database, writer: string): string {
  return readSetting(db, `chain:${writer}`) ?? writer;
}
