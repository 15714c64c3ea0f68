import { type Der, DerCursor, oidOf, readDer, TAG } from '../../core/binder/verify/signatures/der.ts';
import { numberOf } from './rsa.ts';

const BITS = 0x03;
const KINDS: Readonly<Record<string, PublicKey['asymmetricKeyType']>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.10045.2.1': 'ec',
  '1.3.101.112': 'ed25519',
};
const CURVES: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'prime256v1',
  '1.3.132.0.34': 'secp384r1',
  '1.3.132.0.35': 'secp521r1',
};

/** A public key, named as Node names it. */
export interface PublicKey {
  readonly asymmetricKeyType: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519';
  readonly asymmetricKeyDetails: { readonly namedCurve?: string; readonly modulusLength?: number };
  /** The point of a curve, as it is written. */
  readonly point: Uint8Array;
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** Reads a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7); a kind of key that is not known throws. */
export function publicKeyOf(der: Buffer): PublicKey {
  const info = DerCursor.over(der);
  const algorithm = new DerCursor(info.take(TAG.sequence));
  const kind = KINDS[oidOf(algorithm.take(TAG.oid))];
  const bits = info.take(BITS).content;
  info.end();
  if (kind === undefined || bits[0] !== 0) throw new Error('a public key of a kind that is not known');
  const value = bits.subarray(1);
  const none = { point: new Uint8Array(0), modulus: 0n, exponent: 0n };
  if (kind === 'ed25519') return { ...none, asymmetricKeyType: kind, asymmetricKeyDetails: {}, point: value };
  if (kind === 'ec') {
    const curve = CURVES[oidOf(algorithm.take(TAG.oid))];
    if (curve === undefined) throw new Error('a curve that is not known');
    return { ...none, asymmetricKeyType: kind, asymmetricKeyDetails: { namedCurve: curve }, point: value };
  }
  return { ...none, asymmetricKeyType: kind, ...rsaOf(readDer(value)) };
}

function rsaOf(der: Der): Pick<PublicKey, 'modulus' | 'exponent' | 'asymmetricKeyDetails'> {
  const numbers = new DerCursor(der);
  const modulus = numberOf(numbers.take(TAG.integer).content);
  const exponent = numberOf(numbers.take(TAG.integer).content);
  numbers.end();
  return { modulus, exponent, asymmetricKeyDetails: { modulusLength: modulus.toString(2).length } };
}
