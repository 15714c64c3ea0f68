import { z } from 'zod';
import { BINDER_KINDS, COUNTERSIGNERS, Omission } from '../domain/binder.ts';
import { BINDER_PROFILES, PAPER_SIZES } from '../domain/binder-profile.ts';
import { VOLUME_BYTES } from '../domain/volumes.ts';
import { Id, JobRef, Page, paged, procedure, Timestamp } from './base.ts';
import { FileSource } from './frameworks.ts';
import {
  AuthorityAddress,
  Countersignature,
  RevocationFile,
  Signed,
  SigningKey,
  Unstamped,
} from './signing.ts';

const Reason = z.string().trim().min(1).max(500);

/** A binder with the signatures that were added to it, each by somebody who verified it first. */
export const CountersignedFile = z.object({
  sha256: z.string(),
  bytes: z.int(),
  signatures: z.array(Signed),
});
export type CountersignedFile = z.infer<typeof CountersignedFile>;

/** A binder to verify or countersign: bytes, or one of this workspace as it stands now. */
export const BinderSource = z.union([FileSource, z.object({ binder: Id })]);
export type BinderSource = z.infer<typeof BinderSource>;

/** The result of the job `binders.countersign` starts. */
export const CountersignedBinder = z.object({
  file: z.string(),
  signatures: z.array(Signed),
  /** The binder of this workspace that it is of, and under which it is kept; null for one from elsewhere. */
  binder: Id.nullable(),
});
export type CountersignedBinder = z.infer<typeof CountersignedBinder>;

export const BinderRow = z.object({
  id: Id,
  title: z.string(),
  kind: z.enum(BINDER_KINDS),
  /** Null where its entry does not say: of packets alone, and of binders of earlier versions. */
  profile: z.enum(BINDER_PROFILES).nullable(),
  engagement: z.string(),
  at: Timestamp,
  by: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  pages: z.int(),
  attachments: z.int(),
  omitted: z.int(),
  file: z.string(),
  /** By the ledger, in whichever copy of the workspace it was. */
  countersignatures: z.array(Countersignature),
  /** The newest file of it, where it was countersigned on this machine: that is the one to hand on. */
  countersigned: CountersignedFile.nullable(),
});
export type BinderRow = z.infer<typeof BinderRow>;

/**
 * Something to redact: the note of a control or item for a subject, files of a piece of evidence, or what reviewers wrote
 * when they returned a control, an item or a checklist.
 */
export const RedactionRequest = z.discriminatedUnion('what', [
  z.object({ what: z.literal('note'), of: Id, subject: Id.optional(), reason: Reason }),
  z.object({ what: z.literal('return'), of: Id, subject: Id.optional(), reason: Reason }),
  /** Every file of its current revision where no name is given. */
  z.object({ what: z.literal('file'), of: Id, name: z.string().max(1_024).optional(), reason: Reason }),
]);
export type RedactionRequest = z.infer<typeof RedactionRequest>;

export const ComposedBinder = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  pages: z.int(),
  attachments: z.int(),
  signatures: z.array(Signed),
  unstamped: Unstamped.optional(),
  manifest: z.object({ included: z.int(), omitted: z.array(Omission) }),
  /** The further volumes, where its evidence does not fit into one file. */
  volumes: z
    .array(
      z.object({
        volume: z.int(),
        file: z.string(),
        sha256: z.string(),
        bytes: z.int(),
        attachments: z.int(),
      }),
    )
    .optional(),
});
export type ComposedBinder = z.infer<typeof ComposedBinder>;

/** Which words that can be redacted are looked for. */
const WordsWanted = z.object({
  engagement: Id.optional(),
  text: z.string().max(400).default(''),
  limit: z.int().positive().max(200).default(50),
});

/** Words that can be redacted: how they begin, and of what and which subject they are. */
const WordsFound = z.object({
  of: Id,
  label: z.string(),
  subject: Id,
  subjectName: z.string(),
  excerpt: z.string(),
});

