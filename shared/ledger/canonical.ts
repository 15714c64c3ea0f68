import canonicalize from 'canonicalize';

/** SHA-256 over bytes, handed in by the environment; returns the 32 digest bytes. */
export interface Sha256 {
  (bytes: Uint8Array): Uint8Array;
  /** The same in hexadecimal, where the environment makes it without the bytes. */
  readonly hex?: (bytes: Uint8Array) => string;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const encoder = new TextEncoder();

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * RFC 8785 canonical JSON text. Throws `TypeError` on what JSON cannot carry faithfully: undefined, NaN,
 * infinities, bigint, and strings or keys with lone surrogates (RFC 8785 section 3.2.2.2 wants well-formed Unicode).
 */
export function canonicalText(value: Json): string {
  refuseIllFormed(value);
  // RFC 8785 section 3.2.2.2 writes strings as this does.
  if (typeof value === 'string') return JSON.stringify(value);
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical JSON form');
  return text;
}

/** UTF-8 bytes of the RFC 8785 form: what is hashed and signed. */
export function canonicalBytes(value: Json): Uint8Array {
  return encoder.encode(canonicalText(value));
}

/** A value of which lists, however long, may be handed out item by item as they are made. */
export type StreamedJson =
  | Json
  | (() => Iterable<Json>)
  | readonly StreamedJson[]
  | { readonly [key: string]: StreamedJson };

/**
 * The same text piece by piece: of a large value neither text nor bytes ever stand in memory as a whole. A list that is
 * handed out has to stand no deeper than `depth`.
 */
export function* canonicalPieces(value: StreamedJson, depth = 2): Generator<string> {
  if (typeof value === 'function') {
    let between = '[';
    for (const item of value()) {
      yield `${between}${canonicalText(item)}`;
      between = ',';
    }
    yield between === '[' ? '[]' : ']';
    return;
  }
  if (value === null || typeof value !== 'object' || depth === 0) {
    yield canonicalText(value as Json);
    return;
  }
  const isList = Array.isArray(value);
  // RFC 8785 section 3.2.3 sorts keys by their UTF-16 code units, as this does.
  const members: [string, StreamedJson][] = isList
    ? value.map((item: StreamedJson): [string, StreamedJson] => ['', item])
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [`${canonicalText(key)}:`, item]);
  yield isList ? '[' : '{';
  for (const [index, [name, item]] of members.entries()) {
    yield index === 0 ? name : `,${name}`;
    yield* canonicalPieces(item, depth - 1);
  }
  yield isList ? ']' : '}';
}

/** Throws `TypeError` on what has no canonical form. */
export function refuseIllFormed(value: Json | undefined): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('string is not well-formed Unicode');
      return;
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('number is not finite');
      return;
    case 'boolean':
      return;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) {
        for (const item of value) refuseIllFormed(item);
        return;
      }
      for (const key in value) {
        if (!Object.hasOwn(value, key)) continue;
        if (!key.isWellFormed()) throw new TypeError('key is not well-formed Unicode');
        refuseIllFormed((value as Readonly<Record<string, Json>>)[key]);
      }
      return;
    default:
      throw new TypeError(`${typeof value} has no canonical JSON form`);
  }
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal of bytes. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** What a character is worth as a hexadecimal digit. */
const DIGITS = new Map(
  [...'0123456789abcdefABCDEF'].map((digit) => [digit.charCodeAt(0), Number.parseInt(digit, 16)]),
);
const WORTH = Int8Array.from({ length: 128 }, (_, code) => DIGITS.get(code) ?? -1);

/** Bytes of an even-length hexadecimal string; throws `TypeError` on anything else. */
export function fromHex(hex: string): Uint8Array {
  const out = new Uint8Array(Math.floor(hex.length / 2));
  writeHex(hex, out);
  return out;
}

/** Writes the bytes of a hexadecimal string where there is room for them. */
function writeHex(hex: string, out: Uint8Array): void {
  if (hex.length % 2 !== 0) throw new TypeError('not hexadecimal');
  for (let i = 0; i < hex.length / 2; i += 1) {
    const high = WORTH[hex.charCodeAt(2 * i)] ?? -1;
    const low = WORTH[hex.charCodeAt(2 * i + 1)] ?? -1;
    if (high < 0 || low < 0) throw new TypeError('not hexadecimal');
    out[i] = high * 16 + low;
  }
}

/** Joins byte arrays. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Room for what is hashed next: bytes made anew for every value and entry would cost more than hashing them. */
const room = new Uint8Array(16 * 1024);

/** The hash, in hexadecimal, of bytes that are given so, with a text behind them. */
export function hashOf(sha256: Sha256, head: string, text: string): string {
  const length = head.length / 2;
  // No character of a text takes more than three bytes for each of its units.
  if (length + 3 * text.length > room.length) return hexOf(sha256, concatBytes(fromHex(head), utf8(text)));
  writeHex(head, room);
  const { written } = encoder.encodeInto(text, room.subarray(length));
  return hexOf(sha256, room.subarray(0, length + written));
}

function hexOf(sha256: Sha256, bytes: Uint8Array): string {
  return sha256.hex === undefined ? toHex(sha256(bytes)) : sha256.hex(bytes);
}

/**
 * Whether a value nests deeper than so many levels; a value without parts is at level nought. Asked before anything
 * walks what came from elsewhere, so that how much a program can walk never decides what becomes of it.
 */
export function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => nestsDeeper(inner, levels - 1));
  for (const key in value)
    if (Object.hasOwn(value, key) && nestsDeeper((value as Record<string, unknown>)[key], levels - 1))
      return true;
  return false;
}
