import { ADMIN_KINDS } from '../../shared/ledger/authority.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Operation, Position, WriterIdentity } from '../../shared/ledger/entry.ts';
import type { FullEntry, SegmentHeader } from '../../shared/ledger/segment.ts';
import type { Database } from '../driver.ts';
import { all, get, put, run } from '../sql.ts';
import { type EntryMark, EntryRows } from './entry-rows.ts';
import { type OperationRow, parseOperation, type RawOperation } from './operations.ts';

/** Reading and writing of the ledger's own tables. Nothing here decides anything. */

export function putWriter(db: Database, id: string, writer: WriterIdentity): void {
  run(
    db,
    'INSERT OR IGNORE INTO writer (id, base, member, device, incarnation) VALUES (?, ?, ?, ?, ?)',
    id,
    id,
    writer.member,
    writer.device,
    writer.incarnation,
  );
}

export interface WriterRow extends WriterIdentity {
  readonly id: string;
  /** The writer whose numbers it has: another, where it is one of two histories under them. */
  readonly base: string;
}

export function writerById(db: Database, id: string): WriterRow | undefined {
  return get<WriterRow>(db, 'SELECT id, member, device, incarnation, base FROM writer WHERE id = ?', id);
}

export function writers(db: Database): WriterRow[] {
  return all<WriterRow>(db, 'SELECT id, member, device, incarnation, base FROM writer ORDER BY id');
}

/** Stores an entry in its chain, with the places that its parents mean where those are not the ones it names. */
export function putEntry(
  db: Database,
  entry: FullEntry,
  mark: EntryMark,
  writer = entry.form.writer,
  ops: readonly Operation[] = entry.ops,
): void {
  const rows = new EntryRows(db);
  rows.add(entry, mark, writer, ops);
  rows.flush();
}

/** Sets an entry aside or back in; what it says stays as it is. */
export function markEntry(
  db: Database,
  writer: string,
  seq: number,
  { state, because }: Omit<EntryMark, 'admin'>,
): void {
  run(
    db,
    'UPDATE entry SET state = ?, because = ? WHERE writer = ? AND seq = ?',
    state,
    because,
    writer,
    seq,
  );
}

export interface EntryRow {
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
  readonly prev: string;
  readonly time: string;
  readonly action: string;
  readonly state: 'applied' | 'quarantine';
  readonly because: string;
  readonly admin: number;
}

const ENTRY = `SELECT e.writer, e.seq, e.hash, coalesce(e.prev,
    (SELECT b.hash FROM entry b WHERE b.writer = e.writer AND b.seq = e.seq - 1), '') prev,
    e.time, e.action, e.state, e.because, e.admin FROM entry e`;

export function lastEntry(db: Database, writer: string): EntryRow | undefined {
  return get<EntryRow>(db, `${ENTRY} WHERE e.writer = ? ORDER BY e.seq DESC LIMIT 1`, writer);
}

export function entryAt(db: Database, writer: string, seq: number): EntryRow | undefined {
  return get<EntryRow>(db, `${ENTRY} WHERE e.writer = ? AND e.seq = ?`, writer, seq);
}

export function entriesOf(db: Database, writer: string, from: number, to: number): EntryRow[] {
  return all<EntryRow>(
    db,
    `${ENTRY} WHERE e.writer = ? AND e.seq BETWEEN ? AND ? ORDER BY e.seq`,
    writer,
    from,
    to,
  );
}

/** All entries in an order every replica shares: by time, then writer, then number. */
export function entriesInOrder(db: Database): EntryRow[] {
  return all<EntryRow>(db, `${ENTRY} ORDER BY e.time, e.writer, e.seq`);
}

export function operationsOf(db: Database, writer: string, seq: number): OperationRow[] {
  const rows = all<RawOperation>(
    db,
    'SELECT record, field, parents, named, hash, value FROM operation WHERE writer = ? AND seq = ? ORDER BY idx',
    writer,
    seq,
  );
  return rows.map(parseOperation);
}

/** Where in the ledger an act is stated. */
export function placeOf(db: Database, record: string): { writer: string; seq: number } | undefined {
  return get(
    db,
    `SELECT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ? ORDER BY e.time LIMIT 1`,
    record,
  );
}

/** The operations of an entry that still carry their values; redacted ones are no part of any projection. */
export function liveOperations(db: Database, writer: string, seq: number): Operation[] {
  return operationsOf(db, writer, seq).filter((op) => op.hash === null);
}

/** Highest entry by writer, of all known entries or of the administrative applied ones. */
export function knownVector(db: Database): Record<string, number> {
  // By the last entry of each chain, where grouping would read them all.
  const sql = `SELECT w.id writer, (SELECT max(e.seq) FROM entry e WHERE e.writer = w.id) seq FROM writer w
    WHERE EXISTS (SELECT 1 FROM entry e WHERE e.writer = w.id)`;
  return toVector(all(db, sql));
}

