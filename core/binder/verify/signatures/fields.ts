import {
  indexOf,
  isArray,
  isDict,
  isRef,
  isString,
  nameOf,
  type PdfDict,
  PdfFault,
  type PdfString,
  textOf,
} from '../pdf/values.ts';
import type { PdfView } from '../pdf/view.ts';

/** A signature field of the form, filled or empty. */
export interface SignatureField {
  readonly name: string;
  /** Object number of the field. */
  readonly num: number;
  readonly dict: PdfDict;
  readonly value: SignatureValue | null;
}

/** What a filled field holds. */
export interface SignatureValue {
  /** Object number of the signature dictionary; null where it stands within the field. */
  readonly num: number | null;
  readonly dict: PdfDict;
  readonly subFilter: string | null;
  readonly contents: PdfString | null;
  readonly byteRange: readonly number[] | null;
  /** The signer's claim. */
  readonly at: Date | null;
}

const MAX_FIELDS = 10_000;

/** The signature fields that the form of this version leads to; where the way there is damaged, all there are. */
export async function signatureFields(view: PdfView): Promise<SignatureField[]> {
  try {
    const form = await view.dictAt(await view.catalog(), 'AcroForm');
    return form ? await fieldsOf(view, form) : [];
  } catch (error) {
    if (error instanceof PdfFault) return looseFields(view);
    throw error;
  }
}

async function looseFields(view: PdfView): Promise<SignatureField[]> {
  const fields: SignatureField[] = [];
  for (const num of view.entries.keys()) {
    const object = await view.object(num).catch(() => null);
    if (!object || !isDict(object.value) || nameOf(object.value.entries.get('FT')) !== 'Sig') continue;
    const dict = object.value;
    const value = await signatureValue(view, dict).catch(() => null);
    fields.push({ name: textOf(dict.entries.get('T')) ?? `field ${num}`, num, dict, value });
  }
  return fields;
}

async function fieldsOf(view: PdfView, form: PdfDict): Promise<SignatureField[]> {
  const fields: SignatureField[] = [];
  const seen = new Set<number>();
  const queue = (await view.arrayAt(form, 'Fields')).map((ref) => ({
    ref,
    path: '',
    type: null as string | null,
  }));
  for (const { ref, path, type } of queue) {
    if (!isRef(ref) || seen.has(ref.num) || seen.size > MAX_FIELDS) continue;
    seen.add(ref.num);
    const dict = await view.resolve(ref);
    if (!isDict(dict)) continue;
    const own = textOf(await view.resolve(dict.entries.get('T')));
    const name = [path, own].filter((part) => part).join('.');
    const fieldType = nameOf(dict.entries.get('FT')) ?? type;
    for (const kid of await view.arrayAt(dict, 'Kids')) queue.push({ ref: kid, path: name, type: fieldType });
    if (fieldType === 'Sig')
      fields.push({ name, num: ref.num, dict, value: await signatureValue(view, dict) });
  }
  return fields;
}

async function signatureValue(view: PdfView, field: PdfDict): Promise<SignatureValue | null> {
  const ref = field.entries.get('V');
  const dict = await view.resolve(ref);
  if (!isDict(dict)) return null;
  // Both must stand in the dictionary itself: an indirect one could be replaced by an update.
  const contents = dict.entries.get('Contents');
  const range = dict.entries.get('ByteRange');
  const numbers = isArray(range) ? range.map((item) => indexOf(item) ?? -1) : null;
  return {
    num: isRef(ref) ? ref.num : null,
    dict,
    subFilter: nameOf(dict.entries.get('SubFilter')),
    contents: isString(contents) ? contents : null,
    byteRange: numbers,
    at: pdfDate(textOf(dict.entries.get('M'))),
  };
}

/** `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2, 7.9.4). */
export function pdfDate(text: string | null): Date | null {
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)'?)?$/.exec(
    text ?? '',
  );
  if (!match) return null;
  const [, year, month, day, hour, minute, second, sign, hours = '00', minutes = '00'] = match;
  const offset = sign ? `${sign}${hours}:${minutes}` : 'Z';
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  return Number.isNaN(date.getTime()) ? null : date;
}
