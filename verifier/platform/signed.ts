import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { type PublicKey, publicKeyOf } from './public-key.ts';
import { isRsaSigned, PADDING } from './rsa.ts';

/** The part of Node's cryptography that the verifier uses. Nothing here signs or keeps a secret. */
const HASHES = { sha256, sha384, sha512, sha1, md5 } as const;
type HashName = keyof typeof HASHES;
type Running = ReturnType<(typeof HASHES)[HashName]['create']>;

class Hash {
  readonly #running: Running;

  constructor(running: Running) {
    this.#running = running;
  }

  update(data: Uint8Array | string): this {
    this.#running.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
    return this;
  }

  copy(): Hash {
    return new Hash(this.#running.clone() as Running);
  }

  digest(encoding?: 'hex'): Buffer | string {
    const bytes = Buffer.from(this.#running.digest());
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }
}

export function createHash(name: string): Hash {
  return new Hash(hashOf(name).create());
}

function hashOf(name: string): (typeof HASHES)[HashName] {
  const found = HASHES[name as HashName];
  if (!found) throw new Error(`${name} is not known here`);
  return found;
}

export const constants = PADDING;

export function createPublicKey({ key }: { key: Buffer }): PublicKey {
  return publicKeyOf(key);
}

const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;

interface Signed {
  readonly key: PublicKey;
  readonly padding?: number;
  readonly saltLength?: number;
}

/** Whether the signature is good; a key that cannot be used throws, as Node's does. */
export function verify(
  name: string | null,
  data: Uint8Array,
  signed: PublicKey | Signed,
  signature: Uint8Array,
): boolean {
  const { key, ...how } = 'key' in signed ? signed : { key: signed };
  if (key.asymmetricKeyType === 'ed25519') {
    return name === null && ed25519.verify(signature, data, key.point, { zip215: false });
  }
  if (name === null) return false;
  const hash = hashOf(name);
  if (key.asymmetricKeyType !== 'ec') return isRsaSigned(key, hash, { data, signature, ...how });
  const curve = CURVES[key.asymmetricKeyDetails.namedCurve as keyof typeof CURVES];
  return curve.verify(signature, hash(data), key.point, { format: 'der', lowS: false, prehash: false });
}
