import { oc } from '@orpc/contract';
import { z } from 'zod';
import { LIMITS, ListedSegment, Receipt } from './wire.ts';

/**
 * The JSON part of the sync server's HTTP API, version 1. Bodies of segments and of vault files, and the live hint, are
 * bytes and stand beside it (`docs/sync-protocol.md`).
 */
const Workspace = z.string().min(1).max(200);
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const BlobName = Hash;
const DeviceId = z.string().min(1).max(200);
const Vector = z.record(z.string().regex(/^[0-9a-f]{32}$/), z.int().nonnegative());

export const DeviceRow = z.object({
  id: DeviceId,
  name: z.string(),
  enrolledAt: z.string(),
  lastContact: z.string().nullable(),
  revokedAt: z.string().nullable(),
  /** Whether it may invite devices and shut others out. */
  administers: z.boolean(),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

export const ServerState = z.object({
  epoch: z.string(),
  sequence: z.int().nonnegative(),
  root: Hash,
  /** The root at the number asked for; null where the server has not come that far. */
  rootAt: Hash.nullable(),
  receipt: Receipt,
});
export type ServerState = z.infer<typeof ServerState>;

export const Pushed = z.object({
  receipt: Receipt,
  segments: z.array(z.object({ id: Hash, outcome: z.enum(['stored', 'known']) })),
});
export type Pushed = z.infer<typeof Pushed>;

/** One version of a file: several devices may have stored other bytes under one name, and only receivers can tell. */
export const BlobProgress = z.object({
  name: BlobName,
  /** Of the stored file, whole. */
  sha256: Hash,
  bytes: z.int().nonnegative(),
  whole: z.boolean(),
});
export type BlobProgress = z.infer<typeof BlobProgress>;

export const devicesContract = {
  enrol: oc
    .route({ method: 'POST', path: '/enrol', summary: 'Enrols a device by a one-time code and its own key' })
    .input(
      z.object({
        code: z.string().min(1).max(200),
        workspace: Workspace,
        device: z.object({
          id: DeviceId,
          name: z.string().trim().min(1).max(200),
          /** Ed25519, SPKI in base64url. */
          publicKey: z.string().max(200),
        }),
      }),
    )
    .output(z.object({ tenant: z.string(), serverKey: z.string(), parcel: z.string().nullable() })),
  list: oc
    .route({
      method: 'GET',
      path: '/workspaces/{workspace}/devices',
      summary: 'Lists the devices of a workspace',
    })
    .input(z.object({ workspace: Workspace }))
    .output(z.object({ devices: z.array(DeviceRow) })),
  revoke: oc
    .route({
      method: 'DELETE',
      path: '/workspaces/{workspace}/devices/{device}',
      summary: 'Ends a device’s access to the server',
    })
    .input(z.object({ workspace: Workspace, device: DeviceId }))
    .output(z.object({ device: DeviceRow })),
  invite: oc
    .route({
      method: 'POST',
      path: '/workspaces/{workspace}/invites',
      summary: 'Leaves an encrypted parcel for one new device and answers the one-time code',
    })
    .input(
      z.object({
        workspace: Workspace,
        /** base64 of an age file; the server has no key to it. */
        parcel: z.string().max(LIMITS.json - 4096),
        /** Whether the new device may itself invite others and shut them out. */
        administers: z.boolean().default(false),
        expiresInHours: z.int().positive().max(168).default(24),
      }),
    )
    .output(z.object({ code: z.string(), expiresAt: z.string() })),
};

export const ledgerContract = {
  state: oc
    .route({
      method: 'GET',
      path: '/workspaces/{workspace}/state',
      summary: 'How far the server has come, under its signature',
    })
    .input(z.object({ workspace: Workspace, at: z.coerce.number().int().nonnegative().optional() }))
    .output(ServerState),
  held: oc
    .route({
      method: 'POST',
      path: '/workspaces/{workspace}/held',
      summary: 'How far the server holds each writer’s chain without a gap',
    })
    .input(z.object({ workspace: Workspace, vector: Vector }))
    .output(z.object({ vector: Vector })),
  segments: oc
    .route({
      method: 'GET',
      path: '/workspaces/{workspace}/segments',
      summary: 'Lists segments after a number of the server’s order',
    })
    .input(
      z.object({
        workspace: Workspace,
        after: z.coerce.number().int().nonnegative().default(0),
        limit: z.coerce.number().int().positive().max(LIMITS.rows).default(LIMITS.rows),
      }),
    )
    .output(z.object({ rows: z.array(ListedSegment), next: z.int().nullable() })),
  blobsHeld: oc
    .route({
      method: 'POST',
      path: '/workspaces/{workspace}/blobs/held',
      summary: 'Which vault files the server has, whole or in part',
    })
    .input(z.object({ workspace: Workspace, names: z.array(BlobName).max(LIMITS.names) }))
    .output(z.object({ blobs: z.array(BlobProgress) })),
};

export const syncContract = { devices: devicesContract, ledger: ledgerContract };
