import type { Database } from '../../../db/driver.ts';
import { heldToTry, sealedUpTo, writers } from '../../../db/queries/ledger.ts';
import { forgetServer, noteServerSegment, segmentsForServer, serverLists } from '../../../db/queries/sync.ts';
import { type CarriedSegment, readSegment } from '../../../shared/ledger/segment.ts';
import type { ServerState } from '../../../shared/sync/contract.ts';
import { judgeContact, NOTHING_READ } from '../../../shared/sync/server-order.ts';
import { LIMITS, type Receipt, receiptBytes, type SegmentLabel } from '../../../shared/sync/wire.ts';
import { type JobContext, UNWATCHED } from '../../jobs.ts';
import { carriedSegment } from '../../ledger/carried.ts';
import { verifyLedger } from '../../ledger/keys.ts';
import { sealOpen } from '../../ledger/seal.ts';
import { partId, sealSegment } from '../../ledger/sealed-part.ts';
import type { LabelledSegment, SegmentServer } from './api.ts';
import {
  BATCH_BYTES,
  BATCH_SEGMENTS,
  demandGoing,
  type Exchanged,
  type ExchangeSteps,
  refuseServer,
  type SegmentCopy,
} from './exchange.ts';
import { type Place, readPlace, writePlace } from './place.ts';
import { pull } from './pull-segments.ts';

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
  const tooLarge = await push(copy, server, done, job);
  if (done.sent.segments > 0) {
    await pull(copy, server, done, steps, job);
    await demandHeld(copy.db, server, tooLarge);
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

function labelOf({ header }: CarriedSegment): SegmentLabel {
  const { writer, from, count, head } = header;
  return { writer, from, count, head };
}

/** A segment to send, and what is noted once the server has it. */
interface Outgoing extends LabelledSegment {
  readonly noted: { readonly id: string; readonly label: SegmentLabel };
}

/** What a server takes no segment of, by signature: it stays here, and whatever comes after it is sent. */
type TooLarge = Map<string, SegmentLabel>;

async function push(
  copy: SegmentCopy,
  server: SegmentServer,
  done: Exchanged,
  job: JobContext,
): Promise<TooLarge> {
  const tooLarge: TooLarge = new Map();
  for (;;) {
    demandGoing(job);
    const batch = nextBatch(copy, tooLarge);
    if (batch.length === 0) return tooLarge;
    const answer = await server.push(batch.map(({ label, sealed }) => ({ label, sealed })));
    const receipt = demandReceipt(copy, server, answer.receipt);
    copy.db.transaction(() => {
      for (const { label, sealed, noted } of batch) {
        const id = partId(sealed);
        if (!answer.segments.some((one) => one.id === id))
          refuseServer('it does not say what became of a segment');
        noteServerSegment(copy.db, noted.id, noted.label);
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
function nextBatch(copy: SegmentCopy, tooLarge: TooLarge): Outgoing[] {
  const batch: Outgoing[] = [];
  let bytes = 0;
  for (const { segment, held } of candidates(copy, tooLarge)) {
    const sealed = sealSegment(copy.keyring, segment);
    const label = labelOf(segment);
    if (sealed.length > LIMITS.sealedSegment) {
      tooLarge.set(segment.signature, label);
      continue;
    }
    if (batch.length === BATCH_SEGMENTS || (batch.length > 0 && bytes + sealed.length > BATCH_BYTES)) break;
    const noted = held === null ? { id: partId(sealed), label } : { id: held, label: aside(label) };
    batch.push({ label, sealed, noted });
    bytes += sealed.length;
  }
  return batch;
}

function* candidates(
  copy: SegmentCopy,
  tooLarge: TooLarge,
): Generator<{ segment: CarriedSegment; held: string | null }> {
  for (const row of segmentsForServer(copy.db, BATCH_SEGMENTS + tooLarge.size))
    if (!tooLarge.has(row.signature)) yield { segment: carriedSegment(copy.db, row), held: null };
  for (const one of heldForServer(copy.db)) if (!tooLarge.has(one.segment.signature)) yield one;
}

/** Forks and what waits for other entries is passed on: another copy may know more, and a fork concerns everybody. */
function heldForServer(db: Database): { segment: CarriedSegment; held: string }[] {
  return heldToTry(db).flatMap((row) => {
    const segment = readSegment(JSON.parse(row.payload));
    return segment !== null && !serverLists(db, row.id, aside(labelOf(segment)))
      ? [{ segment, held: row.id }]
      : [];
  });
}

/** What is held was not proved yet: that the server has it says nothing of the true segment that its label names. */
function aside(label: SegmentLabel): SegmentLabel {
  return { ...label, writer: `held ${label.writer}` };
}

/** Asks the server, in vectors, whether it really holds every chain as far as this copy does. */
async function demandHeld(db: Database, server: SegmentServer, tooLarge: TooLarge): Promise<void> {
  const ours: Record<string, number> = {};
  for (const { id, base } of writers(db)) ours[base] = Math.max(ours[base] ?? 0, sealedUpTo(db, id));
  for (const { writer } of tooLarge.values()) delete ours[writer];
  const theirs = await server.held(ours);
  const short = Object.entries(ours).find(([writer, seq]) => (theirs[writer] ?? 0) < seq);
  if (short === undefined) return;
  forgetServer(db);
  writePlace(db, { ...readPlace(db), read: NOTHING_READ });
  refuseServer(`it took entries and does not hold them: ${theirs[short[0]] ?? 0} of ${short[1]}`);
}
