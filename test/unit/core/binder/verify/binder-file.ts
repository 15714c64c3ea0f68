import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import {
  isDict,
  isName,
  isRef,
  isString,
  type PdfValue,
} from '../../../../../core/binder/verify/pdf/values.ts';
import type { PdfView } from '../../../../../core/binder/verify/pdf/view.ts';
import type { SignatureField } from '../../../../../core/binder/verify/signatures/fields.ts';
import type { Manifest } from '../../../../../shared/domain/binder.ts';
import { evidenceReference } from '../../../../../shared/domain/evidence.ts';
import { canonicalBytes, type Json } from '../../../../../shared/ledger/canonical.ts';
import {
  CONTROL,
  type Course,
  ENGAGEMENT,
  hashOf,
  type LedgerModel,
  ledgerModel,
  PICTURE,
  WORKSPACE,
} from './ledger-files.ts';
import { type CmsOptions, makeCms, type TestSigner } from './signer.ts';

/** Object numbers of the hand-made binder. */
export const OBJ = {
  catalog: 1,
  pages: 2,
  info: 3,
  form: 4,
  font: 5,
  names: 6,
  page: (n: number): number => 10 + n,
  content: (n: number): number => 30 + n,
  field: (n: number): number => 50 + n,
  spec: (n: number): number => 100 + 2 * n,
  file: (n: number): number => 101 + 2 * n,
} as const;

export const FIELDS = ['Preparer', 'Reviewer', 'Approver', 'Recipient', 'Spare1', 'Spare2'];
export const EVIDENCE = Buffer.from('user,role\nada,preparer\n'.repeat(40));
const PAGES = 4;
const RESERVED = 4096;

export interface FileToAttach {
  readonly name: string;
  readonly bytes: Buffer;
  readonly role: 'evidence' | 'extract' | 'proofs' | 'checkpoint' | 'manifest';
}

export interface BinderOptions {
  /** Edits the ledger's files before they are written. */
  readonly ledger?: (model: LedgerModel) => void;
  readonly course?: Course;
  readonly manifest?: (manifest: Manifest) => void;
  /** Edits the list of attachments after the manifest was made. */
  readonly files?: (files: FileToAttach[]) => FileToAttach[];
  /** Edits or adds objects of the first revision. */
  readonly objects?: (objects: Map<number, Buffer>) => void;
}

type Body = string | Buffer;
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

