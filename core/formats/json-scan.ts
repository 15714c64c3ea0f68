/** A place in a JSON text where the grammar of RFC 8259 breaks, or a limit is passed. */
export interface JsonBreak {
  readonly offset: number;
  readonly code: 'not-json' | 'too-deep' | 'too-complex';
  readonly message: string;
}

export interface JsonScan {
  readonly broken: JsonBreak | null;
  /** Offsets of names that an object already held; the last value is the one that counts. */
  readonly duplicates: readonly { readonly offset: number; readonly name: string }[];
  /** True where a string or number may not survive as canonical JSON: surrogate escapes, huge numbers. */
  readonly suspicious: boolean;
}

export interface JsonLimits {
  readonly depth: number;
  /** Values of any kind; bounds the memory that parsing takes. */
  readonly values: number;
  /** Names in one object. */
  readonly names: number;
}

/**
 * Reads through UTF-8 JSON once, without recursion and without building anything, so that neither nesting nor
 * size can hurt before `JSON.parse` is let at it.
 */
export function scanJson(bytes: Uint8Array, limits: JsonLimits): JsonScan {
  const scanner = new Scanner(bytes, limits);
  const broken = scanner.run();
  return { broken, duplicates: scanner.duplicates, suspicious: scanner.suspicious };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MOST_DUPLICATES = 20;
const ESCAPES = new Set([...'"\\/bfnrt'].map((char) => char.charCodeAt(0)));
const LITERALS: readonly (readonly [first: number, word: string])[] = [
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
];

type Expecting = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'after';

class Scanner {
  readonly duplicates: { offset: number; name: string }[] = [];
  suspicious = false;
  private readonly bytes: Buffer;
  private readonly limits: JsonLimits;
  private at = 0;
  private values = 0;
  /** Per open bracket: the names seen so far in an object, null in a list. */
  private readonly open: (Set<string> | null)[] = [];
  private expecting: Expecting = 'value';

  constructor(bytes: Uint8Array, limits: JsonLimits) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
  }

  run(): JsonBreak | null {
    for (;;) {
      this.skipSpace();
      const byte = this.bytes[this.at];
      if (byte === undefined) return this.atEnd();
      const broken = this.step(byte);
      if (broken !== null) return broken;
    }
  }

  private atEnd(): JsonBreak | null {
    const whole = this.open.length === 0 && this.expecting === 'after';
    return whole ? null : this.stop('not-json', 'the file ends too early');
  }

  private step(byte: number): JsonBreak | null {
    switch (this.expecting) {
      case 'value':
        return this.value(byte);
      case 'value-or-end':
        return byte === 0x5d ? this.close() : this.value(byte);
      case 'name':
        return this.name(byte);
      case 'name-or-end':
        return byte === 0x7d ? this.close() : this.name(byte);
      case 'after':
        return this.after(byte);
    }
  }

  private skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at += 1;
    }
  }

  private value(byte: number): JsonBreak | null {
    this.values += 1;
    if (this.values > this.limits.values) {
      return this.stop('too-complex', `it holds more than ${this.limits.values} values`);
    }
    this.expecting = 'after';
    if (byte === QUOTE) return this.string();
    if (byte === 0x7b) return this.enter(new Set(), 'name-or-end');
    if (byte === 0x5b) return this.enter(null, 'value-or-end');
    return byte === 0x2d || isDigit(byte) ? this.number() : this.literal(byte);
  }

  private enter(names: Set<string> | null, expecting: Expecting): JsonBreak | null {
    if (this.open.length === this.limits.depth) {
      return this.stop('too-deep', `it is nested more than ${this.limits.depth} levels deep`);
    }
    this.open.push(names);
    return this.pass(expecting);
  }

  private close(): null {
    this.open.pop();
    return this.pass('after');
  }

  private pass(expecting: Expecting): null {
    this.expecting = expecting;
    this.at += 1;
    return null;
  }

  private after(byte: number): JsonBreak | null {
    const names = this.open.at(-1);
    if (names === undefined) return this.stop('not-json', 'there is something after the end');
    if (byte === (names === null ? 0x5d : 0x7d)) return this.close();
    if (byte === 0x2c) return this.pass(names === null ? 'value' : 'name');
    return this.stop('not-json', `a comma or "${names === null ? ']' : '}'}" is missing`);
  }

  private name(byte: number): JsonBreak | null {
    if (byte !== QUOTE) return this.stop('not-json', 'a name in double quotes is missing');
    const from = this.at;
    const broken = this.string();
    if (broken !== null) return broken;
    if (this.remember(from) > this.limits.names) {
      return this.stop('too-complex', `an object has more than ${this.limits.names} names`);
    }
    this.skipSpace();
    const next = this.bytes[this.at];
    if (next === undefined) return null;
    return next === 0x3a ? this.pass('value') : this.stop('not-json', 'a colon is missing');
  }

  /** Answers how many names the object has by now. */
  private remember(from: number): number {
    const raw = this.bytes.toString('utf8', from + 1, this.at - 1);
    const name: string = raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
    const names = this.open.at(-1);
    if (names?.has(name) && this.duplicates.length < MOST_DUPLICATES) {
      this.duplicates.push({ offset: from, name: name.toWellFormed().slice(0, 80) });
    }
    return names?.add(name).size ?? 0;
  }

  private string(): JsonBreak | null {
    const { bytes } = this;
    for (let at = this.at + 1; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return null;
      }
      if (byte < 0x20) return this.stop('not-json', 'a line break or control character stands in a text', at);
      if (byte === BACKSLASH) {
        at += 1;
        if (!this.escape(at)) return this.stop('not-json', 'a backslash is not followed by an escape', at);
      }
    }
    return this.stop('not-json', 'the file ends too early, inside a text', bytes.length);
  }

  /** Hex digits of a `\u` escape are left to the string loop, which sees them as ordinary characters. */
  private escape(at: number): boolean {
    const byte = this.bytes[at];
    if (byte === undefined || ESCAPES.has(byte)) return true;
    if (byte !== 0x75) return false;
    const hex = this.bytes.toString('latin1', at + 1, at + 5);
    if (/^[dD][89a-fA-F]/.test(hex)) this.suspicious = true;
    return /^[0-9a-fA-F]{4}$/.test(hex) || at + 5 > this.bytes.length;
  }

  private number(): JsonBreak | null {
    const from = this.at;
    let to = from;
    while (isNumberByte(this.bytes[to])) to += 1;
    const digits = this.bytes.toString('latin1', from, to);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits)) {
      const cut = to === this.bytes.length;
      return this.stop(
        'not-json',
        cut ? 'the file ends too early, inside a number' : 'a number is malformed',
      );
    }
    if (to - from > 300 || /[eE]/.test(digits)) this.suspicious = true;
    this.at = to;
    return null;
  }

  private literal(byte: number): JsonBreak | null {
    const word = LITERALS.find(([first]) => first === byte)?.[1];
    const found = word === undefined ? '' : this.bytes.toString('latin1', this.at, this.at + word.length);
    if (word === undefined || found !== word) return this.stop('not-json', 'a value is missing or malformed');
    this.at += word.length;
    return null;
  }

  private stop(code: JsonBreak['code'], message: string, offset = this.at): JsonBreak {
    return { offset, code, message };
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isNumberByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45;
}
