import { createHash } from 'node:crypto';
import type { CourierManifest, CourierVerdict } from '../../../shared/domain/courier.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import { verifyLedger } from '../../ledger/keys.ts';
import {
  ContainerFlaw,
  type IncomingContainer,
  manifestBytes,
  OPENING_BYTES,
  readContainer,
  statedBytes,
} from './container.ts';
import { EnvelopeFlaw, envelopeBytes, type Openers, opened, peek, piecesOf } from './envelope.ts';
import { type BundleFiles, VOLUME_HEAD_BYTES } from './volumes.ts';

/** Why a bundle is not taken in, as one of the verdicts and in a sentence. */
export class BundleFlaw extends Error {
  readonly verdict: CourierVerdict;
  constructor(verdict: CourierVerdict, message: string) {
    super(message);
    this.verdict = verdict;
  }
}

/**
 * Opens a bundle and hands what is inside to `read`. The manifest is proven to be by the key it names before `read` is
 * called; whatever is wrong with the bundle, now or while it is read, comes as a `BundleFlaw`.
 */
export async function withBundle<T>(
  bundle: BundleFiles,
  openers: Openers,
  read: (inside: IncomingContainer) => Promise<T>,
): Promise<T> {
  demandWhole(bundle);
  try {
    const inside = await readContainer(opened(bytesOf(bundle), openers));
    demandSigned(inside);
    return await read(inside);
  } catch (error) {
    throw (await flawOf(error, bundle, openers)) ?? error;
  }
}

/** So many of the missing volumes are named: how many there are is the word of whoever wrote a head. */
const NAMED_VOLUMES = 10;

function demandWhole({ files, missing, of }: BundleFiles): void {
  if (files.some((file) => file.kind === 'neither'))
    throw new BundleFlaw('no-bundle', 'It does not begin as a courier bundle does.');
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED_VOLUMES).join(', ');
    const more = missing.length - NAMED_VOLUMES;
    const which = `${missing.length === 1 ? 'volume' : 'volumes'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
    throw new BundleFlaw(
      'missing-volume',
      `Of ${of} volumes, ${which} ${missing.length === 1 ? 'is' : 'are'} not here.`,
    );
  }
  for (const file of files) {
    if (file.kind === 'volume' && file.bytes < VOLUME_HEAD_BYTES + file.head.bytes)
      throw new BundleFlaw('truncated', `Volume ${file.head.volume} ends early.`);
  }
}

/** The envelope's bytes, over all volumes; each volume is held against its own hash. */
async function* bytesOf({ files }: BundleFiles): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    if (file.kind !== 'volume') {
      yield* piecesOf(file.path);
      continue;
    }
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of piecesOf(file.path, VOLUME_HEAD_BYTES)) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
    if (bytes !== file.head.bytes || hash.digest('hex') !== file.head.sha256)
      throw new BundleFlaw('tampered', `Volume ${file.head.volume} is not as it was written.`);
  }
}

function demandSigned({ manifest, signature }: IncomingContainer): void {
  const { from, checkpoint } = manifest;
  if (!isSigned(from.publicKey, manifestBytes(manifest), signature.toString('hex')))
    throw new BundleFlaw('tampered', 'The signature on its manifest is not by the key it names.');
  const stated = canonicalBytes(checkpoint.body as unknown as Json);
  const hex = Buffer.from(checkpoint.signature, 'base64url').toString('hex');
  const fits =
    checkpoint.publicKey === from.publicKey &&
    checkpoint.body.workspace === manifest.workspace &&
    isSigned(from.publicKey, stated, hex);
  if (!fits) throw new BundleFlaw('tampered', 'Its checkpoint is not signed by the same member.');
}

function isSigned(publicKey: string, bytes: Uint8Array, hex: string): boolean {
  try {
    return verifyLedger(publicKey, bytes, hex);
  } catch {
    return false;
  }
}

async function flawOf(error: unknown, bundle: BundleFiles, openers: Openers): Promise<BundleFlaw | null> {
  if (error instanceof ContainerFlaw) return new BundleFlaw(error.kind, sentence(error.message));
  if (!(error instanceof EnvelopeFlaw)) return null;
  if (error.kind !== 'damaged') return new BundleFlaw(error.kind, sentence(error.message));
  return (await isShort(bundle, openers))
    ? new BundleFlaw('truncated', 'It ends early.')
    : new BundleFlaw('tampered', sentence(error.message));
}

/** Whether there are fewer bytes than the first ones say; asked only once a check has failed. */
async function isShort({ files }: BundleFiles, openers: Openers): Promise<boolean> {
  const [first] = files;
  if (first === undefined) return false;
  const offset = (file: (typeof files)[number]) => (file.kind === 'volume' ? VOLUME_HEAD_BYTES : 0);
  const here = files.reduce((sum, file) => sum + file.bytes - offset(file), 0);
  const found = await peek(first.path, offset(first), openers);
  if (found === 'no-header') return true;
  if (found === null) return false;
  const stated = found.readings.map((bytes) => statedBytes(bytes)).find((total) => total !== null);
  if (stated !== undefined && stated !== null) return here < envelopeBytes(found.header, stated);
  return found.readings.every((bytes) => bytes.length < OPENING_BYTES);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Who made a bundle and when, before it is known what it is worth. */
export type Claimed = Pick<CourierManifest, 'from' | 'to' | 'number' | 'at' | 'first'>;
