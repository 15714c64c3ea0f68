import { nestsDeeper } from '../../shared/ledger/canonical.ts';
import { SEGMENT_DEPTH } from '../../shared/ledger/segment.ts';
import { noteRecoveries } from '../members/former-passphrases.ts';
import { frameworkBlobs, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { type ReceiveSummary, receiveSegments } from './receive.ts';

/**
 * Takes segments in that came from another copy, whichever way. The vault files they name have to be here before, so
 * that frameworks among them get their rows.
 */
export async function takeIn(ws: OpenWorkspace, carried: readonly unknown[]): Promise<ReceiveSummary> {
  await ws.loadFrameworks([...frameworkBlobs(ws.db).blobs, ...blobsNamedBy(carried)]);
  return noteRecoveries(ws, () => receiveSegments(ws, carried));
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
