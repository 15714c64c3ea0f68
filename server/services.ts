import type { Limits } from './access/limits.ts';
import type { BlobStore } from './blobs/store.ts';
import type { Log } from './http/log.ts';
import type { Metrics } from './http/metrics.ts';
import type { Traces } from './http/traces.ts';
import type { Live } from './ledger/live.ts';
import type { ReceiptSigner } from './ledger/receipts.ts';
import type { SignIn } from './people/sign-in.ts';
import type { Tenancy } from './tenancy/tenancy.ts';
import type { Sealing } from './tenants/sealing.ts';

/** What a request may need, made once for a process. */
export interface Services {
  readonly tenancy: Tenancy;
  readonly limits: Limits;
  readonly signer: ReceiptSigner;
  readonly blobs: BlobStore;
  readonly live: Live;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly traces: Traces;
  readonly sealing: Sealing;
  /** Null where people have no service to sign in with. */
  readonly signIn: SignIn | null;
  /** Whether webhooks may go to addresses inside the server's own network. */
  readonly reachesPrivate: boolean;
  /** Where devices find this server. */
  publicUrl(): string;
  /** Host and port under which devices know this server; null where it takes a request's own word (loopback). */
  readonly authority: string | null;
  /** Whether a proxy in front says whose request it is. */
  readonly trustsProxy: boolean;
  /** Who asks for metrics has to bear it; null where nobody has to. */
  readonly metricsToken: string | null;
  now(): Date;
}
