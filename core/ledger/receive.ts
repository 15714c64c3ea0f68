import { AwaitedHeads } from '../../db/projection/heads.ts';
import { applyOperations, type Dirty, projectDirty } from '../../db/projection/index.ts';
import { anyForked, forkedWriters, onLine } from '../../db/queries/branches.ts';
import { EntryRows } from '../../db/queries/entry-rows.ts';
import {
  dropHeld,
  entryAt,
  heldIds,
  heldToTry,
  heldUnsigned,
  putHeld,
  putSegment,
  putWriter,
} from '../../db/queries/ledger.ts';
import { all, get } from '../../db/sql.ts';
import { isAdministrative } from '../../shared/ledger/authority.ts';
import {
  canonicalBytes,
  canonicalText,
  type Json,
  nestsDeeper,
  refuseIllFormed,
  toHex,
} from '../../shared/ledger/canonical.ts';
import type { Operation } from '../../shared/ledger/entry.ts';
import {
  type CarriedSegment,
  type FullEntry,
  isTooLarge,
  openSegment,
  readSegment,
  SEGMENT_DEPTH,
  SEGMENT_LARGEST,
} from '../../shared/ledger/segment.ts';
import { type JudgedEntry, judging, signerOf } from './authority.ts';
import { type Givers, REVOKED } from './grants.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';
import { chainAt, meantBy, missing, nameParentsAnew, type Place, placeInChain } from './place-segment.ts';
import { reconsider } from './reconsider.ts';
import { leaningOnRefused } from './refused-ops.ts';
import { sealOpen } from './seal.ts';

/** What became of one segment. */
export type Reception =
  | {
      readonly outcome: 'applied';
      readonly entries: number;
      readonly quarantined: number;
      readonly forked: boolean;
    }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'waiting'; readonly because: string }
  | { readonly outcome: 'quarantine'; readonly reason: QuarantineReason; readonly because: string };

export type QuarantineReason = 'unreadable' | 'foreign' | 'tampered' | 'fork' | 'unsigned';

export interface ReceiveSummary {
  readonly segments: number;
  readonly entries: number;
  readonly applied: number;
  readonly quarantined: number;
  readonly waiting: number;
}

/**
 * Takes segments of other copies in, in any order, however often. What builds on something unknown is held and tried
 * again; what does not prove itself is quarantined as it came. One transaction: all of it or nothing. They are asked for
 * one by one, so that of many no more than one need be in memory.
 */
export function receiveSegments(kernel: LedgerKernel, carried: Iterable<unknown>): ReceiveSummary {
  return kernel.db.transaction(() => {
    // What is open here was written in ignorance of what comes now, and its seal has to say so.
    sealOpen(kernel);
    const intake = new Intake(kernel);
    const revocations = countRevocations(kernel);
    const before = heldToTry(kernel.db);
    let segments = 0;
    const arriving = function* () {
      for (const segment of carried) {
        segments += 1;
        yield asCanonical(segment);
      }
      for (const row of before) yield payloadOf(row);
    };
    intake.take(arriving());
    const { forked } = intake;
    // Before anything is judged again: what comes to count by that has its heads made with all others.
    intake.toMake.heads.make();
    if (forked) {
      nameParentsAnew(kernel.db);
      reconsider(kernel, true);
      // A key that signed something may stand in the history that nobody could mean before.
      const unsigned = heldUnsigned(kernel.db);
      if (unsigned.length + intake.left.length > 0) {
        intake.take([...intake.left, ...unsigned.map(payloadOf)]);
        intake.toMake.heads.make();
        nameParentsAnew(kernel.db);
        reconsider(kernel, true);
      }
    }
    for (const segment of intake.left) hold(kernel, segment, 'waiting', 'waiting', intake.why(segment));
    const revoked = forked || (countRevocations(kernel) > revocations && reconsider(kernel));
    if (!revoked) projectDirty({ db: kernel.db, sha256, framework: kernel.framework }, intake.toMake.dirty);
    return { ...intake.totals, segments, waiting: intake.left.length };
  })();
}

const payloadOf = ({ payload }: { readonly payload: string }): Json => JSON.parse(payload) as Json;

/** What is still to be made of what was taken in: heads of entries, then rows of records. */
interface ToMake {
  readonly heads: AwaitedHeads;
  readonly dirty: Dirty;
  /** What those who gave roles knew, as long as no writer has two histories. */
  readonly givers: Givers;
}

/** What one transaction takes in, and what came of it. */
class Intake {
  readonly toMake: ToMake;
  readonly totals = { entries: 0, applied: 0, quarantined: 0 };
  /** Whether a writer turned out to have two histories, or to have sealed one twice. */
  forked = false;
  /** What waits for something that is not here. */
  left: Json[] = [];
  readonly #kernel: LedgerKernel;
  readonly #known: Set<string>;

  constructor(kernel: LedgerKernel) {
    this.#kernel = kernel;
    const dirty = new Set(frameworksWithoutRows(kernel));
    this.toMake = { heads: new AwaitedHeads(kernel.db), dirty, givers: new Map() };
    this.#known = heldIds(kernel.db);
  }

