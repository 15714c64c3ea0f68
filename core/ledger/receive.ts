import { applyOperations, type Dirty, projectDirty } from '../../db/projection/index.ts';
import {
  dropHeld,
  entryAt,
  held,
  knownVector,
  lastEntry,
  putEntry,
  putHeld,
  putSegment,
  putWriter,
} from '../../db/queries/ledger.ts';
import { all, get } from '../../db/sql.ts';
import { isAdministrative } from '../../shared/ledger/authority.ts';
import {
  canonicalBytes,
  canonicalText,
  fromHex,
  type Json,
  refuseIllFormed,
  toHex,
} from '../../shared/ledger/canonical.ts';
import { GENESIS_HASH, type Operation } from '../../shared/ledger/entry.ts';
import {
  type CarriedSegment,
  type FullEntry,
  openSegment,
  readSegment,
} from '../../shared/ledger/segment.ts';
import { judging, signerOf } from './authority.ts';
import { REVOKED } from './grants.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';
import { reconsider } from './reconsider.ts';
import { sealOpen } from './seal.ts';

/** What became of one segment. */
export type Reception =
  | { readonly outcome: 'applied'; readonly entries: number; readonly quarantined: number }
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
 * again; what does not prove itself is quarantined as it came. One transaction: all of it or nothing.
 */
export function receiveSegments(kernel: LedgerKernel, carried: readonly unknown[]): ReceiveSummary {
  return kernel.db.transaction(() => {
    // What is open here was written in ignorance of what comes now, and its seal has to say so.
    sealOpen(kernel);
    const dirty: Dirty = new Set(frameworksWithoutRows(kernel));
    const totals = { segments: carried.length, entries: 0, applied: 0, quarantined: 0, waiting: 0 };
    const known = new Set(held(kernel.db).map((row) => row.id));
    const revocations = countRevocations(kernel);
    const waiting = held(kernel.db, 'waiting').map((row) => JSON.parse(row.payload) as Json);
    let pending = distinct([...carried.map(asCanonical), ...waiting]);
    for (let progress = true; progress && pending.length > 0; ) {
      progress = false;
      const still: Json[] = [];
      for (const segment of pending) {
        const reception = receiveOne(kernel, segment, dirty);
        if (reception.outcome === 'waiting') still.push(segment);
        else progress = true;
        if (reception.outcome === 'applied') {
          totals.entries += reception.entries;
          totals.applied += reception.entries - reception.quarantined;
          totals.quarantined += reception.quarantined;
        }
        if (reception.outcome === 'quarantine') {
          if (!known.has(heldId(segment))) totals.quarantined += 1;
          hold(kernel, segment, 'quarantine', reception.reason, reception.because);
        } else if (reception.outcome !== 'waiting' && known.size > 0) dropHeld(kernel.db, heldId(segment));
      }
      pending = still;
    }
    for (const segment of pending) hold(kernel, segment, 'waiting', 'waiting', whyWaiting(kernel, segment));
    totals.waiting = pending.length;
    const revoked = countRevocations(kernel) > revocations && reconsider(kernel);
    if (!revoked) projectDirty({ db: kernel.db, sha256, framework: kernel.framework }, dirty);
    return totals;
  })();
}