export function stream(dict: string, bytes: Buffer): Buffer {
  return Buffer.concat([
    latin(`<< ${dict} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    latin('\nendstream'),
  ]);
}

export function pageContent(text: string): Buffer {
  return stream('/Filter /FlateDecode', deflateSync(latin(`BT /F1 12 Tf 72 720 Td (${text}) Tj ET`)));
}

export function embedded(bytes: Buffer): Buffer {
  const sum = createHash('md5').update(bytes).digest('hex');
  return stream(`/Type /EmbeddedFile /Params << /Size ${bytes.length} /CheckSum <${sum}> >>`, bytes);
}

export const fileSpec = (name: string, file: number): string =>
  `<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F ${file} 0 R /UF ${file} 0 R >> >>`;

/** A value as text, for objects that are written again. */
function written(value: PdfValue): string {
  if (Array.isArray(value)) return `[${value.map(written).join(' ')}]`;
  if (isRef(value)) return `${value.num} ${value.gen} R`;
  if (isName(value)) return `/${value.name}`;
  if (isString(value)) return `<${value.bytes.toString('hex')}>`;
  if (!isDict(value)) return String(value);
  return `<< ${[...value.entries].map(([key, item]) => `/${key} ${written(item)}`).join(' ')} >>`;
}

/** A binder written by hand: what it is made of can be changed at every point. */
export class BinderFile {
  bytes: Buffer = Buffer.alloc(0);
  /** The newest form of each object. */
  readonly objects = new Map<number, Buffer>();
  readonly names: string[] = [];
  #xref = 0;
  #trailer = '/Root 1 0 R /Info 3 0 R /ID [<0102> <0102>]';
  readonly #fields = FIELDS.map((_, i): number => OBJ.field(i));
  readonly #contents: number[] = [];

  static make(options: BinderOptions = {}): BinderFile {
    const file = new BinderFile();
    const files = attachmentsOf(options);
    file.names.push(...files.map(({ name }) => name));
    const objects = firstRevision(files);
    options.objects?.(objects);
    file.#write(latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), objects, '');
    return file;
  }

  /** Goes on with a binder that another program wrote; its fields are where `fields` says. */
  static async adopt(bytes: Buffer, view: PdfView, fields: readonly SignatureField[]): Promise<BinderFile> {
    const file = new BinderFile();
    file.bytes = bytes;
    file.#xref = view.sections[0]?.start ?? 0;
    file.#trailer = ['Root', 'Info', 'ID']
      .map((key) => `/${key} ${written(view.trailer.entries.get(key) ?? null)}`)
      .join(' ');
    fields.forEach(({ num, dict }, i) => {
      file.#fields[i] = num;
      file.objects.set(num, latin(written(dict)));
    });
    const pages = (await view.dictAt(await view.catalog(), 'Pages'))?.entries.get('Kids');
    for (const kid of Array.isArray(pages) ? pages : []) {
      const page = await view.resolve(kid);
      const content = isDict(page) ? page.entries.get('Contents') : null;
      if (isRef(content)) file.#contents.push(content.num);
    }
    return file;
  }

  /** Object number of the content of a page of an adopted file, counted from 1. */
  contentOf(page: number): number {
    return this.#contents[page - 1] ?? 0;
  }

  /** The number of the attachment, for `OBJ.spec` and `OBJ.file`. */
  attachment(name: string): number {
    return this.names.indexOf(name);
  }

  text(num: number): string {
    return (this.objects.get(num) ?? latin('')).toString('latin1');
  }

  /** Appends an incremental update. */
  update(objects: Readonly<Record<number, Body>>, trailer = ''): this {
    const bodies = Object.entries(objects).map(([num, body]): [number, Buffer] => [
      Number(num),
      typeof body === 'string' ? latin(body) : body,
    ]);
    this.#write(this.bytes, new Map(bodies), `/Prev ${this.#xref} ${trailer}`);
    return this;
  }

  /** Fills a field by an incremental update, with whatever else is handed in. */
  sign(
    signer: TestSigner,
    {
      field = 0,
      at = 'D:20260105120000Z',
      extra = {},
      range = (r: number[]): number[] => r,
      cms = {},
      dict = '',
      patch = (hex: string): string => hex,
    }: {
      field?: number;
      at?: string | null;
      extra?: Record<number, Body>;
      range?: (range: number[]) => number[];
      cms?: CmsOptions;
      dict?: string;
      /** Edits the finished hexadecimal digits. */
      patch?: (hex: string) => string;
    } = {},
  ): this {
    const [value, appearance] = [200 + field * 2, 201 + field * 2];
    const type = dict.includes('/SubFilter') ? '' : '/SubFilter /ETSI.CAdES.detached';
    const when = at === null ? '' : `/M (${at})`;
    const blank = '0'.repeat(RESERVED * 2);
    const num = this.#fields[field] ?? 0;
    this.update({
      [num]: this.text(num).replace(/>>$/, `/V ${value} 0 R /AP << /N ${appearance} 0 R >> >>`),
      [value]: `<< /Type /Sig /Filter /Adobe.PPKLite ${type} ${dict} /ByteRange [${' '.repeat(60)}] ${when} /Name (${signer.name}) /Contents <${blank}> >>`,
      [appearance]: stream(
        '/Type /XObject /Subtype /Form /BBox [0 0 100 20]',
        latin(`% signed by ${signer.name}`),
      ),
      ...extra,
    });
    const gap = this.bytes.lastIndexOf(`<${blank}>`);
    const gapEnd = gap + blank.length + 2;
    const numbers = range([0, gap, gapEnd, this.bytes.length - gapEnd]).join(' ');
    this.bytes.write(numbers, this.bytes.lastIndexOf(' '.repeat(60)), 'latin1');
    const digest = createHash('sha256')
      .update(this.bytes.subarray(0, gap))
      .update(this.bytes.subarray(gapEnd))
      .digest();
    const hex = makeCms(signer, digest, cms).toString('hex');
    this.bytes.write(patch(hex + blank.slice(hex.length)), gap + 1, 'latin1');
    return this;
  }

  /** Changes one byte in place at the first (or last) place where the text stands. */
  flip(
    text: string,
    { last = false, by = 1, within = 0 }: { last?: boolean; by?: number; within?: number } = {},
  ): this {
    const at = last
      ? this.bytes.lastIndexOf(text, undefined, 'latin1')
      : this.bytes.indexOf(text, 0, 'latin1');
    if (at < 0) throw new Error(`${text} is not in the file`);
    this.bytes[at + within] = (this.bytes[at + within] ?? 0) ^ by;
    return this;
  }

  #write(before: Buffer, objects: ReadonlyMap<number, Buffer>, trailer: string): void {
    const parts: Buffer[] = [before];
    let at = before.length;
    const lines = trailer.includes('/Prev') ? [] : ['0 1\n0000000000 65535 f \n'];
    for (const [num, body] of objects) {
      const written = Buffer.concat([latin(`${num} 0 obj\n`), body, latin('\nendobj\n')]);
      lines.push(`${num} 1\n${String(at).padStart(10, '0')} 00000 n \n`);
      parts.push(written);
      at += written.length;
      this.objects.set(num, body);
    }
    const rest = `xref\n${lines.join('')}trailer\n<< /Size 1000 ${this.#trailer} ${trailer} >>\nstartxref\n${at}\n%%EOF\n`;
    this.#xref = at;
    this.bytes = Buffer.concat([...parts, latin(rest)]);
  }
}

function attachmentsOf(options: BinderOptions): FileToAttach[] {
  const model = ledgerModel(hashOf(EVIDENCE), options.course);
  options.ledger?.(model);
  const json = (value: object): Buffer => Buffer.from(canonicalBytes(value as Json));
  const files: FileToAttach[] = [
    { name: 'access.csv', bytes: EVIDENCE, role: 'evidence' },
    {
      name: 'screenshot.png',
      bytes: PICTURE,
      role: 'evidence',
    },
    { name: 'ledger-extract.json', bytes: json(model.extract), role: 'extract' },
    { name: 'proofs.json', bytes: json(model.proofs), role: 'proofs' },
    { name: 'checkpoint.json', bytes: json(model.checkpoint), role: 'checkpoint' },
  ];
  const manifest = manifestOf(files);
  options.manifest?.(manifest);
  files.push({ name: 'manifest.json', bytes: json(manifest), role: 'manifest' });
  return options.files?.(files) ?? files;
}

function manifestOf(files: readonly FileToAttach[]): Manifest {
  return {
    schema: 'bindery.manifest/1',
    binder: 'binder-1',
    kind: 'evidence',
    title: 'Access review 2026',
    workspace: { id: WORKSPACE, name: 'Workspace' },
    engagement: { id: ENGAGEMENT, name: 'Engagement' },
    at: '2026-01-04T00:00:00.000Z',
    generator: 'test',
    files: files.flatMap(({ name, bytes, role }) =>
      role === 'manifest'
        ? []
        : [
            {
              name,
              original: name,
              role,
              sha256: hashOf(bytes),
              bytes: bytes.length,
              mediaType: 'text/plain',
              ...(role === 'evidence'
                ? { evidence: name === 'screenshot.png' ? 'evidence-3' : 'evidence-1' }
                : {}),
            },
          ],
    ),
    counts: {
      controls: 1,
      checklists: 0,
      items: 0,
      evidence: 2,
      files: files.filter(({ role }) => role === 'evidence').length,
      signOffs: 1,
      omitted: 1,
    },
    included: [
      { kind: 'control', id: CONTROL, label: 'AC-2 Accounts' },
      ...['Access list', 'Screenshot'].map((title, i) => {
        const id = `evidence-${2 * i + 1}`;
        return { kind: 'evidence', id, label: `${evidenceReference(id)} ${title}` };
      }),
    ],
    omitted: [{ kind: 'evidence', id: 'evidence-2', label: 'Recording', reason: 'too-large' }],
  };
}

function firstRevision(files: readonly FileToAttach[]): Map<number, Buffer> {
  const objects = new Map<number, Buffer>();
  const put = (num: number, body: Body): unknown =>
    objects.set(num, typeof body === 'string' ? latin(body) : body);
  const list = (count: number, of: (n: number) => number): string =>
    Array.from({ length: count }, (_, i) => `${of(i)} 0 R`).join(' ');
  put(
    OBJ.catalog,
    `<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R /Names 6 0 R /AF [${list(files.length, OBJ.spec)}] >>`,
  );
  put(OBJ.pages, `<< /Type /Pages /Count ${PAGES} /Kids [${list(PAGES, (i) => OBJ.page(i + 1))}] >>`);
  put(OBJ.info, '<< /Title (Access review 2026) >>');
  put(OBJ.form, `<< /SigFlags 3 /Fields [${list(FIELDS.length, OBJ.field)}] >>`);
  put(OBJ.font, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const names = files.map(({ name }, i) => `(${name}) ${OBJ.spec(i)} 0 R`).sort();
  put(OBJ.names, `<< /EmbeddedFiles << /Names [${names.join(' ')}] >> >>`);
  for (let n = 1; n <= PAGES; n += 1) {
    const widgets = n === 1 ? `/Annots [${list(FIELDS.length, OBJ.field)}]` : '';
    put(
      OBJ.page(n),
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents ${OBJ.content(n)} 0 R ${widgets} >>`,
    );
    put(OBJ.content(n), pageContent(`Page ${n}: the control is satisfied`));
  }
  FIELDS.forEach((field, i) => {
    put(
      OBJ.field(i),
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${field}) /F 132 /P 11 0 R /Rect [10 ${20 * i} 110 ${20 * i + 20}] >>`,
    );
  });
  files.forEach(({ name, bytes }, i) => {
    put(OBJ.spec(i), fileSpec(name, OBJ.file(i)));
    put(OBJ.file(i), embedded(bytes));
  });
  return objects;
}
