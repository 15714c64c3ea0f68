import { createHash, type Hash } from 'node:crypto';
import { createReadStream, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { resolve as absolute, basename, dirname, join } from 'node:path';
import { BAG_DECLARATION, BESIDE, bagPath, bagTag, type WrittenBag } from '../../../shared/domain/bag.ts';
import { ATTACHMENT_NAMES, type Manifest } from '../../../shared/domain/binder.ts';
import { refuse } from '../../../shared/fault.ts';
import { diskName } from '../../evidence/file-name.ts';
import type { JobContext } from '../../jobs.ts';
import type { Ports } from '../../ports.ts';
import { fileError, syncFolder } from '../../workspace/folder-io.ts';
import { GENERATOR } from '../assemble-model.ts';
import { freeName } from '../file-names.ts';
import type { ReadBinder } from '../verify/index.ts';
import { withEmbedded } from './embedded.ts';
import { tagsOfBinder } from './info.ts';

export interface BagRequest {
  /** Where the binder's bytes are, what it is called, and what was read of it when it was verified. */
  readonly path: string;
  readonly name: string;
  readonly read: ReadBinder;
  /** The folder to make. */
  readonly out: string;
}

/** The folder that a bag of this binder gets where nobody says: a free name among the binders. */
export function bagBeside(folder: string, binder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, freeName(folder, `${basename(binder).replace(/\.pdf$/i, '')} archive bag`));
}

/**
 * Writes a binder and the files embedded in it as a BagIt bag. The folder appears under its name only once it is whole;
 * on a fault or a stop nothing of it stays.
 */
export async function writeBag(
  request: BagRequest,
  { clock, ids }: Pick<Ports, 'clock' | 'ids'>,
  job: JobContext,
): Promise<WrittenBag> {
  const manifest = reliable(request);
  const out = absolute(request.out);
  demandFreeFolder(out);
  const part = join(dirname(out), `.bindery-${ids.next()}.bag`);
  try {
    await mkdir(join(part, BESIDE), { recursive: true, mode: 0o700 });
    const bag = new Bag(part, job);
    const written = await fill(bag, request, manifest);
    await bag.close(infoOf(request, manifest, bag, new Date(clock.now()).toISOString().slice(0, 10)));
    demandFreeFolder(out);
    await rename(part, out);
    syncFolder(dirname(out));
    return { folder: out, ...bag.size, binder: { ...written, verdict: request.read.report.verdict } };
  } catch (error) {
    throw fileError(error, out);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** What is not proven is not archived as if it were. */
function reliable({ read: { report, content }, name }: BagRequest): Manifest {
  const several = report.set?.of ?? 1;
  if (report.verdict !== 'invalid' && several > 1)
    refuse({
      code: 'invalid-input',
      where: basename(name),
      detail: `This binder is in ${several} volumes; a bag holds a binder that is one file.`,
      remedy:
        'Compose it with a volume size that holds everything, or keep the folder of its volumes as it is.',
    });
  if (report.verdict === 'invalid' || !content?.manifest)
    refuse({
      code: 'invalid-input',
      where: basename(name),
      detail: 'This binder is not valid, so it is not put into a bag.',
      remedy: 'Verify it, which names what is wrong, and take a copy that is whole.',
    });
  return content.manifest;
}

function demandFreeFolder(out: string): void {
  const folder = lstatSync(dirname(out), { throwIfNoEntry: false });
  if (folder === undefined) refuse({ code: 'not-found', what: 'folder', id: dirname(out) });
  const found = lstatSync(out, { throwIfNoEntry: false });
  if (found === undefined || (found.isDirectory() && readdirSync(out).length === 0)) return;
  refuse({
    code: 'conflict',
    detail: `${basename(out)} is there already; it was left as it is.`,
    remedy: 'Name a new folder, or an empty one.',
  });
}

async function fill(bag: Bag, { path, name, read }: BagRequest, manifest: Manifest) {
  const binder = diskName(basename(name), new Set(['files']));
  const sha256 = await bag.add(`data/${binder}`, createReadStream(path));
  demandSame(sha256, read.report.sha256, binder);
  const hashes = new Map(manifest.files.map((file) => [file.name, file.sha256]));
  await withEmbedded(path, manifest, async (files) => {
    for (const file of files) {
      const hash = await bag.add(BESIDE + file.disk, file.open());
      if (file.name !== ATTACHMENT_NAMES.manifest) demandSame(hash, hashes.get(file.name) ?? '', file.name);
    }
  });
  return { name: binder, sha256 };
}

/** Between verifying and copying the file may have been replaced. */
function demandSame(is: string, verified: string, what: string): void {
  if (is === verified) return;
  refuse({
    code: 'conflict',
    detail: `${what} was changed while it was copied; no bag was made.`,
    remedy: 'Try again once nobody writes to the binder.',
  });
}

function infoOf({ read }: BagRequest, manifest: Manifest, bag: Bag, day: string): string {
  const { files, bytes } = bag.size;
  return [
    ...tagsOfBinder(manifest, read.report.signatures).map(([name, value]) => bagTag(name, value)),
    bagTag('Bagging-Date', day),
    bagTag('Bag-Software-Agent', GENERATOR),
    bagTag('Payload-Oxum', `${bytes}.${files}`),
  ].join('');
}

/** A bag that is being filled. */
class Bag {
  readonly #folder: string;
  readonly #job: JobContext;
  readonly #payload: string[] = [];
  #bytes = 0;

  constructor(folder: string, job: JobContext) {
    this.#folder = folder;
    this.#job = job;
  }

  get size(): { readonly files: number; readonly bytes: number } {
    return { files: this.#payload.length, bytes: this.#bytes };
  }

  /** Writes a file of the payload as a stream, and answers its SHA-256. */
  async add(path: string, content: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256');
    this.#bytes += await this.#write(path, content, hash);
    const sha256 = hash.digest('hex');
    this.#payload.push(line(sha256, path));
    this.#job.step('Writing the bag', this.#payload.length, null);
    return sha256;
  }

  /** Writes the files that tell what the payload is. */
  async close(info: string): Promise<void> {
    const tags: [name: string, text: string][] = [
      ['bag-info.txt', info],
      ['bagit.txt', BAG_DECLARATION],
      ['manifest-sha256.txt', this.#payload.join('')],
    ];
    for (const [name, text] of tags) await this.#tag(name, text);
    const lines = tags.map(([name, text]) => line(createHash('sha256').update(text).digest('hex'), name));
    await this.#tag('tagmanifest-sha256.txt', lines.join(''));
    for (const folder of [BESIDE, 'data', '.']) syncFolder(join(this.#folder, folder));
  }

  async #tag(name: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, name), text, { flag: 'wx', mode: 0o600, flush: true });
  }

  async #write(path: string, content: AsyncIterable<Uint8Array>, hash: Hash): Promise<number> {
    const handle = await open(join(this.#folder, path), 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const piece of content) {
        if (this.#job.signal.aborted) refuse({ code: 'cancelled' });
        hash.update(piece);
        bytes += piece.length;
        await handle.writeFile(piece);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return bytes;
  }
}

const line = (sha256: string, path: string): string => `${sha256}  ${bagPath(path)}\n`;
