import type { Database } from '../../db/driver.ts';
import {
  anyForked,
  beginBranch,
  branchById,
  isSplit,
  lineTo,
  meant,
  placeOfHash,
  reach,
  splitAfter,
} from '../../db/queries/branches.ts';
import { entryAt, knownVector, segmentsOver } from '../../db/queries/ledger.ts';
import { all, run } from '../../db/sql.ts';
import { GENESIS_HASH, type Operation, type Position } from '../../shared/ledger/entry.ts';
import type { CarriedSegment, FullEntry, SegmentHeader } from '../../shared/ledger/segment.ts';
import { CREATE } from './genesis.ts';
import { sha256 } from './keys.ts';

/** Where a segment goes: what its first new entry follows, and the number of its last entry that is here already. */
export interface Place {
  readonly after: Position;
  readonly shared: number;
}

export type NoPlace =
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'waiting'; readonly because: string }
  | { readonly outcome: 'quarantine'; readonly reason: 'fork' | 'tampered'; readonly because: string };

/** Where a segment stands against what is known of its writer: behind some entry, known already, or beyond a gap. */
export function placeInChain(
  db: Database,
  { header, signature }: CarriedSegment,
  entries: readonly FullEntry[],
): Place | NoPlace {
  const before = placeBefore(db, header);
  if (before === null) {
    const because =
      header.from === 1
        ? {
            outcome: 'quarantine' as const,
            reason: 'tampered' as const,
            because: 'its first entry names one before it',
          }
        : { outcome: 'waiting' as const, because: lacked(db, header) };
    return because;
  }
  let after = before;
  for (const { form, hash } of entries) {
    const known = placeOfHash(db, header.writer, form.seq, hash);
    if (known === null) break;
    after = known;
  }
  const shared = after[1];
  if (shared === header.from + header.count - 1) {
    const known = segmentsOver(db, ...after).some((seal) => seal.signature === signature);
    return known ? { outcome: 'duplicate' } : { after, shared };
  }
  if (shared === 0 && entries[0]?.form.action === CREATE && reach(db, header.writer) > 0)
    return { outcome: 'quarantine', reason: 'fork', because: 'a workspace begins once' };
  return { after, shared };
}

function placeBefore(db: Database, { writer, from, previous }: SegmentHeader): Position | null {
  if (from > 1) return placeOfHash(db, writer, from - 1, previous);
  return previous === GENESIS_HASH ? [writer, 0] : null;
}

function lacked(db: Database, { writer, from }: SegmentHeader): string {
  const known = reach(db, writer);
  return from > known + 1
    ? `waiting for entry ${known + 1} of writer ${writer}`
    : `waiting for entry ${from - 1} of another history of writer ${writer}`;
}

/** The chain in which a segment's new entries go on: that of what they follow, or one of their own where it has a next. */
export function chainAt(db: Database, place: Place, from: number, entries: readonly FullEntry[]): string {
  const [chain, seq] = place.after;
  const first = entries[place.shared - from + 1];
  if (first === undefined) return chain;
  const next = entryAt(db, chain, seq + 1) !== undefined;
  if (next) splitAfter(db, sha256, place.after);
  return next || isSplit(db, chain) ? beginBranch(db, sha256, place.after, first.hash) : chain;
}

/** What the segment builds on and is not here yet, in words; null when all is here. */
export function missing(
  db: Database,
  { header }: CarriedSegment,
  entries: readonly FullEntry[],
  { after }: Place,
): string | null {
  const heads = header.heads ?? {};
  const last = header.from + header.count - 1;
  const own = new Set([header.writer, ...lineTo(db, after).map(([id]) => id)]);
  const known = new Map(Object.entries(knownVector(db)));
  const knows = (writer: string, seq: number) =>
    own.has(writer)
      ? seq <= last
      : (known.get(writer) ?? 0) >= seq || meant(db, [writer, seq], { at: after, heads }) !== 'lacking';
  if (!Object.entries(header.admin).every(([writer, seq]) => knows(writer, seq)))
    return 'waiting for administrative entries its author knew';
  for (const [writer, [seq, hash]] of Object.entries(heads)) {
    const base = branchById(db, writer)?.base;
    if (base === undefined || placeOfHash(db, base, seq, hash) === null)
      return `waiting for entry ${seq} of writer ${writer}`;
  }
  for (const entry of entries) {
    for (const op of entry.form.ops) {
      for (const [writer, seq] of op.parents) {
        if (!knows(writer, seq)) return `waiting for entry ${seq} of writer ${writer}`;
      }
    }
  }
  return null;
}

/** The operations of an entry with the places that its author meant by their parents. */
export function meantBy(
  db: Database,
  { heads = {} }: Pick<SegmentHeader, 'heads'>,
  at: Position,
  ops: readonly Operation[],
): readonly Operation[] {
  if (!anyForked(db)) return ops;
  return ops.map((op) => ({ ...op, parents: op.parents.map((parent) => placeMeant(db, parent, at, heads)) }));
}

/** A name that could be either of two histories stays as it is: then it is the place of nothing, and nothing is lost. */
function placeMeant(
  db: Database,
  parent: Position,
  at: Position,
  heads: NonNullable<SegmentHeader['heads']>,
): Position {
  const place = meant(db, parent, { at, heads });
  return typeof place === 'string' ? parent : place;
}

/** After a fork: every operation is asked anew what its parents mean. */
export function nameParentsAnew(db: Database): void {
  const rows = all<{ writer: string; seq: number; idx: number; parents: string; named: string | null }>(
    db,
    `SELECT writer, seq, idx, parents, named FROM operation o
      WHERE named IS NOT NULL OR EXISTS (SELECT 1 FROM json_each(o.parents) p JOIN writer w ON w.id = json_extract(p.value, '$[0]')
        WHERE w.id <> w.base OR EXISTS (SELECT 1 FROM writer b WHERE b.stem = w.id))`,
  );
  const headsOf = new Map<string, NonNullable<SegmentHeader['heads']>>();
  for (const row of rows) {
    const place = `${row.writer}:${row.seq}`;
    const heads = headsOf.get(place) ?? segmentsOver(db, row.writer, row.seq)[0]?.header.heads ?? {};
    headsOf.set(place, heads);
    const named = row.named ?? row.parents;
    const parents = JSON.stringify(
      (JSON.parse(named) as Position[]).map((parent) => placeMeant(db, parent, [row.writer, row.seq], heads)),
    );
    if (parents === row.parents) continue;
    run(
      db,
      'UPDATE operation SET parents = ?, named = ? WHERE writer = ? AND seq = ? AND idx = ?',
      parents,
      parents === named ? null : named,
      row.writer,
      row.seq,
      row.idx,
    );
  }
}
