import { deriveId } from '../domain/identity.ts';
import { canonicalText, type Json, type Sha256 } from './canonical.ts';

/** The id of an immutable fact (sign-off, custody event, export): it commits to its writer and its value. */
export function factId(sha256: Sha256, kind: string, writer: string, value: Json): string {
  return deriveId(sha256, kind, writer, canonicalText(value));
}
