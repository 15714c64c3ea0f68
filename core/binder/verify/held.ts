import type { Findings } from './findings.ts';
import {
  isArray,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  type PdfObject,
  type PdfValue,
  refsIn,
} from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import type { XrefEntry } from './pdf/xref.ts';
import type { Role } from './roles.ts';

const ACTIVE = new Set([
  'JavaScript',
  'Launch',
  'SubmitForm',
  'ImportData',
  'Rendition',
  'RichMediaExecute',
  'Hide',
  'SetOCGState',
  'ResetForm',
  'GoToE',
  'GoToR',
]);

export interface HeldOptions {
  /** What each signer signed, oldest first, and the newest version where nobody signed that. */
  readonly versions: readonly PdfView[];
  readonly findings: Findings;
  /** What each object of a version is. */
  readonly roles: (version: PdfView) => Promise<ReadonlyMap<number, Role>>;
  /** Object numbers of the embedded files that a list names. */
  readonly listed: ReadonlySet<number>;
  /** Object numbers of the signature fields. */
  readonly panels: ReadonlySet<number>;
}

/**
 * Judges each object by what it holds, whoever wrote it: what a binder never has, because it acts, covers, or shows
 * one thing to one reader and another to the next; and references to nothing, where something could be put later.
 */
export class HeldRules {
  readonly #options: HeldOptions;
  /** The pages on which each object is an annotation. */
  readonly pagesOf = new Map<number, Set<number>>();

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  /** Any object that some table names, at its place in the file. */
  async check(object: PdfObject): Promise<void> {
    await this.#checkActive(object);
    const version = this.#options.versions.find((view) => {
      const entry = view.entries.get(object.num);
      return entry?.kind === 'at' && entry.offset === object.start;
    });
    if (version) await this.#checkLive(version, object);
  }

  /** What stands in streams of objects, which have no place of their own; and what the trailers lead to. */
  async checkOthers(): Promise<void> {
    const done = new Set<string>();
    for (const version of this.#options.versions) {
      await this.#checkRefs(version, version.trailer, 'trailer');
      for (const [num, entry] of version.entries) {
        if (entry.kind !== 'within') continue;
        const key = `${num} ${entry.container} ${version.entries.get(entry.container)?.kind ?? ''}`;
        const object = done.has(key) ? null : await version.object(num);
        done.add(key);
        if (!object) continue;
        await this.#checkActive(object);
        await this.#checkLive(version, object);
      }
    }
  }

  async #checkActive({ num, value }: PdfObject): Promise<void> {
    const action = activePart(value);
    if (action === null) return;
    const message = `The document can run or start something (${action}); a binder never does.`;
    this.#options.findings.add('active-content', await this.#where(num), message);
  }

  async #checkLive(version: PdfView, object: PdfObject): Promise<void> {
    await this.#checkRefs(version, object.value, object.num);
    await this.#checkFiles(object);
    const kind = foreignAnnotation(object.value, this.#options.panels.has(object.num));
    if (kind !== null) {
      const message = `The document shows ${kind} over its pages; a binder has links and signature panels alone.`;
      this.#options.findings.add('foreign-content', await this.#where(object.num), message);
    }
    if (isDict(object.value) && nameOf(object.value.entries.get('Type')) === 'Page') {
      for (const annotation of await version.arrayAt(object.value, 'Annots')) {
        if (!isRef(annotation)) continue;
        const pages = this.pagesOf.get(annotation.num) ?? new Set();
        this.pagesOf.set(annotation.num, pages.add(object.num));
      }
    }
  }

  /** A version is closed: what it refers to is there. Else somebody could put it in later. */
  async #checkRefs(version: PdfView, value: PdfValue, from: number | 'trailer'): Promise<void> {
    for (const { num, gen } of refsIn(value)) {
      if (isThere(version.entries.get(num), gen)) continue;
      const where = from === 'trailer' ? 'trailer' : await this.#where(from);
      const message = `There is a reference to object ${num}, which does not exist: something could be put in its place after signing.`;
      this.#options.findings.add('missing-object', where, message);
    }
  }

  async #checkFiles({ num, value }: PdfObject): Promise<void> {
    if (isDict(value) && isEmbeddedFile(value) && !this.#options.listed.has(num)) this.#nameFile(num);
    for (const ref of filesIn(value)) if (!this.#options.listed.has(ref)) this.#nameFile(ref);
  }

  #nameFile(num: number): void {
    const message = `A file is embedded that no list of attachments names (object ${num}).`;
    this.#options.findings.add('attachment-extra', `object ${num}`, message);
  }

  /** By the newest version that knows it: what was taken out later had its place before. */
  async #where(num: number): Promise<string> {
    for (const version of [...this.#options.versions].reverse()) {
      const role = (await this.#options.roles(version)).get(num);
      if (role) return role.where;
    }
    return `object ${num}`;
  }
}

function isThere(entry: XrefEntry | undefined, gen: number): boolean {
  return entry?.kind === 'at' ? entry.gen === gen : entry?.kind === 'within' && gen === 0;
}

/** Whether a dictionary is the stream of an embedded file. */
function isEmbeddedFile(dict: PdfDict): boolean {
  return nameOf(dict.entries.get('Type')) === 'EmbeddedFile';
}

/** Object numbers of every file that a file specification embeds, wherever in a value it stands. */
function* filesIn(value: PdfValue): Generator<number> {
  if (isArray(value)) for (const item of value) yield* filesIn(item);
  if (!isDict(value)) return;
  for (const key of ['EF', 'RF']) {
    const files = value.entries.get(key);
    if (files !== undefined) for (const { num } of refsIn(files)) yield num;
  }
  for (const item of value.entries.values()) yield* filesIn(item);
}

/** What lies over a page and is neither a plain link nor a signature's panel, in words; null where nothing does. */
function foreignAnnotation(value: PdfValue, isPanel: boolean): string | null {
  if (isArray(value)) return firstOf(value, (item) => foreignAnnotation(item, false));
  if (!isDict(value)) return null;
  const { entries } = value;
  if (entries.has('Rect')) {
    const kind = nameOf(entries.get('Subtype'));
    const plain = kind === 'Link' ? !entries.has('AP') : kind === 'Widget' && isPanel;
    if (!plain) return `an annotation (${kind ?? 'of no kind'})`;
  }
  return firstOf(entries.values(), (item) => foreignAnnotation(item, false));
}

/** The first action in a value that does more than go to a place. */
function activePart(value: PdfValue): string | null {
  if (isArray(value)) return firstOf(value, activePart);
  if (!isDict(value)) return null;
  const action = nameOf(value.entries.get('S'));
  if (action !== null && ACTIVE.has(action)) return action;
  if (value.entries.has('JS')) return 'JavaScript';
  if (value.entries.has('XFA')) return 'XFA form';
  return firstOf(value.entries.values(), activePart);
}

function firstOf(values: Iterable<PdfValue>, find: (value: PdfValue) => string | null): string | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}
