import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A member's word for the certificate they sign with, beside each signature: a company's certificate names a person as
 * the company does, and nothing else ties it to who worked in the ledger. `publicKey` is the member's ledger key (raw
 * 32 bytes, base64url), `signature` its Ed25519 signature over the canonical bytes of `body`, base64url.
 */
export const Vouch = z.strictObject({
  body: z.strictObject({
    schema: z.literal('bindery.vouch/1'),
    workspace: z.strictObject({ id: z.string(), name: z.string() }),
    member: z.strictObject({ id: z.string(), name: z.string() }),
    /** SHA-256 of the certificate. */
    certificate: Hash,
    at: z.string(),
  }),
  publicKey: z.string(),
  signature: z.string(),
});
export type Vouch = z.infer<typeof Vouch>;
