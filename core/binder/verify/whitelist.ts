import {
  changedKeys,
  indexOf,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  type PdfValue,
  refsIn,
} from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import type { XrefEntry } from './pdf/xref.ts';
import { type DataStore, isKept, readStoreOrNone } from './revocation/store.ts';
import { type SignatureField, signatureFields } from './signatures/fields.ts';

/** What a signer may change in a field of its own: its value, its appearance, its date and its locks. */
const FIELD_KEYS = new Set(['V', 'AP', 'M', 'F', 'Lock']);
const SIGNATURE_KEYS = new Set([
  'Type',
  'Filter',
  'SubFilter',
  'Contents',
  'ByteRange',
  'M',
  'Name',
  'Reason',
  'Location',
  'ContactInfo',
  'Reference',
  'Prop_Build',
  'BinderyVouch',
]);

/** Two versions of the document and who had signed the older one. */
export interface Step {
  readonly before: PdfView;
  readonly after: PdfView;
  /** `Preparer`: the field whose signature covers `before`. */
  readonly signed: string;
  /** The field whose signature covers `after`; null when none does. */
  readonly signing: string | null;
}

/** Whether a table knows no such object. */
export const isAbsent = (entry: XrefEntry | undefined): boolean =>
  entry === undefined || entry.kind === 'free';

/** The changed objects that are in order: one empty signature field filled, and what hangs on it; validation data. */
export async function allowedChanges(step: Step, changed: ReadonlySet<number>): Promise<Set<number>> {
  const allowed = new Set<number>();
  const oldFields = new Map((await signatureFields(step.before)).map((field) => [field.num, field]));
  for (const field of await signatureFields(step.after)) {
    const old = oldFields.get(field.num);
    if (changed.has(field.num) && old && isFilling(step, old, field)) {
      allowed.add(field.num);
      await allowNew(step, field.dict.entries.get('AP'), changed, allowed);
      await allowNew(step, field.dict.entries.get('V'), changed, allowed);
    }
  }
  await allowForm(step, changed, allowed);
  await allowCatalog(step, changed, allowed);
  return allowed;
}

/** The one field that this revision's signature fills, and only as signing does. */
function isFilling({ signing }: Step, old: SignatureField, now: SignatureField): boolean {
  if (now.name !== signing || old.name !== now.name || old.value !== null || now.value === null) return false;
  const keys = [...now.value.dict.entries.keys()];
  return (
    changedKeys(old.dict, now.dict).every((key) => FIELD_KEYS.has(key)) &&
    keys.every((key) => SIGNATURE_KEYS.has(key)) &&
    showsItself(old.dict, now.dict)
  );
}

/** The annotation flags may lock the field, not hide it. */
function showsItself(old: PdfDict, now: PdfDict): boolean {
  const [before, after] = [indexOf(old.entries.get('F')) ?? 0, indexOf(now.entries.get('F')) ?? 0];
  const [readOnly, locked, lockedContents] = [64, 128, 512];
  return ((before ^ after) & ~(readOnly | locked | lockedContents)) === 0;
}

/** Allows the new objects that a value leads to; objects of the older version are never allowed by this. */
async function allowNew(
  { before, after }: Step,
  value: PdfValue | undefined,
  changed: ReadonlySet<number>,
  allowed: Set<number>,
): Promise<void> {
  const stack: PdfValue[] = [value ?? null];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const { num } of refsIn(next)) {
      if (allowed.has(num) || !changed.has(num) || !isAbsent(before.entries.get(num))) continue;
      const object = await after.object(num);
      if (!object || !isHarmless(object.value)) continue;
      allowed.add(num);
      stack.push(object.value);
    }
  }
}

/** Pages, annotations, actions and files have no place in an appearance. */
function isHarmless(value: PdfValue): boolean {
  if (!isDict(value)) return true;
  const type = nameOf(value.entries.get('Type'));
  const foreign = [
    'Page',
    'Pages',
    'Catalog',
    'Annot',
    'Action',
    'Filespec',
    'EmbeddedFile',
    'StructElem',
    'OCG',
  ];
  return (type === null || !foreign.includes(type)) && !value.entries.has('EF') && !value.entries.has('JS');
}

/** The form's own dictionary may only gain signature flags. */
async function allowForm(step: Step, changed: ReadonlySet<number>, allowed: Set<number>): Promise<void> {
  const ref = (await step.after.catalog()).entries.get('AcroForm');
  if (!isRef(ref) || !changed.has(ref.num)) return;
  const [old, now] = [await step.before.object(ref.num), await step.after.object(ref.num)];
  if (isDict(old?.value) && isDict(now?.value) && isSameForm(old.value, now.value)) allowed.add(ref.num);
}

function isSameForm(old: PdfDict, now: PdfDict): boolean {
  const [before, after] = [
    indexOf(old.entries.get('SigFlags')) ?? 0,
    indexOf(now.entries.get('SigFlags')) ?? 0,
  ];
  return changedKeys(old, now).every((key) => key === 'SigFlags') && (after & before) === before;
}

/** The catalog may only gain validation data (DSS) and the extension that announces it. */
async function allowCatalog(step: Step, changed: ReadonlySet<number>, allowed: Set<number>): Promise<void> {
  const root = step.after.trailer.entries.get('Root');
  const [old, now] = [await step.before.catalog(), await step.after.catalog()];
  const data = await gainedData(step);
  if (isRef(root) && changed.has(root.num) && isSameCatalog(old, now, data !== null)) allowed.add(root.num);
  if (!data) return;
  const before = await readStoreOrNone(step.before);
  for (const num of data.objects) {
    const isOwn = before?.objects.has(num) && !isStream(data, num);
    if (changed.has(num) && (isOwn || isAbsent(step.before.entries.get(num)))) allowed.add(num);
  }
}

const isStream = ({ streams }: DataStore, num: number): boolean =>
  [...streams.values()].some((nums) => nums.includes(num));

/** The validation data of the later version, where they are nothing else and what was there before is still among them. */
async function gainedData({ before, after }: Step): Promise<DataStore | null> {
  const now = await readStoreOrNone(after);
  return now && isKept(await readStoreOrNone(before), now) ? now : null;
}

/** Whether a revision brought validation data at all. */
export async function bringsData(step: Step): Promise<boolean> {
  const [before, now] = [await readStoreOrNone(step.before), await gainedData(step)];
  return now !== null && [...now.objects].some((num) => !before?.objects.has(num));
}

function isSameCatalog(old: PdfDict, now: PdfDict, gainsData: boolean): boolean {
  return changedKeys(old, now).every((key) => {
    const [before, after] = [old.entries.get(key), now.entries.get(key)];
    if (key === 'DSS') return gainsData;
    if (key === 'Extensions') return gainsData && after !== undefined && [...refsIn(after)].length === 0;
    return key === 'AcroForm' && isDict(before) && isDict(after) && isSameForm(before, after);
  });
}
