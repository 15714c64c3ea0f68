import { z } from 'zod';
import { COUNTERSIGNERS } from '../domain/binder.ts';
import { RevocationState } from '../domain/revocation.ts';
import { Timestamp } from './base.ts';

/**
 * What a binder is signed with: the member's own key in the workspace, a key file (PKCS #12), or a key on a token by way
 * of its PKCS #11 module. Secrets are used once and kept nowhere.
 */
export const SigningKey = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member') }),
  z.object({
    kind: z.literal('file'),
    content: z.base64().max(1_000_000),
    password: z.string().max(1_024),
  }),
  z.object({
    kind: z.literal('token'),
    /** The library of the token's maker: a path, so for callers who have the disk. */
    module: z.string().min(1).max(4_096),
    token: z.string().min(1).max(64).optional(),
    id: z
      .string()
      .regex(/^([0-9a-fA-F]{2}:?)+$/)
      .max(256)
      .optional(),
    pin: z.string().min(1).max(1_024),
  }),
]);
export type SigningKey = z.infer<typeof SigningKey>;

/** Why what was signed carries no time stamp although an authority was named, and how to bring one. */
export const Unstamped = z.object({ because: z.string(), remedy: z.string() });
export type Unstamped = z.infer<typeof Unstamped>;

/** A signature as lists tell it. */
export const Signed = z.object({ by: z.string(), at: Timestamp, field: z.string() });

/** Who countersigned a binder, and the hash of the file that came of it. */
export const Countersignature = z.object({
  by: z.string(),
  at: Timestamp,
  field: z.string(),
  capacity: z.enum(COUNTERSIGNERS),
  sha256: z.string(),
});
export type Countersignature = z.infer<typeof Countersignature>;

/** The address of a time-stamping authority (RFC 3161). */
export const AuthorityAddress = z.url({ protocol: /^https?$/ }).max(2_048);

/** The result of the job `binders.timeStampAttach` starts. */
export const StampedBinder = z.object({
  file: z.string(),
  field: z.string(),
  by: z.string(),
  timeStamp: z.object({ at: Timestamp, by: z.string() }),
});
export type StampedBinder = z.infer<typeof StampedBinder>;

/** A file that says whether certificates were revoked, or by which that is checked. */
export const RevocationFile = z.object({ name: z.string().max(1_024), content: z.base64().max(16_800_000) });
export type RevocationFile = z.infer<typeof RevocationFile>;

/** The result of the job `binders.revocationAttach` starts. */
export const LongTermBinder = z.object({
  file: z.string(),
  added: z.object({ certificates: z.int(), lists: z.int(), answers: z.int() }),
  signatures: z.array(
    z.object({
      field: z.string(),
      by: z.string(),
      state: RevocationState,
      at: z.string().nullable(),
      authority: z.string().nullable(),
      of: z.string().nullable(),
    }),
  ),
});
export type LongTermBinder = z.infer<typeof LongTermBinder>;
