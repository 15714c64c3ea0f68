import { createHash, type Hash } from 'node:crypto';
import { CourierManifest, CourierPart } from '../../../shared/domain/courier.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';

/**
 * What is inside the envelope of a bundle:
 *
 *     "BNDRYCB1" ‖ bytes of all of this (8, big endian) ‖ length (4) ‖ manifest ‖ signature (64)
 *     and for each part: length (4) ‖ head ‖ the bytes of the part
 *
 * Manifest and heads are canonical JSON. It is written and read in one go, in constant memory.
 */
const MAGIC = Buffer.from('BNDRYCB1');
const SIGNATURE_BYTES = 64;
const MAX_MANIFEST = 16 * 1024 * 1024;
const MAX_HEAD = 4096;
/** Magic, total and the length of the manifest. */
export const OPENING_BYTES = MAGIC.length + 8 + 4;

/** A part that is about to be written; `bytes` may be asked for more than once. */
export interface OutgoingPart {
  readonly head: CourierPart;
  bytes(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Why the inside of a bundle does not hold together. */
export class ContainerFlaw extends Error {
  readonly kind: 'tampered' | 'truncated' | 'newer' | 'no-bundle';
  constructor(kind: ContainerFlaw['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export function manifestBytes(manifest: CourierManifest): Buffer {
  return Buffer.from(canonicalBytes(manifest as unknown as Json));
}

/** What a bundle is known by, and what the next one names as its previous. */
export function manifestHash(manifest: CourierManifest): string {
  return createHash('sha256').update(manifestBytes(manifest)).digest('hex');
}

function headBytes(head: CourierPart): Buffer {
  return framed(Buffer.from(canonicalBytes(head as unknown as Json)));
}

/** Sums up heads for the manifest. */
export function partList(): { add(head: CourierPart): void; readonly bytes: number; digest(): string } {
  const list = createHash('sha256');
  let bytes = 0;
  return {
    add(head) {
      const framedHead = headBytes(head);
      list.update(framedHead);
      bytes += framedHead.length + head.bytes;
    },
    get bytes() {
      return bytes;
    },
    digest: () => list.digest('hex'),
  };
}

/** `framedBytes` is what all parts take with their heads. */
export async function* writeContainer(
  manifest: CourierManifest,
  signature: Buffer,
  parts: Iterable<OutgoingPart> | AsyncIterable<OutgoingPart>,
  framedBytes: number,
): AsyncGenerator<Uint8Array> {
  const stated = framed(manifestBytes(manifest));
  const total = Buffer.alloc(8);
  total.writeBigUInt64BE(BigInt(MAGIC.length + 8 + stated.length + SIGNATURE_BYTES + framedBytes));
  yield Buffer.concat([MAGIC, total, stated, signature]);
  for await (const part of parts) {
    yield headBytes(part.head);
    yield* part.bytes();
  }
}

/** What the first bytes say of how long the whole is; null where they are no bundle's. */
export function statedBytes(opening: Buffer): number | null {
  if (opening.length < OPENING_BYTES || !opening.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const total = opening.readBigUInt64BE(MAGIC.length);
  return total > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(total);
}

/** A part on its way in: `bytes` has to be read to its end before the next part comes. */
export interface IncomingPart {
  readonly head: CourierPart;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface IncomingContainer {
  readonly manifest: CourierManifest;
  readonly signature: Buffer;
  /** Each part is checked against its head, all heads against the manifest; throws a `ContainerFlaw`. */
  parts(): AsyncGenerator<IncomingPart>;
}

export async function readContainer(source: AsyncIterable<Uint8Array>): Promise<IncomingContainer> {
  const input = new Pieces(source);
  const opening = await input.take(OPENING_BYTES);
  if (statedBytes(opening) === null)
    throw new ContainerFlaw('no-bundle', 'what is inside is not of this product');
  const length = opening.readUInt32BE(OPENING_BYTES - 4);
  if (length > MAX_MANIFEST) throw new ContainerFlaw('tampered', 'its manifest is far too long');
  const manifest = parseManifest(await input.take(length));
  const signature = await input.take(SIGNATURE_BYTES);
  return { manifest, signature, parts: () => readParts(input, manifest) };
}

async function* readParts(input: Pieces, manifest: CourierManifest): AsyncGenerator<IncomingPart> {
  const list = createHash('sha256');
  const counts = { keys: 0, segment: 0, file: 0 };
  let bytes = 0;
  for (let prefix = await input.takeOrEnd(4); prefix !== null; prefix = await input.takeOrEnd(4)) {
    const length = prefix.readUInt32BE();
    if (length > MAX_HEAD) throw new ContainerFlaw('tampered', 'the head of a part is far too long');
    const text = await input.take(length);
    list.update(prefix).update(text);
    const head = parse(CourierPart, text, 'the head of a part');
    const seen = createHash('sha256');
    yield { head, bytes: input.exactly(head.bytes, seen) };
    if (seen.digest('hex') !== head.sha256)
      throw new ContainerFlaw('tampered', `${head.kind} ${head.name} has another hash than its head says`);
    counts[head.kind] += 1;
    bytes += head.bytes;
  }
  const { parts } = manifest;
  const whole =
    list.digest('hex') === parts.list &&
    counts.segment === parts.segments &&
    counts.file === parts.files &&
    bytes === parts.bytes;
  if (!whole) throw new ContainerFlaw('tampered', 'its parts are not those its manifest lists');
}

function parseManifest(text: Buffer): CourierManifest {
  try {
    const { schema } = JSON.parse(text.toString('utf8')) as { schema?: unknown };
    if (typeof schema === 'string' && /^bindery\.courier\/([2-9]|\d\d)/.test(schema))
      throw new ContainerFlaw('newer', `it is written as ${schema}, which this version does not read`);
  } catch (error) {
    if (error instanceof ContainerFlaw) throw error;
  }
  const manifest = parse(CourierManifest, text, 'its manifest');
  if (!manifestBytes(manifest).equals(text))
    throw new ContainerFlaw('tampered', 'its manifest is not in its canonical form');
  return manifest;
}

function parse<T>(
  shape: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: Buffer,
  what: string,
): T {
  try {
    const parsed = shape.safeParse(JSON.parse(text.toString('utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below.
  }
  throw new ContainerFlaw('tampered', `${what} does not read as one`);
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Takes exact amounts from a stream of pieces. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async take(bytes: number): Promise<Buffer> {
    const taken = await this.takeOrEnd(bytes);
    if (taken === null) throw new ContainerFlaw('truncated', 'it ends early');
    return taken;
  }

  /** Null where the stream has ended exactly here. */
  async takeOrEnd(bytes: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = bytes;
    while (missing > 0) {
      const piece = await this.#upTo(missing);
      if (piece === null) {
        if (parts.length === 0) return null;
        throw new ContainerFlaw('truncated', 'it ends early');
      }
      parts.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(parts);
  }

  /** The next so many bytes, piece by piece, added to a hash. */
  async *exactly(bytes: number, hash: Hash): AsyncGenerator<Buffer> {
    for (let missing = bytes; missing > 0; ) {
      const piece = await this.#upTo(missing);
      if (piece === null) throw new ContainerFlaw('truncated', 'it ends early');
      hash.update(piece);
      missing -= piece.length;
      yield piece;
    }
  }

  async #upTo(bytes: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return null;
      this.#rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const piece = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}