export function adminVector(db: Database): Record<string, number> {
  const within = [...ADMIN_KINDS].map((kind) => `o.record > '${kind}:' AND o.record < '${kind};'`);
  // By the records that make an entry administrative, which are few, where asking every entry would read them all.
  return toVector(
    all(
      db,
      `SELECT e.writer, max(e.seq) seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
        WHERE (${within.join(' OR ')}) AND e.admin = 1 AND e.state = 'applied' GROUP BY e.writer`,
    ),
  );
}

export function toVector(rows: { writer: string; seq: number }[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.writer, row.seq]));
}

export interface SegmentRow {
  readonly writer: string;
  readonly fromSeq: number;
  readonly count: number;
  readonly header: SegmentHeader;
  readonly signature: string;
  readonly seed: string;
}

interface RawSegment {
  writer: string;
  from_seq: number;
  count: number;
  header: string;
  signature: string;
  seed: string;
}

const parseSegment = (row: RawSegment): SegmentRow => ({
  writer: row.writer,
  fromSeq: row.from_seq,
  count: row.count,
  header: JSON.parse(row.header) as SegmentHeader,
  signature: row.signature,
  seed: row.seed,
});

export function segments(db: Database): SegmentRow[] {
  return all<RawSegment>(
    db,
    'SELECT writer, from_seq, count, header, signature, seed FROM segment ORDER BY writer, from_seq, count, signature',
  ).map(parseSegment);
}

/** The sealed segments an entry stands in, several where its device was copied before it sealed them. */
export function segmentsOver(db: Database, writer: string, seq: number): SegmentRow[] {
  return all<RawSegment>(
    db,
    `WITH RECURSIVE t(id) AS (VALUES (?1) UNION SELECT w.id FROM writer w JOIN t ON w.stem = t.id AND w.after_seq >= ?2)
     SELECT s.writer, from_seq, count, header, signature, seed FROM segment s JOIN t ON s.writer = t.id
      WHERE from_seq <= ?2 AND from_seq + count > ?2 ORDER BY from_seq, count, signature`,
    writer,
    seq,
  ).map(parseSegment);
}

/** One of them, the same at every copy; none while the entry is unsealed. */
export function segmentOf(db: Database, writer: string, seq: number): SegmentRow | undefined {
  return segmentsOver(db, writer, seq)[0];
}

export function putSegment(
  db: Database,
  header: SegmentHeader,
  signature: string,
  seed: string,
  writer = header.writer,
): void {
  put(db, 'segment', {
    writer,
    from_seq: header.from,
    count: header.count,
    header: JSON.stringify(header),
    signature,
    seed,
  });
}

/** The number of the last sealed entry of a chain, what it shares with another included; 0 where nothing is sealed. */
export function sealedUpTo(db: Database, writer: string): number {
  const sql = `SELECT max(coalesce((SELECT max(from_seq + count - 1) FROM segment WHERE writer = ?1), 0),
    coalesce((SELECT max(after_seq) FROM writer WHERE stem = ?1 OR id = ?1), 0)) seq`;
  return get<{ seq: number }>(db, sql, writer)?.seq ?? 0;
}

/** Entries that no seal covers yet, of all writers or of one member on one device. */
export function countUnsealed(
  db: Database,
  of?: { readonly member: string; readonly device: string },
): number {
  return writers(db)
    .filter(({ member, device }) => of === undefined || (member === of.member && device === of.device))
    .reduce((sum, { id }) => sum + Math.max(0, (lastEntry(db, id)?.seq ?? 0) - sealedUpTo(db, id)), 0);
}

export interface HeldRow {
  readonly id: string;
  readonly state: 'waiting' | 'quarantine';
  readonly reason: string;
  readonly because: string;
  readonly writer: string;
  readonly member: string;
  readonly device: string;
  readonly fromSeq: number;
  readonly count: number;
  readonly payload: string;
}

const HELD = 'id, state, reason, because, writer, member, device, from_seq "fromSeq", count';
const IN_ORDER = 'ORDER BY writer, from_seq, id';

/** What is held and why, without what is in it: that may be large. */
export function held(db: Database, state?: HeldRow['state'], atMost = -1): Omit<HeldRow, 'payload'>[] {
  const sql = `SELECT ${HELD} FROM held WHERE ?1 IS NULL OR state = ?1 ${IN_ORDER} LIMIT ?2`;
  return all(db, sql, state ?? null, atMost);
}