  take(segments: Iterable<Json>): void {
    for (let arrived = segments; ; ) {
      const { progress, still } = this.#round(arrived);
      this.left = distinct(still);
      if (!progress || this.left.length === 0) return;
      arrived = this.left;
    }
  }

  /** Why one of those that are left waits. */
  why(segment: Json): string {
    const reception = receiveOne(this.#kernel, segment, this.toMake);
    return reception.outcome === 'waiting' ? reception.because : 'waiting';
  }

  #round(segments: Iterable<Json>): { progress: boolean; still: Json[] } {
    let progress = false;
    const still: Json[] = [];
    for (const segment of segments) {
      const reception = receiveOne(this.#kernel, segment, this.toMake);
      if (reception.outcome === 'waiting') still.push(segment);
      else progress = true;
      this.#note(segment, reception);
    }
    return { progress, still };
  }

  #note(segment: Json, reception: Reception): void {
    if (reception.outcome === 'applied') {
      this.totals.entries += reception.entries;
      this.totals.applied += reception.entries - reception.quarantined;
      this.totals.quarantined += reception.quarantined;
      this.forked ||= reception.forked;
    }
    if (reception.outcome === 'quarantine') {
      const id = heldId(segment);
      if (!this.#known.has(id)) this.totals.quarantined += 1;
      this.#known.add(id);
      hold(this.#kernel, segment, 'quarantine', reception.reason, reception.because);
    } else if (reception.outcome !== 'waiting' && this.#known.size > 0)
      dropHeld(this.#kernel.db, heldId(segment));
  }
}

/** What has no canonical form cannot be hashed or signed; it is kept as the text it came as. */
function asCanonical(segment: unknown): Json {
  // What could be read was asked already.
  if (readSegment(segment) === null && nestsDeeper(segment, SEGMENT_DEPTH))
    return { unreadable: `it nests deeper than ${SEGMENT_DEPTH} levels`, text: textOf(segment) };
  try {
    refuseIllFormed(segment as Json);
    return segment as Json;
  } catch {
    return { unreadable: 'it has no canonical JSON form', text: textOf(segment) };
  }
}

function textOf(segment: unknown): string {
  try {
    return (JSON.stringify(segment) ?? String(segment)).toWellFormed();
  } catch {
    return 'it is nested too deeply to be written down';
  }
}

/** Frameworks whose blob was missing when their entry came; it may be here now. */
function frameworksWithoutRows(kernel: LedgerKernel): string[] {
  const sql = `SELECT DISTINCT record FROM head WHERE record > 'framework:' AND record < 'framework;'
    AND substr(record, 11) NOT IN (SELECT id FROM framework)`;
  return all<{ record: string }>(kernel.db, sql).map((row) => row.record);
}

/** Each once. Segments that state different things are different ones: only of the same stretch anything is compared. */
function distinct(segments: readonly Json[]): Json[] {
  const alike = Map.groupBy(segments, (segment) => readSegment(segment)?.signature ?? '');
  return [...alike.values()].flatMap((group) =>
    group.length === 1 ? group : [...new Map(group.map((segment) => [heldId(segment), segment])).values()],
  );
}

/** Grants that take a right away, as far as they bind anybody. */
export function countRevocations(kernel: Pick<LedgerKernel, 'db'>): number {
  const sql = `SELECT count(*) n FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
    WHERE o.record > 'member:' AND o.record < 'member;' AND o.field = 'role' AND (e.state = 'applied' OR e.because = ?) AND json_extract(o.value, '$.cutoff') <> '{}'`;
  return get<{ n: number }>(kernel.db, sql, REVOKED)?.n ?? 0;
}

function receiveOne(kernel: LedgerKernel, raw: Json, toMake: ToMake): Reception {
  const segment = readSegment(raw);
  if (segment === null) return { outcome: 'quarantine', reason: 'unreadable', because: unreadable(raw) };
  if (segment.entries.some((entry) => entry.ops.some((op) => !('value' in op))))
    return { outcome: 'quarantine', reason: 'tampered', because: 'values were taken out of it on the way' };
  const opened = openSegment(sha256, kernel.workspace, segment);
  if ('flaw' in opened) return { outcome: 'quarantine', reason: opened.flaw, because: opened.because };
  const place = placeInChain(kernel.db, segment, opened.entries);
  if ('outcome' in place) return place;
  const waitsFor = missing(kernel.db, segment, opened.entries, place);
  if (waitsFor !== null) return { outcome: 'waiting', because: waitsFor };
  try {
    const taken = () => takeIn(kernel, segment, opened.entries, place, toMake);
    return goesOnPlainly(kernel.db, place) ? taken() : kernel.db.transaction(taken)();
  } catch (error) {
    if (error !== UNSIGNED) throw error;
    const because = 'no key its author had at that time signed it';
    return { outcome: 'quarantine', reason: 'unsigned', because };
  }
}

function unreadable(raw: Json): string {
  return typeof raw === 'object' && raw !== null && isTooLarge(raw)
    ? 'it is larger than a segment may be; no server or bundle carries it'
    : 'it is not a segment this version reads';
}

/**
 * Whether nothing is written of a segment before it is known who signed it: then there is nothing to undo, and no page
 * has to be kept as it was before. Where a second history may begin, its place is made first.
 */
function goesOnPlainly(db: LedgerKernel['db'], { after: [chain, seq] }: Place): boolean {
  return !anyForked(db) && entryAt(db, chain, seq + 1) === undefined;
}

/** Thrown where nobody entitled signed a segment, so that the place made for it is undone. */
const UNSIGNED = new Error('unsigned');

function takeIn(
  kernel: LedgerKernel,
  { header, signature, seed }: CarriedSegment,
  entries: readonly FullEntry[],
  place: Place,
  toMake: ToMake,
): Reception {
  const { db, workspace } = kernel;
  const plain = goesOnPlainly(db, place);
  if (!plain) putWriter(db, header.writer, header);
  const chain = chainAt(db, place, header.from, entries);
  const placed = entries.map(({ form, ops }) => {
    const at = form.seq > place.shared ? ([chain, form.seq] as const) : onLine(db, place.after, form.seq);
    return { at, ops: meantBy(db, header, at, ops) };
  });
  const judged = entries.map((entry, index): JudgedEntry => {
    const { at, ops } = placed[index] as (typeof placed)[number];
    return { at, action: entry.form.action, ops: live(entry, ops) };
  });
  const signer = signerOf(db, workspace, header, signature, judged);
  if (signer === null) throw UNSIGNED;
  if (plain) putWriter(db, header.writer, header);
  putSegment(db, header, signature, seed, chain);
  const rows = new EntryRows(db);
  const judge = judging(db, workspace, header, signer, [chain, place.shared + 1], {
    settle: () => rows.flush(),
    ...(anyForked(db) ? {} : { givers: toMake.givers }),
  });
  const first = comeInOrder(db, entries);
  if (!first) toMake.heads.make();
  const ctx = { db, sha256, framework: kernel.framework };
  let quarantined = 0;
  const fresh = entries.length - (place.shared - header.from + 1);
  for (const [index, entry] of entries.entries()) {
    if (entry.form.seq <= place.shared) continue;
    const one = judged[index] as JudgedEntry;
    const flaw = judge(one);
    const mark = {
      state: flaw === null ? ('applied' as const) : ('quarantine' as const),
      because: flaw ?? '',
      admin: isAdministrative(one.ops),
    };
    rows.add(entry, mark, chain, placed[index]?.ops ?? entry.ops);
    if (!first) rows.flush();
    const { seq, time } = entry.form;
    if (flaw !== null) quarantined += 1;
    else if (first)
      toMake.heads.add(
        chain,
        seq,
        entry.form.ops.some(({ parents }) => parents.length > 0),
      );
    else applyOperations(ctx, { writer: chain, seq, time }, one.ops, toMake.dirty);
    for (const record of flaw === null ? one.ops.map((op) => op.record) : leaningOnRefused(one.ops))
      toMake.dirty.add(record);
  }
  rows.flush();
  // A second seal over what is here, or a second history: what was decided before may be decided otherwise.
  const forked = fresh < entries.length || chain !== place.after[0];
  return { outcome: 'applied', entries: fresh, quarantined, forked };
}

/**
 * Whether no entry here can be replaced by one that came before it. What names another writer's entry waits for it; only
 * of its own writer somebody could name one that is yet to come, and where a writer has two histories names are moved.
 */
function comeInOrder(db: LedgerKernel['db'], entries: readonly FullEntry[]): boolean {
  const ahead = ({ form: { writer, seq, ops } }: FullEntry) =>
    ops.some(({ parents }) => parents.some(([of, number]) => of === writer && number >= seq));
  return !anyForked(db) && !entries.some(ahead);
}

/** The operations of an entry that still carry values. */
function live(entry: FullEntry, ops: readonly Operation[]): Operation[] {
  return ops.filter((_, index) => entry.texts[index] !== null);
}

/** What a segment is known by where it is held. */
export function heldId(segment: Json): string {
  return toHex(sha256(canonicalBytes(segment)));
}

function hold(
  kernel: LedgerKernel,
  segment: Json,
  state: 'waiting' | 'quarantine',
  reason: string,
  because: string,
): void {
  const header = readSegment(segment)?.header ?? null;
  const text = canonicalText(segment);
  putHeld(kernel.db, {
    id: heldId(segment),
    state,
    reason,
    because,
    writer: header?.writer ?? '',
    member: header?.member ?? '',
    device: header?.device ?? '',
    fromSeq: header?.from ?? 0,
    count: header?.count ?? 0,
    // What no segment can be is known by its name and the reason alone; whoever sent it has it.
    payload: text.length > SEGMENT_LARGEST ? 'null' : text,
  });
}

/** Whether a device wrote two histories under one number, here or in a segment that is kept aside. */
export function isForked({ db }: Pick<LedgerKernel, 'db'>, device: string): boolean {
  if (forkedWriters(db).some((one) => one.device === device)) return true;
  return get(db, "SELECT 1 FROM held WHERE device = ? AND reason = 'fork'", device) !== undefined;
}
