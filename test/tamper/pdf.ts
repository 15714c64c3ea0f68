import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { type CmsOptions, makeCms, type TestSigner } from '../unit/core/binder/verify/signer.ts';

export type Body = string | Buffer;

export const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
export const bodyOf = (body: Body): Buffer => (typeof body === 'string' ? latin(body) : body);

export function stream(dict: string, bytes: Buffer): Buffer {
  const head = latin(`<< ${dict} /Length ${bytes.length} >>\nstream\n`);
  return Buffer.concat([head, bytes, latin('\nendstream')]);
}

/** A page's content in which the first font writes; what stands there is of no concern to a verifier. */
export const drawing = (text: string): Buffer =>
  stream('/Filter /FlateDecode', deflateSync(latin(`q 1 g 0 0 595 842 re f Q % ${text}`)));

export const embedded = (bytes: Buffer): Buffer =>
  stream(
    `/Type /EmbeddedFile /Params << /Size ${bytes.length} /CheckSum <${createHash('md5').update(bytes).digest('hex')}> >>`,
    bytes,
  );

export const fileSpec = (name: string, file: number): string =>
  `<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F ${file} 0 R /UF ${file} 0 R >> >>`;

/** An attachment by its three objects. */
export interface EmbeddedFile {
  readonly spec: number;
  readonly file: number;
}

export interface UpdateOptions {
  /** More of the trailer, as text. */
  readonly trailer?: string;
  readonly root?: number;
  readonly info?: number;
  /** Where the table says the one before it is; the truth by default. */
  readonly prev?: number;
  /** Numbers set free. */
  readonly free?: readonly number[];
  /** Further lines of the table: where an object is said to be. */
  readonly places?: Readonly<Record<number, number>>;
  readonly without?: readonly ('xref' | 'trailer' | 'startxref' | 'eof')[];
}

export interface SignOptions {
  readonly field: string;
  readonly at?: string | null;
  /** Written in the same revision. */
  readonly extra?: Readonly<Record<number, Body>>;
  readonly appearance?: Buffer;
  /** Edits the field's dictionary. */
  readonly widget?: (text: string) => string;
  readonly range?: (range: number[]) => number[];
  readonly cms?: CmsOptions;
  /** More of the signature dictionary, or its own SubFilter. */
  readonly dict?: string;
  /** Edits the finished hexadecimal digits. */
  readonly patch?: (hex: string) => string;
}

const RESERVED = 4096;
const ENTRY = /^(\d{10}) (\d{5}) ([nf])/;

/**
 * A PDF with classic tables, opened to be attacked: written for these tests alone, so that neither the code that
 * composes nor the code that verifies helps to forge.
 */
export class Pdf {
  bytes: Buffer;
  #places = new Map<number, number>();
  #borders: number[] = [];
  #xref = 0;
  #size = 0;
  #keys: Readonly<Record<'Root' | 'Info' | 'ID', string>> = { Root: '', Info: '', ID: '' };

  constructor(bytes: Buffer) {
    this.bytes = Buffer.from(bytes);
    this.#read();
  }

  /** Where the newest table is. */
  get xref(): number {
    return this.#xref;
  }

