import type { Database } from '../../../db/driver.ts';
import { placeOfHash } from '../../../db/queries/branches.ts';
import { held, sealedUpTo, segmentsOver, writers } from '../../../db/queries/ledger.ts';
import {
  forgetServer,
  noteServerSegment,
  segmentsForServer,
  serverHoldsLabel,
  serverLists,
} from '../../../db/queries/sync.ts';
import { refuse } from '../../../shared/fault.ts';
import { type CarriedSegment, readSegment } from '../../../shared/ledger/segment.ts';
import type { ServerState } from '../../../shared/sync/contract.ts';
import { agrees, judgeContact, NOTHING_READ, readOn } from '../../../shared/sync/server-order.ts';
import {
  LIMITS,
  type ListedSegment,
  Receipt,
  receiptBytes,
  type SegmentLabel,
} from '../../../shared/sync/wire.ts';
import { type JobContext, UNWATCHED } from '../../jobs.ts';
import { carriedSegment } from '../../ledger/carried.ts';
import type { LedgerKernel } from '../../ledger/kernel.ts';
import { sha256, verifyLedger } from '../../ledger/keys.ts';
import { receiveSegments } from '../../ledger/receive.ts';
import { sealOpen } from '../../ledger/seal.ts';
import { openPart, partId, sealSegment } from '../../ledger/sealed-part.ts';
import type { Keyring } from '../../workspace/keyring.ts';
import type { LabelledSegment, SegmentServer } from './api.ts';
import { type Place, readPlace, writePlace } from './place.ts';

/** The ledger of a copy with the keys its segments travel under. */
export interface SegmentCopy extends LedgerKernel {
  readonly keyring: Keyring;
}

/** What one exchange did. */
export interface Exchanged {
  readonly sent: { segments: number; entries: number; bytes: number };
  readonly received: { segments: number; entries: number; bytes: number };
  applied: number;
  quarantined: number;
  /** Segments held until what they build on arrives. */
  waiting: number;
  /** What the server turned out to be on contact. */
  contact: 'first' | 'continues' | 'went-back' | 'exchanged';
}

export interface ExchangeSteps {
  /** Brings in what the segments need before they are applied: the files of frameworks. */
  readonly beforeApply?: (carried: readonly unknown[]) => Promise<void>;
  /** Runs around the step that applies segments; for what has to be noted of it. */
  readonly apply?: <T>(receive: () => T) => T;
  /** Takes out what others need before these segments reach them. */
  readonly beforePush?: () => Promise<void>;
}

/** How much is fetched or pushed at a time; a cut costs no more than this again. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_SEGMENTS = 64;

/**
 * Exchanges sealed segments with a server until neither lacks anything: reads its order on from where this copy
 * stood, applies what is new, pushes what it lacks, and reads on to what its receipt covers. Whatever is interrupted
 * is taken up again by the next exchange; nothing is applied twice. A server that went back is read from the beginning
 * and given again what it lost.
 */
export async function exchangeSegments(
  copy: SegmentCopy,
  server: SegmentServer,
  steps: ExchangeSteps = {},
  job: JobContext = UNWATCHED,
): Promise<Exchanged> {
  sealOpen(copy);
  const done: Exchanged = {
    sent: { segments: 0, entries: 0, bytes: 0 },
    received: { segments: 0, entries: 0, bytes: 0 },
    applied: 0,
    quarantined: 0,
    waiting: 0,
    contact: await contact(copy, server),
  };
  await pull(copy, server, done, steps, job);
  await steps.beforePush?.();
  await push(copy, server, done, job);
  if (done.sent.segments > 0) {
    await pull(copy, server, done, steps, job);
    await demandHeld(copy.db, server);
  }
  return done;
}

