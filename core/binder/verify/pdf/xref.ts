import type { FileBytes } from '../file-bytes.ts';
import { decodeStream } from './filters.ts';
import { readObjectAt, readValueAt } from './reader.ts';
import { indexOf, isArray, isDict, nameOf, type PdfDict, PdfFault } from './values.ts';

/** Where the newest table says an object is. */
export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'within'; readonly container: number; readonly index: number };

/** One cross-reference table or stream. */
export interface XrefSection {
  readonly start: number;
  /** After its trailer, or after `endobj` for a stream. */
  readonly end: number;
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  readonly kind: 'table' | 'stream';
}

const MAX_OBJECTS = 1_000_000;
const MAX_SECTIONS = 256;
const MAX_XREF_STREAM = 64 * 1024 * 1024;
const ENTRY = 20;

/** Reads the chain of sections from `start` through every Prev, newest first. A loop ends it with a fault. */
export async function readSections(file: FileBytes, start: number, end: number): Promise<XrefSection[]> {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let entries = 0;
  let next: number | null = start;
  while (next !== null) {
    if (seen.has(next)) throw new PdfFault('the cross-reference tables form a loop', next);
    if (seen.size >= MAX_SECTIONS) throw new PdfFault('there are too many cross-reference tables', next);
    seen.add(next);
    const section = await readSection(file, next, end);
    sections.push(section);
    entries += section.entries.size;
    if (entries > MAX_OBJECTS) throw new PdfFault('the file has too many objects', next);
    const hybrid = indexOf(section.trailer.entries.get('XRefStm'));
    if (hybrid !== null && section.kind === 'table') sections.push(await readSection(file, hybrid, end));
    next = previousOf(section);
  }
  return sections;
}

function previousOf(section: XrefSection): number | null {
  const prev = section.trailer.entries.get('Prev');
  if (prev === undefined) return null;
  const at = indexOf(prev);
  if (at === null) throw new PdfFault('the trailer names no earlier table', section.start);
  return at;
}

async function readSection(file: FileBytes, start: number, end: number): Promise<XrefSection> {
  if (start >= end) throw new PdfFault('a cross-reference table lies outside of the file', start);
  const head = (await file.read(start, 4)).toString('latin1');
  return head === 'xref' ? readTable(file, start, end) : readStream(file, start, end);
}

async function readTable(file: FileBytes, start: number, end: number): Promise<XrefSection> {
  const entries = new Map<number, XrefEntry>();
  let at = start + 4;
  for (;;) {
    const line = (await file.read(at, 64)).toString('latin1');
    if (/^[\0\t\n\f\r ]*trailer/.test(line)) break;
    const header = /^[\0\t\n\f\r ]*(\d{1,10}) (\d{1,10})[\t ]*(?:\r\n|\r|\n)/.exec(line);
    if (!header) throw new PdfFault('the cross-reference table is damaged', at);
    const [first, count] = [Number(header[1]), Number(header[2])];
    at += header[0].length;
    if (entries.size + count > MAX_OBJECTS) throw new PdfFault('the file has too many objects', at);
    await readTableEntries(file, at, { first, count, into: entries });
    at += count * ENTRY;
  }
  const { value, end: trailerEnd } = await readValueAt(file, at, end, 'trailer');
  if (!isDict(value)) throw new PdfFault('the trailer is no dictionary', at);
  return { start, end: trailerEnd, trailer: value, entries, kind: 'table' };
}

async function readTableEntries(
  file: FileBytes,
  at: number,
  { first, count, into }: { first: number; count: number; into: Map<number, XrefEntry> },
): Promise<void> {
  const lines = await file.read(at, count * ENTRY);
  for (let i = 0; i < count; i += 1) {
    const line = lines.toString('latin1', i * ENTRY, (i + 1) * ENTRY);
    const match = /^(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)$/.exec(line);
    if (!match) throw new PdfFault('the cross-reference table is damaged', at + i * ENTRY);
    if (into.has(first + i)) throw new PdfFault('one table names an object twice', at + i * ENTRY);
    const offset = Number(match[1]);
    into.set(first + i, match[3] === 'f' ? { kind: 'free' } : { kind: 'at', offset, gen: Number(match[2]) });
  }
}

async function readStream(file: FileBytes, start: number, end: number): Promise<XrefSection> {
  const object = await readObjectAt(file, start, end);
  const dict = object.value;
  if (!isDict(dict) || nameOf(dict.entries.get('Type')) !== 'XRef') {
    throw new PdfFault('no cross-reference table stands where the file says', start);
  }
  const data = await decodeStream(file, object, MAX_XREF_STREAM);
  return { start, end: object.end, trailer: dict, entries: streamEntries(data, dict, start), kind: 'stream' };
}

function streamEntries(data: Buffer, dict: PdfDict, at: number): Map<number, XrefEntry> {
  const widths = numbers(dict, 'W') ?? [];
  const [w0 = 0, w1 = 0, w2 = 0] = widths;
  const width = w0 + w1 + w2;
  if (widths.length !== 3 || widths.some((w) => w > 7) || width === 0) {
    throw new PdfFault('the cross-reference stream is damaged', at);
  }
  const index = numbers(dict, 'Index') ?? [0, indexOf(dict.entries.get('Size')) ?? 0];
  const entries = new Map<number, XrefEntry>();
  let row = 0;
  for (let i = 0; i + 1 < index.length; i += 2) {
    for (let k = 0; k < (index[i + 1] ?? 0); k += 1) {
      const from = row * width;
      if (from + width > data.length) throw new PdfFault('the cross-reference stream is too short', at);
      if (entries.size >= MAX_OBJECTS) throw new PdfFault('the file has too many objects', at);
      const type = w0 === 0 ? 1 : field(data, from, w0);
      entries.set(
        (index[i] ?? 0) + k,
        entryOf(type, field(data, from + w0, w1), field(data, from + w0 + w1, w2)),
      );
      row += 1;
    }
  }
  return entries;
}

function entryOf(type: number, second: number, third: number): XrefEntry {
  if (type === 1) return { kind: 'at', offset: second, gen: third };
  if (type === 2) return { kind: 'within', container: second, index: third };
  return { kind: 'free' };
}

function field(data: Buffer, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i += 1) value = value * 256 + (data[at + i] ?? 0);
  return value;
}

function numbers(dict: PdfDict, key: string): number[] | null {
  const value = dict.entries.get(key);
  if (!isArray(value)) return null;
  const list = value.map((item) => indexOf(item) ?? -1);
  return list.includes(-1) ? null : list;
}
