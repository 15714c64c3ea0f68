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
import { fromColumns, toColumns } from './columns.ts';

/**
 * `BSEG3 ‖ epoch (4 bytes) ‖ salt (32) ‖ AES-256-GCM(packed) ‖ tag (16)`. The salt is a keyed hash of what is packed and
 * yields the key, so that the same bytes are sealed alike on every device, and no key seals two messages, however they
 * were packed. Packed is `0 ‖ zstd(bytes)`, or a segment in columns:
 * `1 ‖ length of the first (4 bytes) ‖ zstd(table) ‖ zstd(text)`, as texts pack best by themselves.
 */
const MAGIC = Buffer.from('BSEG3');
/** Is read and no more written: only bytes, packed without saying so, and its salt is that of the bytes. */
const MAGIC_BEFORE = Buffer.from('BSEG2');
const SALT_BYTES = 32;
const TAG_BYTES = 16;
const HEAD_BYTES = MAGIC.length + 4 + SALT_BYTES;
/** No two messages share a key, so the nonce says nothing. */
const NONCE = Buffer.alloc(12);
const [BYTES, COLUMNS] = [Buffer.of(0), Buffer.of(1)];
/** Edits that say nothing twice take a little less than by zstd's own measure; any level unpacks alike. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 7 } };
/** What a part may grow to when it is unpacked. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** Seals bytes for other copies of this workspace: whoever has its keyring opens them, nobody else learns anything. */
export function sealPart(keyring: Keyring, bytes: Uint8Array): Buffer {
  return seal(keyring, Buffer.concat([BYTES, zstdCompressSync(bytes, PACKING)]));
}

/** A segment as it travels, sealed; the same on every device. */
export function sealSegment(keyring: Keyring, segment: CarriedSegment): Buffer {
  const columns = toColumns(segment);
  if (columns === null) return sealPart(keyring, canonicalBytes(segment as unknown as Json));
  const table = zstdCompressSync(columns.table, PACKING);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(table.length);
  return seal(keyring, Buffer.concat([COLUMNS, length, table, zstdCompressSync(columns.text, PACKING)]));
}

function seal(keyring: Keyring, packed: Buffer): Buffer {
  const epoch = currentEpoch(keyring);
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32BE(epoch.epoch, MAGIC.length);
  saltOf(epoch, packed).copy(head, MAGIC.length + 4);
  const cipher = createCipheriv('aes-256-gcm', keyOf(epoch, head), NONCE).setAAD(head);
  return Buffer.concat([head, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
}

/** The bytes of a sealed part, or null where they are damaged, too large, in columns or under keys this copy has not. */
export function openPart(keyring: Keyring, sealed: Uint8Array): Buffer | null {
  const packed = unsealPart(keyring, sealed);
  if (packed === null || !isOf(BYTES, packed)) return null;
  try {
    return unzipped(packed.subarray(1));
  } catch {
    return null;
  }
}

/** What a sealed part has packed, proved to be what was sealed; null where it is damaged or its keys are not here. */
export function unsealPart(keyring: Keyring, sealed: Uint8Array): Buffer | null {
  const part = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (part.length < HEAD_BYTES + TAG_BYTES) return null;
  const before = isOf(MAGIC_BEFORE, part);
  const number = part.readUInt32BE(MAGIC.length);
  const epoch = keyring.epochs.find((known) => known.epoch === number);
  if (epoch === undefined || !(before || isOf(MAGIC, part))) return null;
  const head = part.subarray(0, HEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(epoch, head), NONCE).setAAD(head);
  decipher.setAuthTag(part.subarray(-TAG_BYTES));
  try {
    const packed = Buffer.concat([decipher.update(part.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]);
    const salt = saltOf(epoch, before ? unzipped(packed) : packed);
    if (!timingSafeEqual(salt, head.subarray(MAGIC.length + 4))) return null;
    return before ? Buffer.concat([BYTES, packed]) : packed;
  } catch {
    return null;
  }
}

/** What a part has packed: a segment in columns, or what its bytes say as JSON; null where it is neither. */
export function unpacked(packed: Buffer): unknown {
  try {
    const [first, second] = contentsOf(packed);
    const json = unzipped(first);
    if (second === null) return JSON.parse(json.toString('utf8')) as unknown;
    const text = unzipped(second, MAX_PART_BYTES - json.length);
    return fromColumns({ table: json.toString('utf8'), text: text.toString('utf8') }, MAX_PART_BYTES);
  } catch {
    return null;
  }
}

/** The JSON in what a part has packed: of a segment in columns that has no values that are texts. Empty where it is none. */
export function jsonIn(packed: Buffer): string {
  try {
    return unzipped(contentsOf(packed)[0]).toString('utf8');
  } catch {
    return '';
  }
}

/** What is packed one by one, the second only where there are columns. Throws where it is neither. */
function contentsOf(packed: Buffer): readonly [Buffer, Buffer | null] {
  if (isOf(BYTES, packed)) return [packed.subarray(1), null];
  if (!isOf(COLUMNS, packed)) throw new Error('packed in no way that is known here');
  const at = 5 + packed.readUInt32BE(1);
  return [packed.subarray(5, at), packed.subarray(at)];
}

const isOf = (begin: Buffer, bytes: Buffer) => bytes.subarray(0, begin.length).equals(begin);

function unzipped(bytes: Uint8Array, atMost = MAX_PART_BYTES): Buffer {
  return zstdDecompressSync(bytes, { maxOutputLength: atMost });
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
