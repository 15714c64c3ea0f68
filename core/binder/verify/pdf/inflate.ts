import { promisify } from 'node:util';
import { createInflate, inflate } from 'node:zlib';
import { PdfFault } from './values.ts';

const inflateWhole = promisify(inflate);

/** The unpacked bytes, of which there may be at most `limit`. The verifier page has another way to do the same. */
export function inflateAll(raw: Buffer, limit: number): Promise<Buffer> {
  return inflateWhole(raw, { maxOutputLength: limit });
}

/** The same in constant memory; `at` is where the stream stands, for the fault. */
export async function* inflated(raw: AsyncGenerator<Buffer>, at: number): AsyncGenerator<Buffer> {
  const decoder = createInflate();
  const failure = feed(decoder, raw);
  try {
    for await (const chunk of decoder) yield chunk as Buffer;
  } catch {
    const cause = await failure;
    throw cause ?? new PdfFault('a compressed stream is damaged', at);
  } finally {
    decoder.destroy();
  }
}

/** Writes the pieces in; answers the error that ended the input early, if one did. */
async function feed(
  decoder: ReturnType<typeof createInflate>,
  raw: AsyncGenerator<Buffer>,
): Promise<Error | null> {
  try {
    for await (const chunk of raw) {
      if (decoder.destroyed) return null;
      if (!decoder.write(chunk)) {
        await new Promise<void>((resolve) => {
          decoder.once('drain', resolve);
          decoder.once('close', resolve);
        });
      }
    }
    if (!decoder.destroyed) decoder.end();
    return null;
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    decoder.destroy(cause);
    return cause;
  }
}
