import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalBytes } from '../../../shared/ledger/canonical.ts';

/** What stands before the 32 raw bytes in the DER of an Ed25519 public key (RFC 8410). */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** What a ledger key signed: the canonical bytes of `body`. */
export interface SignedByLedgerKey {
  readonly body: Parameters<typeof canonicalBytes>[0];
  readonly publicKey: string;
  readonly signature: string;
}

export function isSigned({ body, publicKey, signature }: SignedByLedgerKey): boolean {
  const [raw, bytes] = [Buffer.from(publicKey, 'base64url'), Buffer.from(signature, 'base64url')];
  // One spelling only: a changed character that decodes to the same bytes is a change.
  if (raw.toString('base64url') !== publicKey || bytes.toString('base64url') !== signature) return false;
  if (raw.length !== 32 || bytes.length !== 64) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([ED25519_PREFIX, raw]), format: 'der', type: 'spki' });
    return verify(null, canonicalBytes(body), key, bytes);
  } catch {
    return false;
  }
}

/** The id of a ledger key as the ledger prints it: the first 16 bytes of its SHA-256. */
export function keyIdOf({ publicKey }: Pick<SignedByLedgerKey, 'publicKey'>): string {
  const raw = Buffer.from(publicKey, 'base64url');
  return createHash('sha256').update(raw).digest('hex').slice(0, 32);
}
