import { corrupt, type PdfDict, type PdfValue } from './pdf-value.ts';

/** Thrown when the text ends before the value does; the reader then fetches more of the file. */
export class NeedsMore extends Error {}

const MAX_DEPTH = 64;
const SPACE = /[\0\t\n\f\r ]/;
const REGULAR = /[^\0\t\n\f\r ()<>[\]{}/%]/;
const REFERENCE = /[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?=[\0\t\n\f\r ()<>[\]{}/%]|$)/y;

/** Reads PDF values from latin1 text (ISO 32000-1, 7.2 and 7.3). */
export class PdfParser {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) corrupt('A value is nested too deeply.');
    this.skipSpace();
    const first = this.#peek();
    if (first === '/') return { kind: 'name', name: this.#name() };
    if (first === '[') return this.#array(depth);
    if (first === '(') return this.#literal();
    if (first === '<') return this.#text[this.#at + 1] === '<' ? this.dict(depth) : this.#hex();
    return this.#numberOrWord();
  }

  dict(depth = 0): PdfDict {
    this.#expect('<<');
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.#peek() === '>') break;
      if (this.#peek() !== '/') corrupt('A dictionary has a key that is no name.');
      const key = this.#name();
      if (entries.has(key)) corrupt('A dictionary has a key twice.');
      entries.set(key, this.value(depth + 1));
    }
    this.#expect('>>');
    return { kind: 'dict', entries };
  }

  /** A run of regular characters: a number or a keyword. */
  word(): string {
    this.skipSpace();
    const start = this.#at;
    while (REGULAR.test(this.#peek())) this.#at += 1;
    return this.#text.slice(start, this.#at);
  }

  /** Skips white space and comments. */
  skipSpace(): void {
    for (;;) {
      const c = this.#peek();
      if (SPACE.test(c)) this.#at += 1;
      else if (c === '%') while (!/[\r\n]/.test(this.#peek())) this.#at += 1;
      else return;
    }
  }

  #peek(): string {
    const c = this.#text[this.#at];
    if (c === undefined) throw new NeedsMore();
    return c;
  }

  #expect(token: string): void {
    for (const c of token) {
      if (this.#peek() !== c) corrupt(`"${token}" is missing where it should be.`);
      this.#at += 1;
    }
  }

  #name(): string {
    this.#expect('/');
    const start = this.#at;
    while (REGULAR.test(this.#peek())) this.#at += 1;
    const raw = this.#text.slice(start, this.#at);
    return raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }

  #array(depth: number): PdfValue {
    this.#expect('[');
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.#peek() === ']') break;
      items.push(this.value(depth + 1));
    }
    this.#expect(']');
    return { kind: 'array', items };
  }

  #hex(): PdfValue {
    const start = this.#at;
    while (this.#peek() !== '>') this.#at += 1;
    this.#at += 1;
    const raw = this.#text.slice(start, this.#at);
    const digits = raw.slice(1, -1).replace(/[\0\t\n\f\r ]/g, '');
    if (/[^0-9a-fA-F]/.test(digits)) corrupt('A hexadecimal string has other characters in it.');
    return { kind: 'string', bytes: Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex'), raw };
  }

  #literal(): PdfValue {
    const start = this.#at;
    let open = 0;
    do {
      const c = this.#peek();
      if (c === '(') open += 1;
      else if (c === ')') open -= 1;
      this.#at += c === '\\' ? 2 : 1;
    } while (open > 0);
    const raw = this.#text.slice(start, this.#at);
    return { kind: 'string', bytes: Buffer.from(unescaped(raw.slice(1, -1)), 'latin1'), raw };
  }

  #numberOrWord(): PdfValue {
    const raw = this.word();
    if (raw === '') corrupt('A value is missing.');
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(raw)) return { kind: 'verbatim', raw };
    const value = Number(raw);
    return (/^\d+$/.test(raw) && this.#reference(value)) || { kind: 'number', value, raw };
  }

  #reference(target: number): PdfValue | undefined {
    // Enough room ahead that a reference cut in two is never taken for a number.
    if (this.#text.length - this.#at < 32) throw new NeedsMore();
    REFERENCE.lastIndex = this.#at;
    const match = REFERENCE.exec(this.#text);
    if (!match) return undefined;
    this.#at = REFERENCE.lastIndex;
    return { kind: 'ref', number: target, generation: Number(match[1]) };
  }
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Undoes the escapes of a literal string (ISO 32000-1, 7.3.4.2). */
function unescaped(raw: string): string {
  return raw.replace(/\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?/g, (_, escaped: string | undefined) => {
    if (escaped === undefined || escaped === '') return '\n';
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff);
    if (/^[\r\n]/.test(escaped)) return '';
    return CONTROLS[escaped] ?? escaped;
  });
}
