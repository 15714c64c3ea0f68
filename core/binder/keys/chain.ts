import { createPublicKey } from 'node:crypto';
import { FaultError, refuse } from '../../../shared/fault.ts';
import type { PdfSigner } from '../sign/signer.ts';
import { type Certificate, isIssuedBy, parseCertificate } from '../verify/signatures/certificate.ts';
import { DerFault } from '../verify/signatures/der.ts';

const LONGEST_CHAIN = 8;

/** A certificate with the ones above it, as far as they are here, leaf first. */
export interface Chain {
  readonly certificates: readonly Uint8Array[];
  /** The name the certificate gives its holder. */
  readonly holder: Certificate;
  readonly algorithm: PdfSigner['algorithm'];
}

/**
 * The leaf and its issuers, and nothing else that lay beside them: what does not belong to the chain has no place in a
 * signature. Read with the eyes of the verifier, so that what is signed here is not called bad there.
 */
export function chainOf(leaf: Uint8Array, others: readonly Uint8Array[]): Chain {
  const holder = readable(leaf);
  if (holder === null) return unfit('The certificate of the key cannot be read.');
  if (!holder.maySign) return unfit('The certificate of the key is not meant for signing.');
  const pool = others.flatMap((der) => readable(der) ?? []);
  const chain = [holder];
  for (let last = holder; chain.length < LONGEST_CHAIN; ) {
    const issuer = pool.find(
      (one) => !chain.some((known) => known.raw.equals(one.raw)) && isIssuedBy(last, one),
    );
    if (issuer === undefined) break;
    chain.push(issuer);
    last = issuer;
  }
  return { certificates: chain.map(({ raw }) => raw), holder, algorithm: algorithmOf(holder) };
}

/** The same for one of several that lie together, where some may be for other ends: null for those. */
export function chainIfFit(leaf: Uint8Array, others: readonly Uint8Array[]): Chain | null {
  try {
    return chainOf(leaf, others);
  } catch (error) {
    if (error instanceof FaultError) return null;
    throw error;
  }
}

function readable(der: Uint8Array): Certificate | null {
  try {
    return parseCertificate(Buffer.from(der));
  } catch (error) {
    if (error instanceof DerFault) return null;
    throw error;
  }
}

/** RSA keys of companies are often of 2,048 bits still; shorter ones are refused here as by every verifier. */
const SHORTEST_RSA = 2_048;

function algorithmOf({ publicKey }: Certificate): PdfSigner['algorithm'] {
  const { namedCurve, modulusLength = 0 } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  if (publicKey.asymmetricKeyType === 'rsa' && modulusLength >= SHORTEST_RSA) return 'rsa-pkcs1-sha256';
  return unfit('A PDF is signed with ECDSA on P-256 or with RSA of at least 2048 bits; this key is another.');
}

/** Whether two certificates (DER and PEM) are for one key. */
export function sameKey(der: Uint8Array, pem: string): boolean {
  const own = readable(der)?.publicKey;
  if (own === undefined) return false;
  try {
    return own.equals(createPublicKey(pem));
  } catch {
    return false;
  }
}

function unfit(detail: string): never {
  return refuse({ code: 'invalid-input', detail, remedy: 'Choose another key; nothing was signed.' });
}