/** What may find its place now. What was set aside for good is not read: there may be much of it. */
export function heldToTry(db: Database): HeldRow[] {
  return all(db, `SELECT ${HELD}, payload FROM held WHERE state = 'waiting' OR reason = 'fork' ${IN_ORDER}`);
}

/** What nobody is known to have signed; a key that did may stand in a history that nobody could mean before. */
export function heldUnsigned(db: Database): HeldRow[] {
  return all(db, `SELECT ${HELD}, payload FROM held WHERE reason = 'unsigned' ${IN_ORDER}`);
}

/** What is in whatever is held and may still find its place, one after the other. */
export function* heldPayloads(db: Database): Generator<string> {
  const ids = all<{ id: string }>(
    db,
    "SELECT id FROM held WHERE state = 'waiting' OR reason IN ('fork', 'unsigned')",
  );
  for (const { id } of ids)
    yield get<{ payload: string }>(db, 'SELECT payload FROM held WHERE id = ?', id)?.payload ?? '';
}

/** What is held, by its ids alone: what is in it may be large. */
export function heldIds(db: Database): Set<string> {
  return new Set(all<{ id: string }>(db, 'SELECT id FROM held').map(({ id }) => id));
}

/** How much is held in a state. */
export function countHeld(db: Database, state: HeldRow['state']): number {
  return get<{ n: number }>(db, 'SELECT count(*) n FROM held WHERE state = ?', state)?.n ?? 0;
}

export function putHeld(db: Database, row: HeldRow): void {
  const { fromSeq, ...rest } = row;
  put(db, 'held', { ...rest, from_seq: fromSeq });
}

export function dropHeld(db: Database, id: string): void {
  run(db, 'DELETE FROM held WHERE id = ?', id);
}

/** The current heads of a field, as positions. */
export function headPositions(db: Database, record: string, field: string): Position[] {
  return all<{ writer: string; seq: number }>(
    db,
    'SELECT writer, seq FROM head WHERE record = ? AND field = ? ORDER BY writer, seq',
    record,
    field,
  ).map((row) => [row.writer, row.seq] as const);
}

/** The distinct current values of a field as canonical JSON texts. */
export function headValues(db: Database, record: string, field: string): string[] {
  return all<{ value: string }>(
    db,
    'SELECT DISTINCT value FROM head WHERE record = ? AND field = ?',
    record,
    field,
  ).map((row) => row.value);
}

export interface ValuePlace {
  readonly writer: string;
  readonly seq: number;
  readonly parents: readonly Position[];
  readonly value: Json;
}

/** Every applied value a field ever had; with a reason, also those of entries set aside for that reason. */
export function fieldHistory(db: Database, record: string, field: string, orBecause = ''): ValuePlace[] {
  return all<{ writer: string; seq: number; parents: string; value: string | null }>(
    db,
    `SELECT o.writer, o.seq, o.parents, o.value FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
        AND (e.state = 'applied' OR (e.state = 'quarantine' AND e.because = ?3 AND ?3 <> ''))
      WHERE o.record = ?1 AND o.field = ?2 AND o.value IS NOT NULL ORDER BY e.time, o.writer, o.seq`,
    record,
    field,
    orBecause,
  ).map((row) => ({
    writer: row.writer,
    seq: row.seq,
    parents: JSON.parse(row.parents) as Position[],
    value: JSON.parse(row.value ?? 'null') as Json,
  }));
}

export function readSetting(db: Database, key: string): string | undefined {
  return get<{ value: string }>(db, 'SELECT value FROM local_setting WHERE key = ?', key)?.value;
}

export function writeSetting(db: Database, key: string, value: string): void {
  put(db, 'local_setting', { key, value });
}

export function dropSetting(db: Database, key: string): void {
  run(db, 'DELETE FROM local_setting WHERE key = ?', key);
}

/** What an entry says a field is, and what that replaced; undefined where it does not say. */
export function valueAt(
  db: Database,
  [writer, seq]: Position,
  record: string,
  field: string,
): { readonly value: Json; readonly parents: readonly Position[] } | undefined {
  const op = operationsOf(db, writer, seq).find((one) => one.record === record && one.field === field);
  return op === undefined || op.hash !== null ? undefined : op;
}

/** Where a record says to which place it belongs, as if it began there, and the nonce that this gives. */
export function beganIn(db: Database, record: string): { readonly at: Position; readonly nonce: string }[] {
  const sql = `SELECT writer, seq, coalesce(json_extract(value, '$.nonce'), '') nonce FROM operation
    WHERE record = ? AND field = 'of' AND parents = '[]' AND value IS NOT NULL`;
  return all<{ writer: string; seq: number; nonce: unknown }>(db, sql, record).map(
    ({ writer, seq, nonce }) => ({ at: [writer, seq], nonce: String(nonce) }),
  );
}
