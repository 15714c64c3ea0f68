import { lstatSync } from 'node:fs';
import { resolve as absolute, basename, join } from 'node:path';
import {
  BAG_ALGORITHMS,
  type BagLine,
  type BagReport,
  bagLines,
  bagTags,
  WEAK_ALGORITHMS,
} from '../../../shared/domain/bag.ts';
import type { VerifyProblem } from '../../../shared/domain/binder.ts';
import { furtherVolume } from '../../../shared/domain/volumes.ts';
import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import { type ReadBinder, readBinder } from '../verify/index.ts';
import { checksumsOf, type FolderFiles, filesUnder, tagText } from './bag-folder.ts';
import { besideTheBinder } from './beside.ts';
import { compareInfo } from './info.ts';

export interface BagOptions {
  readonly trust: readonly string[];
}

/**
 * Verifies a bag: that it is complete and valid as RFC 8493 has it, that the binder inside is one, and that each file
 * beside the binder is the one embedded in it. A folder that is no bag is refused; all else is in the report.
 */
export async function verifyBag(folder: string, options: BagOptions, job: JobContext): Promise<BagReport> {
  return new BagCheck(absolute(folder), options, job).run();
}

const KINDS = { payload: /^manifest-([a-z0-9-]+)\.txt$/, tag: /^tagmanifest-([a-z0-9-]+)\.txt$/ } as const;
const MOST = 300;

interface Named {
  readonly file: string;
  readonly algorithm: string;
  readonly lines: ReadonlyMap<string, string>;
}

class BagCheck {
  readonly #folder: string;
  readonly #options: BagOptions;
  readonly #job: JobContext;
  readonly #problems: VerifyProblem[] = [];
  readonly #notes: string[] = [];
  #left = 0;
  #files: FolderFiles['files'] = new Map();

  constructor(folder: string, options: BagOptions, job: JobContext) {
    this.#folder = folder;
    this.#options = options;
    this.#job = job;
  }

