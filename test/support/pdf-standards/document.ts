import { readFile } from 'node:fs/promises';
import { FileBytes } from '../../../core/binder/verify/file-bytes.ts';
import { decodeStream } from '../../../core/binder/verify/pdf/filters.ts';
import {
  EMPTY_DICT,
  isArray,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  type PdfObject,
  type PdfValue,
} from '../../../core/binder/verify/pdf/values.ts';
import { PdfView } from '../../../core/binder/verify/pdf/view.ts';
import { operationsOf, type Walked, walk } from './content.ts';

const LARGEST = 64 * 1024 * 1024;

export interface Page {
  readonly num: number;
  readonly dict: PdfDict;
  readonly walked: Walked;
}

/** A PDF held in memory whole, as the rules of a standard look at it. */
export interface PdfDocument {
  readonly bytes: Buffer;
  readonly text: string;
  readonly trailer: PdfDict;
  readonly catalog: PdfDict;
  readonly objects: ReadonlyMap<number, PdfObject>;
  readonly pages: readonly Page[];
  /** Every dictionary, with the object it stands in. */
  readonly dicts: readonly { readonly num: number; readonly dict: PdfDict }[];
  /** Follows references. */
  at(value: PdfValue | undefined): PdfValue;
  dict(value: PdfValue | undefined): PdfDict;
  array(value: PdfValue | undefined): readonly PdfValue[];
  data(value: PdfValue | undefined): Promise<Buffer>;
}

/** Reads the newest version of a file by the verifier's reader, which shares nothing with the composer. */
export async function readDocument(
  path: string,
  change: (content: string) => string = (content) => content,
): Promise<PdfDocument> {
  const bytes = await readFile(path);
  const file = await FileBytes.open(path);
  try {
    const view = await PdfView.open(file, file.size);
    const objects = new Map<number, PdfObject>();
    for (const num of view.entries.keys()) {
      const object = await view.object(num);
      if (object) objects.set(num, object);
    }
    const at = (value: PdfValue | undefined): PdfValue =>
      isRef(value) ? at(objects.get(value.num)?.value) : (value ?? null);
    const dict = (value: PdfValue | undefined): PdfDict => {
      const found = at(value);
      return isDict(found) ? found : EMPTY_DICT;
    };
    const array = (value: PdfValue | undefined): readonly PdfValue[] => {
      const found = at(value);
      return isArray(found) ? found : [];
    };
    const streams = new Map<PdfDict, Buffer>();
    for (const object of objects.values()) {
      const { value, stream } = object;
      if (!isDict(value) || !stream || nameOf(value.entries.get('Type')) === 'EmbeddedFile') continue;
      streams.set(value, await decodeStream(file, object, LARGEST));
    }
    const data = async (value: PdfValue | undefined) => streams.get(dict(value)) ?? Buffer.alloc(0);
    const catalog = dict(view.trailer.entries.get('Root'));
    const pages: Page[] = [];
    for (const [num, node] of pagesUnder(catalog.entries.get('Pages'), { dict, array })) {
      const content = (await data(node.entries.get('Contents'))).toString('latin1');
      pages.push({ num, dict: node, walked: walk(operationsOf(change(content))) });
    }
    const dicts = [...objects.values()].flatMap(({ num, value }) =>
      [...dictsIn(value)].map((found) => ({ num, dict: found })),
    );
    const text = bytes.toString('latin1');
    return { bytes, text, trailer: view.trailer, catalog, objects, pages, dicts, at, dict, array, data };
  } finally {
    await file.close();
  }
}

function* pagesUnder(
  node: PdfValue | undefined,
  read: Pick<PdfDocument, 'dict' | 'array'>,
): Generator<[number, PdfDict]> {
  const dict = read.dict(node);
  const kids = read.array(dict.entries.get('Kids'));
  if (nameOf(dict.entries.get('Type')) === 'Page') yield [isRef(node) ? node.num : 0, dict];
  else for (const kid of kids) yield* pagesUnder(kid, read);
}

function* dictsIn(value: PdfValue): Generator<PdfDict> {
  if (isArray(value)) for (const item of value) yield* dictsIn(item);
  if (!isDict(value)) return;
  yield value;
  for (const item of value.entries.values()) yield* dictsIn(item);
}

export const named = (dict: PdfDict, key: string): string | null => nameOf(dict.entries.get(key));

/** One rule of a standard and how a file is held against it. */
export interface Clause {
  readonly clause: string;
  /** What is asked for, and what the composer does about it. */
  readonly asks: string;
  readonly does: string;
  /** What is wrong, in words; nothing where the rule is kept. */
  readonly wrong: (doc: PdfDocument) => string[] | Promise<string[]>;
  /** Bytes to exchange in a good file, or what to make of its pages, so that the rule is broken. */
  readonly broken: readonly [from: RegExp, to: string] | ((content: string) => string);
}
