import { ReadableStream as NodeStream } from 'node:stream/web';

/** What an iteration yields, as the stream that `Request` and `Response` take; it is pulled, never pushed. */
export function streamOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): ReadableStream<Uint8Array> {
  return NodeStream.from(chunks) as unknown as ReadableStream<Uint8Array>;
}
