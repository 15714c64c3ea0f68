import type { IncomingMessage } from 'node:http';
import { refuse } from '../../shared/fault.ts';

/** What a request may cost at most. */
export interface Limits {
  readonly sessionBytes: number;
  readonly rpcBytes: number;
  readonly fileBytes: number;
  /** How long a sender may stay silent. */
  readonly idleMs: number;
}

export const LIMITS: Limits = {
  sessionBytes: 1024,
  rpcBytes: 16 * 1024 * 1024,
  fileBytes: 64 * 1024 ** 3,
  idleMs: 30_000,
};

/** The body of a request, ended by a fault when it grows too large or its sender falls silent. */
export async function* limited(
  request: IncomingMessage,
  most: number,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks = request[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(idleMs, chunks.next());
    if (next.done) return;
    const chunk: Uint8Array = next.value;
    bytes += chunk.length;
    if (bytes > most)
      refuse({ code: 'invalid-input', detail: `More than ${most} bytes are not taken here.` });
    yield chunk;
  }
}

/** A short body as text; the clock runs over the whole of it, since nobody has proved who they are yet. */
export async function shortText(request: IncomingMessage, { sessionBytes, idleMs }: Limits): Promise<string> {
  const read = async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of limited(request, sessionBytes, idleMs)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  return within(idleMs, read());
}

/** The clock runs only while we wait for the sender, never while it waits for us. */
async function within<T>(ms: number, waiting: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('silent')), ms);
  try {
    return await Promise.race([waiting, promise]);
  } catch (error) {
    if (error instanceof Error && error.message === 'silent') {
      refuse({ code: 'unavailable', what: 'the rest of the request', detail: 'nothing came for too long.' });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
