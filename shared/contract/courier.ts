import { z } from 'zod';
import { COURIER_VERDICTS, CourierManifest } from '../domain/courier.ts';
import { Id, JobRef, Name, Passphrase, procedure, Timestamp } from './base.ts';
import { FieldConflict, FileSource } from './frameworks.ts';

/** What taking a bundle in does, or would do. */
export const CourierContent = z.object({
  segments: z.int(),
  entries: z.int(),
  applied: z.int(),
  quarantined: z.int(),
  waiting: z.int(),
  /** Vault files this copy had not, and their bytes. */
  files: z.int(),
  fileBytes: z.int(),
  /** What others did, in words, and how often. */
  news: z.array(z.object({ what: z.string(), by: z.string(), count: z.int() })),
  conflicts: z.array(FieldConflict),
  newConflicts: z.int(),
  /** What is kept and not applied, and why. */
  setAside: z.array(z.object({ because: z.string(), by: z.string(), count: z.int() })),
  waitsFor: z.array(z.string()),
  /** Devices whose history here differs from the one its maker has. */
  differs: z.array(z.string()),
});
export type CourierContent = z.infer<typeof CourierContent>;

export const CourierReport = z.object({
  /** As they were named; several where it came in volumes. */
  files: z.array(z.string()),
  verdict: z.enum(COURIER_VERDICTS),
  /** The verdict in words, and what is particular to the case. */
  words: z.string(),
  because: z.string(),
  /** Numbers of earlier bundles that have not come, or of volumes that are not here. */
  missing: z.array(z.int()),
  /** What it says of itself; null where it does not open. */
  bundle: z
    .object({
      from: z.object({ device: z.string(), member: z.string() }),
      to: z.string(),
      number: z.int(),
      at: Timestamp,
      first: z.boolean(),
      ...CourierManifest.shape.parts.shape,
      /** When the newest bundle of its device was made before this one. */
      lastContact: Timestamp.nullable(),
    })
    .nullable(),
  content: CourierContent.nullable(),
  /** Whether it was taken in. */
  taken: z.boolean(),
});
export type CourierReport = z.infer<typeof CourierReport>;

/** What `courier.import` comes to. */
export const CourierImported = z.object({
  bundles: z.array(CourierReport),
  sent: z.int(),
  received: z.int(),
  conflicts: z.int(),
  quarantined: z.int(),
});
export type CourierImported = z.infer<typeof CourierImported>;

/** What `courier.export` comes to. */
export const CourierExported = z.object({
  /** The first of them, for the file door. */
  file: z.string(),
  files: z.array(z.string()),
  number: z.int(),
  to: z.string(),
  segments: z.int(),
  entries: z.int(),
  evidence: z.int(),
  bytes: z.int(),
  /** Nothing in it that the other side is not known to hold already. */
  empty: z.boolean(),
  sent: z.int(),
  received: z.int(),
  conflicts: z.int(),
  quarantined: z.int(),
});
export type CourierExported = z.infer<typeof CourierExported>;

/** What can be said of a bundle from its bytes alone; the same names as in the report on a binder. */
export const CourierVerification = z.object({
  kind: z.literal('courier'),
  file: z.string(),
  volumes: z.int(),
  bytes: z.int(),
  verdict: z.enum(['valid-unknown-signer', 'invalid']),
  signatures: z.array(
    z.object({
      by: z.string(),
      publicKey: z.string(),
      at: Timestamp,
      valid: z.boolean(),
      coversRevision: z.boolean(),
      coversWholeFile: z.boolean(),
    }),
  ),
  manifest: z
    .object({
      number: z.int(),
      workspace: z.string(),
      from: z.string(),
      to: z.string(),
      files: z.int(),
      segments: z.int(),
      entries: z.int(),
      mismatches: z.array(z.object({ name: z.string() })),
    })
    .nullable(),
  checkpoint: z
    .object({ workspace: z.string(), at: Timestamp, signedBy: z.string(), chains: z.int(), entries: z.int() })
    .nullable(),
  problems: z.array(z.object({ code: z.string(), where: z.string(), message: z.string() })),
  proven: z.array(z.string()),
  notProven: z.array(z.string()),
});
export type CourierVerification = z.infer<typeof CourierVerification>;

