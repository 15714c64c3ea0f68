import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create as openFont } from 'fontkit';
import PDFDocument from 'pdfkit';
import type { Font } from './fontkit-internals.ts';
import { glyphCode, ref } from './pdf-objects.ts';

/**
 * Everything this product knows about the inside of pdfkit 0.20.2 stands in this file, and
 * `pdfkit-internals.test.ts` pins it. pdfkit keeps the cross-reference table, the pages and the font subsets;
 * text layout, attachments, form, outline and tags are written by hand, because pdfkit's own hold every page in
 * memory or break the file format.
 */
export const PDFKIT_VERSION = '0.20.2';
/** What the document says it was written with. */
export const PRODUCER = `pdfkit ${PDFKIT_VERSION}`;

const BLOCK = 65_536;

interface Reference {
  readonly id: number;
  data: Record<string, unknown>;
  end(): void;
}

interface EmbeddedFont {
  readonly id: string;
  readonly scale: number;
  readonly font: Font;
  readonly subset: { readonly glyphs: number[]; includeGlyph(glyph: number): number };
  /** By glyph of the subset: its advance and the code points it is extracted as. */
  readonly widths: number[];
  readonly unicode: number[][];
  ref(): Reference;
}

interface Internals {
  _id: Uint8Array;
  _offset: number;
  readonly _offsets: (number | null)[];
  readonly _root: { data: Record<string, unknown> };
  readonly outline: { dictionary: Reference };
  readonly _font: EmbeddedFont;
  readonly page: { dictionary: Reference; resources: Reference; content: { write(chunk: string): void } };
  push(chunk: Uint8Array | null): boolean;
  _write(data: Uint8Array | string): void;
  endOutline(): void;
  endMetadata(): void;
  endAcroForm(): void;
  endMarkings(): void;
}

/** Text that pdfkit writes as it stands: its serialiser calls `toString` on whatever is no plain object. */
class Verbatim {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  get [Symbol.toStringTag](): string {
    return 'Verbatim';
  }
  toString(): string {
    return this.#text;
  }
}

/** A font as a document uses it: glyphs enter its subset when they are first drawn. */
export interface EmbeddedFace {
  /** The name of the font resource, `F1`. */
  readonly resource: string;
  readonly font: Font;
  /** Thousandths of an em per font unit. */
  readonly scale: number;
  /** The font dictionary's object number. */
  readonly object: number;
  /** Puts a glyph into the subset; answers its code there, four hexadecimal digits, and the code points it is extracted as. */
  use(
    glyph: number,
    codePoints: readonly number[],
    advance: number,
  ): { code: string; says: readonly number[] };
}

export interface PdfFileOptions {
  readonly width: number;
  readonly height: number;
  /** The 16 bytes of the file identifier. */
  readonly fileId: Uint8Array;
  readonly language: string;
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly creator: string;
  readonly at: Date;
}

/** A PDF on its way to disk: what was written and not yet taken stands in `pending`. */
export class PdfFile {
  readonly #doc: Internals;
  readonly #kids: Reference[];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Where small pieces are put together: by themselves, hundreds of thousands of them weigh far more than their bytes. */
  #block = new Uint8Array(BLOCK);
  #used = 0;

  constructor(options: PdfFileOptions) {
    const doc = new PDFDocument({
      autoFirstPage: false,
      pdfVersion: '1.7',
      size: [options.width, options.height],
      margin: 0,
      lang: options.language,
      displayTitle: true,
      // Null, not undefined: undefined makes pdfkit load Helvetica's metrics and embed nothing of it.
      font: null as unknown as string,
      // The layout is ours; pdfkit's cache of laid-out words would only grow.
      fontLayoutCache: false,
      info: {
        Title: options.title,
        Author: options.author,
        Subject: options.subject,
        Creator: options.creator,
        Producer: PRODUCER,
        CreationDate: options.at,
        ModDate: options.at,
      },
    });
    this.#doc = doc as unknown as Internals;
    this.#doc._id = options.fileId;
    this.#takeOutput();
    this.#replaceEndings();
    this.#kids = (this.#doc._root.data.Pages as { data: { Kids: Reference[] } }).data.Kids;
  }