  async run(): Promise<BagReport> {
    await this.#walk();
    const manifests = await this.#manifests('payload');
    const payload = [...this.#files.keys()].filter((path) => path.startsWith('data/'));
    this.#complete(manifests, payload);
    await this.#info(payload);
    const complete = this.#problems.length === 0;
    const sums = await this.#checksums(manifests, payload);
    await this.#tagFiles(manifests);
    const valid = this.#problems.length === 0;
    const binder = await this.#binder(payload);
    const beside = await besideTheBinder(
      {
        files: new Map([...sums].filter(([path]) => path !== binder?.path)),
        binder: binder && this.#at(binder.path),
        read: binder?.read,
      },
      (code, where, message) => this.#add(code, where, message),
      this.#job.signal,
    );
    if (binder) await this.#infoAgainst(binder.read);
    return {
      folder: this.#folder,
      verdict: this.#problems.length > 0 || !binder ? 'invalid' : binder.read.report.verdict,
      complete,
      valid,
      payload: { files: payload.length, bytes: this.#bytesOf(payload) },
      algorithms: manifests.map(({ algorithm }) => algorithm),
      beside,
      binder: binder?.read.report ?? null,
      problems: this.#listed(),
      notes: this.#notes,
    };
  }

  async #walk(): Promise<void> {
    if (!(lstatSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() ?? false))
      refuse({ code: 'not-found', what: 'folder', id: this.#folder });
    const { files, others } = filesUnder(this.#folder);
    this.#files = files;
    const name = basename(this.#folder);
    const declared = files.has('bagit.txt') ? await tagText(this.#at('bagit.txt')) : null;
    const [, version, encoding] =
      /^BagIt-Version: (\d+\.\d+)\r?\nTag-File-Character-Encoding: (\S+)(?:\r?\n)?$/.exec(declared ?? '') ??
      [];
    if (version === undefined)
      refuse({
        code: 'invalid-input',
        where: name,
        detail: 'This folder is no bag: it holds no bagit.txt that says so.',
        remedy: 'Name the folder in which bagit.txt stands.',
      });
    if (!['1.0', '0.97'].includes(version) || encoding?.toUpperCase() !== 'UTF-8')
      refuse({
        code: 'invalid-input',
        where: name,
        detail: `This bag says to be of version ${version} in ${encoding}; 1.0 and 0.97 in UTF-8 are read.`,
        remedy: 'Have it made anew as one of these.',
      });
    for (const path of others)
      this.#add(
        'bag-no-file',
        path,
        `${path} is a link or a device: a bag holds plain files, and nothing was followed.`,
      );
  }

  async #manifests(kind: keyof typeof KINDS): Promise<Named[]> {
    const found: Named[] = [];
    for (const file of this.#files.keys()) {
      const [, algorithm] = KINDS[kind].exec(file) ?? [];
      if (algorithm === undefined) continue;
      const digits = BAG_ALGORITHMS[algorithm];
      if (digits === undefined)
        this.#add(
          'bag-manifest',
          file,
          `${file} holds checksums (${algorithm}) that cannot be computed here.`,
        );
      else found.push({ file, algorithm, lines: await this.#linesOf(file, digits, kind) });
    }
    const strong = found.some(({ algorithm }) => !WEAK_ALGORITHMS.includes(algorithm));
    if (kind === 'payload' && !strong)
      this.#add(
        'bag-manifest',
        'bag',
        'There is no manifest of the payload with checksums that hold (SHA-256 or longer): nothing tells what belongs here.',
      );
    return found;
  }

  async #linesOf(file: string, digits: number, kind: keyof typeof KINDS): Promise<Map<string, string>> {
    const text = await tagText(this.#at(file));
    if (text === null) {
      this.#add('bag-manifest', file, `${file} is no text in UTF-8, or far too large.`);
      return new Map();
    }
    const wrong = (at: number, why: string, path: string | null) =>
      this.#add(
        'bag-manifest',
        file,
        `Line ${at} of ${file}${path === null ? '' : ` (${path})`} is wrong: ${why}.`,
      );
    const known = new Map<string, string>();
    for (const line of bagLines(text, digits, wrong)) this.#take(known, line, file, kind);
    return known;
  }

  #take(
    known: Map<string, string>,
    { path, checksum }: BagLine,
    file: string,
    kind: keyof typeof KINDS,
  ): void {
    const inPayload = path.startsWith('data/');
    if (known.has(path)) this.#add('bag-manifest', file, `${file} names ${path} twice.`);
    else if (inPayload !== (kind === 'payload'))
      this.#add(
        'bag-manifest',
        file,
        `${file} names ${path}, which is ${inPayload ? '' : 'not '}of the payload.`,
      );
    else if (kind === 'tag' && KINDS.tag.test(path))
      this.#add('bag-manifest', file, `${file} names ${path}, of which no manifest may speak.`);
    else known.set(path, checksum);
  }

  /** Every file that is named is here, and every file of the payload is named by each of its manifests. */
  #complete(manifests: readonly Named[], payload: readonly string[]): void {
    const fetched = this.#files.has('fetch.txt')
      ? ' The bag says where to fetch what is missing; nothing is fetched.'
      : '';
    for (const { file, lines } of manifests) {
      for (const path of lines.keys())
        if (!this.#files.has(path))
          this.#add('bag-missing', path, `${path} is named by ${file} and not here.${fetched}`);
      for (const path of payload)
        if (!lines.has(path))
          this.#add('bag-extra', path, `${path} is in the payload, and ${file} does not name it.`);
    }
  }

  /** What the bag says of its own size, where it does. */
  async #info(payload: readonly string[]): Promise<void> {
    if (!this.#files.has('bag-info.txt')) return;
    const text = await tagText(this.#at('bag-info.txt'));
    if (text === null) return this.#add('bag-info', 'bag-info.txt', 'bag-info.txt is no text in UTF-8.');
    const wrong = (at: number, why: string) =>
      this.#add(
        'bag-info',
        'bag-info.txt',
        `Line ${at} of bag-info.txt says nothing that can be read: ${why}.`,
      );
    const sizes = bagTags(text, wrong).filter(({ name }) => name.toLowerCase() === 'payload-oxum');
    const is = `${this.#bytesOf(payload)}.${payload.length}`;
    if (sizes.length > 1)
      this.#add('bag-info', 'bag-info.txt', 'bag-info.txt tells the size of the payload twice.');
    for (const { value } of sizes)
      if (value !== is)
        this.#add(
          'bag-info',
          'bag-info.txt',
          `The payload is ${is} (bytes.files), and bag-info.txt says ${value}.`,
        );
  }