export const binders = {
  list: procedure('Lists binders made from this workspace', 'read').input(Page).output(paged(BinderRow)),
  preview: procedure('Says what a binder would hold and leave out, and what is still missing', 'read')
    .input(
      z.object({
        engagement: Id.optional(),
        kind: z.enum(['evidence', 'release', 'handover']).default('evidence'),
      }),
    )
    .output(
      z.object({
        engagement: z.object({ id: Id, name: z.string() }),
        controls: z.int(),
        checklists: z.int(),
        evidence: z.int(),
        files: z.int(),
        bytes: z.int(),
        omitted: z.array(Omission),
        open: z.object({
          unsigned: z.int(),
          unreviewed: z.int(),
          /** Sent back by a reviewer and not yet prepared again. */
          returned: z.int(),
          voided: z.int(),
          conflicts: z.int(),
          notReviewed: z.int(),
        }),
        /** The name the file gets where no other is given, and the folder it is written to, as it stands, not encrypted. */
        suggestedName: z.string(),
        folder: z.string(),
      }),
    ),
  notes: procedure('Lists the notes that a binder would show, so that some can be redacted', 'read')
    .input(WordsWanted)
    .output(z.array(WordsFound)),
  returns: procedure('Lists what was returned and why, so that the words can be redacted', 'read')
    .input(WordsWanted)
    .output(z.array(WordsFound)),
  /** The job's result is a `ComposedBinder`. `out` is a path; without it the file goes to the binders folder of the home. */
  compose: procedure('Composes, signs as preparer and writes a binder', 'prepare')
    .input(
      z.object({
        engagement: Id.optional(),
        kind: z.enum(['evidence', 'release', 'handover']).default('evidence'),
        out: z.string().optional(),
        title: z.string().max(200).optional(),
        /** For whom it is: what the profile leaves out is named in the manifest. */
        profile: z.enum(BINDER_PROFILES).default('full'),
        page: z.enum(PAPER_SIZES).default('A4'),
        /** How large a volume may get: evidence that does not fit into one goes into further ones beside it. */
        volumeBytes: z.int().min(VOLUME_BYTES.least).max(VOLUME_BYTES.most).default(VOLUME_BYTES.usual),
        withhold: z.array(Id).default([]),
        /** What is taken out by name, each with its reason; the manifest lists it with its hash and size. */
        redact: z.array(RedactionRequest).max(1_000).default([]),
        /** Replaces whatever stands at `out`; without it only a binder that nobody else signed is. */
        force: z.boolean().default(false),
        key: SigningKey.default({ kind: 'member' }),
        /** Asked over the network for a time stamp; nobody is asked without it. */
        tsa: AuthorityAddress.optional(),
      }),
    )
    .output(JobRef),
  /**
   * The job's result is a `CountersignedBinder`. A binder of this workspace that is named by its id or handed over as
   * bytes keeps its file; the countersigned one is put beside it and listed with it.
   */
  countersign: procedure('Verifies a binder, refuses what is not valid, and adds a signature', 'review')
    .input(
      z.object({
        file: BinderSource,
        final: z.boolean().default(false),
        out: z.string().optional(),
        /** Replaces whatever stands at another `out`. */
        force: z.boolean().default(false),
        as: z.enum(COUNTERSIGNERS).default('reviewer'),
        key: SigningKey.default({ kind: 'member' }),
        /** Asked over the network for a time stamp; nobody is asked without it. */
        tsa: AuthorityAddress.optional(),
      }),
    )
    .output(JobRef),
  timeStampRequest: procedure(
    'Makes the request that an authority reached by media stamps: for the newest signature',
    'open',
  )
    .input(z.object({ file: z.object({ path: z.string().min(1).max(4_096) }) }))
    .output(z.object({ field: z.string(), query: z.base64() })),
  /** The job's result is a `StampedBinder`. It needs no workspace. */
  timeStampAttach: procedure('Puts the authority’s answer beside the newest signature', 'open')
    .input(
      z.object({
        file: z.object({ path: z.string().min(1).max(4_096) }),
        /** A time-stamp response or the bare token. */
        answer: z.base64().max(1_000_000),
        out: z.string().optional(),
        force: z.boolean().default(false),
      }),
    )
    .output(JobRef),
  /** The job's result is a `LongTermBinder`. It needs no workspace. */
  revocationAttach: procedure('Puts lists and answers on revoked certificates into a binder', 'open')
    .input(
      z.object({
        file: z.object({ path: z.string().min(1).max(4_096) }),
        certificates: z.array(RevocationFile).max(64).default([]),
        lists: z.array(RevocationFile).max(64).default([]),
        answers: z.array(RevocationFile).max(64).default([]),
        out: z.string().optional(),
        force: z.boolean().default(false),
      }),
    )
    .output(JobRef),
  /** The job's result is a `VerifyReport`; it needs no workspace. */
  verify: procedure('Verifies a binder from its bytes alone', 'open')
    .input(
      z.object({
        file: BinderSource,
        trust: z.array(z.string()).default([]),
        /** Another binder of the workspace: whether the one’s ledger continues the other’s. */
        against: BinderSource.optional(),
      }),
    )
    .output(JobRef),
  /**
   * The job's result is a `BinderDiffResult`; it needs no workspace. A binder that is not valid is refused. `out` names a
   * new file that ends in `.html`, `.csv` or `.json`.
   */
  diff: procedure('Says what changed between two binders, by what is embedded in them', 'open')
    .input(
      z.object({
        before: BinderSource,
        after: BinderSource,
        trust: z.array(z.string()).default([]),
        out: z.string().max(4_096).optional(),
      }),
    )
    .output(JobRef),
  /**
   * The job's result is a `WrittenBag`; it needs no workspace. A binder that is not valid is refused. `out` names a new
   * folder, or an empty one; without it the bag goes to the binders folder of the home.
   */
  bag: procedure('Writes a binder and the files embedded in it as a BagIt bag for an archive', 'open')
    .input(
      z.object({
        file: BinderSource,
        out: z.string().min(1).max(4_096).optional(),
        trust: z.array(z.string()).default([]),
      }),
    )
    .output(JobRef),
  /** The job's result is a `BagReport`; it needs no workspace. */
  verifyBag: procedure('Verifies a BagIt bag, the binder inside, and the files beside it', 'open')
    .input(z.object({ folder: z.string().min(1).max(4_096), trust: z.array(z.string()).default([]) }))
    .output(JobRef),
};
