import type { BlobProgress, Pushed, ServerState } from '../../../shared/sync/contract.ts';
import type { ListedSegment, SegmentLabel } from '../../../shared/sync/wire.ts';

/** A sealed segment with what a server is told of it. */
export interface LabelledSegment {
  readonly label: SegmentLabel;
  readonly sealed: Uint8Array;
}

/** What exchanging segments asks of a server. Calls throw `unavailable` where it does not answer. */
export interface SegmentServer {
  /** Its name in receipts, and the raw Ed25519 key (base64url) they are by. */
  readonly key: { readonly id: string; readonly publicKey: string };
  /** Its state now, with its root at a number read before. */
  state(at: number): Promise<ServerState>;
  /** Segments after a number of its order; `next` is null at the end. */
  list(after: number): Promise<{ readonly rows: readonly ListedSegment[]; readonly next: number | null }>;
  /** The sealed bytes of these segments, in the order asked. */
  fetch(ids: readonly string[]): Promise<readonly Uint8Array[]>;
  push(segments: readonly LabelledSegment[]): Promise<Pushed>;
  /** For each writer how far it holds the chain without a gap. */
  held(vector: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>>;
}

/** What exchanging vault files asks of a server. Files are known by their stored names. */
export interface FileServer {
  filesHeld(names: readonly string[]): Promise<readonly BlobProgress[]>;
  /** Adds a chunk at an offset; answers how much is there now. `sha256` is of the whole stored file. */
  putFile(
    file: { readonly name: string; readonly size: number; readonly sha256: string; readonly offset: number },
    chunk: Uint8Array,
  ): Promise<BlobProgress>;
  /** The bytes of one version of a stored file from an offset on. */
  getFile(name: string, sha256: string, offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export type SyncServer = SegmentServer & FileServer;
