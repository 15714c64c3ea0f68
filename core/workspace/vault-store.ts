import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FaultError, refuse } from '../../shared/fault.ts';
import { giveBack } from '../give-back.ts';
import type { Random } from '../ports.ts';
import { discard, fileError, syncFolder } from './folder-io.ts';
import { currentEpoch, type KeyEpoch, type Keyring } from './keyring.ts';
import {
  decodeHeader,
  encodeHeader,
  FRAME_BYTES,
  type FrameHeader,
  type FrameSealer,
  fileKey,
  frameCount,
  frameSealer,
  HEADER_BYTES,
  KEY_BYTES,
  readFully,
  readPieces,
  SALT_BYTES,
  storedLength,
  TAG_BYTES,
} from './vault-frames.ts';
import { openRegularFile } from './vault-source.ts';

/** Where stored files are and under which keys. */
export interface Store {
  readonly vault: string;
  readonly incoming: string;
  readonly keyring: Keyring;
  readonly random: Random;
  /** Unfinished files this process is writing; any other one in `incoming` was abandoned. */
  readonly unfinished: Set<string>;
}

/** The name of a stored file: a keyed hash, so that nobody can ask the folder whether it holds a known document. */
export function storedName(epoch: KeyEpoch, sha256: string): string {
  return createHmac('sha256', epoch.nameKey).update(Buffer.from(sha256, 'hex')).digest('hex');
}

/** Where a name stands: 256 folders keep each of them small. */
export function storedPath(vault: string, name: string): string {
  return join(vault, name.slice(0, 2), name);
}

/** The file of this content under the newest epoch that has it. */
export function findStored(store: Store, sha256: string): string | null {
  for (const epoch of store.keyring.epochs.toReversed()) {
    const path = storedPath(store.vault, storedName(epoch, sha256));
    if (existsSync(path)) return path;
  }
  return null;
}

export interface ReadOptions {
  /**
   * Each piece is gone as soon as the next is asked for. Garbage outside the heap is collected only once there is a lot
   * of it: whoever reads gigabytes and keeps nothing asks for this, and takes as much memory for them as for one piece.
   */
  readonly fleeting?: boolean;
}

/** Opens the frames of a stored file one after another; whatever is wrong with it is `corrupt`, never wrong bytes. */
export async function* readStored(
  store: Store,
  path: string,
  sha256: string,
  { fleeting = false }: ReadOptions = {},
): AsyncGenerator<Buffer> {
  const handle = await openRegularFile(path);
  const key = Buffer.alloc(KEY_BYTES);
  try {
    const header = await readHeader(handle, sha256);
    key.set(fileKey(epochOf(store, header, sha256).vaultKey, sha256, header.salt));
    const count = frameCount(header.length);
    const sealer = frameSealer(key, encodeHeader(header), count);
    const hash = createHash('sha256');
    let frame = 0;
    for await (const sealed of readPieces(handle, HEADER_BYTES, FRAME_BYTES + TAG_BYTES)) {
      const plain =
        sealer.open(frame++, sealed) ?? damaged(sha256, `part ${frame} of ${count} fails its check`);
      hash.update(plain);
      yield plain;
      if (fleeting) giveBack(plain);
    }
    if (hash.digest('hex') !== sha256) damaged(sha256, 'its content has another hash');
  } catch (error) {
    throw fileError(error, path);
  } finally {
    key.fill(0);
    await handle.close();
  }
}

/** The keys a stored file was written under. */
export function epochOf(store: Store, header: FrameHeader, sha256: string): KeyEpoch {
  const found = store.keyring.epochs.find(({ epoch }) => epoch === header.epoch);
  return found ?? damaged(sha256, `its header names the unknown key epoch ${header.epoch}`);
}

/** The header of a stored file whose length on disk fits it. */
export async function readHeader(handle: FileHandle, sha256: string): Promise<FrameHeader> {
  const header = decodeHeader(await readFully(handle, 0, Buffer.alloc(HEADER_BYTES)));
  if (header === null) return damaged(sha256, 'it does not begin as a stored file does');
  const { size } = await handle.stat();
  const due = storedLength(header.length);
  if (size !== due) damaged(sha256, `it has ${size} bytes on disk where ${due} are due`);
  return header;
}

export function damaged(sha256: string, detail: string): never {
  refuse({ code: 'corrupt', what: `stored file ${sha256}`, detail });
}

/** Whether a fault says that the stored bytes are not what they should be. */
export function isDamage(error: unknown): error is FaultError {
  return error instanceof FaultError && error.fault.code === 'corrupt';
}

/** What a content is known by. */
export interface Content {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Encrypts frames under the key of the hash they are said to have. Answers false and leaves nothing where they have
 * another hash or length: then the source changed in between.
 */
export async function storeFrames(
  store: Store,
  content: Content,
  frames: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const epoch = currentEpoch(store.keyring);
  const salt = store.random.bytes(SALT_BYTES);
  const header = encodeHeader({ epoch: epoch.epoch, length: content.bytes, salt });
  const key = fileKey(epoch.vaultKey, content.sha256, salt);
  const sealer = frameSealer(key, header, frameCount(content.bytes));
  try {
    return await withUnfinished(store, async (handle, path) => {
      await writeFully(handle, header);
      const written = await writeSealed(handle, sealer, frames, content.bytes);
      if (written.bytes !== content.bytes || written.sha256 !== content.sha256) return false;
      await handle.sync();
      await handle.close();
      publish(path, storedPath(store.vault, storedName(epoch, content.sha256)));
      return true;
    });
  } finally {
    key.fill(0);
  }
}

/** Seals frames into a file, but not beyond so many bytes, and says what they were. */
export async function writeSealed(
  handle: FileHandle,
  sealer: FrameSealer,
  frames: AsyncIterable<Uint8Array>,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Content> {
  const hash = createHash('sha256');
  let bytes = 0;
  let frame = 0;
  for await (const plain of frames) {
    hash.update(plain);
    bytes += plain.length;
    if (bytes > atMost) break;
    for (const part of sealer.seal(frame++, plain)) await writeFully(handle, part);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Hands out a new file in `incoming`; what is still there under that name afterwards goes. */
export async function withUnfinished<T>(
  store: Store,
  write: (handle: FileHandle, path: string) => Promise<T>,
): Promise<T> {
  const name = `${store.random.bytes(16).toString('hex')}.part`;
  const path = join(store.incoming, name);
  store.unfinished.add(name);
  try {
    const handle = await open(path, 'wx+', 0o600);
    try {
      return await write(handle, path);
    } finally {
      await handle.close();
      discard(path);
    }
  } catch (error) {
    throw fileError(error, path);
  } finally {
    store.unfinished.delete(name);
  }
}

/**
 * Moves a finished, synced and closed file to its place and makes the move last. In one go, so that a sweep cannot
 * take the folder away in between.
 */
export function publish(from: string, to: string): void {
  const folder = dirname(to);
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(folder));
  renameSync(from, to);
  syncFolder(folder);
}

/** A write may take fewer bytes than it was given. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}
