import { describe, expect, it } from 'vitest';
import { ledgerKeyFromSeed, publicKeyText } from '../../../../../core/ledger/keys.ts';
import {
  EnvelopeFlaw,
  type Openers,
  opened,
  type Seal,
  sealed,
} from '../../../../../core/sync/courier/envelope.ts';

const keyOf = (byte: number) => ledgerKeyFromSeed(Buffer.alloc(32, byte));
const CHEAP = 10;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

const seal = async (text: string, how: Seal) => gather(await sealed(once(Buffer.from(text)), how, CHEAP));
const open = async (bytes: Uint8Array, openers: Openers) =>
  (await gather(opened(once(bytes), openers))).toString();

async function flawOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EnvelopeFlaw) return error.kind;
    throw error;
  }
  throw new Error('it opened');
}

/** Made by age 1.1.1 for the SSH form of the key whose seed is 32 times the byte 7. */
const BY_AGE =
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNzaC1lZDI1NTE5IHovZlN2dyAwZENaQTk3ZTFrUUFyYTN1KzNiNXdET2lrdEVxWmtGZ3hqVjhqdENxN0dnCjlwVDBKYjcrb2lscDNVYVhHUU9vQjY5REdiU3dTd2c1Z2REbW1ucHFUdTAKLS0tIE1zMG1lN1Ricm15Q3QwekdGTHg3TS9iRWh6UHVxcVp0QjNkY0pnQjdZNTAK4JWWPUvBTrk4Ya1tK77FTl902ztmAmiz/in0XWoCoLPd2RGVd9ld94mCdjI5Y7M=';

describe('the envelope of a bundle', () => {
  it('opens what age itself sealed for the same key as an SSH key', async () => {
    const bytes = Buffer.from(BY_AGE, 'base64');
    expect(await open(bytes, { ledgerKey: keyOf(7), passphrases: [] })).toBe('carried by hand');
    expect(await flawOf(open(bytes, { ledgerKey: keyOf(8), passphrases: [] }))).toBe('not-for-you');
  });

  it('opens for each of the keys it is sealed to and for no other', async () => {
    const bytes = await seal('x', { publicKeys: [publicKeyText(keyOf(1)), publicKeyText(keyOf(2))] });
    expect(await open(bytes, { ledgerKey: keyOf(1), passphrases: [] })).toBe('x');
    expect(await open(bytes, { ledgerKey: keyOf(2), passphrases: ['no'] })).toBe('x');
    expect(await flawOf(open(bytes, { ledgerKey: keyOf(3), passphrases: ['no'] }))).toBe('not-for-you');
  });

  it('opens by its passphrase', async () => {
    const bytes = await seal('x', { passphrase: 'words' });
    expect(await open(bytes, { passphrases: ['other', 'words'] })).toBe('x');
    expect(await flawOf(open(bytes, { ledgerKey: keyOf(1), passphrases: ['other'] }))).toBe('not-for-you');
  });

  it('says of every byte that was changed that it is damaged', async () => {
    const bytes = await seal('some words', { publicKeys: [publicKeyText(keyOf(1))] });
    const header = bytes.indexOf('---');
    for (let at = header + 4; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await flawOf(open(changed, { ledgerKey: keyOf(1), passphrases: [] })), `byte ${at}`).toBe(
        'damaged',
      );
    }
  });

  it('gives up on a header without an end before it fills the memory', async () => {
    let given = 0;
    const endless = (async function* () {
      yield Buffer.from('age-encryption.org/v1\n-> ');
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536, 'a');
      }
    })();
    expect(await flawOf(gather(opened(endless, { ledgerKey: keyOf(1), passphrases: [] })))).toBe('damaged');
    expect(given).toBeLessThan(4 * 1024 * 1024);
  });
});
