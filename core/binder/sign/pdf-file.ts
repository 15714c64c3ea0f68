import type { FileHandle } from 'node:fs/promises';
import { refuse } from '../../../shared/fault.ts';
import { NeedsMore, PdfParser } from './pdf-parser.ts';
import { corrupt, integerOf, type PdfDict, type PdfValue } from './pdf-value.ts';

/** An object where it stands now, with the generation a new revision of it has to repeat. */
export interface PdfObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
}

/** A run of cross-reference entries: where in the file the twenty bytes of each are, not the entries themselves. */
interface Subsection {
  readonly first: number;
  readonly count: number;
  readonly at: number;
}

interface Section {
  readonly subsections: readonly Subsection[];
  readonly trailer: PdfDict;
}

const TAIL_BYTES = 1_024;
const ENTRY_BYTES = 20;
const FIRST_READ = 4_096;
const MAX_OBJECT_BYTES = 16 * 1_024 * 1_024;
const MAX_SECTIONS = 1_000;
/** In all sections together, which a hostile chain could let overlap. */
const MAX_SUBSECTIONS = 10_000;
const MAX_OBJECT_NUMBER = 8_388_607;

/**
 * A PDF with classic cross-reference tables, read by random access: memory does not grow with the file, because only
 * the few objects that signing touches are ever parsed.
 */
export class PdfFile {
  readonly size: number;
  /** Where the newest cross-reference section starts; the next one points back to it. */
  readonly xrefAt: number;
  readonly #handle: FileHandle;
  /** Newest first. */
  readonly #sections: readonly Section[];
  readonly #newest: Section;

  private constructor(
    handle: FileHandle,
    size: number,
    sections: readonly [Section, ...Section[]],
    xref: number,
  ) {
    this.#handle = handle;
    this.size = size;
    this.#sections = sections;
    this.#newest = sections[0];
    this.xrefAt = xref;
  }

  /** Reads the tail and the chain of cross-reference sections; refuses what is no such PDF. */
  static async open(handle: FileHandle): Promise<PdfFile> {
    const { size } = await handle.stat();
    const head = await readAt(handle, 0, 5);
    if (head !== '%PDF-')
      refuse({
        code: 'invalid-input',
        detail: 'This file is not a PDF, so it is no binder.',
        remedy: 'Choose the binder itself, the PDF that was signed.',
      });
    const xref = await findStartXref(handle, size);
    return new PdfFile(handle, size, await readChain(handle, size, xref), xref);
  }

  get trailer(): PdfDict {
    return this.#newest.trailer;
  }

  /** The first object number that no revision has used. */
  get nextNumber(): number {
    const declared = integerOf(this.trailer.entries.get('Size')) ?? 0;
    const runs = this.#sections.flatMap((section) => section.subsections);
    return runs.reduce((most, run) => Math.max(most, run.first + run.count), declared);
  }

  /** The value itself, or what it refers to; `undefined` for a reference to nothing. */
  async resolve(value: PdfValue | undefined): Promise<PdfValue | undefined> {
    if (value?.kind !== 'ref') return value;
    const object = await this.object(value.number, value.generation);
    if (object?.value.kind === 'ref') corrupt('An object is nothing but a reference to another.');
    return object?.value;
  }

  /** The newest revision of an object, or `undefined` where the number is free. */
  async object(target: number, generation: number): Promise<PdfObject | undefined> {
    const entry = await this.#entry(target);
    if (!entry || entry.generation !== generation) return undefined;
    const value = await this.#parse(entry.offset, (parser) => {
      if (
        parser.word() !== String(target) ||
        parser.word() !== String(generation) ||
        parser.word() !== 'obj'
      ) {
        corrupt(`Object ${target} is not where the cross-reference table says.`);
      }
      const read = parser.value();
      if (!['endobj', 'stream'].includes(parser.word())) corrupt(`Object ${target} does not end.`);
      return read;
    });
    return { number: target, generation, value };
  }

  async #entry(target: number): Promise<{ offset: number; generation: number } | undefined> {
    for (const { subsections } of this.#sections) {
      const run = subsections.find(({ first, count }) => target >= first && target < first + count);
      if (!run) continue;
      const line = await readAt(this.#handle, run.at + (target - run.first) * ENTRY_BYTES, ENTRY_BYTES);
      const match = /^(\d{10}) (\d{5}) ([nf])[ \r][\r\n]$/.exec(line);
      if (!match) corrupt(`The cross-reference entry of object ${target} is damaged.`);
      return match[3] === 'n' ? { offset: Number(match[1]), generation: Number(match[2]) } : undefined;
    }
    return undefined;
  }

  #parse<T>(offset: number, read: (parser: PdfParser) => T): Promise<T> {
    return parseAt(this.#handle, this.size, offset, read);
  }
}

