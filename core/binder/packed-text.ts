import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { canonicalPieces, type StreamedJson } from '../../shared/ledger/canonical.ts';

const PIECE = 1 << 18;

/** Text that waits packed until it is embedded. */
export interface PackedText {
  readonly bytes: number;
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Takes the canonical JSON of a value without ever holding it whole: the ledger's part of a large binder is tens of
 * megabytes of text, and waits until every page is written.
 */
export function packedJson(value: StreamedJson, depth?: number): PackedText {
  return packedText(canonicalPieces(value, depth));
}

/** Takes text that comes piece by piece. */
export function packedText(pieces: Iterable<string>): PackedText {
  const hash = createHash('sha256');
  const packed: Uint8Array[] = [];
  let bytes = 0;
  let waiting: string[] = [];
  let length = 0;
  const pack = () => {
    const piece = Buffer.from(waiting.join(''), 'utf8');
    hash.update(piece);
    bytes += piece.length;
    packed.push(deflateSync(piece, { level: 1 }));
    waiting = [];
    length = 0;
  };
  for (const text of pieces) {
    waiting.push(text);
    length += text.length;
    if (length >= PIECE) pack();
  }
  pack();
  return {
    bytes,
    sha256: hash.digest('hex'),
    async *open() {
      for (const piece of packed) yield inflateSync(piece);
    },
  };
}
