/** The part of Node's Buffer that the verifier uses, over plain bytes of the browser. */
type Encoding = 'utf8' | 'latin1' | 'hex' | 'base64' | 'base64url';

const SLICE = 8192;

class Bytes extends Uint8Array<ArrayBuffer> {
  // Only these two ways: the type of a view's constructor does not know the first by itself.
  constructor(source: ArrayBuffer | number, from?: number, length?: number) {
    super(source as ArrayBuffer, from, length);
  }

  static alloc(length: number): Bytes {
    return new Bytes(length);
  }

  static allocUnsafe(length: number): Bytes {
    return new Bytes(length);
  }

  static concat(
    parts: readonly Uint8Array[],
    length = parts.reduce((sum, part) => sum + part.length, 0),
  ): Bytes {
    const joined = new Bytes(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  static override from(source: unknown, encoding?: unknown): Bytes {
    if (typeof source === 'string') return decoded(source, encoding as Encoding | undefined);
    if (source instanceof ArrayBuffer) return new Bytes(source);
    const copied = Uint8Array.from(source as ArrayLike<number>);
    return new Bytes(copied.buffer);
  }

  static override of(...items: number[]): Bytes {
    return Bytes.from(items);
  }

  static isBuffer(value: unknown): boolean {
    return value instanceof Bytes;
  }

  static byteLength(text: string): number {
    return new TextEncoder().encode(text).length;
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((byte, i) => byte === other[i]);
  }

  readUIntBE(at: number, count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 256 + (this[at + i] ?? 0);
    return value;
  }

  readIntBE(at: number, count: number): number {
    const value = this.readUIntBE(at, count);
    return value >= 2 ** (8 * count - 1) ? value - 2 ** (8 * count) : value;
  }

  override toString(encoding: Encoding = 'utf8', start = 0, end = this.length): string {
    const part = this.subarray(start, end);
    if (encoding === 'utf8') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
    if (encoding === 'hex') return Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const letters: string[] = [];
    for (let at = 0; at < part.length; at += SLICE)
      letters.push(String.fromCharCode(...part.subarray(at, at + SLICE)));
    const text = letters.join('');
    if (encoding === 'latin1') return text;
    const base64 = btoa(text);
    return encoding === 'base64' ? base64 : base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }
}

/** As Node does it: hexadecimal up to the first pair that is none, base64 in either alphabet and without its end. */
function decoded(text: string, encoding: Encoding = 'utf8'): Bytes {
  if (encoding === 'utf8') return Bytes.from(new TextEncoder().encode(text));
  if (encoding === 'latin1') return Bytes.from(Array.from(text, (letter) => letter.charCodeAt(0) & 0xff));
  if (encoding === 'hex') {
    const pairs = /^(?:[0-9a-fA-F]{2})*/.exec(text)?.[0] ?? '';
    return Bytes.from(
      Array.from({ length: pairs.length / 2 }, (_, i) => Number.parseInt(pairs.slice(2 * i, 2 * i + 2), 16)),
    );
  }
  const plain = text
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  return Bytes.from(Array.from(atob(whole), (letter) => letter.charCodeAt(0)));
}

Object.assign(globalThis, { Buffer: Bytes });