async function findStartXref(handle: FileHandle, size: number): Promise<number> {
  const from = Math.max(0, size - TAIL_BYTES);
  const tail = await readAt(handle, from, size - from);
  const match = /startxref[\r\n ]+(\d{1,10})[\r\n ]+%%EOF[\r\n ]*$/.exec(tail);
  if (!match) corrupt('The end of the file is missing, or something was added after it.');
  return Number(match[1]);
}

async function readChain(handle: FileHandle, size: number, newest: number): Promise<[Section, ...Section[]]> {
  let runs = 0;
  const readNext = async (at: number) => {
    const section = await readSection(handle, size, at, MAX_SUBSECTIONS - runs);
    runs += section.subsections.length;
    return section;
  };
  const first = await readNext(newest);
  const sections: [Section, ...Section[]] = [first];
  const seen = new Set([newest]);
  let previous = previousOf(first);
  while (previous !== undefined) {
    if (seen.has(previous) || seen.size >= MAX_SECTIONS) {
      corrupt('The cross-reference tables lead round in a circle.');
    }
    seen.add(previous);
    const section = await readNext(previous);
    sections.push(section);
    previous = previousOf(section);
  }
  return sections;
}

function previousOf({ trailer }: Section): number | undefined {
  const previous = trailer.entries.get('Prev');
  if (!previous) return undefined;
  return integerOf(previous) ?? corrupt('A trailer points back to no place in the file.');
}

async function readSection(handle: FileHandle, size: number, at: number, mostRuns: number): Promise<Section> {
  const start = await parseAt(handle, size, at, (parser) => ({ word: parser.word(), end: parser.position }));
  if (start.word !== 'xref') {
    refuse({
      code: 'invalid-input',
      detail: 'This PDF has no classic cross-reference table, so it is no binder.',
    });
  }
  const subsections: Subsection[] = [];
  for (let next = at + start.end; ; ) {
    const line = await parseAt(handle, size, next, readRunHead);
    if ('trailer' in line) return { subsections, trailer: acceptable(line.trailer) };
    if (subsections.length >= mostRuns) corrupt('The cross-reference table has too many parts.');
    const run = { ...line.run, at: next + line.length };
    if (run.at + run.count * ENTRY_BYTES > size)
      corrupt('The cross-reference table is longer than the file.');
    subsections.push(run);
    next = run.at + run.count * ENTRY_BYTES;
  }
}

type RunHead = { run: { first: number; count: number }; length: number } | { trailer: PdfDict };

/** Either the two numbers that open a run of entries, or the trailer that ends the table. */
function readRunHead(parser: PdfParser): RunHead {
  const word = parser.word();
  if (word === 'trailer') {
    const trailer = parser.value();
    if (trailer.kind !== 'dict') corrupt('A trailer is no dictionary.');
    return { trailer };
  }
  const first = Number(word);
  const count = Number(parser.word());
  if (!Number.isInteger(first) || !Number.isInteger(count) || first + count > MAX_OBJECT_NUMBER + 1) {
    corrupt('The cross-reference table is damaged.');
  }
  parser.skipSpace();
  return { run: { first, count }, length: parser.position };
}

function acceptable(trailer: PdfDict): PdfDict {
  if (trailer.entries.has('Encrypt')) {
    refuse({ code: 'invalid-input', detail: 'This PDF is encrypted; a binder never is.' });
  }
  if (trailer.entries.has('XRefStm')) {
    refuse({
      code: 'invalid-input',
      detail: 'This PDF mixes two kinds of cross-reference table; a binder has one.',
    });
  }
  return trailer;
}

/** Parses at an offset, reading more of the file for as long as what is there does not end in what was read. */
async function parseAt<T>(
  handle: FileHandle,
  size: number,
  offset: number,
  read: (parser: PdfParser) => T,
): Promise<T> {
  if (offset >= size) corrupt('Something is said to stand behind the end of the file.');
  for (let length = FIRST_READ; length <= MAX_OBJECT_BYTES; length *= 8) {
    const atEnd = offset + length >= size;
    const chunk = await readAt(handle, offset, Math.min(length, size - offset));
    try {
      return read(new PdfParser(atEnd ? chunk.padEnd(chunk.length + 64) : chunk));
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
      if (atEnd) corrupt('The file ends in the middle of an object.');
    }
  }
  return corrupt('An object is larger than any that a binder has.');
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<string> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.toString('latin1', 0, filled);
}