async function contact(copy: SegmentCopy, server: SegmentServer): Promise<Exchanged['contact']> {
  const place = readPlace(copy.db);
  const state = await server.state(place.read.sequence);
  const receipt = demandReceipt(copy, server, state.receipt);
  if (receipt.body.epoch !== state.epoch || receipt.body.sequence !== state.sequence)
    refuseServer('its state is not what it signed');
  const known = judgeContact(place.read, state, witnessOf(place, server));
  const verdict = known === 'continues' && !(await keeps(place, state, server)) ? 'went-back' : known;
  if (verdict === 'continues') {
    writePlace(copy.db, { ...place, receipt });
    return verdict;
  }
  forgetServer(copy.db);
  const at = new Date(copy.now()).toISOString();
  const notices = verdict === 'first' ? place.notices : [...place.notices, { at, what: verdict }].slice(-20);
  // What it had signed before it went back is known to be gone; only a later receipt would be news.
  const seen = Math.max(place.read.sequence, place.witness?.body.sequence ?? 0, place.mendedTo);
  writePlace(copy.db, {
    read: { ...NOTHING_READ, epoch: state.epoch },
    receipt,
    witness: null,
    mendedTo: verdict === 'went-back' ? seen : 0,
    notices,
  });
  return verdict;
}

/** Whether what it signed beyond what was read still stands: a push may have been taken and its answer never read on. */
async function keeps({ read, receipt }: Place, state: ServerState, server: SegmentServer): Promise<boolean> {
  if (receipt === null || receipt.body.server !== server.key.id || receipt.body.epoch !== state.epoch)
    return true;
  const { sequence, root } = receipt.body;
  if (sequence <= read.sequence) return true;
  return sequence <= state.sequence && (await server.state(sequence)).rootAt === root;
}

function witnessOf(place: Place, server: SegmentServer): Receipt['body'] | null {
  return place.witness?.body.server === server.key.id ? place.witness.body : null;
}

/** The receipt, if it is by the key this copy pinned and about this workspace. */
function demandReceipt(copy: SegmentCopy, server: SegmentServer, receipt: Receipt): Receipt {
  const { body, signature } = receipt;
  const sound =
    body.server === server.key.id &&
    body.workspace === copy.workspace &&
    verifyLedger(server.key.publicKey, receiptBytes(body), signature);
  return sound ? receipt : refuseServer('what it signed is not by the key this copy knows it by');
}

function refuseServer(detail: string): never {
  return refuse({
    code: 'unavailable',
    what: 'The sync server',
    detail,
    remedy: 'Nothing was taken from it. Ask who runs it whether its key was changed, and connect again.',
  });
}

