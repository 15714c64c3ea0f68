import { PdfFault, type PdfRef, type PdfValue } from './values.ts';

/** Thrown where the bytes at hand end before the value does; the caller reads more and starts again. */
export class NeedMoreBytes extends Error {}

const MAX_DEPTH = 64;
const SPACE = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const DELIMITER = new Set([...'()<>[]{}/%'].map((c) => c.charCodeAt(0)));
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
const isRegular = (c: number): boolean => c >= 0 && !SPACE.has(c) && !DELIMITER.has(c);
export const isSpace = (c: number): boolean => SPACE.has(c);

function hexDigit(c: number): number {
  if (isDigit(c)) return c - 0x30;
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Reads PDF values out of a window of the file (ISO 32000-2, 7.2 and 7.3). It is strict where readers are known to
 * disagree, because two readings of one file are how signed files are forged: a key given twice is refused.
 */
export class PdfParser {
  readonly #data: Buffer;
  /** File offset of the window; null inside an object stream, where offsets mean nothing. */
  readonly #base: number | null;
  readonly #complete: boolean;
  #at = 0;

  constructor(data: Buffer, base: number | null, complete: boolean) {
    this.#data = data;
    this.#base = base;
    this.#complete = complete;
  }

  /** Position in the file of what is read next. */
  get offset(): number {
    return (this.#base ?? 0) + this.#at;
  }

  seek(within: number): void {
    this.#at = within;
  }

  fail(message: string): never {
    throw new PdfFault(message, this.#base === null ? null : this.offset);
  }

  skipSpace(): void {
    for (;;) {
      const c = this.#peek();
      if (c === 0x25) this.#skipComment();
      else if (SPACE.has(c)) this.#at += 1;
      else return;
    }
  }

  /** A word of regular characters, after white space: `obj`, `xref`, `12`. Empty where none stands there. */
  word(): string {
    this.skipSpace();
    const from = this.#at;
    while (isRegular(this.#peek())) this.#at += 1;
    return this.#data.toString('latin1', from, this.#at);
  }

  /** The next word must be this one. */
  expect(word: string): void {
    const from = this.#at;
    if (this.word() === word) return;
    this.#at = from;
    this.skipSpace();
    this.fail(`"${word}" is missing`);
  }

  /** Whether the next word is this one; it is read only if so. */
  accept(word: string): boolean {
    const from = this.#at;
    if (this.word() === word) return true;
    this.#at = from;
    return false;
  }

  index(): number {
    const word = this.word();
    if (!/^\d{1,15}$/.test(word)) this.fail('a whole number is missing');
    return Number(word);
  }

  /** The line end that must follow `stream`: LF or CR LF. */
  streamStart(): number {
    if (this.#peek() === 0x0d) this.#at += 1;
    if (this.#peek() !== 0x0a) this.fail('no line end after "stream"');
    this.#at += 1;
    return this.offset;
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) this.fail('values are nested too deeply');
    this.skipSpace();
    const c = this.#peek();
    switch (c) {
      case 0x2f:
        return { kind: 'name', name: this.#name() };
      case 0x28:
        return this.#literal();
      case 0x5b:
        return this.#array(depth);
      case 0x3c:
        return this.#data[this.#at + 1] === 0x3c ? this.#dict(depth) : this.#hex();
      default:
        return this.#keywordOrNumber();
    }
  }

  #peek(): number {
    const c = this.#data[this.#at];
    if (c !== undefined) return c;
    if (this.#complete) return -1;
    throw new NeedMoreBytes();
  }

  #skipComment(): void {
    for (let c = this.#peek(); c !== 0x0a && c !== 0x0d && c !== -1; c = this.#peek()) this.#at += 1;
  }

  #keywordOrNumber(): PdfValue {
    const from = this.#at;
    const word = this.word();
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return this.#reference(word) ?? Number(word);
    this.#at = from;
    this.fail('no PDF value stands here');
  }

  #reference(word: string): PdfRef | null {
    if (!/^\d{1,10}$/.test(word)) return null;
    const from = this.#at;
    const gen = this.word();
    if (/^\d{1,5}$/.test(gen) && this.word() === 'R')
      return { kind: 'ref', num: Number(word), gen: Number(gen) };
    this.#at = from;
    return null;
  }

  #name(): string {
    this.#at += 1;
    let name = '';
    for (let c = this.#peek(); isRegular(c); c = this.#peek()) {
      this.#at += 1;
      name += String.fromCharCode(c === 0x23 ? this.#escapedByte() : c);
    }
    return name;
  }

  #escapedByte(): number {
    const high = hexDigit(this.#peek());
    this.#at += 1;
    const low = hexDigit(this.#peek());
    if (high < 0 || low < 0) this.fail('a name has a wrong escape');
    this.#at += 1;
    return high * 16 + low;
  }

  #array(depth: number): PdfValue[] {
    this.#at += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.#peek() === 0x5d) {
        this.#at += 1;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  #dict(depth: number): PdfValue {
    this.#at += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      const c = this.#peek();
      if (c === 0x3e) break;
      if (c !== 0x2f) this.fail('a dictionary is broken');
      const key = this.#name();
      if (entries.has(key)) this.fail(`the key ${key} stands twice in one dictionary`);
      entries.set(key, this.value(depth + 1));
    }
    this.#at += 1;
    if (this.#peek() !== 0x3e) this.fail('a dictionary is not closed');
    this.#at += 1;
    return { kind: 'dict', entries };
  }

  #hex(): PdfValue {
    const start = this.#at;
    this.#at += 1;
    const out: number[] = [];
    let high = -1;
    for (;;) {
      const c = this.#peek();
      this.#at += 1;
      if (c === 0x3e) break;
      if (SPACE.has(c)) continue;
      const digit = hexDigit(c);
      if (digit < 0) this.fail('a hexadecimal string has a wrong character');
      if (high < 0) high = digit;
      else {
        out.push(high * 16 + digit);
        high = -1;
      }
    }
    if (high >= 0) out.push(high * 16);
    return this.#string(Buffer.from(out), true, start);
  }

  #literal(): PdfValue {
    const start = this.#at;
    this.#at += 1;
    const out: number[] = [];
    for (let open = 1; ; ) {
      const c = this.#peek();
      if (c === -1) this.fail('a string is not closed');
      this.#at += 1;
      if (c === 0x5c) {
        this.#escape(out);
        continue;
      }
      if (c === 0x28) open += 1;
      if (c === 0x29) open -= 1;
      if (open === 0) break;
      out.push(c === 0x0d ? this.#lineEnd() : c);
    }
    return this.#string(Buffer.from(out), false, start);
  }

  /** Any line end within a string is one LF. */
  #lineEnd(): number {
    if (this.#peek() === 0x0a) this.#at += 1;
    return 0x0a;
  }

  #escape(out: number[]): void {
    const c = this.#peek();
    this.#at += 1;
    if (c === 0x0a) return;
    if (c === 0x0d) {
      this.#lineEnd();
      return;
    }
    if (c >= 0x30 && c <= 0x37) {
      let code = c - 0x30;
      for (let i = 0; i < 2 && this.#peek() >= 0x30 && this.#peek() <= 0x37; i += 1) {
        code = code * 8 + this.#peek() - 0x30;
        this.#at += 1;
      }
      out.push(code & 0xff);
      return;
    }
    out.push(ESCAPES[String.fromCharCode(c)] ?? c);
  }

  #string(bytes: Buffer, hex: boolean, start: number): PdfValue {
    const base = this.#base;
    if (base === null) return { kind: 'string', bytes, hex, start: 0, end: 0 };
    return { kind: 'string', bytes, hex, start: base + start, end: base + this.#at };
  }
}
