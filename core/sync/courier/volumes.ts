import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { refuse } from '../../../shared/fault.ts';
import { canonicalBytes } from '../../../shared/ledger/canonical.ts';
import { discard, fileError, syncFolder } from '../../workspace/folder-io.ts';
import { openRegularFile } from '../../workspace/vault-source.ts';
import { writeFully } from '../../workspace/vault-store.ts';
import { AGE_MAGIC } from './envelope.ts';

/**
 * A bundle is one age file. Split over several media, each piece stands in a file of its own behind a head of fixed
 * length that names its set: `bindery-courier-volume/1`, a line of JSON, filled up with blanks.
 */
const VOLUME_MAGIC = 'bindery-courier-volume/1\n';
export const VOLUME_HEAD_BYTES = 512;
/** The smallest medium worth splitting for. */
export const LEAST_VOLUME = 64 * 1024;

const VolumeHead = z.strictObject({
  /** 128 random bits, drawn anew for each bundle. */
  set: z.hex().length(32),
  volume: z.int().positive(),
  /** How many there are; 0 until the last is written. */
  of: z.int().positive(),
  bytes: z.int().nonnegative(),
  sha256: z.hex().length(64),
});
export type VolumeHead = z.infer<typeof VolumeHead>;

/** Where a stream of bytes goes: one file, or as many as it takes. Nothing is there until `finish`. */
export interface BundleWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Answers the files, in order. */
  finish(): Promise<string[]>;
  abandon(): Promise<void>;
}

export async function writeBundle(
  out: string,
  volumeBytes: number | undefined,
  set: string,
): Promise<BundleWriter> {
  if (volumeBytes === undefined) return writeWhole(out);
  if (volumeBytes < LEAST_VOLUME)
    refuse({ code: 'invalid-input', detail: 'a volume has at least 64 KiB', where: 'volume size' });
  return writeVolumes(out, volumeBytes, set);
}

async function writeWhole(out: string): Promise<BundleWriter> {
  const unfinished = `${out}.part`;
  const file = await create(unfinished);
  return {
    write: (bytes) => writeFully(file, bytes),
    async finish() {
      await file.sync();
      await file.close();
      renameSync(unfinished, out);
      syncFolder(dirname(out));
      return [out];
    },
    async abandon() {
      await file.close().catch(() => {});
      discard(unfinished);
    },
  };
}

async function writeVolumes(out: string, volumeBytes: number, set: string): Promise<BundleWriter> {
  const room = volumeBytes - VOLUME_HEAD_BYTES;
  const done: { readonly unfinished: string; readonly head: Omit<VolumeHead, 'of'> }[] = [];
  const begun: string[] = [];
  let current = await begin();

  async function begin() {
    const unfinished = `${out}.${begun.length + 1}.part`;
    begun.push(unfinished);
    const file = await create(unfinished);
    await writeFully(file, Buffer.alloc(VOLUME_HEAD_BYTES, ' '));
    return { unfinished, file, hash: createHash('sha256'), bytes: 0 };
  }

  async function end(): Promise<void> {
    const { unfinished, file, hash, bytes } = current;
    await file.sync();
    await file.close();
    const head = { set, volume: done.length + 1, bytes, sha256: hash.digest('hex') };
    done.push({ unfinished, head });
  }

  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        if (current.bytes === room) {
          await end();
          current = await begin();
        }
        const piece = rest.subarray(0, room - current.bytes);
        await writeFully(current.file, piece);
        current.hash.update(piece);
        current.bytes += piece.length;
        rest = rest.subarray(piece.length);
      }
    },
    async finish() {
      await end();
      for (const { unfinished, head } of done) await putHead(unfinished, { ...head, of: done.length });
      const files = done.map(({ head }) => volumeFile(out, head.volume, done.length));
      for (const [index, { unfinished }] of done.entries()) renameSync(unfinished, files[index] as string);
      syncFolder(dirname(out));
      return files;
    },
    async abandon() {
      await current.file.close().catch(() => {});
      for (const file of begun) discard(file);
    },
  };
}

/** `Payroll 3.courier.age` in two volumes is `Payroll 3.volume-1-of-2.courier.age` and its like. */
export function volumeFile(out: string, volume: number, of: number): string {
  const name = basename(out);
  const [, stem = name, ending = ''] = /^(.*?)((?:\.courier)?\.age)?$/s.exec(name) ?? [];
  return join(dirname(out), `${stem}.volume-${volume}-of-${of}${ending}`);
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    throw fileError(error, path);
  }
}

async function putHead(path: string, head: VolumeHead): Promise<void> {
  const text = Buffer.concat([Buffer.from(VOLUME_MAGIC), canonicalBytes(head), Buffer.from('\n')]);
  const file = await open(path, 'r+');
  try {
    await file.write(text, 0, text.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What a file is, by its first bytes. */
export type BundleFile =
  | { readonly path: string; readonly kind: 'whole'; readonly bytes: number }
  | { readonly path: string; readonly kind: 'volume'; readonly bytes: number; readonly head: VolumeHead }
  | { readonly path: string; readonly kind: 'neither'; readonly bytes: number };

export async function lookAt(path: string): Promise<BundleFile> {
  const file = await openRegularFile(path);
  try {
    const { size: bytes } = await file.stat();
    const start = Buffer.alloc(VOLUME_HEAD_BYTES);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const text = start.subarray(0, bytesRead).toString('utf8');
    if (text.startsWith(AGE_MAGIC)) return { path, kind: 'whole', bytes };
    if (!text.startsWith(VOLUME_MAGIC)) return { path, kind: 'neither', bytes };
    const head = VolumeHead.safeParse(json(text.slice(VOLUME_MAGIC.length)));
    return head.success ? { path, kind: 'volume', bytes, head: head.data } : { path, kind: 'neither', bytes };
  } finally {
    await file.close();
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The files of one bundle, in order; `missing` are the numbers of volumes that are not among them. */
export interface BundleFiles {
  readonly files: readonly BundleFile[];
  readonly missing: readonly number[];
  readonly of: number;
}

/** Puts files together that belong together, in whatever order they were named. */
export function bundlesAmong(files: readonly BundleFile[]): BundleFiles[] {
  const sets = new Map<string, Map<number, BundleFile>>();
  const found: BundleFiles[] = [];
  for (const file of files) {
    if (file.kind !== 'volume') found.push({ files: [file], missing: [], of: 1 });
    else {
      const set = sets.get(file.head.set) ?? new Map<number, BundleFile>();
      if (!set.has(file.head.volume)) set.set(file.head.volume, file);
      sets.set(file.head.set, set);
    }
  }
  for (const set of sets.values()) {
    const of = Math.max(...[...set.values()].map((file) => (file.kind === 'volume' ? file.head.of : 1)));
    const numbers = Array.from({ length: Math.min(of, 10_000) }, (_, index) => index + 1);
    found.push({
      files: numbers.flatMap((number) => set.get(number) ?? []),
      missing: numbers.filter((number) => !set.has(number)),
      of,
    });
  }
  return found;
}
