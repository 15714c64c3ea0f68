import { refuse } from '../../../shared/fault.ts';
import { childrenOf, type Der, DerCursor, DerFault, readDer, TAG } from '../verify/signatures/der.ts';

/** The parts of a CMS signature that a time stamp concerns, with everything around them as it stands. */
interface Opened {
  readonly contentType: Der;
  /** The members of the SignedData before its one signer. */
  readonly before: readonly Der[];
  /** The members of the SignerInfo. */
  readonly signer: readonly Der[];
}

/** What a time stamp is over: the value of the signature (RFC 3161, appendix A). */
export function signatureValueOf(cms: Uint8Array): Buffer {
  const value = open(cms).signer.find(({ tag }) => tag === TAG.octets);
  return value ? value.content : unreadable();
}

export function carriesAdditions(cms: Uint8Array): boolean {
  return open(cms).signer.some(({ tag }) => tag === TAG.context1);
}

const TOKEN_ATTRIBUTE = Buffer.from('060b2a864886f70d010910020e', 'hex');

/**
 * The same signature with a time stamp beside it, in the one place that no signature covers: nothing that was signed
 * changes by a byte.
 */
export function withTimeStamp(cms: Uint8Array, token: Uint8Array): Buffer {
  const { contentType, before, signer } = open(cms);
  if (signer.some(({ tag }) => tag === TAG.context1))
    refuse({ code: 'conflict', detail: 'The signature carries a time stamp already.' });
  const attribute = encode(TAG.sequence, TOKEN_ATTRIBUTE, encode(TAG.set, Buffer.from(token)));
  const members = [...signer.map(({ raw }) => raw), encode(TAG.context1, attribute)];
  return written(contentType, before, members);
}

function written(contentType: Der, before: readonly Der[], signer: readonly Buffer[]): Buffer {
  const signers = encode(TAG.set, encode(TAG.sequence, ...signer));
  const signedData = encode(TAG.sequence, ...before.map(({ raw }) => raw), signers);
  return encode(TAG.sequence, contentType.raw, encode(TAG.context0, signedData));
}

/** The same signature as its signer made it, without a time stamp that was put beside it. */
export function withoutTimeStamp(cms: Uint8Array): Buffer {
  const { contentType, before, signer } = open(cms);
  const members = signer.filter(({ tag }) => tag !== TAG.context1).map(({ raw }) => raw);
  return written(contentType, before, members);
}

/** Reads the element at the start; the zeros that fill its place in a document may follow. */
function open(cms: Uint8Array): Opened {
  try {
    const [contentType, wrapped] = childrenOf(readDer(Buffer.from(cms)));
    const fields = childrenOf(new DerCursor(wrapped ?? unreadable(), TAG.context0).take(TAG.sequence));
    const signers = fields.at(-1);
    const [signer, ...others] = signers?.tag === TAG.set ? childrenOf(signers) : [];
    if (contentType === undefined || signer === undefined || others.length > 0) return unreadable();
    return { contentType, before: fields.slice(0, -1), signer: childrenOf(signer) };
  } catch (error) {
    if (error instanceof DerFault) return unreadable();
    throw error;
  }
}

function unreadable(): never {
  return refuse({
    code: 'invalid-input',
    detail: 'The last signature cannot be read.',
    remedy: 'Verify the file first; nothing was changed.',
  });
}

function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}
