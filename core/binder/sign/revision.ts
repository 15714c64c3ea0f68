import { createHash } from 'node:crypto';
import { refuse } from '../../../shared/fault.ts';
import type { FormField, SignatureForm } from './form.ts';
import { type Assembled, Increment } from './increment.ts';
import { addPanel, type PanelSize } from './panel.ts';
import type { PdfFile } from './pdf-file.ts';
import {
  array,
  dict,
  name,
  number,
  type PdfRef,
  type PdfValue,
  text,
  typed,
  withEntries,
} from './pdf-value.ts';
import type { SignRequest } from './sign-request.ts';
import { CONTENTS_BYTES } from './signer.ts';

/** A revision ready to be appended but for the signature itself, whose place is the gap. */
export interface Revision {
  readonly bytes: Buffer;
  /** Within `bytes`: from the opening to behind the closing bracket of `/Contents`. */
  readonly gap: { readonly start: number; readonly end: number };
  readonly byteRange: readonly [number, number, number, number];
}

/** The signature dictionary, the field that now holds it, its panel, and the catalog where the document is certified. */
export function composeRevision(
  pdf: PdfFile,
  form: SignatureForm,
  field: FormField,
  request: SignRequest,
): Revision {
  const increment = new Increment(pdf);
  const signature = increment.add(signatureDictionary(request));
  const size = panelSize(field);
  const appearance = size && dict({ N: addPanel(increment, panelText(request), size) });
  increment.put(
    field.object,
    withEntries(field.dict, { V: signature, ...(appearance ? { AP: appearance } : {}) }),
  );
  if (request.certification) {
    const perms = dict({ DocMDP: signature });
    increment.put(form.catalog, withEntries(form.catalog.value, { Perms: perms }));
  }
  return withByteRange(increment.assemble(revisionId(pdf, request)), signature, pdf.size);
}

const GAP = `<${'0'.repeat(CONTENTS_BYTES * 2)}>`;
/** As long as the longest range: three numbers of ten digits. */
const RANGE = `[0 ${'9'.repeat(10)} ${'9'.repeat(10)} ${'9'.repeat(10)}]`;

/** PAdES baseline (ETSI EN 319 142-1). The two placeholders come before any text that could look like them. */
function signatureDictionary({
  signer,
  at,
  reason,
  location,
  certification,
  lockAll,
  vouch,
}: SignRequest): PdfValue {
  const transforms = [...(certification ? [DOC_MDP] : []), ...(lockAll ? [FIELD_MDP] : [])];
  return typed('Sig', {
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.CAdES.detached'),
    ByteRange: { kind: 'verbatim', raw: RANGE },
    Contents: { kind: 'verbatim', raw: GAP },
    M: text(pdfDate(at)),
    Name: text(signer.name),
    Reason: text(reason),
    Location: location === undefined ? undefined : text(location),
    Reference: transforms.length > 0 ? array(...transforms) : undefined,
    BinderyVouch: vouch === undefined ? undefined : text(vouch),
  });
}

/** P 2 lets later signers fill the fields that are there, and nobody change anything else (12.8.2.2). */
const DOC_MDP = transform('DocMDP', { P: number(2) });
const FIELD_MDP = transform('FieldMDP', { Action: name('All') });

function transform(method: string, params: Readonly<Record<string, PdfValue>>): PdfValue {
  return typed('SigRef', {
    TransformMethod: name(method),
    TransformParams: typed('TransformParams', { ...params, V: name('1.2') }),
  });
}

function panelText({ signer, capacityText, at, reason, location, appearance }: SignRequest) {
  const [leaf] = signer.certificates;
  if (!leaf) refuse({ code: 'invalid-input', detail: 'The signer has no certificate.' });
  const fingerprint = createHash('sha256').update(leaf).digest('hex').slice(0, 16);
  const time = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const lines = [
    `${capacityText} · ${time}`,
    `Reason: ${reason}`,
    ...(location === undefined ? [] : [`Place: ${location}`]),
    `Certificate SHA-256: ${fingerprint.replace(/.{4}(?=.)/g, '$& ')} …`,
    ...(appearance?.lines ?? []),
  ];
  return { name: signer.name, lines };
}

/** The room of the field's widget; none where it is invisible or the rectangle makes no sense. */
function panelSize({ dict: { entries } }: FormField): PanelSize | undefined {
  const rect = entries.get('Rect');
  const corners =
    rect?.kind === 'array' ? rect.items.map((item) => (item.kind === 'number' ? item.value : 0)) : [];
  const [left = 0, bottom = 0, right = 0, top = 0] = corners;
  const size = { width: Math.abs(right - left), height: Math.abs(top - bottom) };
  return size.width > 20 && size.height > 10 ? size : undefined;
}

function pdfDate(at: Date): string {
  return `D:${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

/** New for every revision, yet the same for the same input. */
function revisionId(pdf: PdfFile, { signer, at, field }: SignRequest): Buffer {
  const seed = [pdf.size, pdf.xrefAt, field, signer.name, at.toISOString()].join('\n');
  return createHash('sha256').update(seed).digest().subarray(0, 16);
}

function withByteRange({ bytes, starts }: Assembled, signature: PdfRef, size: number): Revision {
  const from = starts.get(signature.number);
  const start = bytes.indexOf(GAP, from);
  const gap = { start, end: start + GAP.length };
  const byteRange = [0, size + gap.start, size + gap.end, bytes.length - gap.end] as const;
  bytes.write(`[${byteRange.join(' ')}]`.padEnd(RANGE.length), bytes.indexOf(RANGE, from), 'latin1');
  return { bytes, gap, byteRange };
}
