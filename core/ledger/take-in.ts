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
  const text = /"blob":"([0-9a-f]{64})"/g;
  return [
    ...new Set(
      carried
        .filter((segment) => !nestsDeeper(segment, SEGMENT_DEPTH))
        .flatMap((segment) => [...JSON.stringify(segment).matchAll(text)].map((m) => m[1] ?? '')),
    ),
  ];
}
