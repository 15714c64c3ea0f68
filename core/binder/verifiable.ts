import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BinderSource } from '../../shared/contract/proof.ts';
import { refuse } from '../../shared/fault.ts';
import type { Host } from '../host.ts';
import { binderFile } from './countersigned.ts';

/** A PDF that came in through the file door without any workspace: kept in a private folder until it was verified. */
export interface LooseFile {
  readonly upload: string;
  readonly name: string;
  readonly path: string;
}

const loose = new Map<string, LooseFile>();
const LARGEST = 9 * 2 ** 30;

/** Takes bytes in for verification alone; what is verified has to be readable in place and is no secret of ours. */
export async function takeLoose(
  id: string,
  name: string,
  body: AsyncIterable<Uint8Array>,
): Promise<LooseFile & { bytes: number }> {
  const dir = await mkdtemp(join(tmpdir(), 'bindery-verify-'));
  const path = join(dir, 'binder.pdf');
  const handle = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > LARGEST) refuse({ code: 'invalid-input', detail: 'The file is larger than any binder.' });
      await handle.writeFile(piece);
    }
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  } finally {
    await handle.close();
  }
  const file = { upload: id, name: basename(name), path };
  loose.set(id, file);
  return { ...file, bytes };
}

export function looseFile(id: string): LooseFile | undefined {
  return loose.get(id);
}

/** Forgets every loose file and removes it from disk. */
export async function dropLoose(): Promise<void> {
  for (const file of loose.values()) await rm(join(file.path, '..'), { recursive: true, force: true });
  loose.clear();
}

/** Runs with a path to the file named: a path as it is, an upload from the vault or from the private folder. */
export async function withVerifiable<T>(
  host: Host,
  source: BinderSource,
  run: (path: string, name: string) => Promise<T>,
): Promise<T> {
  const file = await verifiable(host, source);
  try {
    return await run(file.path, file.name);
  } finally {
    if (file.borrowed) await dropOne(file.upload);
  }
}

/** The same, for work whose result stands in the private folder until the core closes or it is fetched. */
export async function withCountersignable<T>(
  host: Host,
  source: BinderSource,
  run: (path: string, name: string) => Promise<T>,
): Promise<T> {
  const { path, name } = await verifiable(host, source);
  return run(path, name);
}

interface Verifiable extends LooseFile {
  /** True for a copy in the clear of what the vault holds: it stays only as long as it is read. */
  readonly borrowed: boolean;
}

async function verifiable(host: Host, source: BinderSource): Promise<Verifiable> {
  if ('path' in source) return { upload: '', path: source.path, name: source.path, borrowed: false };
  if ('binder' in source) {
    const path = binderFile(host.demand('read').db, source.binder);
    return { upload: '', path, name: basename(path), borrowed: false };
  }
  const known = looseFile(source.upload);
  if (known !== undefined) return { ...known, borrowed: false };
  const ws = host.demand('read');
  const staged = host.staged.get(source.upload);
  const copy = await takeLoose(source.upload, staged.name, ws.vault.open(staged.sha256));
  return { ...copy, borrowed: true };
}

async function dropOne(upload: string): Promise<void> {
  const file = loose.get(upload);
  loose.delete(upload);
  if (file !== undefined) await rm(join(file.path, '..'), { recursive: true, force: true });
}
