import { createHash, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { chacha20poly1305 } from '@noble/ciphers/chacha';
import { edwardsToMontgomeryPub, x25519 } from '@noble/curves/ed25519';
import { type Identity, type Recipient, Stanza } from 'age-encryption';
import { publicKeyText } from '../../ledger/keys.ts';

/**
 * A ledger key as an age recipient: byte for byte what age makes of an `ssh-ed25519` key, so that its holder opens a
 * bundle with any age program too.
 */
const KIND = 'ssh-ed25519';
const LABEL = 'age-encryption.org/v1/ssh-ed25519';
const WRAPPED_BYTES = 32;
/** The file key is wrapped under a key of its own, so the nonce says nothing. */
const NONCE = new Uint8Array(12);

/** `publicKey` as it stands in the ledger: raw, base64url. */
export function ledgerRecipient(publicKey: string): Recipient {
  const raw = Buffer.from(publicKey, 'base64url');
  const wire = wireOf(raw);
  const theirs = edwardsToMontgomeryPub(raw);
  return {
    wrapFileKey(fileKey) {
      const ephemeral = randomBytes(32);
      const share = x25519.getPublicKey(ephemeral);
      const key = wrappingKey(x25519.getSharedSecret(ephemeral, theirs), wire, share, theirs);
      const body = chacha20poly1305(key, NONCE).encrypt(fileKey);
      return [new Stanza([KIND, tagOf(wire), unpadded(share)], body)];
    },
  };
}

export function ledgerIdentity(key: KeyObject): Identity {
  const raw = Buffer.from(publicKeyText(key), 'base64url');
  const wire = wireOf(raw);
  const own = edwardsToMontgomeryPub(raw);
  const secret = secretOf(key);
  return {
    unwrapFileKey(stanzas) {
      for (const { args, body } of stanzas) {
        const [kind, tag, text = ''] = args;
        if (kind !== KIND || tag !== tagOf(wire) || body.length !== WRAPPED_BYTES) continue;
        const share = Buffer.from(text, 'base64');
        if (share.length !== 32) continue;
        try {
          const wrapping = wrappingKey(x25519.getSharedSecret(secret, share), wire, share, own);
          return chacha20poly1305(wrapping, NONCE).decrypt(body);
        } catch {
          // A tag has four bytes, and two keys may share one.
        }
      }
      return null;
    },
  };
}

/** Whether an envelope names this key; its tag has four bytes, so a stranger's may look alike. */
export function namesKey(stanzas: readonly Stanza[], publicKey: string): boolean {
  const tag = tagOf(wireOf(Buffer.from(publicKey, 'base64url')));
  return stanzas.some(({ args }) => args[0] === KIND && args[1] === tag);
}

function wrappingKey(shared: Uint8Array, wire: Buffer, share: Uint8Array, theirs: Uint8Array): Uint8Array {
  const tweak = new Uint8Array(hkdfSync('sha256', new Uint8Array(0), wire, LABEL, 32));
  const tweaked = x25519.getSharedSecret(tweak, shared);
  return new Uint8Array(hkdfSync('sha256', tweaked, Buffer.concat([share, theirs]), LABEL, 32));
}

/** The key as SSH writes it: a length and its kind, a length and its bytes. */
function wireOf(raw: Buffer): Buffer {
  const framed = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([framed(Buffer.from(KIND)), framed(raw)]);
}

function tagOf(wire: Buffer): string {
  return unpadded(createHash('sha256').update(wire).digest().subarray(0, 4));
}

/** The X25519 half of an Ed25519 key: the first half of SHA-512 of its seed. */
function secretOf(key: KeyObject): Buffer {
  const seed = key.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  return createHash('sha512').update(seed).digest().subarray(0, 32);
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
