import { z } from 'zod';
import { canonicalBytes, concatBytes, fromHex, type Json, type Sha256, toHex } from '../ledger/canonical.ts';

/** Sizes that both ends keep to; what is larger is refused before it is read. */
export const LIMITS = {
  sealedSegment: 16 * 1024 * 1024,
  pushBody: 20 * 1024 * 1024,
  fetchBody: 64 * 1024 * 1024,
  json: 256 * 1024,
  blobChunk: 8 * 1024 * 1024,
  blob: 16 * 1024 * 1024 * 1024,
  rows: 500,
  names: 1000,
} as const;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What a server is told of a sealed segment: enough to say what a copy lacks, nothing of what is in it. */
export const SegmentLabel = z.strictObject({
  writer: z.string().regex(/^[0-9a-f]{32}$/),
  from: z.int().positive(),
  count: z.int().positive().max(500),
  /** The chain hash after its last entry. */
  head: Hash,
});
export type SegmentLabel = z.infer<typeof SegmentLabel>;

/** A segment as a server lists it: `id` is the SHA-256 of its sealed bytes. */
export const ListedSegment = SegmentLabel.extend({
  sequence: z.int().positive(),
  id: Hash,
  bytes: z.int().positive(),
});
export type ListedSegment = z.infer<typeof ListedSegment>;

/** What a receipt says: up to `sequence`, in this order and no other, the server holds what devices pushed. */
export const ReceiptBody = z.strictObject({
  schema: z.literal('bindery.receipt/1'),
  /** See `serverName`. */
  server: z.string().regex(/^[0-9a-f]{32}$/),
  workspace: z.string().min(1).max(200),
  epoch: z.string().regex(/^[0-9a-f]{32}$/),
  sequence: z.int().nonnegative(),
  root: Hash,
  at: z.iso.datetime(),
});
export type ReceiptBody = z.infer<typeof ReceiptBody>;

export const Receipt = z.strictObject({
  body: ReceiptBody,
  /** Ed25519 over the canonical bytes of `body`, hex. */
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type Receipt = z.infer<typeof Receipt>;

/** What the server's key signs. */
export function receiptBytes(body: ReceiptBody): Uint8Array {
  return canonicalBytes(body as unknown as Json);
}

/** How a receipt names its server: the first 16 bytes of SHA-256 of its public key (SPKI, DER). */
export function serverName(sha256: Sha256, publicKey: Uint8Array): string {
  return toHex(sha256(publicKey).subarray(0, 16));
}

export const FIRST_ROOT = '0'.repeat(64);

/** The root after one more segment: SHA-256(root ‖ id). */
export function nextRoot(sha256: Sha256, root: string, id: string): string {
  return toHex(sha256(concatBytes(fromHex(root), fromHex(id))));
}

/** Parts one after the other, each as its length (4 bytes, big endian) and its bytes. */
export function encodeFrames(parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...parts.flatMap((part) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, part.length);
      return [length, part];
    }),
  );
}

/** The parts of frames, or null where a length disagrees with what is there. Nothing is copied. */
export function decodeFrames(bytes: Uint8Array): Uint8Array[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}
