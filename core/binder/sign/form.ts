import { refuse } from '../../../shared/fault.ts';
import type { PdfFile, PdfObject } from './pdf-file.ts';
import { corrupt, integerOf, nameOf, type PdfDict, type PdfValue, readText } from './pdf-value.ts';

/** A signature field of the form with its one widget, as binders are built. */
export interface FormField {
  readonly name: string;
  readonly object: PdfObject;
  readonly dict: PdfDict;
  /** The signature dictionary where the field is signed. */
  readonly signature: PdfDict | undefined;
}

export interface SignatureForm {
  readonly catalog: PdfObject & { readonly value: PdfDict };
  /** In the order of the document. */
  readonly fields: readonly FormField[];
}

const MAX_FIELDS = 1_000;

/** Finds the catalog and the signature fields; refuses a PDF that has none. */
export async function readForm(file: PdfFile): Promise<SignatureForm> {
  const catalog = await readCatalog(file);
  const form = await file.resolve(catalog.value.entries.get('AcroForm'));
  const listed = form?.kind === 'dict' ? await file.resolve(form.entries.get('Fields')) : undefined;
  const refs = listed?.kind === 'array' ? listed.items : [];
  if (refs.length > MAX_FIELDS) corrupt('The form has more fields than any binder.');
  const fields: FormField[] = [];
  for (const item of refs) {
    const field = await readField(file, item);
    if (field) fields.push(field);
  }
  if (fields.length === 0) {
    refuse({ code: 'invalid-input', detail: 'This PDF has no signature fields, so it is no binder.' });
  }
  if (new Set(fields.map((field) => field.name)).size < fields.length) {
    corrupt('Two signature fields have the same name.');
  }
  return { catalog, fields };
}

async function readCatalog(file: PdfFile): Promise<SignatureForm['catalog']> {
  const root = file.trailer.entries.get('Root');
  const object = root?.kind === 'ref' ? await file.object(root.number, root.generation) : undefined;
  if (object?.value.kind !== 'dict') corrupt('The document catalog is missing.');
  return { ...object, value: object.value };
}

/** Fields of other kinds, and those spread over several widgets, are none that a binder has: they are left alone. */
async function readField(file: PdfFile, item: PdfValue): Promise<FormField | undefined> {
  if (item.kind !== 'ref') return undefined;
  const object = await file.object(item.number, item.generation);
  if (object?.value.kind !== 'dict') return undefined;
  const { entries } = object.value;
  const title = entries.get('T');
  if (nameOf(entries.get('FT')) !== 'Sig' || title?.kind !== 'string' || entries.has('Kids'))
    return undefined;
  const value = await file.resolve(entries.get('V'));
  const signature = value?.kind === 'dict' ? value : undefined;
  return { name: readText(title.bytes), object, dict: object.value, signature };
}

/** Why an earlier signature forbids signing another field, as a sentence; `undefined` when none does. */
export async function forbiddenBy(
  file: PdfFile,
  form: SignatureForm,
  field: string,
): Promise<string | undefined> {
  for (const earlier of form.fields) {
    for (const { method, params } of await transformsOf(file, earlier.signature)) {
      if (method === 'DocMDP' && integerOf(params.entries.get('P')) === 1) {
        return `The signature in ${earlier.name} allows no further signatures.`;
      }
      if (method === 'FieldMDP' && (await locks(file, params, field))) {
        return `The signature in ${earlier.name} was declared the last one.`;
      }
    }
  }
  return undefined;
}

interface Transform {
  readonly method: string | undefined;
  readonly params: PdfDict;
}

/** What a signature says may still change (ISO 32000-1, 12.8.2). */
async function transformsOf(file: PdfFile, signature: PdfDict | undefined): Promise<Transform[]> {
  const references = await file.resolve(signature?.entries.get('Reference'));
  const transforms: Transform[] = [];
  for (const item of references?.kind === 'array' ? references.items : []) {
    const reference = await file.resolve(item);
    if (reference?.kind !== 'dict') continue;
    const params = await file.resolve(reference.entries.get('TransformParams'));
    const method = nameOf(reference.entries.get('TransformMethod'));
    if (params?.kind === 'dict') transforms.push({ method, params });
  }
  return transforms;
}

async function locks(file: PdfFile, params: PdfDict, field: string): Promise<boolean> {
  const action = nameOf(params.entries.get('Action'));
  if (action === 'All') return true;
  const listed = await file.resolve(params.entries.get('Fields'));
  const names = listed?.kind === 'array' ? listed.items : [];
  const named = names.some((item) => item.kind === 'string' && readText(item.bytes) === field);
  return action === 'Exclude' ? !named : named;
}
