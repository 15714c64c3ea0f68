import { SIGNATURE_FIELDS } from '../../core/binder/sign/signer.ts';

export interface PlainPdfOptions {
  /** Embedded as `evidence.bin`. */
  readonly attachment?: Uint8Array;
  readonly fields?: readonly string[];
  /** Written into each of `fields`; a rectangle among them replaces the usual one. */
  readonly fieldEntries?: string;
  /** Further fields, without those entries. */
  readonly alsoEmpty?: readonly string[];
  readonly extraTrailer?: string;
}

/** A one-page PDF with a classic cross-reference table and empty signature fields, written without any library. */
export function plainPdf(options: PlainPdfOptions = {}): Buffer {
  const marked = (options.fields ?? SIGNATURE_FIELDS).map((field) => ({
    field,
    more: options.fieldEntries ?? '',
  }));
  const fields = [...marked, ...(options.alsoEmpty ?? []).map((field) => ({ field, more: '' }))];
  const names = options.attachment ? '/Names << /EmbeddedFiles << /Names [(evidence.bin) 6 0 R] >> >>' : '';
  const first = 8;
  const widgets = fields.map((_, i) => `${first + i} 0 R`).join(' ');
  const objects: Buffer[] = [
    latin1(`<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R ${names} >>`),
    latin1('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    latin1(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << >> /Annots [${widgets}] >>`,
    ),
    latin1(`<< /Fields [${widgets}] /SigFlags 3 >>`),
    stream('', latin1('0.9 g 40 760 300 20 re f')),
    latin1('<< /Type /Filespec /F (evidence.bin) /UF (evidence.bin) /EF << /F 7 0 R /UF 7 0 R >> >>'),
    stream('/Type /EmbeddedFile', Buffer.from(options.attachment ?? [])),
    ...fields.map(({ field, more }, i) => widget(field, i, more)),
  ];
  return assemble(objects, options.extraTrailer ?? '');
}

function widget(field: string, index: number, more: string): Buffer {
  const top = 740 - index * 80;
  const rect = more.includes('/Rect') ? '' : `/Rect [40 ${top - 70} 300 ${top}]`;
  return latin1(`<< /Type /Annot /Subtype /Widget /FT /Sig /T (${field}) ${rect} /P 3 0 R /F 4 ${more} >>`);
}

function stream(entries: string, bytes: Buffer): Buffer {
  return Buffer.concat([
    latin1(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    latin1('\nendstream'),
  ]);
}

function assemble(objects: readonly Buffer[], extraTrailer: string): Buffer {
  const parts: Buffer[] = [latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [i, body] of objects.entries()) {
    const object = Buffer.concat([latin1(`${i + 1} 0 obj\n`), body, latin1('\nendobj\n')]);
    offsets.push(at);
    parts.push(object);
    at += object.length;
  }
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const id = '0123456789abcdef0123456789abcdef';
  parts.push(
    latin1(`xref\n0 ${size}\n0000000000 65535 f \n${lines}trailer\n`),
    latin1(
      `<< /Size ${size} /Root 1 0 R /ID [<${id}> <${id}>] ${extraTrailer} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
