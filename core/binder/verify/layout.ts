import { refuse } from '../../../shared/fault.ts';
import type { Findings } from './findings.ts';
import { decodeStream, filtersOf } from './pdf/filters.ts';
import { readObjectAt } from './pdf/reader.ts';
import { isDict, nameOf, PdfFault, type PdfObject } from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import type { XrefSection } from './pdf/xref.ts';
import type { Role } from './roles.ts';

/** White space between objects, or the lines that end a revision, are never longer. */
const LONGEST_NOTHING = 4096;
const MOST_GAPS = 5;
const MAX_STREAM = 256 * 1024 * 1024;
const SPACES_ONLY = /^[\0\t\n\f\r ]*$/;
const HEADER = /^%PDF-\d\.\d[\r\n]+(%[^\r\n]*[\r\n]+)?[\0\t\n\f\r ]*$/;
const AFTER_SECTION = /^[\0\t\n\f\r ]*startxref[\r\n ]+(\d+)[\r\n ]+%%EOF[\0\t\n\f\r ]*$/;
/** ISO 32000-2, table 31: with another key, a byte of a page's dictionary was changed. */
const PAGE_KEYS = new Set(
  (
    'Type Parent LastModified Resources MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Contents Rotate Group ' +
    'Thumb B Dur Trans Annots AA Metadata PieceInfo StructParents ID PZ SeparationInfo Tabs TemplateInstantiated ' +
    'PresSteps UserUnit VP AF OutputIntents DPart'
  ).split(' '),
);

interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: 'start' | 'object' | XrefSection['kind'];
}

export interface LayoutOptions {
  readonly view: PdfView;
  readonly findings: Findings;
  /** Names of objects; asked only when something is wrong. */
  readonly roles: () => Promise<ReadonlyMap<number, Role>>;
  /** Also unpack every compressed stream, whose checksum then tells which one was damaged. */
  readonly unpack: boolean;
  /** Called for each object that some table names. */
  readonly onObject?: ((object: PdfObject) => Promise<void>) | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Walks the whole file and accounts for every byte: an object that a table names, a table, or white space. What no
 * table names is invisible to one reader and visible to another, which is how forgeries are prepared.
 */
export async function checkLayout(options: LayoutOptions): Promise<void> {
  const { view, findings, signal, onProgress } = options;
  if (view.sections.some((section) => section.trailer.entries.has('XRefStm'))) {
    const message = 'One version of the document has two tables, of which readers follow one or the other.';
    findings.add('hidden-bytes', 'cross-reference table', message);
  }
  const spans: Span[] = view.sections.map(({ start, end, kind }) => ({ start, end, kind }));
  const tables = new Set(spans.map(({ start }) => start));
  const broken = new Set<number>();
  const objects = objectsByOffset(view);
  for (const [i, { num, offset }] of objects.entries()) {
    if (signal?.aborted) refuse({ code: 'cancelled' });
    if (i % 1000 === 0) onProgress?.(i, objects.length);
    const object = await readTolerantly(options, num, offset);
    if (!object) broken.add(num);
    // A table in the form of a stream is an object too, and was counted already.
    else if (!tables.has(object.start)) spans.push({ start: object.start, end: object.end, kind: 'object' });
    if (object) await inspect(options, object);
  }
  await checkSpans(options, spans, broken);
  onProgress?.(objects.length, objects.length);
}

async function checkSpans(
  { view, findings }: LayoutOptions,
  spans: Span[],
  broken: ReadonlySet<number>,
): Promise<void> {
  spans.sort((a, b) => a.start - b.start);
  const gaps: { from: number; to: number }[] = [];
  let before: Span = { start: 0, end: 0, kind: 'start' };
  for (const span of [...spans, { start: view.end, end: view.end, kind: 'object' } as const]) {
    const [from, to] = [before.end, span.start];
    if (to < from) nameOverlap(findings, to);
    else if (!(await isNothing(view, { from, to }, before.kind, broken))) gaps.push({ from, to });
    before = { ...span, end: Math.max(from, span.end) };
  }
  nameGaps(gaps, findings);
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
  const { view, onObject } = options;
  await onObject?.(object);
  if (!options.unpack || !isDict(object.value)) return;
  const role = (await options.roles()).get(object.num);
  const { entries } = object.value;
  // A page's resources and forms belong to its part too, and have keys of their own.
  const isPage = nameOf(entries.get('Type')) === 'Page' || entries.has('Parent');
  const odd =
    role?.part === 'page' && isPage ? [...entries.keys()].find((key) => !PAGE_KEYS.has(key)) : undefined;
  if (odd !== undefined) await nameDamage(options, object.num, `it has an entry /${odd} that no page has`);
  if (!object.stream) return;
  if (filtersOf(object.value).length === 0 || nameOf(object.value.entries.get('Type')) === 'EmbeddedFile')
    return;
  try {
    await decodeStream(view.file, object, MAX_STREAM);
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    await nameDamage(options, object.num, error.message);
  }
}

function nameOverlap(findings: Findings, at: number): void {
  const message = `Two objects share the same bytes (at byte ${at}), so that readers can disagree about what the file shows.`;
  findings.add('hidden-bytes', `byte ${at}`, message);
}

/** Whether bytes that no table names say nothing: the header, white space, or the lines that end a revision. */
async function isNothing(
  view: PdfView,
  { from, to }: { from: number; to: number },
  before: Span['kind'],
  broken: ReadonlySet<number>,
): Promise<boolean> {
  if (from === to) return true;
  const text = (await view.file.read(from, Math.min(to - from, LONGEST_NOTHING))).toString('latin1');
  // The bytes of an object that was named as damaged already.
  if (broken.has(Number(/^[\s\0]*(\d+)/.exec(text)?.[1] ?? Number.NaN))) return true;
  if (to - from > LONGEST_NOTHING) return false;
  if (before === 'start') return HEADER.test(text);
  if (before !== 'table' && SPACES_ONLY.test(text)) return true;
  const start = before === 'object' ? null : AFTER_SECTION.exec(text)?.[1];
  // A linearized file says 0 for its first part; every other revision’s last lines must lead to a table.
  return start === '0' || view.sections.some((section) => String(section.start) === start);
}

function nameGaps(gaps: readonly { from: number; to: number }[], findings: Findings): void {
  for (const { from, to } of gaps.slice(0, MOST_GAPS)) {
    const message = `${to - from} bytes (from byte ${from}) belong to nothing in the document: hidden or damaged content.`;
    findings.add('hidden-bytes', from === 0 ? 'start of the file' : `byte ${from}`, message);
  }
  if (gaps.length <= MOST_GAPS) return;
  const more = `There are ${gaps.length - MOST_GAPS} more places with bytes that belong to nothing in the document.`;
  findings.add('hidden-bytes', 'file', more);
}