/** Who carries a copy of the workspace. */
export const CopyCarried = z.object({
  act: z.enum(['out', 'in']),
  holder: z.string(),
  by: z.string(),
  at: Timestamp,
  note: z.string(),
});

export const SyncDevice = z.object({
  id: Id,
  name: z.string(),
  member: z.object({ id: Id, name: z.string() }),
  /** The device this copy is on. */
  here: z.boolean(),
  since: Timestamp,
  /** The newest entry of it that is here. */
  lastEntry: Timestamp.nullable(),
  /** When its newest bundle was made, as its clock claims. */
  lastBundle: Timestamp.nullable(),
  /** How many entries that are here it is not known to hold; null where it never said what it holds. */
  lacks: z.int().nullable(),
  /** Numbers of its bundles that have not come. */
  missing: z.array(z.int()),
  /** The newest bundle made for it here. */
  sent: z.object({ number: z.int(), at: Timestamp }).nullable(),
  /** Whether it wrote two histories under the same numbers. */
  forked: z.boolean(),
  carried: CopyCarried.nullable(),
});
export type SyncDevice = z.infer<typeof SyncDevice>;

/** Segments that are kept and not applied. */
export const HeldSegment = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'quarantine']),
  reason: z.string(),
  because: z.string(),
  by: z.string(),
  device: z.string(),
  from: z.int(),
  count: z.int(),
});

export const SetAsideEntry = z.object({
  writer: z.string(),
  seq: z.int(),
  at: Timestamp,
  by: z.string(),
  device: z.string(),
  what: z.string(),
  because: z.string(),
});

export const CourierState = z.object({
  devices: z.array(SyncDevice),
  held: z.array(HeldSegment),
  setAside: z.array(SetAsideEntry),
});
export type CourierState = z.infer<typeof CourierState>;

export const courier = {
  state: procedure(
    'Lists the devices of this workspace with what they lack, what waits for what, and what was set aside',
    'read',
  ).output(CourierState),
  /** The job's result is a `CourierExported`. */
  export: procedure('Writes one encrypted, signed and numbered bundle with what the other side lacks', 'read')
    .input(
      z.object({
        /** A device or a member by id or name; may be left out for a first bundle. */
        for: Name.optional(),
        out: z.string().max(4096).optional(),
        /** Opens the bundle instead of the recipient's key. */
        passphrase: Passphrase.optional(),
        volumeBytes: z.int().positive().optional(),
        /** With the key slots, for a device that has nothing yet. */
        first: z.boolean().default(false),
        /** Only what was not sent before, trusting that all of it arrived. */
        onlyNew: z.boolean().default(false),
        force: z.boolean().default(false),
      }),
    )
    .output(JobRef),
  /** The job's result is a `CourierImported`. */
  import: procedure(
    'Looks at courier bundles, or takes them in; a copy of the database is made first',
    'read',
  )
    .input(
      z.object({
        files: z.array(FileSource).min(1).max(1000),
        passphrase: Passphrase.optional(),
        dryRun: z.boolean().default(false),
        /** Also takes in what bears a number that another bundle had. */
        replayed: z.boolean().default(false),
      }),
    )
    .output(JobRef),
  /** The job's result is the session. */
  begin: procedure('Makes a new copy of a workspace from a first bundle, and opens it', 'open')
    .input(
      z.object({
        files: z.array(FileSource).min(1).max(1000),
        dir: z.string().max(4096).optional(),
        name: Name.optional(),
        bundlePassphrase: Passphrase.optional(),
        passphrase: Passphrase,
        member: Name.optional(),
        device: Name.optional(),
      }),
    )
    .output(JobRef),
  /** The job's result is a list of `CourierVerification`. */
  verify: procedure('Verifies a courier bundle from its bytes alone, as far as it can be opened', 'open')
    .input(z.object({ files: z.array(FileSource).min(1).max(1000), passphrase: Passphrase.optional() }))
    .output(JobRef),
  carry: procedure('Records that somebody takes a copy of the workspace away, or brought it back', 'read')
    .input(
      z.object({
        device: Name,
        act: z.enum(['out', 'in']),
        /** Who has it; the device's own member where nothing is said. */
        holder: Name.optional(),
        note: z.string().max(2000).default(''),
      }),
    )
    .output(z.object({ device: z.string(), carried: CopyCarried })),
};
