import { createHash } from 'node:crypto';
import { constants, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../../shared/fault.ts';

const MOST_FILES = 1_000_000;
const DEEPEST = 64;
const LARGEST_TAG = 256 * 1024 * 1024;
const CHUNK = 1024 * 1024;

/** What a folder holds: plain files by their path, and what is neither a file nor a folder, which is never followed. */
export interface FolderFiles {
  readonly files: ReadonlyMap<string, { readonly bytes: number }>;
  readonly others: readonly string[];
}

/** Walks a folder and follows no link. Paths are relative, with `/`. */
export function filesUnder(folder: string): FolderFiles {
  const files = new Map<string, { bytes: number }>();
  const others: string[] = [];
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (const { path, depth } of queue) {
    for (const entry of entriesOf(join(folder, path))) {
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      if (files.size + others.length + queue.length > MOST_FILES)
        refuse({ code: 'invalid-input', where: folder, detail: 'The folder holds more than a bag can.' });
      if (entry.isDirectory() && depth < DEEPEST) queue.push({ path: own, depth: depth + 1 });
      else if (entry.isFile()) files.set(own, { bytes: lstatSync(join(folder, own)).size });
      else others.push(own);
    }
  }
  return { files, others };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return refuse({ code: 'unavailable', what: folder, detail: 'This folder cannot be read.' });
  }
}

/** The text of a file beside the payload; null where it is no UTF-8 or larger than any such file. */
export async function tagText(file: string): Promise<string | null> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_TAG) return null;
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile());
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  } finally {
    await handle.close();
  }
}

/** The checksums of a file by several algorithms, in one pass and constant memory. */
export async function checksumsOf(
  file: string,
  algorithms: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map(algorithms.map((name) => [name, createHash(name)]));
  const handle = await openFile(file);
  const buffer = Buffer.allocUnsafe(CHUNK);
  try {
    for (;;) {
      if (signal.aborted) refuse({ code: 'cancelled' });
      const { bytesRead } = await handle.read(buffer, 0, CHUNK);
      if (bytesRead === 0) break;
      for (const hash of hashes.values()) hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
  return new Map([...hashes].map(([name, hash]) => [name, hash.digest('hex')]));
}

/** A link that was put in place of a file since the folder was walked is not followed either. */
async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return refuse({ code: 'unavailable', what: file, detail: 'This file cannot be read.' });
  }
}
