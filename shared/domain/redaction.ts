import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Something that was taken out of a binder on purpose, and how whoever has it in full can tell that it is that. */
export const Redaction = z.strictObject({
  kind: z.enum(['note', 'file', 'return']),
  /** The check whose note it is, the SHA-256 of the file, or the return whose words they are. */
  id: z.string(),
  label: z.string(),
  reason: z.string(),
  /**
   * Of a file its SHA-256; of a note that of its text with a salt that only the full binder shows, so that nobody
   * guesses; of the words of a return that of all that its entry states, salted likewise.
   */
  sha256: Hash,
  bytes: z.int().nonnegative(),
  /** The records whose sign-offs cannot be recomputed without it. */
  records: z.array(z.string()),
});
export type Redaction = z.infer<typeof Redaction>;

/** What stands in a binder for a text that was taken out of it. */
export const redactedWords = (reason: string): string => `[Redacted. Reason: ${reason}]`;

/** Whether a redacted binder says what another one says, but for what it declares as redacted. */
export const Derivation = z.strictObject({
  derives: z.boolean(),
  redactions: z.int(),
  /** What differs and is not declared, a sentence each. */
  undeclared: z.array(z.string()),
  sentence: z.string(),
});
export type Derivation = z.infer<typeof Derivation>;
