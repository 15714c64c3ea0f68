import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { everyEvidenceFile } from '../../../db/queries/evidence.ts';
import { isFalseFile, noteFalseFile, noteServerFile, serverHoldsFile } from '../../../db/queries/sync.ts';
import { FaultError, refuse } from '../../../shared/fault.ts';
import type { BlobProgress } from '../../../shared/sync/contract.ts';
import { LIMITS } from '../../../shared/sync/wire.ts';
import type { JobContext } from '../../jobs.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { storedLength } from '../../workspace/vault-frames.ts';
import type { FileServer } from './api.ts';

/** What became of the vault files that were asked for or offered. */
export interface FilesMoved {
  files: number;
  bytes: number;
}

/**
 * Fetches these contents as far as the server has them and the vault lacks them. What was begun goes on where it was
 * cut. A file enters the vault only once it decrypts to the SHA-256 the ledger names; what does not is thrown away, and not
 * fetched again. What is listed with another size than the ledger states is not fetched at all.
 */
export async function fetchFiles(
  ws: OpenWorkspace,
  server: FileServer,
  contents: Iterable<string>,
  job: JobContext,
): Promise<FilesMoved & { damaged: number }> {
  const moved = { files: 0, bytes: 0, damaged: 0 };
  const wanted = new Map<string, string>();
  for (const sha256 of contents) {
    if (!ws.vault.has(sha256)) for (const name of ws.vault.namesOf(sha256)) wanted.set(name, sha256);
  }
  if (wanted.size === 0) return moved;
  const sizes = everyEvidenceFile(ws.db);
  for (const version of await wholeAt(server, [...wanted.keys()])) {
    const sha256 = wanted.get(version.name);
    if (sha256 === undefined || ws.vault.has(sha256)) continue;
    if (isFalseFile(ws.db, version.name, version.sha256) || !isSized(version, sizes.get(sha256))) continue;
    const part = await fetchPart(ws, server, version, job);
    try {
      await ws.vault.acceptEncrypted(part, sha256);
      moved.files += 1;
      moved.bytes += version.bytes;
      noteServerFile(ws.db, version.name);
    } catch (error) {
      if (!(error instanceof FaultError) || error.fault.code !== 'corrupt') throw error;
      moved.damaged += 1;
      // Bytes that came otherwise than they are listed say nothing of what is listed.
      if ((await hashOf(part)) === version.sha256) noteFalseFile(ws.db, version.name, version.sha256);
    } finally {
      rmSync(part, { force: true });
    }
  }
  if (existsSync(ws.paths.arriving) && readdirSync(ws.paths.arriving).length === 0)
    rmSync(ws.paths.arriving, { recursive: true });
  return moved;
}

/** Whether a stored file is as long as a file of a size that the ledger names; of what it names without one it may be any. */
function isSized({ bytes }: BlobProgress, sizes: ReadonlySet<number> | undefined): boolean {
  return sizes === undefined || [...sizes].some((size) => storedLength(size) === bytes);
}

async function wholeAt(server: FileServer, names: readonly string[]): Promise<BlobProgress[]> {
  const found: BlobProgress[] = [];
  for (let at = 0; at < names.length; at += LIMITS.names) {
    found.push(...(await server.filesHeld(names.slice(at, at + LIMITS.names))));
  }
  return found.filter((file) => file.whole);
}

async function fetchPart(
  ws: OpenWorkspace,
  server: FileServer,
  { name, sha256, bytes: size }: BlobProgress,
  job: JobContext,
): Promise<string> {
  mkdirSync(ws.paths.arriving, { recursive: true, mode: 0o700 });
  const path = join(ws.paths.arriving, `${name}.${sha256}`);
  const handle = await open(path, 'a', 0o600);
  try {
    let at = (await handle.stat()).size;
    if (at > size) {
      await handle.truncate(0);
      at = 0;
    }
    if (at < size) {
      for await (const piece of server.getFile(name, sha256, at, job.signal)) {
        if (job.signal.aborted) refuse({ code: 'cancelled' });
        await handle.appendFile(piece);
        at += piece.length;
        job.step('Fetching evidence', at, size);
        if (at > size) break;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return path;
}

/** Offers the server every stored file of these names that it does not hold whole, on from where it was cut. */
export async function offerFiles(
  ws: OpenWorkspace,
  server: FileServer,
  names: readonly string[],
  job: JobContext,
): Promise<FilesMoved> {
  const moved: FilesMoved = { files: 0, bytes: 0 };
  const unknown = names.filter((name) => !serverHoldsFile(ws.db, name) && existsSync(ws.vault.pathOf(name)));
  for (let at = 0; at < unknown.length; at += LIMITS.names) {
    const page = unknown.slice(at, at + LIMITS.names);
    const held = await server.filesHeld(page);
    for (const name of page) {
      const file = await storedFile(ws, name);
      const there = held.find((one) => one.name === name && one.sha256 === file.sha256);
      if (there?.whole !== true) {
        moved.bytes += await offer(server, file, there?.bytes ?? 0, job);
        moved.files += 1;
      }
      noteServerFile(ws.db, name);
    }
  }
  return moved;
}

interface StoredFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

async function storedFile(ws: OpenWorkspace, name: string): Promise<StoredFile> {
  const path = ws.vault.pathOf(name);
  return { name, path, size: statSync(path).size, sha256: await hashOf(path) };
}

async function offer(
  server: FileServer,
  { name, path, size, sha256 }: StoredFile,
  from: number,
  job: JobContext,
): Promise<number> {
  let offset = from > size ? 0 : from;
  const begun = offset;
  const handle = await open(path, 'r');
  try {
    const chunk = Buffer.alloc(Math.min(LIMITS.blobChunk, Math.max(size, 1)));
    for (let whole = false; !whole; ) {
      if (job.signal.aborted) refuse({ code: 'cancelled' });
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
      const there = await server.putFile({ name, size, sha256, offset }, chunk.subarray(0, bytesRead));
      whole = there.whole;
      if (!whole && there.bytes === offset && bytesRead === 0)
        refuse({
          code: 'unavailable',
          what: 'The sync server',
          detail: 'it does not take the end of a file',
        });
      offset = there.bytes;
      job.step('Sending evidence', offset, size);
    }
  } finally {
    await handle.close();
  }
  return size - begun;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
