import { z } from 'zod';
import { HouseStyle } from '../domain/house-style.ts';
import { Role } from '../domain/results.ts';
import { Id, JobRef, Name, Passphrase, procedure, Timestamp } from './base.ts';

export const WorkspaceRef = z.object({ id: Id, name: z.string() });
export const MemberRef = z.object({ id: Id, name: z.string() });

export const Session = z.object({
  workspace: WorkspaceRef.extend({ dir: z.string(), marking: z.string() }),
  member: MemberRef.extend({ role: Role, passphraseSetByOther: z.boolean() }),
  device: z.object({ id: Id, name: z.string() }),
  /** Minutes without activity until it locks; 0 is never. */
  lockAfterMinutes: z.int(),
  /** Entries written and not yet sealed under a signature, and when the last segment was sealed. */
  ledger: z.object({ entries: z.int(), unsealed: z.int(), sealedAt: Timestamp.nullable() }),
  conflicts: z.int(),
});
export type Session = z.infer<typeof Session>;

const Settings = z.object({
  name: z.string(),
  marking: z.string(),
  lockAfterMinutes: z.int(),
  device: z.string(),
  house: HouseStyle,
});

export const workspace = {
  recent: procedure('Lists workspaces opened here before', 'open').output(
    z.array(z.object({ dir: z.string(), folder: z.string(), openedAt: Timestamp, present: z.boolean() })),
  ),
  forget: procedure('Takes a folder off the list of recent workspaces; the folder stays', 'open')
    .input(z.object({ dir: z.string() }))
    .output(z.object({})),
  create: procedure('Creates an encrypted workspace and opens it', 'open')
    .input(
      z.object({
        name: Name,
        member: Name,
        passphrase: Passphrase,
        /** Where; by default a folder of that name in the home of workspaces. */
        dir: z.string().optional(),
        marking: z.string().max(80).optional(),
        device: Name.optional(),
      }),
    )
    .output(
      z.object({
        workspace: WorkspaceRef.extend({ dir: z.string() }),
        member: MemberRef,
        recoveryKit: z.string(),
      }),
    ),
  join: procedure('Makes a copy of a workspace from its sync server, by an invite, and opens it', 'open')
    .input(
      z.object({
        invite: z.string().trim().min(1).max(4000),
        passphrase: Passphrase,
        member: z.string().optional(),
        /** Where; by default a folder of its own in the home of workspaces. */
        dir: z.string().optional(),
        device: Name.optional(),
        proxy: z
          .url({ protocol: /^http$/ })
          .max(300)
          .nullish(),
      }),
    )
    .output(Session),
  sample: procedure('Builds the sample workspace and opens it', 'open').output(JobRef),
  unlock: procedure('Opens a workspace with a passphrase', 'open')
    .input(z.object({ dir: z.string(), passphrase: Passphrase, member: z.string().optional() }))
    .output(Session),
  lock: procedure('Seals, forgets the keys and closes the workspace', 'open').output(
    z.object({ locked: z.boolean() }),
  ),
  recover: procedure('Opens a workspace by its recovery kit; new passphrase, new keys, recorded', 'open')
    .input(
      z.object({
        dir: z.string(),
        kit: z.string().min(1).max(400),
        passphrase: Passphrase,
        member: z.string().optional(),
      }),
    )
    .output(z.object({ member: MemberRef, workspace: WorkspaceRef })),
  session: procedure('Says who is working in which workspace, if any', 'open').output(Session.nullable()),
  info: procedure('Counts and health', 'read').output(
    z.object({
      workspace: WorkspaceRef,
      counts: z.object({
        frameworks: z.int(),
        controls: z.int(),
        engagements: z.int(),
        assessments: z.int(),
        checklists: z.int(),
        items: z.int(),
        evidence: z.int(),
        files: z.int(),
        members: z.int(),
        entries: z.int(),
      }),
      conflicts: z.int(),
      unsealed: z.int(),
      quarantined: z.int(),
      /** Bytes on disk: database and vault. */
      bytes: z.object({ database: z.int(), vault: z.int() }),
      schema: z.int(),
    }),
  ),
  settings: procedure('Reads the settings of this workspace and this device', 'read').output(Settings),
  configure: procedure('Changes settings; name, marking and house style are recorded in the ledger', 'read')
    .input(
      z.object({
        name: Name.optional(),
        marking: z.string().max(80).optional(),
        lockAfterMinutes: z.int().min(0).max(480).optional(),
        /** How binders and packets look; what is left out stays. */
        house: HouseStyle.partial().optional(),
      }),
    )
    .output(Settings),
  clone: procedure('Enrols a new device and copies the workspace for it', 'administer')
    .input(z.object({ target: z.string(), device: Name.optional() }))
    .output(z.object({ workspace: WorkspaceRef, device: z.object({ id: Id, name: z.string() }) })),
};

export const members = {
  list: procedure('Lists members', 'read').output(
    z.object({
      total: z.int(),
      rows: z.array(
        MemberRef.extend({
          /** `none`: their role was taken from them. */
          role: z.union([Role, z.literal('none')]),
          since: Timestamp,
          keyFingerprint: z.string(),
          certificateFingerprint: z.string(),
          certificatePem: z.string(),
          passphraseSetByOther: z.boolean(),
          /** They recovered in another copy, and the passphrase they had before still opens this one. */
          formerPassphraseOpens: z.boolean(),
          you: z.boolean(),
          /** They began the workspace. */
          founder: z.boolean(),
          devices: z.array(z.object({ id: Id, name: z.string(), since: Timestamp })),
        }),
      ),
    }),
  ),
  add: procedure('Adds a member with a slot and keys of their own', 'administer')
    .input(z.object({ name: Name, role: Role, passphrase: Passphrase }))
    .output(z.object({ member: MemberRef.extend({ role: Role }) })),
  setRole: procedure('Gives a member another role, or ends their membership', 'administer')
    .input(z.object({ member: Name, role: z.union([Role, z.literal('none')]) }))
    .output(
      z.object({
        member: MemberRef.extend({ role: z.union([Role, z.literal('none')]) }),
        /** Theirs, which a server still lets in until they are shut out there. */
        devices: z.array(z.object({ id: Id, name: z.string() })),
      }),
    ),
  changePassphrase: procedure('Changes one’s own passphrase and makes new keys', 'read')
    .input(z.object({ current: Passphrase, passphrase: Passphrase }))
    .output(z.object({ member: MemberRef })),
};