  /** Of a binder that is not valid nothing is proven to compare with. */
  async #infoAgainst({ report, content }: ReadBinder): Promise<void> {
    const file = 'bag-info.txt';
    const text = this.#files.has(file) ? await tagText(this.#at(file)) : null;
    if (text === null || report.verdict === 'invalid' || !content?.manifest) return;
    const { problems, notes } = compareInfo(text, content.manifest, report.signatures);
    for (const message of problems) this.#add('bag-info', file, message);
    this.#notes.push(...notes);
  }

  /** Answers the SHA-256 of each file of the payload. */
  async #checksums(manifests: readonly Named[], payload: readonly string[]): Promise<Map<string, string>> {
    const algorithms = [...new Set(['sha256', ...manifests.map(({ algorithm }) => algorithm)])];
    const sha256 = new Map<string, string>();
    for (const [at, path] of payload.entries()) {
      const sums = await this.#compare(path, manifests, algorithms);
      sha256.set(path, sums.get('sha256') ?? '');
      this.#job.step('Reading the bag', at + 1, payload.length);
    }
    return sha256;
  }

  async #compare(path: string, manifests: readonly Named[], algorithms: readonly string[]) {
    const sums = await checksumsOf(this.#at(path), algorithms, this.#job.signal);
    for (const { file, algorithm, lines } of manifests) {
      const named = lines.get(path);
      if (named !== undefined && named !== sums.get(algorithm))
        this.#add('bag-changed', path, `${path} is not the file that ${file} names: its checksum differs.`);
    }
    return sums;
  }

  async #tagFiles(payloadManifests: readonly Named[]): Promise<void> {
    const manifests = await this.#manifests('tag');
    const files = [...this.#files.keys()].filter(
      (path) => !path.startsWith('data/') && !KINDS.tag.test(path),
    );
    for (const { file, lines } of manifests) {
      for (const path of lines.keys())
        if (!this.#files.has(path))
          this.#add('bag-missing', path, `${path} is named by ${file} and not here.`);
      for (const { file: own } of payloadManifests)
        if (!lines.has(own)) this.#add('bag-manifest', file, `${file} does not name ${own}, as it has to.`);
    }
    const algorithms = [...new Set(manifests.map(({ algorithm }) => algorithm))];
    for (const path of files) await this.#compare(path, manifests, algorithms);
    if (manifests.length === 0)
      this.#notes.push(
        'No manifest names the files beside the payload, so that nothing tells whether they were changed.',
      );
    const unnamed = files.filter(
      (path) => manifests.length > 0 && manifests.every(({ lines }) => !lines.has(path)),
    );
    if (unnamed.length > 0)
      this.#notes.push(`No manifest names ${unnamed.join(', ')}: anybody may have put it there.`);
  }

  /** The one PDF that stands in `data` itself. */
  async #binder(payload: readonly string[]): Promise<{ path: string; read: ReadBinder } | null> {
    const found = payload.filter((path) => /^data\/[^/]+\.pdf$/i.test(path));
    const [path] = found;
    if (path === undefined || found.length > 1) {
      const what = path === undefined ? 'no PDF stands' : `${found.length} PDFs stand`;
      this.#add('bag-no-binder', 'data', `It cannot be told which file is the binder: ${what} in data.`);
      return null;
    }
    const read = await readBinder(this.#at(path), { trust: this.#options.trust, signal: this.#job.signal });
    for (const { code, where, message } of read.report.problems)
      this.#add(code, `${path}: ${where}`, message);
    const volume = read.report.verdict === 'invalid' ? null : furtherVolume(read.report);
    if (volume !== null) this.#add('bag-no-binder', path, `${path} is ${volume.is}`);
    return { path, read: { ...read, report: { ...read.report, file: path } } };
  }

  #bytesOf(paths: readonly string[]): number {
    return paths.reduce((sum, path) => sum + (this.#files.get(path)?.bytes ?? 0), 0);
  }

  #at(path: string): string {
    return join(this.#folder, path);
  }

  #add(code: string, where: string, message: string): void {
    if (this.#problems.length < MOST) this.#problems.push({ code, where, message });
    else this.#left += 1;
  }

  #listed(): VerifyProblem[] {
    if (this.#left === 0) return this.#problems;
    const message = `There are ${this.#left} more problems that are not listed.`;
    return [...this.#problems, { code: 'too-much', where: 'bag', message }];
  }
}
