import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import type { CarriedSegment } from '../../shared/ledger/segment.ts';
import type { KeyEpoch, Keyring } from '../workspace/keyring.ts';
import { currentEpoch } from '../workspace/keyring.ts';

/**
 * `BSEG2 ‖ epoch (4 bytes) ‖ salt (32) ‖ AES-256-GCM(zstd(bytes)) ‖ tag (16)`. The salt is a keyed hash of the bytes
 * and yields the key, so that the same bytes are sealed alike on every device, and no key seals two messages.
 */
const MAGIC = Buffer.from('BSEG2');
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + 4 + SALT_BYTES;
/** No two messages share a key, so the nonce says nothing. */
const NONCE = Buffer.alloc(12);
/** Edits that say nothing twice take a thirtieth less than by zstd's own measure; any level unpacks alike. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 7 } };
/** What a part may grow to when it is unpacked. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** Seals bytes for other copies of this workspace: whoever has its keyring opens them, nobody else learns anything. */
export function sealPart(keyring: Keyring, bytes: Uint8Array): Buffer {
  const epoch = currentEpoch(keyring);
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32BE(epoch.epoch, MAGIC.length);
  saltOf(epoch, bytes).copy(head, MAGIC.length + 4);
  const cipher = createCipheriv('aes-256-gcm', keyOf(epoch, head), NONCE).setAAD(head);
  return Buffer.concat([
    head,
    cipher.update(zstdCompressSync(bytes, PACKING)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** The bytes of a sealed part, or null where they are damaged, too large or under keys this copy has not. */
export function openPart(keyring: Keyring, sealed: Uint8Array): Buffer | null {
  return unsealPart(keyring, sealed)?.bytes ?? null;
}

/** A part that was opened: its bytes, and the same still packed for who has to hold many. */
export interface OpenedPart {
  readonly bytes: Buffer;
  readonly packed: Buffer;
}

/** The same as `openPart`, with the packed bytes, which `unpacked` takes. */
export function unsealPart(keyring: Keyring, sealed: Uint8Array): OpenedPart | null {
  const part = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (part.length < HEAD_BYTES + TAG_BYTES || !part.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const number = part.readUInt32BE(MAGIC.length);
  const epoch = keyring.epochs.find((known) => known.epoch === number);
  if (epoch === undefined) return null;
  const head = part.subarray(0, HEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(epoch, head), NONCE).setAAD(head);
  decipher.setAuthTag(part.subarray(-TAG_BYTES));
  try {
    const packed = Buffer.concat([decipher.update(part.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]);
    const bytes = unpacked(packed);
    return timingSafeEqual(saltOf(epoch, bytes), head.subarray(MAGIC.length + 4)) ? { bytes, packed } : null;
  } catch {
    return null;
  }
}

/** The bytes of what was opened once and kept packed. */
export function unpacked(packed: Uint8Array): Buffer {
  return zstdDecompressSync(packed, { maxOutputLength: MAX_PART_BYTES });
}

/** A segment as it travels, sealed; the same on every device. */
export function sealSegment(keyring: Keyring, segment: CarriedSegment): Buffer {
  return sealPart(keyring, canonicalBytes(segment as unknown as Json));
}

/** What a sealed part is known by: the SHA-256 of its bytes, hex. */
export function partId(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('hex');
}

function saltOf(epoch: KeyEpoch, bytes: Uint8Array): Buffer {
  return createHmac('sha256', derived(epoch, new Uint8Array(0), 'bindery segment salt'))
    .update(bytes)
    .digest();
}

function keyOf(epoch: KeyEpoch, head: Buffer): Buffer {
  return derived(epoch, head.subarray(MAGIC.length + 4, HEAD_BYTES), 'bindery segment key');
}

function derived(epoch: KeyEpoch, salt: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', epoch.vaultKey, salt, purpose, 32));
}
