import {
  isArray,
  isDict,
  isRef,
  type PdfDict,
  type PdfValue,
} from '../../../core/binder/verify/pdf/values.ts';
import { named, type PdfDocument } from './document.ts';

/** An element of the structure tree, with what it holds directly. */
export interface Element {
  readonly num: number;
  readonly parent: number;
  readonly tag: string;
  readonly dict: PdfDict;
  readonly marks: readonly { readonly page: number; readonly mcid: number }[];
  readonly annotations: readonly number[];
}

/** The elements in the order in which they are read aloud. */
export function* treeOf(doc: PdfDocument): Generator<Element> {
  const root = doc.catalog.entries.get('StructTreeRoot');
  yield* below(doc, doc.dict(root), isRef(root) ? root.num : 0);
}

function* below(doc: PdfDocument, dict: PdfDict, num: number): Generator<Element> {
  for (const kid of kidsOf(dict)) {
    if (!isRef(kid)) continue;
    const own = doc.dict(kid);
    yield elementOf(own, kid.num, num);
    yield* below(doc, own, kid.num);
  }
}

function kidsOf(dict: PdfDict): readonly PdfValue[] {
  const kids = dict.entries.get('K');
  if (kids === undefined || kids === null) return [];
  return isArray(kids) ? kids : [kids];
}

function elementOf(dict: PdfDict, num: number, parent: number): Element {
  const marks: { page: number; mcid: number }[] = [];
  const annotations: number[] = [];
  const own = dict.entries.get('Pg');
  for (const kid of kidsOf(dict)) {
    if (typeof kid === 'number') marks.push({ page: isRef(own) ? own.num : 0, mcid: kid });
    if (!isDict(kid)) continue;
    const page = kid.entries.get('Pg');
    const annotation = kid.entries.get('Obj');
    if (isRef(annotation)) annotations.push(annotation.num);
    else marks.push({ page: isRef(page) ? page.num : 0, mcid: Number(kid.entries.get('MCID')) });
  }
  return { num, parent, tag: named(dict, 'S') ?? '', dict, marks, annotations };
}
