import { hkdfSync, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { chacha20 } from '@noble/ciphers/chacha';
import { Decrypter, Encrypter } from 'age-encryption';
import { FaultError } from '../../../shared/fault.ts';
import { ledgerIdentity, ledgerRecipient } from './ledger-recipient.ts';

/** Who may open a bundle: the holders of these ledger keys, or whoever knows the passphrase. */
export type Seal = { readonly publicKeys: readonly string[] } | { readonly passphrase: string };

/** What is at hand to open one. */
export interface Openers {
  readonly ledgerKey?: KeyObject | undefined;
  readonly passphrases: readonly string[];
}

/** Why an envelope does not open. */
export class EnvelopeFlaw extends Error {
  readonly kind: 'no-bundle' | 'not-for-you' | 'damaged';
  constructor(kind: EnvelopeFlaw['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export const AGE_MAGIC = 'age-encryption.org/v1\n';

/** How dear one guess at a passphrase is: scrypt with 2^18 rounds, as age does. */
const WORK = 18;

export async function sealed(
  source: AsyncIterable<Uint8Array>,
  seal: Seal,
  work = WORK,
): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  if ('passphrase' in seal) {
    encrypter.setScryptWorkFactor(work);
    encrypter.setPassphrase(seal.passphrase);
  } else for (const key of seal.publicKeys) encrypter.addRecipient(ledgerRecipient(key));
  return (await encrypter.encrypt(streamOf(source))) as AsyncIterable<Uint8Array>;
}

/** The bytes inside; reading throws an `EnvelopeFlaw` at the first that does not prove itself. */
export async function* opened(
  source: AsyncIterable<Uint8Array>,
  openers: Openers,
): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  const noted = (async function* () {
    try {
      yield* source;
    } catch (error) {
      failure = error;
      throw error;
    }
  })();
  try {
    const plain = (await decrypterOf(openers).decrypt(
      streamOf(withShortHeader(noted)),
    )) as AsyncIterable<Uint8Array>;
    yield* plain;
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (error instanceof FaultError || error instanceof EnvelopeFlaw) throw error;
    const message = error instanceof Error ? error.message : '';
    if (/no identity matched/.test(message))
      throw new EnvelopeFlaw('not-for-you', 'neither your key nor a passphrase given opens it');
    throw new EnvelopeFlaw('damaged', 'a part of it fails its check');
  }
}

const MAX_HEADER = 1024 * 1024;

/** A header without an end would be gathered in memory until there is none left. */
async function* withShortHeader(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let header: Buffer | null = Buffer.alloc(0);
  for await (const piece of source) {
    if (header !== null) {
      header = Buffer.concat([header, piece]);
      if (header.includes('\n---')) header = null;
      else if (header.length > MAX_HEADER)
        throw new EnvelopeFlaw('damaged', 'its envelope does not read as one');
    }
    yield piece;
  }
}

function decrypterOf({ ledgerKey, passphrases }: Openers): Decrypter {
  const decrypter = new Decrypter();
  if (ledgerKey !== undefined) decrypter.addIdentity(ledgerIdentity(ledgerKey));
  for (const passphrase of passphrases) decrypter.addPassphrase(passphrase);
  return decrypter;
}

const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE_BYTES = 16;

/** How long a whole envelope is whose plaintext has so many bytes. */
export function envelopeBytes(header: number, plain: number): number {
  return header + NONCE_BYTES + plain + TAG * Math.max(1, Math.ceil(plain / CHUNK));
}

/**
 * The first bytes inside without their check, and where the payload begins: for saying whether a file was cut short or
 * changed, once it is known to be one or the other. Null where not even its header opens.
 */
export async function peek(
  path: string,
  offset: number,
  openers: Openers,
): Promise<{ readonly header: number; readonly readings: readonly Buffer[] } | 'no-header' | null> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(CHUNK);
    const { bytesRead } = await file.read(start, 0, CHUNK, offset);
    const text = start.subarray(0, bytesRead).toString('latin1');
    const end = /\n--- [^\n]*\n/.exec(text);
    if (end === null) return bytesRead < CHUNK ? 'no-header' : null;
    const header = end.index + end[0].length;
    const fileKey = await decrypterOf(openers).decryptHeader(start.subarray(0, header));
    const nonce = start.subarray(header, header + NONCE_BYTES);
    const key = new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
    const cipher = start.subarray(header + NONCE_BYTES, bytesRead);
    // The nonce of a chunk says whether it is the last; Poly1305's key takes the first block, the message the others.
    const readings = [0, 1].map((last) => {
      const chunk = new Uint8Array(12);
      chunk[11] = last;
      return Buffer.from(chacha20(key, chunk, cipher, undefined, 1));
    });
    return { header, readings };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

function streamOf(source: AsyncIterable<Uint8Array>): globalThis.ReadableStream<Uint8Array> {
  return ReadableStream.from(source) as unknown as globalThis.ReadableStream<Uint8Array>;
}

/** A file from a place on, as a stream of pieces. */
export function piecesOf(path: string, start = 0): AsyncIterable<Uint8Array> {
  return createReadStream(path, { start, highWaterMark: CHUNK });
}
