import { createHash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Fault, refuse } from '../../shared/fault.ts';
import type { Ports } from '../ports.ts';
import type { WorkspacePaths } from './folder.ts';
import { discard, fileError, syncFolder } from './folder-io.ts';
import type { Keyring } from './keyring.ts';
import { listStored, type StoredFile, type Swept, sweepVault, unmark } from './sweep.ts';
import { cutIntoFrames, FRAME_BYTES, frameSealer, KEY_BYTES, readPieces, TAG_BYTES } from './vault-frames.ts';
import { openRegularFile } from './vault-source.ts';
import {
  type Content,
  epochOf,
  findStored,
  isDamage,
  publish,
  type ReadOptions,
  readHeader,
  readStored,
  type Store,
  storedName,
  storedPath,
  storeFrames,
  withUnfinished,
  writeFully,
  writeSealed,
} from './vault-store.ts';

/** A content that is in the vault now. */
export interface Taken extends Content {
  /** False where it was there already. */
  readonly added: boolean;
}

export interface TakeOptions {
  readonly signal?: AbortSignal;
}

/** Content-addressed, encrypted files: named by the SHA-256 of their plaintext, in constant memory, any part verified. */
export interface Vault {
  /** Takes in a regular file; links, folders, devices and pipes are refused. */
  takeFromPath(path: string, options?: TakeOptions): Promise<Taken>;
  /** Takes in a stream; it waits encrypted on disk until its hash is known. */
  takeFromStream(source: AsyncIterable<Uint8Array>, options?: TakeOptions): Promise<Taken>;
  put(bytes: Uint8Array): Promise<Taken>;
  /** The content, every piece verified before it is handed out; throws `corrupt` or `not-found` when read. */
  open(sha256: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** The whole content in memory. */
  read(sha256: string): Promise<Buffer>;
  has(sha256: string): boolean;
  /** Bytes of the content, from its header: believed only once the content was read. */
  size(sha256: string): Promise<number>;
  /** Reads everything; null where nothing is wrong. */
  verify(sha256: string): Promise<Fault | null>;
  list(): readonly StoredFile[];
  /** Where a stored file of this name stands, or would. */
  pathOf(name: string): string;
  /** See `sweepVault`. `keep` holds every hash that a record or an entry names. */
  sweep(keep: ReadonlySet<string>, graceMs: number): Swept;
  /** Copies a stored file, encrypted as it is, into a folder; answers its name there. */
  copyEncrypted(sha256: string, toDir: string): Promise<string>;
  /** The stored file, encrypted as it lies there; null where the vault has not this content. */
  stored(sha256: string): { readonly name: string; readonly path: string } | null;
  /** What this content is called in any copy, under each epoch. */
  namesOf(sha256: string): string[];
  /** Takes a stored file from another copy of this workspace; it is verified against the hash first. */
  acceptEncrypted(file: string, sha256: string): Promise<Taken>;
}

/** How often a file that changes while it is read is read anew. */
const TRIES = 3;

/** The vault of an unlocked workspace; the caller holds its lock. */
export function openVault(
  paths: Pick<WorkspacePaths, 'vault' | 'incoming'>,
  keyring: Keyring,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
): Vault {
  const store: Store = { ...paths, keyring, random, unfinished: new Set() };
  return {
    takeFromPath: (path, options) => takeFromPath(store, path, options?.signal),
    takeFromStream: (source, options) => takeFromStream(store, heeding(options?.signal, source)),
    put: (bytes) => takeBytes(store, bytes),
    open: (sha256, options) => contentOf(store, sha256, options),
    read: (sha256) => gather(contentOf(store, sha256)),
    has: (sha256) => findStored(store, sha256) !== null,
    size: (sha256) => sizeOf(store, sha256),
    verify: (sha256) => verify(store, sha256),
    list: () => listStored(store.vault),
    pathOf: (name) => storedPath(store.vault, name),
    sweep: (keep, graceMs) => sweepVault(store, clock, keep, graceMs),
    copyEncrypted: (sha256, toDir) => copyEncrypted(store, sha256, toDir),
    stored(sha256) {
      const path = findStored(store, sha256);
      return path === null ? null : { name: basename(path), path };
    },
    namesOf: (sha256) => keyring.epochs.map((epoch) => storedName(epoch, sha256)),
    acceptEncrypted: (file, sha256) => acceptEncrypted(store, file, sha256),
  };
}

/** Two passes, since the key needs the hash: the second hashes again, and starts over if the source changed. */
async function takeFromPath(store: Store, path: string, signal?: AbortSignal): Promise<Taken> {
  const handle = await openRegularFile(path);
  const pieces = () => heeding(signal, readPieces(handle, 0, FRAME_BYTES));
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const taken = await keep(store, await identify(pieces()), pieces);
      if (taken !== null) return taken;
    }
    return refuse({ code: 'unavailable', what: path, detail: 'it keeps changing while it is read' });
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await handle.close();
  }
}