  /** pdfkit is a Readable that ignores back-pressure; its bytes are collected here for the writer to drain. */
  #takeOutput(): void {
    const header = (this.#doc as unknown as { read(): Uint8Array | null }).read();
    if (header !== null) this.#keep(header);
    this.#doc.push = (chunk) => {
      if (chunk !== null) this.#keep(chunk);
      return true;
    };
  }

  #keep(chunk: Uint8Array): void {
    this.#pendingBytes += chunk.length;
    if (this.#used + chunk.length > BLOCK) this.#endBlock();
    if (chunk.length > BLOCK / 8) {
      this.#endBlock();
      this.#pending.push(chunk);
      return;
    }
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
  }

  #endBlock(): void {
    if (this.#used === 0) return;
    this.#pending.push(this.#block.subarray(0, this.#used));
    this.#block = new Uint8Array(BLOCK);
    this.#used = 0;
  }

  #replaceEndings(): void {
    this.#doc.endOutline = () => undefined;
    this.#doc.endMetadata = () => undefined;
    this.#doc.endAcroForm = () => undefined;
    this.#doc.endMarkings = () => undefined;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  takePending(): Uint8Array[] {
    this.#endBlock();
    const taken = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    return taken;
  }

  /** Bytes written so far. */
  get offset(): number {
    return this.#doc._offset;
  }

  /** Gives out an object number; the object has to be written before `finish`. */
  reserve(): number {
    return this.#doc._offsets.push(null);
  }

  /** Writes an indirect object. */
  write(id: number, body: string): void {
    this.#begin(id);
    this.#doc._write(`${body}\nendobj`);
  }

  add(body: string): number {
    const id = this.reserve();
    this.write(id, body);
    return id;
  }

  addStream(entries: string, data: Uint8Array): number {
    const id = this.reserve();
    this.beginStream(id, `${entries} /Length ${data.length}`);
    this.streamBytes(data);
    this.endStream();
    return id;
  }

  beginStream(id: number, entries: string): void {
    this.#begin(id);
    this.#doc._write(`<< ${entries} >>\nstream`);
  }

  streamBytes(chunk: Uint8Array): void {
    this.#doc._write(chunk);
  }

  /** So many bytes of the stream begun last went to disk behind everything that was pending. */
  passed(bytes: number): void {
    this.#doc._offset += bytes;
  }

  endStream(): void {
    this.#doc._write('\nendstream\nendobj');
  }

  #begin(id: number): void {
    this.#doc._offsets[id - 1] = this.#doc._offset;
    this.#doc._write(`${id} 0 obj`);
  }

  /** Sets an entry of the catalog to a value written as it stands. */
  catalog(key: string, value: string): void {
    this.#doc._root.data[key] = new Verbatim(value);
  }

  names(entries: string): void {
    const names = this.#doc._root.data.Names as Reference;
    names.data = verbatimData(entries);
  }

  /** The object that pdfkit reserves for the root of the bookmarks, whether there are any or not. */
  get outlineRoot(): number {
    return this.#doc.outline.dictionary.id;
  }

  writeOutlineRoot(entries: string): void {
    this.#doc.outline.dictionary.data = verbatimData(entries);
    this.#doc.outline.dictionary.end();
  }

  embed(path: string): EmbeddedFace {
    (this.#doc as unknown as PDFKit.PDFDocument).font(
      openFont(readFileSync(path)) as unknown as string,
      path,
    );
    const embedded = this.#doc._font;
    const used: UsedGlyphs = new Map();
    return {
      resource: embedded.id,
      font: embedded.font,
      scale: embedded.scale,
      object: embedded.ref().id,
      use: (glyph, codePoints, advance) => useGlyph(embedded, used, glyph, codePoints, advance),
    };
  }

  /** Begins a page at the end of the document and answers its object number; the one before is complete. */
  startPage(): number {
    (this.#doc as unknown as PDFKit.PDFDocument).addPage();
    return this.#doc.page.dictionary.id;
  }

  /** Fills the page begun last. */
  fillPage(page: {
    readonly content: string;
    readonly fonts: readonly EmbeddedFace[];
    readonly forms: Readonly<Record<string, number>>;
    readonly annotations: readonly number[];
    readonly structParents: number;
  }): void {
    const { dictionary, resources, content } = this.#doc.page;
    content.write(page.content);
    resources.data.Font = new Verbatim(entriesOf(page.fonts.map((face) => [face.resource, face.object])));
    resources.data.XObject = new Verbatim(entriesOf(Object.entries(page.forms)));
    dictionary.data.StructParents = page.structParents;
    dictionary.data.Tabs = 'S';
    if (page.annotations.length > 0)
      dictionary.data.Annots = new Verbatim(`[${page.annotations.map(ref).join(' ')}]`);
  }

  /** Moves the pages written from `from` on to stand before the page `to`. */
  movePages(from: number, to: number): void {
    this.#kids.splice(to, 0, ...this.#kids.splice(from));
  }

  get pageCount(): number {
    return this.#kids.length;
  }

  /** Writes fonts, page tree, catalog, cross-reference table and trailer. */
  finish(): void {
    (this.#doc as unknown as PDFKit.PDFDocument).end();
    const missing = this.#doc._offsets.indexOf(null);
    if (missing >= 0) throw new Error(`PDF object ${missing + 1} was reserved and never written`);
  }
}

/** The zero-width joiner: nothing to see, and letters on both sides stay joined. */
const JOINER = 0x200d;

interface UsedGlyph {
  /** The code it is shown by: four digits in hexadecimal. */
  readonly code: string;
  readonly says: readonly number[];
}

type UsedGlyphs = Map<number | string, UsedGlyph>;

const CODE_POINTS = 0x110000;

/** Nearly every glyph stands for one character, and a number is found sooner than a text. */
function glyphKey(glyph: number, codePoints: readonly number[]): number | string {
  const [only] = codePoints;
  return only !== undefined && codePoints.length === 1
    ? glyph * CODE_POINTS + only
    : `${glyph} ${codePoints.join(' ')}`;
}

/**
 * One glyph may stand for several characters (a compatibility character and its plain twin, the skeleton of several
 * Arabic letters). pdfkit lets the first one win; here it enters the subset once for each, so that text comes out of
 * the document as it went in.
 */
function useGlyph(
  embedded: EmbeddedFont,
  used: UsedGlyphs,
  glyph: number,
  codePoints: readonly number[],
  advance: number,
): UsedGlyph {
  const key = glyphKey(glyph, codePoints);
  const known = used.get(key);
  if (known) return known;
  const first = embedded.subset.includeGlyph(glyph);
  const cid = embedded.unicode[first] === undefined ? first : embedded.subset.glyphs.push(glyph) - 1;
  embedded.widths[cid] = advance;
  // The dots of a letter add nothing to the text, and every glyph still has to be told as something.
  const says = codePoints.length > 0 ? [...codePoints] : [JOINER];
  embedded.unicode[cid] = says;
  const entry = { code: glyphCode(cid), says };
  used.set(key, entry);
  return entry;
}

function verbatimData(entries: string): Record<string, unknown> {
  return new Verbatim(`<< ${entries} >>`) as unknown as Record<string, unknown>;
}

function entriesOf(pairs: readonly (readonly [string, number])[]): string {
  return `<< ${pairs.map(([name, id]) => `/${name} ${ref(id)}`).join(' ')} >>`;
}

/** The sRGB profile that pdfkit carries. */
export function srgbProfile(): Uint8Array {
  const entry = createRequire(import.meta.url).resolve('pdfkit');
  return readFileSync(entry.replace(/pdfkit(\.node)?\.m?js$/, 'data/sRGB_IEC61966_2_1.icc'));
}
