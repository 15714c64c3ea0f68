import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import type { LedgerKernel } from '../../ledger/kernel.ts';
import type { Keyring } from '../../workspace/keyring.ts';

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
  /** Brings in what segments name before they are applied: the files of frameworks. */
  readonly beforeApply?: (blobs: readonly string[]) => Promise<void>;
  /** Runs around the step that applies segments; for what has to be noted of it. */
  readonly apply?: <T>(receive: () => T) => T;
  /** Takes out what others need before these segments reach them. */
  readonly beforePush?: () => Promise<void>;
}

/** How much is fetched or pushed at a time; a cut costs no more than this again. */
export const BATCH_BYTES = 4 * 1024 * 1024;
export const BATCH_SEGMENTS = 64;

/** Ends an exchange with a server that cannot be believed. */
export function refuseServer(detail: string): never {
  return refuse({
    code: 'unavailable',
    what: 'The sync server',
    detail,
    remedy: 'Nothing was taken from it. Ask who runs it whether its key was changed, and connect again.',
  });
}

/** Ends an exchange that nobody waits for any more. */
export function demandGoing(job: JobContext): void {
  if (job.signal.aborted) refuse({ code: 'cancelled' });
}
