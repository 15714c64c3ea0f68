import type { Findings } from './findings.ts';
import { decodeStream, filtersOf } from './pdf/filters.ts';
import { readObjectAt } from './pdf/reader.ts';
import { isDict, nameOf, type PdfDict, PdfFault, type PdfObject, type PdfValue } from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import type { XrefSection } from './pdf/xref.ts';
import type { Role } from './roles.ts';

const MAX_STREAM = 256 * 1024 * 1024;
const SPACES_ONLY = /^[\0\t\n\f\r ]*$/;
const HEADER = /^%PDF-\d\.\d[\r\n]+(%[^\r\n]*[\r\n]+)?[\0\t\n\f\r ]*$/;
const AFTER_SECTION = /^[\0\t\n\f\r ]*startxref[\r\n ]+(\d+)[\r\n ]+%%EOF[\0\t\n\f\r ]*$/;
const ACTIVE = new Set(['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'Rendition', 'RichMediaExecute']);

interface Span {
  readonly start: number;
  readonly end: number;
  readonly section?: XrefSection;
}

export interface LayoutOptions {
  readonly view: PdfView;
  readonly findings: Findings;
  /** Names of objects; asked only when something is wrong. */
  readonly roles: () => Promise<ReadonlyMap<number, Role>>;
  /** Also unpack every compressed stream, whose checksum then tells which one was damaged. */
  readonly unpack: boolean;
  /** Called for each object of the newest version. */
  readonly onObject?: ((object: PdfObject) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Walks the whole file and accounts for every byte: an object that a table names, a table, or white space. What no
 * table names is invisible to one reader and visible to another, which is how forgeries are prepared.
 */
export async function checkLayout(options: LayoutOptions): Promise<void> {
  const spans: Span[] = options.view.sections.map((section) => ({ ...section, section }));
  const broken = new Set<number>();
  for (const { num, offset } of objectsByOffset(options.view)) {
    const object = await readTolerantly(options, num, offset);
    if (!object) {
      broken.add(num);
      continue;
    }
    // A table in the form of a stream is an object too, and was counted already.
    if (!spans.some((span) => span.section?.start === object.start)) spans.push(object);
    await inspect(options, object);
    options.signal?.throwIfAborted();
  }
  spans.sort((a, b) => a.start - b.start);
  let [at, before]: [number, Span | null] = [0, null];
  for (const span of spans) {
    if (span.start < at) nameOverlap(options.findings, span.start);
    else await checkBetween({ ...options, broken }, at, span.start, before);
    [at, before] = [Math.max(at, span.end), span];
  }
  await checkBetween({ ...options, broken }, at, options.view.end, before);
}

/** Where every table, old ones too, says an object is; each place once. */
function objectsByOffset(view: PdfView): { num: number; offset: number }[] {
  const places = new Map<number, number>();
  for (const section of view.sections) {
    for (const [num, entry] of section.entries) {
      if (entry.kind === 'at' && !places.has(entry.offset)) places.set(entry.offset, num);
    }
  }
  return [...places].map(([offset, num]) => ({ num, offset })).sort((a, b) => a.offset - b.offset);
}

async function readTolerantly(
  options: LayoutOptions,
  num: number,
  offset: number,
): Promise<PdfObject | null> {
  const { view } = options;
  try {
    if (offset >= view.end) throw new PdfFault('it lies outside of the file');
    const object = await readObjectAt(view.file, offset, view.end, (n) => view.lengthOf(n));
    if (object.num !== num) throw new PdfFault('another object stands in its place');
    return object;
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    await nameDamage(options, num, error.message);
    return null;
  }
}

async function nameDamage(options: LayoutOptions, num: number, reason: string): Promise<void> {
  const where = (await options.roles()).get(num)?.where ?? `object ${num}`;
  options.findings.add('damaged-object', where, `Damaged: ${where} (object ${num}): ${reason}.`);
}

async function inspect(options: LayoutOptions, object: PdfObject): Promise<void> {
  const { view, findings, onObject } = options;
  const entry = view.entries.get(object.num);
  if (entry?.kind === 'at' && entry.offset === object.start) onObject?.(object);
  const action = activePart(object.value);
  if (action) {
    const where = (await options.roles()).get(object.num)?.where ?? `object ${object.num}`;
    findings.add(
      'active-content',
      where,
      `The document can run or start something (${action}); a binder never does.`,
    );
  }
  if (!options.unpack || !object.stream || !isDict(object.value)) return;
  if (filtersOf(object.value).length === 0 || nameOf(object.value.entries.get('Type')) === 'EmbeddedFile')
    return;
  try {
    await decodeStream(view.file, object, MAX_STREAM);
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    await nameDamage(options, object.num, error.message);
  }
}

/** The first action in a value that does more than go to a place. */
function activePart(value: PdfValue): string | null {
  if (Array.isArray(value)) return firstOf(value);
  if (!isDict(value)) return null;
  const action = nameOf(value.entries.get('S'));
  if (action !== null && ACTIVE.has(action)) return action;
  if (value.entries.has('JS')) return 'JavaScript';
  if (value.entries.has('XFA')) return 'XFA form';
  return firstOf(value.entries.values());
}

function firstOf(values: Iterable<PdfValue>): string | null {
  for (const value of values) {
    const found = activePart(value);
    if (found) return found;
  }
  return null;
}

function nameOverlap(findings: Findings, at: number): void {
  const message = `Two objects share the same bytes (at byte ${at}), so that readers can disagree about what the file shows.`;
  findings.add('hidden-bytes', `byte ${at}`, message);
}

async function checkBetween(
  options: LayoutOptions & { readonly broken: ReadonlySet<number> },
  from: number,
  to: number,
  before: Span | null,
): Promise<void> {
  if (from === to) return;
  const { view, findings } = options;
  const first = (await view.file.read(from, Math.min(to - from, 4096))).toString('latin1');
  if (from === 0 && HEADER.test(first)) return;
  if (to - from <= 4096) {
    if (SPACES_ONLY.test(first) && (!before?.section || before.section.kind === 'stream')) return;
    const end = before ? AFTER_SECTION.exec(first) : null;
    if (end) return checkStart(findings, Number(end[1]), from, view);
  }
  // The bytes of an object that was named as damaged already.
  if (options.broken.has(Number(/^[\s\0]*(\d+)/.exec(first)?.[1] ?? Number.NaN))) return;
  const message = `${to - from} bytes (from byte ${from}) belong to nothing in the document: hidden or damaged content.`;
  findings.add('hidden-bytes', from === 0 ? 'start of the file' : `byte ${from}`, message);
}

/** The last lines of each revision must lead to one of its tables; a linearized file writes 0 for the first. */
function checkStart(findings: Findings, start: number, at: number, view: PdfView): void {
  if (start === 0 || view.sections.some((section) => section.start === start)) return;
  findings.add(
    'damaged-structure',
    `end of a revision (byte ${at})`,
    'A revision’s last lines lead to no table.',
  );
}

/** Whether a dictionary is the stream of an embedded file. */
export function isEmbeddedFile(dict: PdfDict): boolean {
  return nameOf(dict.entries.get('Type')) === 'EmbeddedFile';
}
