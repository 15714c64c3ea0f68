import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/**
 * A stored file is a header and then frames of 1 MiB, each sealed on its own with AES-256-GCM:
 *
 *     header  "BNDV" | version 1 | 3 zero bytes | epoch u32 | frame size u32 | plaintext length u64 | salt, 16 bytes
 *     frame   ciphertext | tag, 16 bytes
 *
 * Integers are big-endian. Key: HKDF-SHA256(vault key of the epoch, salt: SHA-256 of the plaintext ‖ salt). Nonce: the
 * frame's number. Additional data: header ‖ frame number u64 ‖ number of frames u64, so that cutting, reordering and
 * swapping frames fails. An empty file has one empty frame. The salt keeps a key from being used twice: without it, a
 * source that changes while it is read would leave two plaintexts under one key and nonce.
 */
export interface FrameHeader {
  readonly epoch: number;
  /** Bytes of the plaintext. */
  readonly length: number;
  readonly salt: Uint8Array;
}

export const FRAME_BYTES = 1024 * 1024;
export const HEADER_BYTES = 40;
export const SALT_BYTES = 16;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;

const MAGIC = Buffer.from('BNDV\x01\0\0\0', 'latin1');

export function encodeHeader({ epoch, length, salt }: FrameHeader): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(epoch, 8);
  header.writeUInt32BE(FRAME_BYTES, 12);
  header.writeBigUInt64BE(BigInt(length), 16);
  header.set(salt, 24);
  return header;
}

/** The header, or null where these bytes are none. */
export function decodeHeader(bytes: Uint8Array): FrameHeader | null {
  const header = Buffer.from(bytes);
  if (header.length !== HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const length = Number(header.readBigUInt64BE(16));
  if (header.readUInt32BE(12) !== FRAME_BYTES || !Number.isSafeInteger(length)) return null;
  return { epoch: header.readUInt32BE(8), length, salt: header.subarray(24) };
}

/** How many frames a plaintext of this length has. */
export function frameCount(length: number): number {
  return Math.max(1, Math.ceil(length / FRAME_BYTES));
}

/** How long the stored file of a plaintext of this length is, to the byte. */
export function storedLength(length: number): number {
  return HEADER_BYTES + length + frameCount(length) * TAG_BYTES;
}

export function fileKey(vaultKey: Uint8Array, sha256: string, salt: Uint8Array): Buffer {
  const bound = Buffer.concat([Buffer.from(sha256, 'hex'), salt]);
  return Buffer.from(hkdfSync('sha256', vaultKey, bound, 'bindery vault file 1', KEY_BYTES));
}

/** What seals and opens the frames of one file. */
export interface FrameSealer {
  /** Ciphertext and tag, to be written one after the other. */
  seal(frame: number, plain: Uint8Array): readonly Buffer[];
  /** Null where it is not that frame of that file, untouched. */
  open(frame: number, sealed: Uint8Array): Buffer | null;
}

/** `count` is 0 where it is not known yet, for files that never leave the process that writes them. */
export function frameSealer(key: Uint8Array, header: Uint8Array, count: number): FrameSealer {
  return {
    seal(frame, plain) {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(frame)).setAAD(
        bindingOf(header, frame, count),
      );
      const body = cipher.update(plain);
      cipher.final();
      return [body, cipher.getAuthTag()];
    },
    open(frame, sealed) {
      if (sealed.length < TAG_BYTES) return null;
      const body = sealed.length - TAG_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(frame), { authTagLength: TAG_BYTES });
      decipher.setAAD(bindingOf(header, frame, count)).setAuthTag(sealed.subarray(body));
      try {
        const plain = decipher.update(sealed.subarray(0, body));
        decipher.final();
        return plain;
      } catch {
        return null;
      }
    },
  };
}

function nonceOf(frame: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(frame), 4);
  return nonce;
}

function bindingOf(header: Uint8Array, frame: number, count: number): Buffer {
  const place = Buffer.alloc(16);
  place.writeBigUInt64BE(BigInt(frame));
  place.writeBigUInt64BE(BigInt(count), 8);
  return Buffer.concat([header, place]);
}

/** Cuts a stream of any chunks into whole frames; the last may be shorter, and nothing at all is one empty frame. */
export async function* cutIntoFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let cut = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < FRAME_BYTES) continue;
    const all = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    let at = 0;
    for (; all.length - at >= FRAME_BYTES; at += FRAME_BYTES, cut++) yield all.subarray(at, at + FRAME_BYTES);
    waiting = at < all.length ? [all.subarray(at)] : [];
    bytes = all.length - at;
  }
  if (bytes > 0 || cut === 0) yield Buffer.concat(waiting);
}

/**
 * Reads a file from a position in pieces of one size; the last may be shorter. Every piece is overwritten by the next:
 * fresh memory for each would cost more than the encryption.
 */
export async function* readPieces(
  handle: FileHandle,
  from: number,
  pieceBytes: number,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes);
  for (let at = from; ; at += pieceBytes) {
    const piece = await readFully(handle, at, buffer);
    if (piece.length > 0) yield piece;
    if (piece.length < pieceBytes) return;
  }
}

/** Fills a buffer from a position, less only at the end of the file. */
export async function readFully(handle: FileHandle, position: number, buffer: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
