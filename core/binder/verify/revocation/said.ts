import { type AlgorithmId, checkSignatureValue, digestOfSignature } from '../signatures/algorithms.ts';
import type { Certificate } from '../signatures/certificate.ts';
import { childrenOf, type Der, DerFault, oidOf, readDer, TAG } from '../signatures/der.ts';

/** What a list or an answer says of one certificate. */
export interface Word {
  /** The time it speaks for. */
  readonly from: Date;
  /** When the next one is due; null where it does not say. */
  readonly until: Date | null;
  /** Since when it is revoked; null where it is not. */
  readonly revokedAt: Date | null;
  readonly by: Certificate;
}

/** A list (CRL) or an answer (OCSP), which speaks of a certificate or does not. */
export interface Testimony {
  /** Null where it says nothing of the certificate, or not by the word of its issuer. */
  wordOn(certificate: Certificate, issuer: Certificate): Word | null;
}

/** Whether a key made the signature over the bytes. */
export function isSignedBy(
  key: Certificate,
  { signed, algorithm, signature }: { signed: Buffer; algorithm: AlgorithmId; signature: Buffer },
): boolean {
  const digest = digestOfSignature(algorithm);
  if (digest === null) return false;
  return checkSignatureValue(key.publicKey, { algorithm, digest, bytes: signed, signature }).ok;
}

/** Extensions by their identifier; one that must be understood and is not known here makes the whole of no use. */
export function extensionsOf(list: Der, known: ReadonlySet<string>): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const extension of childrenOf(list)) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1);
    if (!id || value?.tag !== TAG.octets || found.has(oidOf(id)))
      throw new DerFault('an extension is damaged');
    const critical = rest.length > 1 && rest[0]?.tag === TAG.boolean && rest[0].content[0] !== 0;
    if (critical && !known.has(oidOf(id)))
      throw new DerFault('it says something that is not understood here');
    found.set(oidOf(id), value.content);
  }
  return found;
}

/** The sequence that an extension holds. */
export function sequenceIn(extension: Buffer): Der {
  const der = readDer(extension);
  if (der.tag !== TAG.sequence || der.raw.length !== extension.length)
    throw new DerFault('an extension is damaged');
  return der;
}