/** Staged under a random key that exists in memory only: after a crash nobody can read what is left. */
async function takeFromStream(store: Store, source: AsyncIterable<Uint8Array>): Promise<Taken> {
  return withUnfinished(store, async (handle) => {
    const key = store.random.bytes(KEY_BYTES);
    const sealer = frameSealer(key, Buffer.alloc(0), 0);
    try {
      const content = await writeSealed(handle, sealer, cutIntoFrames(source));
      const taken = await keep(store, content, () => readStaged(handle, sealer));
      return taken ?? refuse({ code: 'corrupt', what: 'staged file', detail: 'it was changed on disk' });
    } finally {
      key.fill(0);
    }
  });
}

async function* readStaged(
  handle: FileHandle,
  sealer: ReturnType<typeof frameSealer>,
): AsyncGenerator<Buffer> {
  let frame = 0;
  for await (const sealed of readPieces(handle, 0, FRAME_BYTES + TAG_BYTES)) {
    const plain = sealer.open(frame++, sealed);
    // The missing rest shows as another length and hash.
    if (plain === null) return;
    yield plain;
  }
}

async function takeBytes(store: Store, bytes: Uint8Array): Promise<Taken> {
  const content = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  const taken = await keep(store, content, () => once(bytes));
  return (
    taken ?? refuse({ code: 'unavailable', what: 'content', detail: 'it changed while it was taken in' })
  );
}

/** Stores a content unless it is there and whole; a damaged one is replaced. Null where the source changed. */
async function keep(
  store: Store,
  content: Content,
  source: () => AsyncIterable<Uint8Array>,
): Promise<Taken | null> {
  if (await keepStored(store, content.sha256)) return { ...content, added: false };
  if (!(await storeFrames(store, content, cutIntoFrames(source())))) return null;
  unmark(pathOf(store, content.sha256));
  return { ...content, added: true };
}

/** Whether a whole copy is there; then it is safe from a sweep for another grace period. */
async function keepStored(store: Store, sha256: string): Promise<boolean> {
  const path = findStored(store, sha256);
  if (path === null || (await verify(store, sha256)) !== null) return false;
  // Looked at again without a pause: a sweep may have run while it was read.
  if (!existsSync(path)) return false;
  unmark(path);
  return true;
}

async function identify(pieces: AsyncIterable<Uint8Array>): Promise<Content> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Reads to the end, for what the reading checks. */
async function lengthOf(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const piece of pieces) bytes += piece.length;
  return bytes;
}

function pathOf(store: Store, sha256: string): string {
  return findStored(store, sha256) ?? refuse({ code: 'not-found', what: 'stored file', id: sha256 });
}

async function* contentOf(store: Store, sha256: string, options?: ReadOptions): AsyncGenerator<Buffer> {
  yield* readStored(store, pathOf(store, sha256), sha256, options);
}

async function gather(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function sizeOf(store: Store, sha256: string): Promise<number> {
  const handle = await openRegularFile(pathOf(store, sha256));
  try {
    return (await readHeader(handle, sha256)).length;
  } finally {
    await handle.close();
  }
}

async function verify(store: Store, sha256: string): Promise<Fault | null> {
  const path = findStored(store, sha256);
  if (path === null) return { code: 'not-found', what: 'stored file', id: sha256 };
  try {
    await lengthOf(readStored(store, path, sha256, { fleeting: true }));
    return null;
  } catch (error) {
    if (isDamage(error)) return error.fault;
    throw error;
  }
}

async function copyEncrypted(store: Store, sha256: string, toDir: string): Promise<string> {
  const path = pathOf(store, sha256);
  const name = basename(path);
  const unfinished = join(toDir, `${name}.part`);
  const handle = await openRegularFile(path);
  try {
    await readHeader(handle, sha256);
    await mkdir(toDir, { recursive: true });
    await copyInto(handle, unfinished);
    renameSync(unfinished, join(toDir, name));
    syncFolder(toDir);
    return name;
  } catch (error) {
    discard(unfinished);
    throw fileError(error, toDir);
  } finally {
    await handle.close();
  }
}

async function copyInto(from: FileHandle, path: string): Promise<void> {
  const to = await open(path, 'w', 0o600);
  try {
    for await (const piece of readPieces(from, 0, FRAME_BYTES)) await writeFully(to, piece);
    await to.sync();
  } finally {
    await to.close();
  }
}

async function acceptEncrypted(store: Store, file: string, sha256: string): Promise<Taken> {
  if (await keepStored(store, sha256)) return { sha256, bytes: await sizeOf(store, sha256), added: false };
  const source = await openRegularFile(file);
  try {
    return await withUnfinished(store, async (handle, path) => {
      for await (const piece of readPieces(source, 0, FRAME_BYTES)) await writeFully(handle, piece);
      await handle.sync();
      const bytes = await lengthOf(readStored(store, path, sha256, { fleeting: true }));
      const epoch = epochOf(store, await readHeader(handle, sha256), sha256);
      await handle.close();
      publish(path, storedPath(store.vault, storedName(epoch, sha256)));
      return { sha256, bytes, added: true };
    });
  } finally {
    await source.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* heeding<T>(signal: AbortSignal | undefined, source: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of source) {
    if (signal?.aborted) refuse({ code: 'cancelled' });
    yield piece;
  }
}
