import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Something that was taken out of a binder on purpose, and how whoever has it in full can tell that it is that. */
export const Redaction = z.strictObject({
  kind: z.enum(['note', 'file']),
  /** The check whose note it is, or the SHA-256 of the file. */
  id: z.string(),
  label: z.string(),
  reason: z.string(),
  /** Of a file its SHA-256; of a note that of its text with a salt that only the full binder shows, so that nobody guesses. */
  sha256: Hash,
  bytes: z.int().nonnegative(),
  /** The records whose sign-offs cannot be recomputed without it. */
  records: z.array(z.string()),
});
export type Redaction = z.infer<typeof Redaction>;

/** Whether a redacted binder says what another one says, but for what it declares as redacted. */
export const Derivation = z.strictObject({
  derives: z.boolean(),
  redactions: z.int(),
  /** What differs and is not declared, a sentence each. */
  undeclared: z.array(z.string()),
  sentence: z.string(),
});
export type Derivation = z.infer<typeof Derivation>;
