import type { Database } from '../../db/driver.ts';
import { withWritingCache } from '../../db/open.ts';
import { nestsDeeper } from '../../shared/ledger/canonical.ts';
import { readSegment, SEGMENT_DEPTH } from '../../shared/ledger/segment.ts';
import { noteRecoveries } from '../members/former-passphrases.ts';
import { frameworkBlobs, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { type ReceiveSummary, receiveSegments } from './receive.ts';

/**
 * Takes segments in that came from another copy, whichever way. The vault files they name have to be here before, so
 * that frameworks among them get their rows.
 */
export async function takeIn(ws: OpenWorkspace, carried: readonly unknown[]): Promise<ReceiveSummary> {
  await ws.loadFrameworks([...frameworkBlobs(ws.db).blobs, ...blobsNamedBy(carried)]);
  const entries = carried.reduce(
    (sum: number, segment) => sum + (readSegment(segment)?.header.count ?? 0),
    0,
  );
  return writing(ws.db, entries, () => noteRecoveries(ws, () => receiveSegments(ws, carried)));
}

/** From so many on, what is written is not kept in memory. */
const MANY_ENTRIES = 5000;

/** Runs work that takes so many entries in, in the way that suits how much it writes. */
export function writing<T>(db: Database, entries: number, work: () => T): T {
  return entries < MANY_ENTRIES ? work() : withWritingCache(db, work);
}

/** The normalised frameworks that segments name, before anything is known of what they are worth. */
export function blobsNamedBy(carried: readonly unknown[]): string[] {
  const sound = carried.filter((segment) => !nestsDeeper(segment, SEGMENT_DEPTH));
  return [...new Set(sound.flatMap((segment) => blobsNamedIn(JSON.stringify(segment))))];
}

/** The same of one segment in its text. */
export function blobsNamedIn(text: string): string[] {
  return [...text.matchAll(/"blob"\s*:\s*"([0-9a-f]{64})"/g)].map((match) => match[1] ?? '');
}
