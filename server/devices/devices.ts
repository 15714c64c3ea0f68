import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DeviceRow } from '../../shared/sync/contract.ts';
import { type Caller, spendNonce } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import { readPublicKey, type SignatureClaim } from '../access/signed-request.ts';
import { writeAudit } from '../audit.ts';
import { and, asc, eq, sql } from '../database/drizzle.ts';
import { device, invite } from '../database/schema.ts';
import { HEAD_CHANNEL, revokedMessage } from '../ledger/live.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';

export interface Enrolment {
  readonly code: string;
  readonly workspace: string;
  readonly device: { readonly id: string; readonly name: string; readonly publicKey: string };
}

/**
 * Enrols a device: it signed with the key it names, and has a one-time code. A device whose answer was lost asks again
 * with the same code and key, and gets the same answer.
 */
export async function enrol(
  services: Services,
  asked: Enrolment,
  from: { readonly claim: SignatureClaim; readonly address: string; readonly requestId: string },
): Promise<{ tenant: string; serverKey: string; parcel: string | null }> {
  const at = services.now();
  await services.limits.demandUnlocked(services.tenancy, from.address, at);
  const key = readPublicKey(asked.device.publicKey);
  if (!key) throw new Problem('invalid-request', { detail: 'publicKey is no Ed25519 key.' });
  if (from.claim.device !== asked.device.id || !from.claim.isBy(key)) throw new Problem('bad-signature');
  const tenant = await services.tenancy.tenantOf(asked.workspace);
  const parcel =
    tenant === null
      ? undefined
      : await services.tenancy.asTenant(tenant, (tx) => redeem(tx, tenant, asked, from, at));
  if (tenant === null || parcel === undefined) {
    await services.limits.countWrongCode(services.tenancy, from.address, at);
    throw new Problem('wrong-code');
  }
  return { tenant, serverKey: services.signer.publicKey, parcel };
}

/** The parcel of the invite; undefined where the code opens nothing. */
async function redeem(
  tx: TenantTransaction,
  tenant: string,
  asked: Enrolment,
  from: { readonly claim: SignatureClaim; readonly requestId: string },
  at: Date,
): Promise<string | null | undefined> {
  const { workspace } = asked;
  const hash = codeSha256(asked.code);
  const [found] = await tx
    .select()
    .from(invite)
    .where(and(eq(invite.tenant, tenant), eq(invite.workspace, workspace), eq(invite.codeSha256, hash)))
    .for('update');
  if (!found || !timingSafeEqual(Buffer.from(found.codeSha256), Buffer.from(hash))) return undefined;
  if (found.expiresAt <= at) return undefined;
  const [known] = await tx
    .select()
    .from(device)
    .where(and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, asked.device.id)));
  await spendNonce(tx, { tenant, workspace, device: asked.device.id }, from.claim);
  if (found.usedBy !== null) {
    const again = found.usedBy === asked.device.id && known?.publicKey === asked.device.publicKey;
    return again && known.revokedAt === null ? found.parcel : undefined;
  }
  if (known) throw new Problem('conflict', { detail: 'A device with this id is enrolled already.' });
  await tx.insert(device).values({
    tenant,
    workspace,
    ...asked.device,
    enrolledAt: at,
    lastContact: at,
    revokedAt: null,
    administers: found.administers,
  });
  await tx
    .update(invite)
    .set({ usedBy: asked.device.id, usedAt: at })
    .where(and(eq(invite.tenant, tenant), eq(invite.workspace, workspace), eq(invite.id, found.id)));
  await writeAudit(tx, {
    tenant,
    workspace,
    actor: asked.device.id,
    action: 'device.enrol',
    detail: { name: asked.device.name, invite: found.id },
    request: from.requestId,
    at,
  });
  return found.parcel;
}

/** A one-time code, which nobody can guess: 160 random bits. The server keeps its hash alone. */
export async function makeInvite(
  tx: TenantTransaction,
  wanted: {
    readonly tenant: string;
    readonly workspace: string;
    readonly parcel: string | null;
    /** Whether the device that comes by it may itself invite others and shut them out. */
    readonly administers: boolean;
    readonly by: string;
    readonly expiresInHours: number;
    readonly request: string | null;
  },
  at: Date,
): Promise<{ code: string; expiresAt: string }> {
  const code = randomBytes(20).toString('base64url');
  const id = randomBytes(16).toString('hex');
  const expiresAt = new Date(at.getTime() + wanted.expiresInHours * 3_600_000);
  const { tenant, workspace } = wanted;
  await tx.insert(invite).values({
    tenant,
    workspace,
    id,
    codeSha256: codeSha256(code),
    parcel: wanted.parcel,
    administers: wanted.administers,
    createdBy: wanted.by,
    createdAt: at,
    expiresAt,
  });
  await writeAudit(tx, {
    tenant,
    workspace,
    actor: wanted.by,
    action: 'invite.create',
    detail: { invite: id, administers: wanted.administers, expiresAt: expiresAt.toISOString() },
    request: wanted.request,
    at,
  });
  return { code, expiresAt: expiresAt.toISOString() };
}

export async function listDevices(services: Services, caller: Caller): Promise<DeviceRow[]> {
  const rows = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx
      .select()
      .from(device)
      .where(and(eq(device.tenant, caller.tenant), eq(device.workspace, caller.workspace)))
      .orderBy(asc(device.enrolledAt), asc(device.id)),
  );
  return rows.map(told);
}

/** Refuses with `forbidden` where the device that asks may not let others in or shut them out. */
export async function demandAdministers(
  tx: TenantTransaction,
  { tenant, workspace, device: id }: Caller,
): Promise<void> {
  const [row] = await tx
    .select({ administers: device.administers })
    .from(device)
    .where(and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, id)));
  if (!row?.administers) throw new Problem('forbidden');
}

/** Shuts a device out: itself, or another where it may. Once more is no fault. */
export async function revokeDevice(services: Services, caller: Caller, id: string): Promise<DeviceRow> {
  const at = services.now();
  const { tenant, workspace } = caller;
  const which = and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, id));
  return services.tenancy.asTenant(tenant, async (tx) => {
    if (id !== caller.device) await demandAdministers(tx, caller);
    const [row] = await tx.select().from(device).where(which).for('update');
    if (!row) throw new Problem('not-found');
    if (row.revokedAt !== null) return told(row);
    await tx.update(device).set({ revokedAt: at }).where(which);
    await tx.execute(sql`SELECT pg_notify(${HEAD_CHANNEL}, ${revokedMessage(workspace, id)})`);
    await writeAudit(tx, {
      tenant,
      workspace,
      actor: caller.device,
      action: 'device.revoke',
      detail: { device: id },
      request: caller.requestId,
      at,
    });
    return told({ ...row, revokedAt: at });
  });
}

function told(row: typeof device.$inferSelect): DeviceRow {
  return {
    id: row.id,
    name: row.name,
    enrolledAt: row.enrolledAt.toISOString(),
    lastContact: row.lastContact?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    administers: row.administers,
  };
}

function codeSha256(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