  get catalog(): number {
    return Number.parseInt(this.#keys.Root, 10);
  }

  get info(): number {
    return Number.parseInt(this.#keys.Info, 10);
  }

  get form(): number {
    return this.refIn(this.catalog, 'AcroForm');
  }

  get tree(): number {
    return this.refIn(this.catalog, 'Pages');
  }

  get pages(): number[] {
    return this.refsIn(this.tree, 'Kids');
  }

  /** The leaf of the name tree in which the attachments are listed. */
  get names(): number {
    const list = this.refIn(this.refIn(this.catalog, 'Names'), 'EmbeddedFiles');
    return this.refsIn(list, 'Kids')[0] ?? list;
  }

  /** A number that no object has. */
  get free(): number {
    return this.#size;
  }

  at(num: number): number {
    return this.#places.get(num) ?? -1;
  }

  body(num: number): Buffer {
    const at = this.at(num);
    const end = this.#borders.find((border) => border > at) ?? this.bytes.length;
    const object = this.bytes.subarray(at, end);
    return object.subarray(object.indexOf('obj') + 3, object.lastIndexOf('endobj'));
  }

  text(num: number): string {
    return this.body(num).toString('latin1').trim();
  }

  refIn(num: number, key: string): number {
    return Number(new RegExp(`/${key}\\s+(\\d+) 0 R`).exec(this.text(num))?.[1] ?? Number.NaN);
  }

  refsIn(num: number, key: string): number[] {
    const list = new RegExp(`/${key}\\s*\\[([^\\]]*)\\]`).exec(this.text(num))?.[1] ?? '';
    return [...list.matchAll(/(\d+) 0 R/g)].map(([, ref]) => Number(ref));
  }

  field(name: string): number {
    const found = this.refsIn(this.form, 'Fields').find((num) => this.text(num).includes(`/T (${name})`));
    if (found === undefined) throw new Error(`there is no field ${name}`);
    return found;
  }

  /** The signature dictionary of a filled field. */
  signature(name: string): number {
    return this.refIn(this.field(name), 'V');
  }

  attachment(name: string): EmbeddedFile {
    const found = this.refsIn(this.catalog, 'AF').find((num) => this.text(num).includes(`/UF (${name})`));
    if (found === undefined) throw new Error(`there is no attachment ${name}`);
    return { spec: found, file: this.refIn(found, 'UF') };
  }

  /** The dictionary of an object with more in it. */
  with(num: number, more: string): string {
    return this.text(num).replace(/>>$/, `${more} >>`);
  }

  /** A page with one annotation more. */
  annotated(page: number, annotation: number): Record<number, string> {
    const text = this.text(page);
    const listed = text.replace('/Annots [', `/Annots [${annotation} 0 R `);
    return { [page]: listed === text ? text.replace(/>>$/, `/Annots [${annotation} 0 R] >>`) : listed };
  }

  /** Appends an incremental update. */
  update(objects: Readonly<Record<number, Body>>, options: UpdateOptions = {}): this {
    const parts = [this.bytes];
    let at = this.bytes.length;
    const places = new Map<number, number>(
      Object.entries(options.places ?? {}).map(([num, place]) => [Number(num), place]),
    );
    for (const [num, body] of Object.entries(objects)) {
      const object = Buffer.concat([latin(`${num} 0 obj\n`), bodyOf(body), latin('\nendobj\n')]);
      places.set(Number(num), at);
      parts.push(object);
      at += object.length;
    }
    this.bytes = Buffer.concat([...parts, latin(this.#table(places, at, options))]);
    if (!options.without) this.#read();
    return this;
  }

  #table(places: ReadonlyMap<number, number>, at: number, options: UpdateOptions): string {
    const { without = [], free = [] } = options;
    const lines = [...places].map(
      ([num, place]) => `${num} 1\n${String(place).padStart(10, '0')} 00000 n \n`,
    );
    for (const num of free) lines.push(`${num} 1\n0000000000 00001 f \n`);
    const size = Math.max(this.#size, ...[...places.keys()].map((num) => num + 1));
    const root = options.root === undefined ? this.#keys.Root : `${options.root} 0 R`;
    const info = options.info === undefined ? this.#keys.Info : `${options.info} 0 R`;
    const keys = `/Size ${size} /Root ${root} /Info ${info} /ID ${this.#keys.ID} /Prev ${options.prev ?? this.#xref}`;
    return [
      without.includes('xref') ? '' : `xref\n${lines.join('')}`,
      without.includes('trailer') ? '' : `trailer\n<< ${keys} ${options.trailer ?? ''} >>\n`,
      without.includes('startxref') ? '' : `startxref\n${at}\n`,
      without.includes('eof') ? '' : '%%EOF\n',
    ].join('');
  }

  /** Fills a field by an incremental update with a signature of one's own, good but for what the options spoil. */
  sign(signer: TestSigner, options: SignOptions): this {
    const { field, extra = {}, cms = {}, dict = '' } = options;
    const [value, appearance] = [this.#size, this.#size + 1];
    const num = this.field(field);
    const subFilter = dict.includes('/SubFilter') ? '' : '/SubFilter /ETSI.CAdES.detached';
    const when = options.at === null ? '' : `/M (${options.at ?? 'D:20260601120000Z'})`;
    const blank = '0'.repeat(RESERVED * 2);
    const widget = this.text(num).replace(/\/AP\s*<<[^>]*>>/, '');
    const filled = widget.replace(/>>$/, `/V ${value} 0 R /AP << /N ${appearance} 0 R >> >>`);
    this.update({
      [num]: options.widget?.(filled) ?? filled,
      [value]: `<< /Type /Sig /Filter /Adobe.PPKLite ${subFilter} ${dict} /ByteRange [${' '.repeat(60)}] ${when} /Name (${signer.name}) /Contents <${blank}> >>`,
      [appearance]:
        options.appearance ?? stream('/Type /XObject /Subtype /Form /BBox [0 0 100 20]', latin('% signed')),
      ...extra,
    });
    const gap = this.bytes.lastIndexOf(`<${blank}>`);
    const gapEnd = gap + blank.length + 2;
    const usual = [0, gap, gapEnd, this.bytes.length - gapEnd];
    const range = options.range?.(usual) ?? usual;
    this.bytes.write(range.join(' '), this.bytes.lastIndexOf(' '.repeat(60)), 'latin1');
    const digest = createHash('sha256');
    for (let i = 0; i + 1 < range.length; i += 2) {
      const from = range[i] ?? 0;
      digest.update(this.bytes.subarray(from, Math.max(from, from + (range[i + 1] ?? 0))));
    }
    const hex = makeCms(signer, digest.digest(), cms).toString('hex');
    const written = hex + blank.slice(hex.length);
    this.bytes.write(options.patch?.(written) ?? written, gap + 1, 'latin1');
    return this;
  }

  /** Writes over bytes in place; what is written is as long as what it replaces. */
  patch(from: string, to: string, { last = false }: { last?: boolean } = {}): this {
    const at = last
      ? this.bytes.lastIndexOf(from, undefined, 'latin1')
      : this.bytes.indexOf(from, 0, 'latin1');
    if (at < 0 || from.length !== to.length) throw new Error(`“${from}” cannot be replaced by “${to}”`);
    this.bytes.write(to, at, 'latin1');
    return this;
  }

  #read(): void {
    this.#places.clear();
    const tail = this.bytes.toString('latin1');
    this.#xref = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail.slice(-200))?.[1]);
    this.#borders = [];
    let trailer = '';
    for (let at: number | null = this.#xref; at !== null; ) {
      const table: string = tail.slice(at, tail.indexOf('startxref', at));
      // A table in the form of a stream has its keys in front; what it lists is nothing that is attacked here.
      const [lines = '', keys = ''] = table.startsWith('xref') ? table.split('trailer') : ['', table];
      if (trailer === '') trailer = keys;
      this.#borders.push(at);
      this.#entries(lines);
      const prev = /\/Prev (\d+)/.exec(keys)?.[1];
      at = prev === undefined ? null : Number(prev);
    }
    this.#borders.sort((a, b) => a - b);
    const key = (name: string, form: string): string =>
      new RegExp(`/${name}\\s*(${form})`).exec(trailer)?.[1] ?? '';
    this.#keys = {
      Root: key('Root', '\\d+ 0 R'),
      Info: key('Info', '\\d+ 0 R'),
      ID: key('ID', '\\[[^\\]]*\\]'),
    };
    this.#size = Number(key('Size', '\\d+'));
  }

  #entries(table: string): void {
    let num = 0;
    for (const line of table.split('\n').slice(1)) {
      const section = /^(\d+) (\d+)$/.exec(line.trim());
      const entry = ENTRY.exec(line);
      if (section && !entry) num = Number(section[1]);
      if (!entry) continue;
      const place = Number(entry[1]);
      if (entry[3] === 'n') {
        this.#borders.push(place);
        if (!this.#places.has(num)) this.#places.set(num, place);
      } else if (!this.#places.has(num)) this.#places.set(num, -1);
      num += 1;
    }
  }
}
