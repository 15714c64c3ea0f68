import { placeOfHash } from '../../../db/queries/branches.ts';
import { heldIds, segmentsOver } from '../../../db/queries/ledger.ts';
import { forgetServer, noteServerSegment, serverLists } from '../../../db/queries/sync.ts';
import type { Json } from '../../../shared/ledger/canonical.ts';
import { readSegment, type SegmentHeader } from '../../../shared/ledger/segment.ts';
import { agrees, NOTHING_READ, readOn } from '../../../shared/sync/server-order.ts';
import { type ListedSegment, Receipt, receiptBytes } from '../../../shared/sync/wire.ts';
import type { JobContext } from '../../jobs.ts';
import { carriedSegment } from '../../ledger/carried.ts';
import { sha256, verifyLedger } from '../../ledger/keys.ts';
import { heldId, receiveSegments } from '../../ledger/receive.ts';
import { jsonIn, partId, sealSegment, unpacked, unsealPart } from '../../ledger/sealed-part.ts';
import { blobsNamedIn, writing } from '../../ledger/take-in.ts';
import type { SegmentServer } from './api.ts';
import {
  BATCH_BYTES,
  BATCH_SEGMENTS,
  demandGoing,
  type Exchanged,
  type ExchangeSteps,
  refuseServer,
  type SegmentCopy,
} from './exchange.ts';
import { readPlace, writePlace } from './place.ts';

/**
 * How much is taken in by one transaction. Rows are made once for what it changes, however many of its entries change
 * the same, so that many small ones would make the same rows over and over.
 */
const STAGE_BYTES = 16 * 1024 * 1024;
const STAGE_ENTRIES = 100_000;

/** A segment that was fetched and not taken in yet: proved to be what is listed, and packed. */
interface Staged {
  readonly row: ListedSegment;
  readonly bytes: number;
  /** Null where it does not open; its bytes stay at the server. */
  readonly packed: Buffer | null;
}

/** Reads the server's order on from where this copy stood, and takes in what it lacks. */
export async function pull(
  copy: SegmentCopy,
  server: SegmentServer,
  done: Exchanged,
  steps: ExchangeSteps,
  job: JobContext,
): Promise<void> {
  for (let more = true; more; ) {
    demandGoing(job);
    const { read, receipt } = readPlace(copy.db);
    const page = await server.list(read.sequence);
    const lacking: ListedSegment[] = [];
    let at = read;
    for (const row of page.rows) {
      const next = readOn(sha256, at, row);
      if (next === null) return refuseServer('its list leaves a number out');
      at = next;
      if (receipt !== null && !agrees(at, receipt.body)) return noteRewritten(copy);
      if (!isHere(copy, row)) lacking.push(row);
    }
    for (const stage of stages(lacking)) await take(copy, server, stage, done, steps, job);
    writePlace(copy.db, { ...readPlace(copy.db), read: at });
    more = page.rows.length > 0 && page.next !== null;
  }
}

/** A server that signs one order and shows another is told on, and read anew at the next contact. */
function noteRewritten(copy: SegmentCopy): never {
  const place = readPlace(copy.db);
  const at = new Date(copy.now()).toISOString();
  const notices = [...place.notices, { at, what: 'rewritten' as const }].slice(-20);
  writePlace(copy.db, { ...place, read: NOTHING_READ, notices });
  forgetServer(copy.db);
  return refuseServer('the order it shows is not the one it signed');
}

/** Whether this copy has what these very bytes hold. A label alone proves nothing: whoever pushed may have lied. */
function isHere(copy: SegmentCopy, row: ListedSegment): boolean {
  if (serverLists(copy.db, row.id, row)) return true;
  const last = placeOfHash(copy.db, row.writer, row.from + row.count - 1, row.head);
  if (last === null) return false;
  const same = segmentsOver(copy.db, ...last)
    .filter((ours) => ours.fromSeq === row.from && ours.count === row.count)
    .some((ours) => partId(sealSegment(copy.keyring, carriedSegment(copy.db, ours))) === row.id);
  if (same) noteServerSegment(copy.db, row.id, row);
  return same;
}

/** Fetches and takes in. What came before the line was cut is taken in all the same. */
async function take(
  copy: SegmentCopy,
  server: SegmentServer,
  rows: readonly ListedSegment[],
  done: Exchanged,
  steps: ExchangeSteps,
  job: JobContext,
): Promise<void> {
  const staged: Staged[] = [];
  const blobs = new Set<string>();
  try {
    for (const batch of batches(rows)) {
      demandGoing(job);
      staged.push(...(await fetched(copy, server, batch, blobs)));
      job.step('Fetching', done.received.segments + staged.length, null);
    }
  } finally {
    if (staged.length > 0 && !job.signal.aborted) {
      await steps.beforeApply?.([...blobs]);
      apply(copy, server, staged, done, steps);
      job.step('Taking in', done.received.segments, null);
    }
  }
}

