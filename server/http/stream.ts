import { Readable } from 'node:stream';

/** Pieces as the body of an answer: each is made when the one before it is taken. */
export function bodyOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return Readable.toWeb(
    Readable.from(pieces, { objectMode: false }),
  ) as unknown as ReadableStream<Uint8Array>;
}
