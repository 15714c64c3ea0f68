import { z } from 'zod';

/** How a certificate stands by what a binder holds on it, the worst first. */
export const RevocationState = z.enum([
  'revoked',
  'revoked-later',
  'missing',
  'good-before',
  'good',
  'self-issued',
]);

/** The same of a signature's certificate and those above it, with who says so. */
export const SignatureRevocation = z.strictObject({
  state: RevocationState,
  /** Since when it is revoked, or for which time the list or answer speaks. */
  at: z.string().nullable(),
  /** The authority that says so. */
  by: z.string().nullable(),
  /** Whose certificate it is about: the signer’s, or that of an authority above. */
  of: z.string().nullable(),
  /** The time that counts as that of the signature, and whether it is more than the signer’s word. */
  signedAt: z.string(),
  timeProven: z.boolean(),
});
