import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { toHex } from '../../shared/ledger/canonical.ts';

/** SHA-256 by the platform, as `shared` wants it handed in. */
export const sha256 = Object.assign((bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer'), {
  hex: (bytes: Uint8Array): string => hash('sha256', bytes, 'hex'),
});

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 private key from its 32-byte seed (RFC 8032 section 5.1.5; PKCS#8 wrapping of RFC 8410). */
export function ledgerKeyFromSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}

/** The raw 32 bytes of the public half, base64url: how keys stand in the ledger. */
export function publicKeyText(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return spki.subarray(SPKI_ED25519.length).toString('base64url');
}

/** The raw public key (base64url) of an Ed25519 key in SPKI; empty where it is none (RFC 8410). */
export function rawPublicKey(spki: Uint8Array): string {
  const der = Buffer.from(spki);
  const isEd25519 = der.length === SPKI_ED25519.length + 32 && der.indexOf(SPKI_ED25519) === 0;
  return isEd25519 ? der.subarray(SPKI_ED25519.length).toString('base64url') : '';
}

/** The key id in segment headers: the first 16 bytes of SHA-256 of the raw public key, hex. */
export function keyIdOf(publicKey: string): string {
  return toHex(sha256(Buffer.from(publicKey, 'base64url'))).slice(0, 32);
}

export function signLedger(key: KeyObject, bytes: Uint8Array): string {
  return sign(null, bytes, key).toString('hex');
}

/** False also for a key or signature that is no key or signature at all. */
export function verifyLedger(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url');
  return raw.length === 32 && verify(null, bytes, keyOf(publicKey, raw), Buffer.from(signature, 'hex'));
}

/** The key that was asked for last: what comes together is mostly by one, and a key takes as long to read as to use. */
let last: readonly [text: string, key: KeyObject] | null = null;

function keyOf(text: string, raw: Uint8Array): KeyObject {
  if (last?.[0] === text) return last[1];
  const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, raw]), format: 'der', type: 'spki' });
  last = [text, key];
  return key;
}
