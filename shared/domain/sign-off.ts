import { z } from 'zod';
import { canonicalBytes, type Json, type Sha256, toHex } from '../ledger/canonical.ts';
import { Method, Result } from './results.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** One revision of evidence as a sign-off sees it: what was shown, not who carried it. */
export const SignedEvidence = z.strictObject({
  id: z.string(),
  title: z.string(),
  collected: z.string().nullable(),
  expires: z.string().nullable(),
  periodFrom: z.string().nullable(),
  periodTo: z.string().nullable(),
  lastVerified: z.string().nullable(),
  /** SHA-256 of each file of the current revision, sorted. */
  files: z.array(Hash),
});
export type SignedEvidence = z.infer<typeof SignedEvidence>;

/** Fields of evidence whose authors had a hand in what is signed: what is signed of it, and whether it was removed. */
export const SIGNED_EVIDENCE_FIELDS: readonly string[] = [
  'title',
  'collected',
  'expires',
  'periodFrom',
  'periodTo',
  'lastVerified',
  'files',
  'deleted',
];

/** The values a sign-off of an assessment is bound to. Sign-offs, review notes and custody are outside it. */
export const SignedAssessment = z.strictObject({
  kind: z.literal('assessment'),
  engagement: z.string(),
  /** The control's (or item's) record id and the SHA-256 of its text. */
  target: z.string(),
  textHash: Hash,
  subject: z.string(),
  result: Result,
  method: Method.nullable(),
  note: z.string(),
  /** Sorted by id. */
  evidence: z.array(SignedEvidence),
});
export type SignedAssessment = z.infer<typeof SignedAssessment>;

/** The values a sign-off of a whole checklist is bound to: each item's values in the checklist's order. */
export const SignedChecklist = z.strictObject({
  kind: z.literal('checklist'),
  engagement: z.string(),
  target: z.string(),
  textHash: Hash,
  subject: z.string(),
  items: z.array(SignedAssessment),
});
export type SignedChecklist = z.infer<typeof SignedChecklist>;

export const SignedValues = z.discriminatedUnion('kind', [SignedAssessment, SignedChecklist]);
export type SignedValues = z.infer<typeof SignedValues>;

/**
 * The digest a sign-off binds to: lower-case hex SHA-256 over the RFC 8785 form of the signed values.
 * Anybody can recompute it from the values embedded in a binder.
 */
export function signOffDigest(sha256: Sha256, values: SignedValues): string {
  return toHex(sha256(canonicalBytes(values as unknown as Json)));
}
