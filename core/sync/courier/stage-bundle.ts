import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CourierManifest } from '../../../shared/domain/courier.ts';
import type { JobContext } from '../../jobs.ts';
import { unpacked, unsealPart } from '../../ledger/sealed-part.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { writeFully } from '../../workspace/vault-store.ts';
import { ContainerFlaw, type IncomingContainer, type IncomingPart, manifestHash } from './container.ts';
import { lackedHere } from './export-bundle.ts';

/** A sealed segment may not be larger than the server's limit. */
const MAX_SEALED = 16 * 1024 * 1024;

/** A bundle that was read to its end and proved whole; its segments wait on disk, sealed as they came. */
export interface StagedBundle {
  readonly manifest: CourierManifest;
  readonly hash: string;
  /** Vault files in it that this copy has not, and how many bytes they take. */
  readonly newFiles: number;
  readonly newBytes: number;
  /** Frameworks its segments name. */
  readonly blobs: readonly string[];
  /** The segments, each opened as it is asked for, so that memory does not grow with the bundle. */
  segments(): Generator<unknown>;
}

/**
 * Reads a bundle to its end and checks every part of it. With `keepFiles`, vault files this copy lacks go into the
 * vault at once: nothing names them until the segments are taken in, and what nothing names is swept away. Otherwise
 * nothing outside the staging folder changes.
 */
export async function withStaged<T>(
  ws: OpenWorkspace,
  inside: IncomingContainer,
  keepFiles: boolean,
  job: JobContext,
  use: (staged: StagedBundle) => Promise<T>,
): Promise<T> {
  // What is left in `incoming` after a crash is cleared away when the workspace is opened again.
  const dir = join(ws.paths.incoming, `courier-${ws.ports.ids.next()}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    return await use(await stage(ws, inside, dir, keepFiles, job));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function stage(
  ws: OpenWorkspace,
  inside: IncomingContainer,
  dir: string,
  keepFiles: boolean,
  job: JobContext,
): Promise<StagedBundle> {
  const { manifest } = inside;
  const store = segmentStore(join(dir, 'segments'));
  const wanted = new Map<string, string>();
  const want = (sha256: string) => {
    if (!ws.vault.has(sha256)) for (const name of ws.vault.namesOf(sha256)) wanted.set(name, sha256);
  };
  const blobs = new Set<string>();
  for (const sha256 of lackedHere(ws)) want(sha256);
  let read = 0;
  let newFiles = 0;
  let newBytes = 0;
  try {
    for await (const part of inside.parts()) {
      job.signal.throwIfAborted();
      job.step('Reading the bundle', read, manifest.parts.bytes);
      const { head } = part;
      if (head.kind === 'segment') {
        const sealed = await whole(part, MAX_SEALED);
        store.add(sealed);
        const text = textOf(opened(ws, sealed));
        for (const [hash] of text.matchAll(/\b[0-9a-f]{64}\b/g)) want(hash);
        for (const [, blob] of text.matchAll(/"blob":"([0-9a-f]{64})"/g)) if (blob) blobs.add(blob);
      } else if (head.kind === 'file') {
        const sha256 = wanted.get(head.name);
        if (sha256 === undefined || ws.vault.has(sha256)) await drain(part);
        else {
          newFiles += 1;
          newBytes += head.bytes;
          if (keepFiles) await keep(ws, part, sha256, join(dir, 'file'));
          else await drain(part);
        }
      } else await drain(part);
      read += head.bytes;
    }
  } finally {
    store.close();
  }
  return {
    manifest,
    hash: manifestHash(manifest),
    newFiles,
    newBytes,
    blobs: [...blobs],
    segments: () => store.segments(ws),
  };
}

/** Writes the file beside the vault first: it is verified as a whole before it enters. */
async function keep(ws: OpenWorkspace, part: IncomingPart, sha256: string, path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const piece of part.bytes) await writeFully(file, piece);
  } finally {
    await file.close();
  }
  await ws.vault.acceptEncrypted(path, sha256);
}

export async function drain(part: IncomingPart): Promise<void> {
  for await (const _piece of part.bytes) {
    // Read for its hash.
  }
}

/** A part in memory, where it is small enough to be one. */
export async function whole({ head, bytes }: IncomingPart, atMost: number): Promise<Buffer> {
  if (head.bytes > atMost) throw new ContainerFlaw('tampered', `${head.kind} ${head.name} is far too large`);
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

interface SegmentStore {
  add(sealed: Buffer): void;
  close(): void;
  segments(ws: OpenWorkspace): Generator<unknown>;
}

function segmentStore(path: string): SegmentStore {
  const lengths: number[] = [];
  const writing = openSync(path, 'w', 0o600);
  return {
    add(sealed) {
      for (let at = 0; at < sealed.length; ) at += writeSync(writing, sealed, at);
      lengths.push(sealed.length);
    },
    close: () => closeSync(writing),
    *segments(ws) {
      const reading = openSync(path, 'r');
      try {
        let position = 0;
        for (const length of lengths) {
          const sealed = Buffer.alloc(length);
          for (let at = 0; at < length; ) at += readSync(reading, sealed, at, length - at, position + at);
          position += length;
          yield opened(ws, sealed) ?? { unreadable: 'segment', bytes: sealed.toString('base64') };
        }
      } finally {
        closeSync(reading);
      }
    },
  };
}

/** What a part has in it, or null where it does not open. */
function opened(ws: OpenWorkspace, sealed: Buffer): unknown {
  const packed = unsealPart(ws.keyring, sealed);
  return packed === null ? null : unpacked(packed);
}

/** What is searched for names of files. What nests too deeply to be written is no segment, and names none. */
function textOf(segment: unknown): string {
  try {
    return JSON.stringify(segment);
  } catch {
    return '';
  }
}
