import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PdfFault } from '../../../core/binder/verify/pdf/values.ts';
import { inflateAll, inflated } from '../../../verifier/platform/inflate.ts';

const NO_LIMIT = 1 << 30;

/** What Node makes of it; null where it is damaged. */
function byNode(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed);
  } catch {
    return null;
  }
}

const byPage = (packed: Buffer): Promise<Buffer | null> => inflateAll(packed, NO_LIMIT).catch(() => null);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gathered(packed: Buffer, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of inflated(pieces(packed, size), 7)) parts.push(part);
  return Buffer.concat(parts);
}

/** Text that repeats itself near and far, as tables and ledgers do. */
function prose(length: number): Buffer {
  const words = Array.from({ length: 400 }, (_, i) => `word${(i * 7919) % 613} `);
  let state = 1;
  let text = '';
  while (text.length < length) {
    state = (state * 48_271) % 0x7fffffff;
    text += words[state % words.length] ?? '';
  }
  return Buffer.from(text.slice(0, length));
}

describe('what the verifier page unpacks', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one letter', Buffer.from('a')],
    ['one letter over and over', Buffer.alloc(700_000, 'a')],
    ['text longer than the window', prose(900_000)],
    [
      'bytes without order',
      Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * i * 2_654_435_761) >>> 24)),
    ],
  ])('comes out as it went in: %s', async (_name, bytes) => {
    for (const level of [0, 1, 6, 9])
      for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY]) {
        const packed = deflateSync(bytes, { level, strategy });
        expect((await inflateAll(packed, NO_LIMIT)).equals(bytes)).toBe(true);
        expect((await gathered(packed, 1000)).equals(bytes)).toBe(true);
      }
  });

  test('comes in pieces of any size, one byte each too', async () => {
    const bytes = prose(3000);
    expect((await gathered(deflateSync(bytes), 1)).equals(bytes)).toBe(true);
  });

  test('ends where the packed data do: what follows is nobody’s, as on the command line', async () => {
    const packed = Buffer.concat([deflateSync(prose(5000)), Buffer.from('\nsomething else')]);
    expect(await byPage(packed)).toEqual(byNode(packed));
    expect(await byPage(packed)).toEqual(prose(5000));
  });

  test('is damaged wherever Node calls it so, and the same bytes wherever Node does not', async () => {
    const packed = deflateSync(prose(2500));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(packed.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(packed.length),
        async (at, flip, length) => {
          const bad = Buffer.from(packed);
          bad[at] = (bad[at] ?? 0) ^ flip;
          expect(await byPage(bad)).toEqual(byNode(bad));
          const cut = packed.subarray(0, length);
          expect(await byPage(cut)).toEqual(byNode(cut));
        },
      ),
      { numRuns: 1500, seed: 7 },
    );
  }, 60_000);

  test('is no more than it may be, and what is damaged says where it stands', async () => {
    await expect(inflateAll(deflateSync(Buffer.alloc(5_000_000)), 1_000_000)).rejects.toThrow();
    await expect(gathered(Buffer.from('no such stream'), 4)).rejects.toEqual(
      new PdfFault('a compressed stream is damaged', 7),
    );
  });
});
