import { decodeStream } from '../pdf/filters.ts';
import { isArray, isDict, isRef, nameOf, type PdfDict, PdfFault, type PdfValue } from '../pdf/values.ts';
import type { PdfView } from '../pdf/view.ts';

export const DATA_KINDS = ['certificate', 'list', 'answer'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

const KEYS: Readonly<Record<DataKind, { readonly all: string; readonly own: string }>> = {
  certificate: { all: 'Certs', own: 'Cert' },
  list: { all: 'CRLs', own: 'CRL' },
  answer: { all: 'OCSPs', own: 'OCSP' },
};

/** How much of each there may be: companies' lists grow long, all else is small. */
export const MOST_OF_A_KIND = 64;
export const LARGEST: Readonly<Record<DataKind, number>> = {
  certificate: 64 * 1024,
  list: 8 * 1024 * 1024,
  answer: 512 * 1024,
};
export const LARGEST_TOGETHER = 32 * 1024 * 1024;

/** The validation data of a version (DSS, ISO 32000-2, 12.8.4.3), by what it refers to. */
export interface DataStore {
  /** The numbers of the streams of each kind. */
  readonly streams: ReadonlyMap<DataKind, readonly number[]>;
  /** Under the key of each signature what is for that one. */
  readonly perSignature: ReadonlyMap<string, readonly number[]>;
  /** Every object it consists of: these streams, and its dictionaries and arrays where they are objects. */
  readonly objects: ReadonlySet<number>;
}

/** Null where there is none. Whatever is in it beyond that is a fault: it would be a place to hide things in. */
export async function readStore(view: PdfView): Promise<DataStore | null> {
  const root = (await view.catalog()).entries.get('DSS');
  return root === undefined || root === null ? null : new StoreReader(view).read(root);
}

/** The same for comparing: one that is not as it must be is taken for none. */
export async function readStoreOrNone(view: PdfView): Promise<DataStore | null> {
  try {
    return await readStore(view);
  } catch (error) {
    if (error instanceof PdfFault) return null;
    throw error;
  }
}

/** Whether a later store still has all that the earlier one had. */
export function isKept(before: DataStore | null, after: DataStore | null): boolean {
  if (before === null) return true;
  return DATA_KINDS.every((kind) => {
    const now = new Set(after?.streams.get(kind));
    return (before.streams.get(kind) ?? []).every((num) => now.has(num));
  });
}

class StoreReader {
  readonly #view: PdfView;
  readonly #objects = new Set<number>();

  constructor(view: PdfView) {
    this.#view = view;
  }

  async read(root: PdfValue): Promise<DataStore> {
    const dict = await this.#dict(root, ['Type', 'VRI', ...Object.values(KEYS).map(({ all }) => all)], 'DSS');
    const streams = new Map<DataKind, readonly number[]>();
    for (const kind of DATA_KINDS) streams.set(kind, await this.#streams(dict.entries.get(KEYS[kind].all)));
    const perSignature = await this.#perSignature(dict.entries.get('VRI'), streams);
    return { streams, perSignature, objects: this.#objects };
  }

  async #perSignature(
    value: PdfValue | undefined,
    streams: ReadonlyMap<DataKind, readonly number[]>,
  ): Promise<Map<string, readonly number[]>> {
    const found = new Map<string, readonly number[]>();
    if (value === undefined) return found;
    const dict = await this.#dict(value, null);
    for (const [key, one] of dict.entries) {
      const own = await this.#dict(one, ['Type', ...Object.values(KEYS).map((names) => names.own)], 'VRI');
      const refs: number[] = [];
      for (const kind of DATA_KINDS) {
        const named = await this.#refs(own.entries.get(KEYS[kind].own));
        if (named.some((num) => !streams.get(kind)?.includes(num)))
          throw new PdfFault('the validation data of a signature are not among those of the document');
        refs.push(...named);
      }
      found.set(key, refs);
    }
    return found;
  }

  /** A dictionary with these keys alone, or with names of signatures where there are none. */
  async #dict(value: PdfValue, keys: readonly string[] | null, type?: string): Promise<PdfDict> {
    const dict = await this.#view.resolve(value);
    if (isRef(value)) this.#objects.add(value.num);
    const object = await this.#view.objectAt(value);
    if (!isDict(dict) || object?.stream) throw new PdfFault('the validation data are damaged');
    const foreign = [...dict.entries.keys()].find((key) =>
      keys ? !keys.includes(key) : !/^[0-9A-F]{40}$/.test(key),
    );
    if (foreign !== undefined) throw new PdfFault(`the validation data hold /${foreign}, which is none`);
    const said = dict.entries.get('Type');
    if (keys && said !== undefined && nameOf(said) !== type)
      throw new PdfFault('the validation data are damaged');
    return dict;
  }

  async #refs(value: PdfValue | undefined): Promise<number[]> {
    if (value === undefined) return [];
    const items = await this.#view.resolve(value);
    if (isRef(value)) this.#objects.add(value.num);
    if (!isArray(items) || items.length > MOST_OF_A_KIND)
      throw new PdfFault('the validation data are damaged or too many');
    return items.map((item) => {
      if (!isRef(item)) throw new PdfFault('the validation data are damaged');
      return item.num;
    });
  }

  async #streams(value: PdfValue | undefined): Promise<number[]> {
    const refs = await this.#refs(value);
    if (new Set(refs).size < refs.length) throw new PdfFault('validation data are named twice');
    for (const num of refs) {
      const object = await this.#view.object(num);
      if (this.#objects.has(num) || !object?.stream || !isDict(object.value) || !isPlain(object.value))
        throw new PdfFault('the validation data are no plain streams');
      this.#objects.add(num);
    }
    return refs;
  }
}

/** A stream that says nothing of itself but how long it is, and how it is packed. */
function isPlain({ entries }: PdfDict): boolean {
  const filter = entries.get('Filter');
  const keys = [...entries.keys()].every((key) => key === 'Length' || key === 'Filter');
  return (
    keys &&
    typeof entries.get('Length') === 'number' &&
    (filter === undefined || nameOf(filter) === 'FlateDecode')
  );
}

/** One piece of validation data as it stands in the file. */
export interface StoredData {
  readonly kind: DataKind;
  readonly num: number;
  readonly bytes: Buffer;
}

/** The bytes of all of it, of which there may be so much. */
export async function dataIn(view: PdfView, store: DataStore): Promise<StoredData[]> {
  const found: StoredData[] = [];
  let left = LARGEST_TOGETHER;
  for (const kind of DATA_KINDS) {
    for (const num of store.streams.get(kind) ?? []) {
      const object = await view.object(num);
      if (!object) throw new PdfFault('the validation data are damaged');
      const bytes = await decodeStream(view.file, object, Math.min(left, LARGEST[kind]));
      left -= bytes.length;
      found.push({ kind, num, bytes });
    }
  }
  return found;
}
