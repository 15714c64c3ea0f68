/** A DER element (X.690). `raw` includes its tag and length. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/** Bytes are not the strict DER they must be; BER's other spellings of the same value are refused. */
export class DerFault extends Error {}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context1: 0xa1,
} as const;

/** Reads the one element at `at`. */
export function readDer(bytes: Buffer, at = 0): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerFault('no DER element');
  const { length, from } =
    first < 0x80 ? { length: first, from: at + 2 } : longLength(bytes, at + 2, first & 0x7f);
  if (from + length > bytes.length) throw new DerFault('a DER element is cut off');
  return { tag, content: bytes.subarray(from, from + length), raw: bytes.subarray(at, from + length) };
}

function longLength(bytes: Buffer, at: number, count: number): { length: number; from: number } {
  if (count === 0 || count > 4) throw new DerFault('a DER length is not definite');
  if (at + count > bytes.length) throw new DerFault('a DER element is cut off');
  const length = bytes.readUIntBE(at, count);
  if (length < 0x80 || (bytes[at] ?? 0) === 0) throw new DerFault('a DER length is not the shortest');
  return { length, from: at + count };
}

/** The elements within a constructed one, with nothing left over. */
export function childrenOf(der: Der): Der[] {
  const children: Der[] = [];
  for (let at = 0; at < der.content.length; ) {
    const child = readDer(der.content, at);
    children.push(child);
    at += child.raw.length;
  }
  return children;
}

/** Walks the children of a constructed element in order, with optional ones. */
export class DerCursor {
  readonly #children: readonly Der[];
  #at = 0;

  constructor(der: Der, tag: number = TAG.sequence) {
    if (der.tag !== tag) throw new DerFault('an element is of the wrong kind');
    this.#children = childrenOf(der);
  }

  /** Over a sequence that fills the bytes. */
  static over(bytes: Buffer): DerCursor {
    const der = readDer(bytes);
    if (der.raw.length !== bytes.length) throw new DerFault('bytes follow an element');
    return new DerCursor(der);
  }

  take(tag: number): Der {
    const child = this.#children[this.#at];
    if (child?.tag !== tag) throw new DerFault('an element is missing or of the wrong kind');
    this.#at += 1;
    return child;
  }

  takeIf(tag: number): Der | null {
    return this.#children[this.#at]?.tag === tag ? this.take(tag) : null;
  }

  /** Whatever comes next. */
  any(): Der {
    const child = this.#children[this.#at];
    if (!child) throw new DerFault('an element is missing');
    this.#at += 1;
    return child;
  }

  end(): void {
    if (this.#at < this.#children.length) throw new DerFault('there are elements too many');
  }
}

/** Dotted form of an object identifier. */
export function oidOf(der: Der): string {
  if (der.tag !== TAG.oid || der.content.length === 0) throw new DerFault('an object identifier is missing');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of der.content) {
    if (arc === 0 && byte === 0x80) throw new DerFault('an object identifier is damaged');
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  if ((der.content.at(-1) ?? 0x80) >= 0x80) throw new DerFault('an object identifier is cut off');
  const [first = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** A small whole number. */
export function smallIntegerOf(der: Der): number {
  if (der.tag !== TAG.integer || der.content.length === 0 || der.content.length > 4) {
    throw new DerFault('a number is missing');
  }
  return der.content.readIntBE(0, der.content.length);
}

/** The bytes of a string of bits that fills them. */
export function bitsOf(der: Der): Buffer {
  if (der.tag !== TAG.bits || der.content[0] !== 0) throw new DerFault('a string of bits is damaged');
  return der.content.subarray(1);
}

/** A time in either of its two forms (RFC 5280, 4.1.2.5). */
export function timeOf({ tag, content }: Der): Date {
  const text = content.toString('latin1');
  const short = tag === TAG.utcTime ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : '';
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(short + text) ?? [];
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if ((tag !== TAG.utcTime && tag !== TAG.time) || Number.isNaN(date.getTime()))
    throw new DerFault('a time is damaged');
  return date;
}
