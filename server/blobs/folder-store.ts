import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunningHashes } from './running-hash.ts';
import type { BlobPlace, BlobStore } from './store.ts';

/** Files in a folder: written, flushed, then renamed, so that a name stands for a whole file or nothing. */
export class FolderStore implements BlobStore {
  readonly #folder: string;
  readonly #hashes = new RunningHashes();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async append(place: BlobPlace, offset: number, bytes: Uint8Array): Promise<boolean> {
    const path = this.#part(place);
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, offset === 0 ? 'w' : 'r+').catch(absent);
    if (!file) return false;
    try {
      if ((await file.stat()).size < offset) return false;
      await writeAt(file, offset, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (offset === 0) await syncFolder(dirname(path));
    this.#hashes.add(path, offset, bytes);
    return true;
  }

  async complete(place: BlobPlace, size: number): Promise<boolean> {
    const [part, whole] = [this.#part(place), this.#whole(place)];
    const seen = this.#hashes.end(part, size);
    if (!(await exists(part))) {
      // A server that ended between the rename and its note of it.
      return (await exists(whole)) && (await hashFile(whole)) === place.sha256;
    }
    const file = await open(part, 'r+');
    try {
      await file.truncate(size);
      await file.sync();
    } finally {
      await file.close();
    }
    const sha256 = seen ?? (await hashFile(part));
    if (sha256 !== place.sha256) {
      await rm(part, { force: true });
      return false;
    }
    await mkdir(dirname(whole), { recursive: true });
    await rename(part, whole);
    await syncFolder(dirname(whole));
    return true;
  }

  async drop(place: BlobPlace): Promise<void> {
    await rm(this.#part(place), { force: true });
  }

  async *read(place: BlobPlace, from: number, to: number): AsyncIterable<Uint8Array> {
    if (to <= from) return;
    yield* createReadStream(this.#whole(place), { start: from, end: to - 1, highWaterMark: 256 * 1024 });
  }

  async ping(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const probe = join(this.#folder, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe, { force: true });
  }

  #whole(place: BlobPlace): string {
    return blobFile(this.#folder, place);
  }

  #part(place: BlobPlace): string {
    return join(folderOf(this.#folder, place), 'parts', `${place.name}.${place.sha256}`);
  }
}

/** Where a whole file lies. */
export function blobFile(folder: string, place: BlobPlace): string {
  return join(folderOf(folder, place), place.name.slice(0, 2), `${place.name}.${place.sha256}`);
}

/** A workspace's id is its members' choice: its hash is a harmless name for a folder. */
function folderOf(folder: string, place: Pick<BlobPlace, 'tenant' | 'workspace'>): string {
  return join(folder, place.tenant, createHash('sha256').update(place.workspace).digest('hex').slice(0, 32));
}

async function writeAt(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** A file's name is only safe once its folder is flushed. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(absent)) !== null;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
