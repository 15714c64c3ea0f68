import { PdfFault } from '../../core/binder/verify/pdf/values.ts';

/**
 * Unpacks zlib streams (RFC 1950, 1951) as Node's own library does for the command line: to the end of the packed
 * data and no further, with its checksum. Browsers' DecompressionStream gives up the whole where a byte follows.
 */
export async function inflateAll(raw: Buffer, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of unpacked(once(raw))) {
    total += chunk.length;
    if (total > limit) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function* inflated(raw: AsyncGenerator<Buffer>, at: number): AsyncGenerator<Buffer> {
  try {
    yield* unpacked(raw);
  } catch (error) {
    if (error instanceof DeflateFault) throw new PdfFault('a compressed stream is damaged', at);
    throw error;
  }
}

class DeflateFault extends Error {}

async function* once(raw: Buffer): AsyncGenerator<Buffer> {
  yield raw;
}

const WINDOW = 32_768;
const PIECE = 131_072;
/** More than the header of any block takes, so that one look is enough for all of it. */
const HEADER = 512;
const SYMBOL = 8;

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_BITS = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** Bits of the packed data, which comes in pieces. */
class Input {
  readonly #raw: AsyncGenerator<Buffer>;
  #data: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #count = 0;
  #ended = false;

  constructor(raw: AsyncGenerator<Buffer>) {
    this.#raw = raw;
  }

  /** Whether another piece has to be fetched before this many bytes can be read. */
  lacks(bytes: number): boolean {
    return !this.#ended && this.#data.length - this.#at < bytes;
  }

  async fetch(bytes: number): Promise<void> {
    while (this.lacks(bytes)) {
      const next = await this.#raw.next();
      if (next.done) this.#ended = true;
      else this.#data = joined(this.#data.subarray(this.#at), next.value);
      if (!next.done) this.#at = 0;
    }
  }

  bits(count: number): number {
    while (this.#count < count) this.#byte();
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  symbol(code: Code): number {
    while (this.#count < code.bits && this.#at < this.#data.length) this.#byte();
    const entry = code.table[this.#held & ((1 << code.bits) - 1)] ?? 0;
    const length = entry & 15;
    if (length === 0 || length > this.#count) throw new DeflateFault();
    this.#held >>>= length;
    this.#count -= length;
    return entry >>> 4;
  }

  /** Drops what is left of the byte. */
  align(): void {
    this.bits(this.#count & 7);
  }

  #byte(): void {
    const byte = this.#data[this.#at];
    if (byte === undefined) throw new DeflateFault();
    this.#at += 1;
    this.#held |= byte << this.#count;
    this.#count += 8;
  }
}

function joined(rest: Uint8Array, more: Uint8Array): Uint8Array {
  if (rest.length === 0) return more;
  const both = new Uint8Array(rest.length + more.length);
  both.set(rest);
  both.set(more, rest.length);
  return both;
}

/** A prefix code as a table: each entry is a symbol above the four bits of its length. */
interface Code {
  readonly table: Uint16Array;
  readonly bits: number;
}

function codeOf(lengths: readonly number[]): Code {
  const bits = Math.max(1, ...lengths);
  const counts = new Array<number>(16).fill(0);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const next: number[] = [];
  let code = 0;
  for (let length = 1; length <= 15; length += 1) {
    next[length] = code;
    code = (code + (counts[length] ?? 0)) << 1;
  }
  if (code > 1 << 16) throw new DeflateFault();
  const table = new Uint16Array(1 << bits);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const own = next[length] ?? 0;
    next[length] = own + 1;
    for (let i = reversed(own, length); i < table.length; i += 1 << length) table[i] = (symbol << 4) | length;
  });
  return { table, bits };
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i += 1) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}

const fixed = (): { literals: Code; distances: Code } => ({
  literals: codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: codeOf(new Array<number>(30).fill(5)),
});

function dynamic(input: Input): { literals: Code; distances: Code } {
  const [literals, distances, orders] = [input.bits(5) + 257, input.bits(5) + 1, input.bits(4) + 4];
  const own = new Array<number>(19).fill(0);
  for (const place of ORDER.slice(0, orders)) own[place] = input.bits(3);
  const code = codeOf(own);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = input.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else {
      const before = symbol === 16 ? lengths.at(-1) : 0;
      const times =
        symbol === 16 ? 3 + input.bits(2) : symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7);
      if (before === undefined || lengths.length + times > literals + distances) throw new DeflateFault();
      for (let i = 0; i < times; i += 1) lengths.push(before);
    }
  }
  return { literals: codeOf(lengths.slice(0, literals)), distances: codeOf(lengths.slice(literals)) };
}

/** What was unpacked and not yet handed on, behind the window that copies may reach back to. */
class Output {
  readonly #bytes = new Uint8Array(WINDOW + PIECE + 258);
  #at = WINDOW;
  #written = 0;
  #a = 1;
  #b = 0;

  get full(): boolean {
    return this.#at >= WINDOW + PIECE;
  }

  put(byte: number): void {
    this.#bytes[this.#at++] = byte;
  }

  copy(length: number, distance: number): void {
    if (distance > this.#written + this.#at - WINDOW || distance > WINDOW) throw new DeflateFault();
    for (let i = 0; i < length; i += 1) this.put(this.#bytes[this.#at - distance] ?? 0);
  }

  take(): Buffer {
    const piece = Buffer.from(this.#bytes.subarray(WINDOW, this.#at));
    for (let from = 0; from < piece.length; from += 2048) {
      for (const byte of piece.subarray(from, from + 2048)) {
        this.#a += byte;
        this.#b += this.#a;
      }
      this.#a %= 65_521;
      this.#b %= 65_521;
    }
    this.#written += piece.length;
    this.#bytes.copyWithin(0, this.#at - WINDOW, this.#at);
    this.#at = WINDOW;
    return piece;
  }

  get adler(): number {
    return this.#b * 65_536 + this.#a;
  }
}

async function* unpacked(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const [input, output] = [new Input(raw), new Output()];
  await input.fetch(HEADER);
  const [method, flags] = [input.bits(8), input.bits(8)];
  if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0)
    throw new DeflateFault();
  for (let last = 0; last === 0; ) {
    await input.fetch(HEADER);
    last = input.bits(1);
    const kind = input.bits(2);
    if (kind === 3) throw new DeflateFault();
    yield* kind === 0 ? stored(input, output) : packed(input, output, kind === 1 ? fixed() : dynamic(input));
  }
  yield output.take();
  await input.fetch(SYMBOL);
  input.align();
  let sum = 0;
  for (let i = 0; i < 4; i += 1) sum = sum * 256 + input.bits(8);
  if (sum !== output.adler) throw new DeflateFault();
}

async function* stored(input: Input, output: Output): AsyncGenerator<Buffer> {
  input.align();
  const length = input.bits(8) | (input.bits(8) << 8);
  const inverse = input.bits(8) | (input.bits(8) << 8);
  if ((length ^ 0xffff) !== inverse) throw new DeflateFault();
  for (let i = 0; i < length; i += 1) {
    if (input.lacks(SYMBOL)) await input.fetch(HEADER);
    if (output.full) yield output.take();
    output.put(input.bits(8));
  }
}

async function* packed(
  input: Input,
  output: Output,
  { literals, distances }: { literals: Code; distances: Code },
): AsyncGenerator<Buffer> {
  for (;;) {
    if (input.lacks(SYMBOL)) await input.fetch(HEADER);
    if (output.full) yield output.take();
    const symbol = input.symbol(literals);
    if (symbol === 256) return;
    if (symbol < 256) output.put(symbol);
    else {
      const [base, more] = [LENGTHS[symbol - 257], LENGTH_BITS[symbol - 257]];
      if (base === undefined || more === undefined) throw new DeflateFault();
      const length = base + input.bits(more);
      const far = input.symbol(distances);
      const [start, extra] = [DISTANCES[far], DISTANCE_BITS[far]];
      if (start === undefined || extra === undefined) throw new DeflateFault();
      output.copy(length, start + input.bits(extra));
    }
  }
}
