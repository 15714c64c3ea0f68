import { constants, type KeyObject, verify } from 'node:crypto';
import { type Der, DerCursor, DerFault, oidOf, readDer, smallIntegerOf, TAG } from './der.ts';

export type DigestName = 'sha256' | 'sha384' | 'sha512';

export interface AlgorithmId {
  readonly oid: string;
  /** Null where there are none or an explicit NULL. */
  readonly params: Der | null;
}

const DIGESTS: Readonly<Record<string, DigestName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const ECDSA: Readonly<Record<string, DigestName>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const RSA_PKCS1: Readonly<Record<string, DigestName>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const MIN_RSA_BITS = 2048;

export function algorithmOf(der: Der): AlgorithmId {
  const fields = new DerCursor(der);
  const oid = oidOf(fields.take(TAG.oid));
  const explicitNull = fields.takeIf(TAG.null);
  if (explicitNull && explicitNull.content.length > 0) throw new DerFault('an algorithm is damaged');
  const params = explicitNull ? null : fields.takeIf(TAG.sequence);
  fields.end();
  return { oid, params };
}

/** The digest an identifier names, or null when it is none that is safe today. */
export function digestNamed(algorithm: AlgorithmId): DigestName | null {
  return algorithm.params === null ? (DIGESTS[algorithm.oid] ?? null) : null;
}

/** The digest that an algorithm of signatures implies, where it is one that is safe today. */
export function digestOfSignature({ oid, params }: AlgorithmId): DigestName | null {
  if (oid !== RSA_PSS) return ECDSA[oid] ?? RSA_PKCS1[oid] ?? null;
  const hash = params === null ? null : new DerCursor(params).takeIf(TAG.context0);
  return hash === null ? null : digestNamed(algorithmOf(readDer(hash.content)));
}

export interface SignatureCheck {
  readonly ok: boolean;
  /** For people: `ECDSA P-256 with SHA-256`. */
  readonly algorithm: string;
}

/** Checks a signature value over `bytes` with the certificate's key; unknown or weak algorithms fail. */
export function checkSignatureValue(
  key: KeyObject,
  {
    algorithm,
    digest,
    bytes,
    signature,
  }: {
    algorithm: AlgorithmId;
    digest: DigestName;
    bytes: Buffer;
    signature: Buffer;
  },
): SignatureCheck {
  const words = `with ${digest.toUpperCase().replace('SHA', 'SHA-')}`;
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') {
    const curve = CURVES[details.namedCurve ?? ''];
    const fits = curve !== undefined && ECDSA[algorithm.oid] === digest && algorithm.params === null;
    const ok = fits && isGood(() => verify(digest, bytes, { key, dsaEncoding: 'der' }, signature));
    return { ok, algorithm: `ECDSA ${curve ?? details.namedCurve ?? 'unknown curve'} ${words}` };
  }
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') {
    const bits = details.modulusLength ?? 0;
    const padding = bits >= MIN_RSA_BITS ? rsaPadding(algorithm, digest) : null;
    // RFC 8017, 8.1.2 and 8.2.2: as long as the modulus. OpenSSL takes one for PSS whose leading zeros are gone.
    const ok =
      padding !== null &&
      signature.length === Math.ceil(bits / 8) &&
      isGood(() => verify(digest, bytes, { key, ...padding }, signature));
    return { ok, algorithm: `RSA ${bits} ${words}` };
  }
  return { ok: false, algorithm: `${key.asymmetricKeyType ?? 'unknown key'} ${words}` };
}

/** A key or value too damaged for the cryptographic library is no signature. */
function isGood(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function rsaPadding(
  algorithm: AlgorithmId,
  digest: DigestName,
): { padding: number; saltLength?: number } | null {
  if (algorithm.oid === RSA_PSS) return pssPadding(algorithm.params, digest);
  const named = algorithm.oid === RSA_ENCRYPTION ? digest : RSA_PKCS1[algorithm.oid];
  return named === digest && algorithm.params === null ? { padding: constants.RSA_PKCS1_PADDING } : null;
}

/** RFC 8017 A.2.3; the hash and that of MGF1 must be the digest itself. */
function pssPadding(params: Der | null, digest: DigestName): { padding: number; saltLength: number } | null {
  if (params === null) return null;
  const fields = new DerCursor(params);
  const hash = fields.take(TAG.context0);
  const mask = fields.take(TAG.context1);
  const salt = fields.takeIf(0xa2);
  fields.end();
  const maskAlgorithm = algorithmOf(readDer(mask.content));
  if (maskAlgorithm.oid !== MGF1 || maskAlgorithm.params === null) return null;
  const fits =
    digestNamed(algorithmOf(readDer(hash.content))) === digest &&
    digestNamed(algorithmOf(maskAlgorithm.params)) === digest;
  const saltLength = salt === null ? 20 : smallIntegerOf(readDer(salt.content));
  return fits && saltLength >= 0 ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : null;
}