/** What has no canonical form cannot be hashed or signed; it is kept as the text it came as. */
function asCanonical(segment: unknown): Json {
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

function countRevocations(kernel: LedgerKernel): number {
  const sql = `SELECT count(*) n FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
    WHERE o.record > 'member:' AND o.record < 'member;' AND o.field = 'role' AND (e.state = 'applied' OR e.because = ?) AND json_extract(o.value, '$.cutoff') <> '{}'`;
  return get<{ n: number }>(kernel.db, sql, REVOKED)?.n ?? 0;
}

function receiveOne(kernel: LedgerKernel, raw: Json, dirty: Dirty): Reception {
  const segment = readSegment(raw);
  if (segment === null)
    return { outcome: 'quarantine', reason: 'unreadable', because: 'it is not a segment this version reads' };
  const { header } = segment;
  if (segment.entries.some((entry) => entry.ops.some((op) => !('value' in op))))
    return { outcome: 'quarantine', reason: 'tampered', because: 'values were taken out of it on the way' };
  const opened = openSegment(sha256, kernel.workspace, segment, fromHex, toHex);
  if ('flaw' in opened) return { outcome: 'quarantine', reason: opened.flaw, because: opened.because };
  const place = placeInChain(kernel, segment, opened.entries);
  if (place !== 'next') return place;
  const waitsFor = missing(kernel, segment, opened.entries);
  if (waitsFor !== null) return { outcome: 'waiting', because: waitsFor };
  const judged = opened.entries.map((entry) => ({
    at: [header.writer, entry.form.seq] as const,
    action: entry.form.action,
    ops: live(entry),
  }));
  const signer = signerOf(kernel.db, kernel.workspace, header, segment.signature, judged);
  if (signer === null) {
    return {
      outcome: 'quarantine',
      reason: 'unsigned',
      because: 'no key its author had at that time signed it',
    };
  }
  putWriter(kernel.db, header.writer, header);
  putSegment(kernel.db, header, segment.signature, segment.seed);
  const judge = judging(kernel.db, kernel.workspace, header, signer);
  let quarantined = 0;
  for (const [index, entry] of opened.entries.entries()) {
    const placed = judged[index] as (typeof judged)[number];
    const flaw = judge(placed);
    const { ops } = placed;
    putEntry(kernel.db, entry, {
      state: flaw === null ? 'applied' : 'quarantine',
      because: flaw ?? '',
      admin: isAdministrative(ops),
    });
    if (flaw === null)
      applyOperations({ db: kernel.db, sha256, framework: kernel.framework }, entry.form, ops, dirty);
    else quarantined += 1;
  }
  return { outcome: 'applied', entries: opened.entries.length, quarantined };
}

/** The operations of an entry that still carry values. */
function live(entry: FullEntry): Operation[] {
  return entry.ops.filter((_, index) => entry.salts[index] !== null);
}

/** Where a segment stands against the chain as known here: next, known already, beyond a gap, or a fork. */
function placeInChain(
  kernel: LedgerKernel,
  segment: CarriedSegment,
  entries: readonly FullEntry[],
): Reception | 'next' {
  const { header } = segment;
  const last = lastEntry(kernel.db, header.writer);
  const known = last?.seq ?? 0;
  const to = header.from + header.count - 1;
  if (header.from > known + 1) {
    return { outcome: 'waiting', because: `waiting for entry ${known + 1} of writer ${header.writer}` };
  }
  const before = header.from === 1 ? GENESIS_HASH : entryAt(kernel.db, header.writer, header.from - 1)?.hash;
  if (before !== header.previous) return fork(header.device);
  if (header.from === known + 1) return 'next';
  const same = entries.every((entry) => {
    const ours = entryAt(kernel.db, header.writer, entry.form.seq);
    return ours === undefined || ours.hash === entry.hash;
  });
  if (!same) return fork(header.device);
  return to <= known ? { outcome: 'duplicate' } : fork(header.device);
}

function fork(device: string): Reception {
  return {
    outcome: 'quarantine',
    reason: 'fork',
    because: `device ${device} wrote two histories under the same numbers; the one known here stands, this one is kept beside it`,
  };
}

/** What the segment builds on and is not here yet, in words; null when all is here. */
function missing(
  kernel: LedgerKernel,
  segment: CarriedSegment,
  entries: readonly FullEntry[],
): string | null {
  const { header } = segment;
  const known = new Map(Object.entries(knownVector(kernel.db)));
  known.set(header.writer, header.from + header.count - 1);
  const knows = (writer: string, seq: number) => (known.get(writer) ?? 0) >= seq;
  if (!Object.entries(header.admin).every(([writer, seq]) => knows(writer, seq)))
    return 'waiting for administrative entries its author knew';
  for (const entry of entries) {
    for (const op of entry.form.ops) {
      for (const [writer, seq] of op.parents) {
        if (!knows(writer, seq)) return `waiting for entry ${seq} of writer ${writer}`;
      }
    }
  }
  return null;
}

function whyWaiting(kernel: LedgerKernel, segment: Json): string {
  const reception = receiveOne(kernel, segment, new Set());
  return reception.outcome === 'waiting' ? reception.because : 'waiting';
}

function heldId(segment: Json): string {
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
    payload: canonicalText(segment),
  });
}

/** Devices that wrote two histories. */
export function isForked(kernel: LedgerKernel, device: string): boolean {
  return get(kernel.db, "SELECT 1 FROM held WHERE device = ? AND reason = 'fork'", device) !== undefined;
}
