import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import {
  NONCE_BYTES,
  readSignature,
  readSignatureInput,
  SIGNATURE_MAX_AGE_SECONDS,
  SIGNATURE_MAX_AHEAD_SECONDS,
  signatureBase,
} from '../../shared/sync/request-signature.ts';
import { Problem } from './problem.ts';

/** A request whose signature has the right form and time; whose it is, is not known yet. */
export interface SignatureClaim {
  readonly device: string;
  readonly nonce: string;
  /** From when on the same nonce could not be used again anyway. */
  readonly expiresAt: Date;
  /** SHA-256 of the body as the signature covers it; null where there is none. */
  readonly bodySha256: Buffer | null;
  isBy(key: KeyObject): boolean;
}

/** Reads what a request says of its sender. Refuses what is unsigned, malformed, expired or from the future. */
export function readClaim(request: Request, authority: string, hasBody: boolean, at: Date): SignatureClaim {
  const inputHeader = request.headers.get('signature-input');
  const signatureHeader = request.headers.get('signature');
  if (inputHeader === null || signatureHeader === null) throw new Problem('unsigned');
  const digestHeader = request.headers.get('content-digest');
  const input = readSignatureInput(inputHeader, hasBody);
  if (!input) throw new Problem('bad-signature', {}, { reason: 'bad-signature-input' });
  const signature = readSignature(signatureHeader, input.label);
  const { created, nonce, keyid } = input.parameters;
  if (signature === null) throw new Problem('bad-signature', {}, { reason: 'bad-signature-field' });
  if (!isNonce(nonce)) throw new Problem('bad-signature', {}, { reason: 'bad-nonce' });
  const now = at.getTime() / 1000;
  if (created < now - SIGNATURE_MAX_AGE_SECONDS || created > now + SIGNATURE_MAX_AHEAD_SECONDS) {
    throw new Problem('expired', { serverTime: at.toISOString() });
  }
  const url = new URL(request.url);
  const base = signatureBase(
    {
      method: request.method,
      authority,
      path: url.pathname,
      query: url.search,
      contentDigest: hasBody ? digestHeader : null,
    },
    input.components,
    input.written,
  );
  return {
    device: keyid,
    nonce,
    expiresAt: new Date((created + SIGNATURE_MAX_AGE_SECONDS + 1) * 1000),
    bodySha256: hasBody ? readDigest(digestHeader) : null,
    isBy: (key) => verify(null, base, key, Buffer.from(signature, 'base64')),
  };
}

/** Refuses a body that is not the one signed. */
export function demandBody(claim: SignatureClaim, body: Uint8Array): void {
  if (claim.bodySha256 === null) return;
  const actual = createHash('sha256').update(body).digest();
  if (!timingSafeEqual(actual, claim.bodySha256)) {
    throw new Problem('bad-signature', {}, { reason: 'body-is-not-the-one-signed' });
  }
}

/** An Ed25519 public key as devices hand it in: SPKI in base64url. Null for anything else. */
export function readPublicKey(text: string): KeyObject | null {
  const known = keys.get(text);
  if (known) return known;
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return null;
    if (keys.size > 10_000) keys.clear();
    keys.set(text, key);
    return key;
  } catch {
    return null;
  }
}

const keys = new Map<string, KeyObject>();

function isNonce(nonce: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(nonce) && Buffer.from(nonce, 'base64url').length === NONCE_BYTES;
}

function readDigest(header: string | null): Buffer {
  const [, value] = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(header ?? '') ?? [];
  if (value === undefined) throw new Problem('bad-signature', {}, { reason: 'bad-content-digest' });
  return Buffer.from(value, 'base64');
}