async function pull(
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
    for (const batch of batches(lacking, (row) => row.bytes))
      await take(copy, server, batch, done, steps, job);
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

async function take(
  copy: SegmentCopy,
  server: SegmentServer,
  rows: readonly ListedSegment[],
  done: Exchanged,
  steps: ExchangeSteps,
  job: JobContext,
): Promise<void> {
  demandGoing(job);
  const sealed = await server.fetch(rows.map((row) => row.id));
  if (sealed.length !== rows.length) return refuseServer('it answered fewer segments than it lists');
  const carried = rows.map((row, index) => {
    const bytes = sealed[index] as Uint8Array;
    if (partId(bytes) !== row.id) return refuseServer('it answered other bytes than it lists');
    done.received.bytes += bytes.length;
    return opened(copy, row, bytes);
  });
  await steps.beforeApply?.(carried);
  copy.db.transaction(() => {
    const receive = () => receiveSegments(copy, carried);
    const summary = steps.apply?.(receive) ?? receive();
    done.received.segments += rows.length;
    done.received.entries += summary.entries;
    done.applied += summary.applied;
    done.quarantined += summary.quarantined;
    done.waiting = summary.waiting;
    for (const [index, row] of rows.entries()) {
      const segment = readSegment(carried[index]);
      if (segment === null) continue;
      // Bytes under a false label are taken for what they are; what the label names is still lacking there.
      const { writer, from, count, head } = segment.header;
      const labelled = row.writer === writer && row.from === from && row.count === count && row.head === head;
      if (labelled) noteServerSegment(copy.db, row.id, row);
      noteWitness(copy, server, segment.header.receipt);
    }
  })();
  job.step('Taking in', done.received.segments, null);
}

/** What does not open is quarantined under a name; its bytes stay at the server. */
function opened(copy: SegmentCopy, row: ListedSegment, bytes: Uint8Array): unknown {
  const part = openPart(copy.keyring, bytes);
  if (part === null) return { unreadable: `segment ${row.id} of the server`, bytes: '' };
  try {
    return JSON.parse(part.toString('utf8')) as unknown;
  } catch {
    return { unreadable: `segment ${row.id} of the server`, bytes: '' };
  }
}

function labelOf({ header }: CarriedSegment): SegmentLabel {
  const { writer, from, count, head } = header;
  return { writer, from, count, head };
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

async function push(
  copy: SegmentCopy,
  server: SegmentServer,
  done: Exchanged,
  job: JobContext,
): Promise<void> {
  for (;;) {
    demandGoing(job);
    const batch = nextBatch(copy);
    if (batch.length === 0) return;
    const answer = await server.push(batch);
    const receipt = demandReceipt(copy, server, answer.receipt);
    copy.db.transaction(() => {
      for (const { label, sealed } of batch) {
        const id = partId(sealed);
        if (!answer.segments.some((one) => one.id === id))
          refuseServer('it does not say what became of a segment');
        noteServerSegment(copy.db, id, label);
        done.sent.segments += 1;
        done.sent.entries += label.count;
        done.sent.bytes += sealed.length;
      }
      writePlace(copy.db, { ...readPlace(copy.db), receipt });
    })();
    job.step('Sending', done.sent.segments, null);
  }
}

/** What this copy has sealed or holds for others and the server lacks, as much as goes in one request. */
function nextBatch(copy: SegmentCopy): LabelledSegment[] {
  const batch: LabelledSegment[] = [];
  let bytes = 0;
  const fits = (sealed: Uint8Array) => batch.length === 0 || bytes + sealed.length <= BATCH_BYTES;
  const candidates = [
    ...segmentsForServer(copy.db, BATCH_SEGMENTS).map((row) => carriedSegment(copy.db, row)),
    ...heldForServer(copy.db),
  ];
  for (const segment of candidates.slice(0, BATCH_SEGMENTS)) {
    const sealed = sealSegment(copy.keyring, segment);
    if (sealed.length > LIMITS.sealedSegment || !fits(sealed)) break;
    batch.push({ label: labelOf(segment), sealed });
    bytes += sealed.length;
  }
  return batch;
}

/** Forks and what waits for other entries is passed on: another copy may know more, and a fork concerns everybody. */
function heldForServer(db: Database): CarriedSegment[] {
  return held(db)
    .filter((row) => row.state === 'waiting' || row.reason === 'fork')
    .flatMap((row) => {
      const segment = readSegment(JSON.parse(row.payload));
      return segment !== null && !serverHoldsLabel(db, labelOf(segment)) ? [segment] : [];
    });
}

/** Asks the server, in vectors, whether it really holds every chain as far as this copy does. */
async function demandHeld(db: Database, server: SegmentServer): Promise<void> {
  const ours: Record<string, number> = {};
  for (const { id, base } of writers(db)) ours[base] = Math.max(ours[base] ?? 0, sealedUpTo(db, id));
  const theirs = await server.held(ours);
  const short = Object.entries(ours).find(([writer, seq]) => (theirs[writer] ?? 0) < seq);
  if (short === undefined) return;
  forgetServer(db);
  writePlace(db, { ...readPlace(db), read: NOTHING_READ });
  refuseServer(`it took entries and does not hold them: ${theirs[short[0]] ?? 0} of ${short[1]}`);
}

function* batches<T>(rows: readonly T[], bytesOf: (row: T) => number): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && (bytes + bytesOf(row) > BATCH_BYTES || batch.length >= BATCH_SEGMENTS)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += bytesOf(row);
  }
  if (batch.length > 0) yield batch;
}

function demandGoing(job: JobContext): void {
  if (job.signal.aborted) refuse({ code: 'cancelled' });
}
