/** The values of PDF (ISO 32000-2, 7.3), as plain data. Offsets are positions in the file. */
export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Buffer;
  readonly hex: boolean;
  /** From its opening to after its closing delimiter; zero both where it came out of an object stream. */
  readonly start: number;
  readonly end: number;
}

export interface PdfRef {
  readonly kind: 'ref';
  readonly num: number;
  readonly gen: number;
}

export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
}

export type PdfArray = readonly PdfValue[];
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfDict | PdfArray;

/** An indirect object as it stands in the file. */
export interface PdfObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  /** Where the stream's raw bytes are, when it is a stream. */
  readonly stream: { readonly start: number; readonly length: number } | null;
  /** From its number to after `endobj`; zero both where it came out of an object stream. */
  readonly start: number;
  readonly end: number;
}

/** Something in the file is not PDF, or beyond the limits of what is read. `at` is its offset, where known. */
export class PdfFault extends Error {
  readonly at: number | null;
  constructor(message: string, at: number | null = null) {
    super(message);
    this.name = 'PdfFault';
    this.at = at;
  }
}

export function isArray(value: PdfValue | undefined): value is PdfArray {
  return Array.isArray(value);
}

function isKind<K extends 'name' | 'string' | 'ref' | 'dict'>(value: PdfValue | undefined, kind: K): boolean {
  return typeof value === 'object' && value !== null && !isArray(value) && value.kind === kind;
}

export const isName = (value: PdfValue | undefined): value is PdfName => isKind(value, 'name');
export const isString = (value: PdfValue | undefined): value is PdfString => isKind(value, 'string');
export const isRef = (value: PdfValue | undefined): value is PdfRef => isKind(value, 'ref');
export const isDict = (value: PdfValue | undefined): value is PdfDict => isKind(value, 'dict');

export const EMPTY_DICT: PdfDict = { kind: 'dict', entries: new Map() };

/** The name's text, or null for any other value. */
export function nameOf(value: PdfValue | undefined): string | null {
  return isName(value) ? value.name : null;
}

/** A non-negative whole number, or null for any other value. */
export function indexOf(value: PdfValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A text string: UTF-16 or UTF-8 by its mark, else read byte by byte. */
export function textOf(value: PdfValue | undefined): string | null {
  if (!isString(value)) return null;
  const { bytes } = value;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('latin1');
}

/** Whether two values are the same PDF value; references are compared as references. */
export function sameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (isArray(b)) return false;
  if (isDict(a)) return isDict(b) && changedKeys(a, b).length === 0;
  if (isRef(a)) return isRef(b) && a.num === b.num && a.gen === b.gen;
  if (isName(a)) return isName(b) && a.name === b.name;
  return isString(a) && isString(b) && a.bytes.equals(b.bytes);
}

/** The keys whose values differ, in alphabetical order. */
export function changedKeys(a: PdfDict, b: PdfDict): string[] {
  const keys = new Set([...a.entries.keys(), ...b.entries.keys()]);
  return [...keys].filter((key) => !sameValue(a.entries.get(key), b.entries.get(key))).sort();
}

/** Every reference within a value. */
export function* refsIn(value: PdfValue): Generator<PdfRef> {
  if (isRef(value)) yield value;
  else if (isArray(value)) for (const item of value) yield* refsIn(item);
  else if (isDict(value)) for (const item of value.entries.values()) yield* refsIn(item);
}
