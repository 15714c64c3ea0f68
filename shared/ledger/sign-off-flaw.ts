import { assessmentId, deriveId } from '../domain/identity.ts';
import { signOffDigest } from '../domain/sign-off.ts';
import type { Sha256 } from './canonical.ts';
import { kindOf, type Operation } from './entry.ts';
import type { SignOffFactValue } from './fields.ts';

/**
 * Why a sign-off is of nothing, or null: it states the values that were signed, and its digest, its kind and the record it
 * is of are theirs. Whoever recomputes it comes to the same, so none enters that no binder could show. Ask `valueFlaw`
 * first.
 */
export function signOffFlaw(sha256: Sha256, { record, value }: Operation): string | null {
  if (kindOf(record) !== 'signoff') return null;
  const { kind, digest, signed, record: of } = value as SignOffFactValue;
  const { engagement, target, subject } = signed;
  const own =
    signed.kind === 'assessment'
      ? assessmentId(sha256, engagement, target, subject)
      : deriveId(sha256, 'checklist-work', engagement, target, subject);
  if (kind !== signed.kind || of !== own) return 'it signs the values of another record';
  return digest === signOffDigest(sha256, signed) ? null : 'its digest is not that of the values it signs';
}
