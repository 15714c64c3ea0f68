import type { FileBytes } from '../file-bytes.ts';
import { decodeStream } from './filters.ts';
import { PdfParser } from './parser.ts';
import { readObjectAt } from './reader.ts';
import {
  indexOf,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  PdfFault,
  type PdfObject,
  type PdfRef,
  type PdfValue,
} from './values.ts';
import { readSections, type XrefEntry, type XrefSection } from './xref.ts';

const MAX_OBJECT_STREAM = 32 * 1024 * 1024;
const MAX_HOPS = 16;
const OBJECTS_KEPT = 4096;
const CONTAINERS_KEPT = 4;

/**
 * The document as it was when the file was `end` bytes long: the version a signer saw. Nothing beyond `end` is
 * ever read, so that later updates cannot change what is found here.
 */
export class PdfView {
  readonly file: FileBytes;
  readonly end: number;
  readonly sections: readonly XrefSection[];
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly #objects = new Map<number, PdfObject | null>();
  readonly #containers = new Map<number, Map<number, PdfValue>>();

  private constructor(file: FileBytes, end: number, sections: readonly XrefSection[], trailer: PdfDict) {
    this.file = file;
    this.end = end;
    this.sections = sections;
    this.trailer = trailer;
    this.entries = mergeEntries(sections);
  }

  /** Opens the version that ends at `end`, by the table its own last lines point to. */
  static async open(file: FileBytes, end: number): Promise<PdfView> {
    const start = await startOfTable(file, end);
    const sections = await readSections(file, start, end);
    const newest = sections[0];
    if (!newest) throw new PdfFault('the file has no trailer', start);
    return new PdfView(file, end, sections, newest.trailer);
  }

  /** The object of that number, or null where there is none. Damage is a `PdfFault`. */
  async object(num: number): Promise<PdfObject | null> {
    const known = this.#objects.get(num);
    if (known !== undefined) return known;
    const object = await this.#load(num);
    if (this.#objects.size >= OBJECTS_KEPT) this.#objects.clear();
    this.#objects.set(num, object);
    return object;
  }

  /** Follows references to a value; a missing object is null, as the standard says. */
  async resolve(value: PdfValue | undefined): Promise<PdfValue> {
    let current: PdfValue = value ?? null;
    for (let hops = 0; isRef(current); hops += 1) {
      if (hops >= MAX_HOPS) throw new PdfFault('references form a loop');
      current = (await this.#referenced(current))?.value ?? null;
    }
    return current;
  }

  /** The dictionary that a key leads to, or null. */
  async dictAt(dict: PdfDict, key: string): Promise<PdfDict | null> {
    const value = await this.resolve(dict.entries.get(key));
    return isDict(value) ? value : null;
  }

  /** The array that a key leads to, or an empty one. */
  async arrayAt(dict: PdfDict, key: string): Promise<readonly PdfValue[]> {
    const value = await this.resolve(dict.entries.get(key));
    return Array.isArray(value) ? value : [];
  }

  /** The object a reference leads to, for streams; null where it leads nowhere. */
  async objectAt(value: PdfValue | undefined): Promise<PdfObject | null> {
    return isRef(value) ? this.#referenced(value) : null;
  }

  async catalog(): Promise<PdfDict> {
    const catalog = await this.dictAt(this.trailer, 'Root');
    if (!catalog || nameOf(catalog.entries.get('Type')) !== 'Catalog') {
      throw new PdfFault('the document catalog is missing');
    }
    return catalog;
  }

  async #referenced(ref: PdfRef): Promise<PdfObject | null> {
    const object = await this.object(ref.num);
    return object && object.gen === ref.gen ? object : null;
  }

  async #load(num: number): Promise<PdfObject | null> {
    const entry = this.entries.get(num);
    if (!entry || entry.kind === 'free') return null;
    if (entry.kind === 'within') return this.#member(num, entry.container);
    if (entry.offset >= this.end) throw new PdfFault(`object ${num} lies outside of the file`, entry.offset);
    const object = await readObjectAt(this.file, entry.offset, this.end, (n) => this.lengthOf(n));
    if (object.num !== num || object.gen !== entry.gen) {
      throw new PdfFault(`object ${num} is not where the cross-reference table says`, entry.offset);
    }
    return object;
  }

  /** An indirect stream length; it is never a stream itself, which would not end. */
  async lengthOf(num: number): Promise<number | null> {
    const entry = this.entries.get(num);
    if (entry?.kind !== 'at' || entry.offset >= this.end) return null;
    const object = await readObjectAt(this.file, entry.offset, this.end);
    return object.num === num ? indexOf(object.value) : null;
  }

  async #member(num: number, container: number): Promise<PdfObject | null> {
    const value = (await this.#container(container)).get(num);
    return value === undefined ? null : { num, gen: 0, value, stream: null, start: 0, end: 0 };
  }

  async #container(num: number): Promise<Map<number, PdfValue>> {
    const known = this.#containers.get(num);
    if (known) return known;
    if (this.entries.get(num)?.kind !== 'at') throw new PdfFault(`object stream ${num} is missing`);
    const object = await this.object(num);
    if (!object || !isDict(object.value)) throw new PdfFault(`object stream ${num} is missing`);
    const data = await decodeStream(this.file, object, MAX_OBJECT_STREAM);
    const members = membersOf(data, object.value);
    if (this.#containers.size >= CONTAINERS_KEPT) this.#containers.clear();
    this.#containers.set(num, members);
    return members;
  }
}

function membersOf(data: Buffer, dict: PdfDict): Map<number, PdfValue> {
  const first = indexOf(dict.entries.get('First')) ?? 0;
  const count = indexOf(dict.entries.get('N')) ?? 0;
  const index = new PdfParser(data, null, true);
  const members = new Map<number, PdfValue>();
  let parsed = 0;
  for (let i = 0; i < count; i += 1) {
    const num = index.index();
    const at = first + index.index();
    const parser = new PdfParser(data, null, true);
    parser.seek(at);
    if (!members.has(num)) members.set(num, parser.value());
    parsed += parser.offset - at;
    // Members that overlap would have the same bytes read over and over.
    if (parsed > data.length) throw new PdfFault('the members of an object stream overlap');
  }
  return members;
}

function mergeEntries(sections: readonly XrefSection[]): Map<number, XrefEntry> {
  const merged = new Map<number, XrefEntry>();
  for (const section of sections) {
    for (const [num, entry] of section.entries) if (!merged.has(num)) merged.set(num, entry);
  }
  return merged;
}

async function startOfTable(file: FileBytes, end: number): Promise<number> {
  const from = Math.max(0, end - 1024);
  const tail = (await file.read(from, end - from)).toString('latin1');
  const match = /startxref[\t\n\f\r ]+(\d{1,15})[\t\n\f\r ]+%%EOF[\t\n\f\r ]*$/.exec(tail);
  if (!match) throw new PdfFault('the last lines of the file are damaged or missing', from);
  return Number(match[1]);
}
