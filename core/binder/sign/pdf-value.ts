import { refuse } from '../../../shared/fault.ts';
import { textString } from '../compose/pdf-objects.ts';

/**
 * A PDF value as far as signing has to understand it: what is not looked into keeps its bytes as written, so that a
 * rewritten object differs from the old one only where it was meant to. Texts are latin1: one character, one byte.
 */
export type PdfValue =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number; readonly raw: string }
  | { readonly kind: 'string'; readonly bytes: Buffer; readonly raw: string }
  | PdfRef
  | { readonly kind: 'array'; readonly items: readonly PdfValue[] }
  | PdfDict
  /** Anything else, in the words of the file: `true`, `null`, or what is written by hand. */
  | { readonly kind: 'verbatim'; readonly raw: string };

export interface PdfRef {
  readonly kind: 'ref';
  readonly number: number;
  readonly generation: number;
}

export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
}

export const name = (text: string): PdfValue => ({ kind: 'name', name: text });

export const number = (value: number): PdfValue => ({ kind: 'number', value, raw: String(value) });

export const ref = (target: number, generation = 0): PdfRef => ({
  kind: 'ref',
  number: target,
  generation,
});

export const array = (...items: readonly PdfValue[]): PdfValue => ({ kind: 'array', items });

/** A dictionary of the entries that are there. */
export function dict(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
  const present = Object.entries(entries).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
  return { kind: 'dict', entries: new Map(present) };
}

/** A dictionary that says of what type it is. */
export function typed(type: string, entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
  return dict({ Type: name(type), ...entries });
}

/** The dictionary with some entries set anew; all others keep their bytes and order. */
export function withEntries(old: PdfDict, entries: Readonly<Record<string, PdfValue>>): PdfDict {
  return { kind: 'dict', entries: new Map([...old.entries, ...Object.entries(entries)]) };
}

/** A text string in any script. */
export function text(value: string): PdfValue {
  return { kind: 'verbatim', raw: textString(value.toWellFormed()) };
}

/** The characters of a text string. */
export function readText(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3).toString('utf8');
  return bytes.toString('latin1');
}

/** The value in PDF syntax, as latin1 text. */
export function write(value: PdfValue): string {
  switch (value.kind) {
    case 'name':
      return `/${escapeName(value.name)}`;
    case 'ref':
      return `${value.number} ${value.generation} R`;
    case 'array':
      return `[${value.items.map(write).join(' ')}]`;
    case 'dict':
      return `<<\n${[...value.entries].map(([key, v]) => `/${escapeName(key)} ${write(v)}\n`).join('')}>>`;
    default:
      return value.raw;
  }
}

function escapeName(raw: string): string {
  return raw.replace(/[^!-~]|[#()<>[\]{}/%]/g, (c) => `#${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

export function integerOf(value: PdfValue | undefined): number | undefined {
  return value?.kind === 'number' && Number.isSafeInteger(value.value) ? value.value : undefined;
}

export function nameOf(value: PdfValue | undefined): string | undefined {
  return value?.kind === 'name' ? value.name : undefined;
}

/** Ends with the fault for a file that breaks the rules of its own format. */
export function corrupt(detail: string): never {
  refuse({ code: 'corrupt', what: 'PDF', detail });
}