/** Segments as they are listed, each proved by its name and by the workspace's key; adds what files they name. */
async function fetched(
  copy: SegmentCopy,
  server: SegmentServer,
  rows: readonly ListedSegment[],
  blobs: Set<string>,
): Promise<Staged[]> {
  const sealed = await server.fetch(rows.map((row) => row.id));
  if (sealed.length !== rows.length) return refuseServer('it answered fewer segments than it lists');
  return rows.map((row, index) => {
    const bytes = sealed[index] as Uint8Array;
    if (partId(bytes) !== row.id) return refuseServer('it answered other bytes than it lists');
    const packed = unsealPart(copy.keyring, bytes);
    if (packed !== null) for (const blob of blobsNamedIn(jsonIn(packed))) blobs.add(blob);
    return { row, bytes: bytes.length, packed };
  });
}

/** In one transaction, of which no more than one segment is unpacked at a time. */
function apply(
  copy: SegmentCopy,
  server: SegmentServer,
  staged: readonly Staged[],
  done: Exchanged,
  steps: ExchangeSteps,
): void {
  const labelled: Pick<Staged, 'row' | 'packed'>[] = [];
  const arriving = function* () {
    for (const { row, packed } of staged) {
      const carried = opened(row, packed);
      const header = readSegment(carried)?.header;
      if (header !== undefined) {
        noteWitness(copy, server, header.receipt);
        if (isLabelled(row, header)) labelled.push({ row, packed });
      }
      yield carried;
    }
  };
  const receive = () => {
    const summary = receiveSegments(copy, arriving());
    noteArrivals(copy, labelled);
    return summary;
  };
  const takeIn = copy.db.transaction(() => steps.apply?.(receive) ?? receive());
  const entries = staged.reduce((sum, { row }) => sum + row.count, 0);
  const summary = writing(copy.db, entries, takeIn);
  done.received.segments += staged.length;
  done.received.bytes += staged.reduce((sum, { bytes }) => sum + bytes, 0);
  done.received.entries += summary.entries;
  done.applied += summary.applied;
  done.quarantined += summary.quarantined;
  done.waiting = summary.waiting;
}

/** Bytes under a false label are taken for what they are; what the label names is still lacking there. */
function isLabelled(row: ListedSegment, { writer, from, count, head }: SegmentHeader): boolean {
  return row.writer === writer && row.from === from && row.count === count && row.head === head;
}

/**
 * Notes what the server has of what proved itself. What waits or was set aside may bear the header of a true segment:
 * then the server lacks that one still.
 */
function noteArrivals(copy: SegmentCopy, labelled: readonly Pick<Staged, 'row' | 'packed'>[]): void {
  const aside = heldIds(copy.db);
  const isAside = ({ row, packed }: Pick<Staged, 'row' | 'packed'>) =>
    aside.size > 0 && aside.has(heldId(opened(row, packed) as Json));
  for (const one of labelled) if (!isAside(one)) noteServerSegment(copy.db, one.row.id, one.row);
}

/** What does not open is quarantined under a name; its bytes stay at the server. */
function opened(row: ListedSegment, packed: Buffer | null): unknown {
  const segment = packed === null ? null : unpacked(packed);
  return segment ?? { unreadable: `segment ${row.id} of the server`, bytes: '' };
}

/** Another copy's receipt shows how far the server had come; the newest one is kept. */
function noteWitness(copy: SegmentCopy, server: SegmentServer, text: string | null): void {
  if (text === null) return;
  const receipt = parseReceipt(text);
  const place = readPlace(copy.db);
  if (receipt === null || receipt.body.epoch !== place.read.epoch) return;
  const known = place.witness?.body;
  const newest = known?.epoch === receipt.body.epoch ? known.sequence : 0;
  if (receipt.body.sequence <= Math.max(newest, place.mendedTo)) return;
  const { body, signature } = receipt;
  if (body.server !== server.key.id || body.workspace !== copy.workspace) return;
  if (verifyLedger(server.key.publicKey, receiptBytes(body), signature))
    writePlace(copy.db, { ...place, witness: receipt });
}

function parseReceipt(text: string): Receipt | null {
  try {
    const receipt = Receipt.safeParse(JSON.parse(text));
    return receipt.success ? receipt.data : null;
  } catch {
    return null;
  }
}

const batches = (rows: readonly ListedSegment[]) =>
  parts(rows, (sum) => sum.bytes > BATCH_BYTES || sum.segments > BATCH_SEGMENTS);
const stages = (rows: readonly ListedSegment[]) =>
  parts(rows, (sum) => sum.bytes > STAGE_BYTES || sum.entries > STAGE_ENTRIES);

interface Sum {
  readonly segments: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Segments in their order, as many at a time as are not too many; at least one. */
function* parts(rows: readonly ListedSegment[], tooMuch: (sum: Sum) => boolean): Generator<ListedSegment[]> {
  let part: ListedSegment[] = [];
  let sum: Sum = NOTHING;
  for (const row of rows) {
    const more = plus(sum, row);
    const full = part.length > 0 && tooMuch(more);
    if (full) yield part;
    if (full) part = [];
    part.push(row);
    sum = full ? plus(NOTHING, row) : more;
  }
  if (part.length > 0) yield part;
}

const NOTHING: Sum = { segments: 0, entries: 0, bytes: 0 };
const plus = (sum: Sum, row: ListedSegment): Sum => ({
  segments: sum.segments + 1,
  entries: sum.entries + row.count,
  bytes: sum.bytes + row.bytes,
});
