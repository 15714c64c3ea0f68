import { z } from 'zod';
import { Id, JobRef, procedure, Timestamp } from './base.ts';

/** What the job of `sync.now` comes to. */
export const SyncReport = z.object({
  contact: z.enum(['first', 'continues', 'went-back', 'exchanged']),
  sent: z.object({ segments: z.int(), entries: z.int(), bytes: z.int() }),
  received: z.object({ segments: z.int(), entries: z.int(), bytes: z.int() }),
  applied: z.int(),
  conflicts: z.int(),
  quarantined: z.int(),
  waiting: z.int(),
  files: z.object({ sent: z.int(), received: z.int(), bytes: z.int() }),
  missing: z.int(),
  damaged: z.int(),
});
export type SyncReport = z.infer<typeof SyncReport>;

export const SyncNotice = z.object({
  at: Timestamp,
  what: z.enum(['went-back', 'exchanged', 'rewritten']),
});
export type SyncNotice = z.infer<typeof SyncNotice>;

export const SyncStatus = z.object({
  /** What whoever makes room at a server has to be told. */
  workspace: Id,
  connection: z
    .object({
      url: z.string(),
      /** SHA-256 of the server's pinned key, its first 16 bytes in hex. */
      serverKeyId: z.string(),
      since: Timestamp,
      proxy: z.string().nullable(),
      paused: z.boolean(),
    })
    .nullable(),
  /** Held back since the shell said that the network is metered. */
  metered: z.boolean(),
  running: z.boolean(),
  /** When this copy last met the server, and last tried to. */
  metAt: Timestamp.nullable(),
  triedAt: Timestamp.nullable(),
  /** What was in the way at the last try, with what to do. */
  problem: z.string().nullable(),
  /** Sealed here and not known to be at the server. */
  toSend: z.object({ segments: z.int(), entries: z.int() }),
  /** Held until what it builds on arrives. */
  waiting: z.int(),
  quarantined: z.int(),
  conflicts: z.int(),
  /** Written and not sealed yet; it is sealed before it is sent. */
  unsealed: z.int(),
  notices: z.array(SyncNotice),
});
export type SyncStatus = z.infer<typeof SyncStatus>;

export const SyncDevice = z.object({
  id: z.string(),
  name: z.string(),
  enrolledAt: Timestamp,
  lastContact: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  /** Whether the server lets it invite devices and shut others out. */
  administers: z.boolean(),
  /** Whether it is this copy. */
  here: z.boolean(),
});
export type SyncDevice = z.infer<typeof SyncDevice>;

const InviteText = z.string().trim().min(1).max(4000);
/** `http://host:port`. */
const ProxyAddress = z.url({ protocol: /^http$/ }).max(300);

export const sync = {
  status: procedure('How this copy stands with its sync server', 'read').output(SyncStatus),
  connect: procedure('Connects this copy to a sync server by an invite', 'administer')
    .input(z.object({ invite: InviteText, proxy: ProxyAddress.nullish() }))
    .output(SyncStatus),
  disconnect: procedure('Forgets the sync server; what was exchanged stays', 'administer').output(SyncStatus),
  pause: procedure('Stops meeting the server in the background, or goes on', 'read')
    .input(z.object({ paused: z.boolean() }))
    .output(SyncStatus),
  metered: procedure(
    'Says whether the network is metered; while it is, only a person starts an exchange',
    'read',
  )
    .input(z.object({ metered: z.boolean() }))
    .output(SyncStatus),
  /** The job's result is a `SyncReport`. */
  now: procedure('Meets the sync server once: entries and evidence both ways', 'read').output(JobRef),
  devices: procedure('Lists the devices the server lets in', 'read').output(
    z.object({ devices: z.array(SyncDevice) }),
  ),
  revoke: procedure('Ends a device’s access to the server', 'administer')
    .input(z.object({ device: z.string().min(1).max(200) }))
    .output(z.object({ devices: z.array(SyncDevice) })),
  invite: procedure('Makes an invite for one new device; whoever has it and a passphrase joins', 'administer')
    .input(
      z.object({
        hours: z.int().positive().max(168).default(24),
        /** Whether the new device may itself invite others and shut them out. */
        administers: z.boolean().default(false),
      }),
    )
    .output(z.object({ invite: z.string(), expiresAt: Timestamp })),
  dismiss: procedure('Takes notices about the server off the list', 'read').output(SyncStatus),
};
