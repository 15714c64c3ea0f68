import { randomBytes } from 'node:crypto';
import { writeInvite } from '../../shared/sync/invite.ts';
import type { AuditRow } from '../../shared/sync/tenant-contract.ts';
import { FIRST_ROOT } from '../../shared/sync/wire.ts';
import { Problem } from '../access/problem.ts';
import { settleAudit, writeAudit } from '../audit.ts';
import { and, asc, count, eq, gt } from '../database/drizzle.ts';
import { audit, device, tenant, workspace } from '../database/schema.ts';
import { makeInvite } from '../devices/devices.ts';
import type { Services } from '../services.ts';
import type { TenantCaller } from './api-keys.ts';

export async function listAudit(
  services: Services,
  caller: TenantCaller,
  after: number,
  limit: number,
): Promise<{ rows: AuditRow[]; next: number | null }> {
  const rows = await services.tenancy.asTenant(caller.tenant, async (tx) => {
    await settleAudit(tx, caller.tenant);
    return tx
      .select()
      .from(audit)
      .where(and(eq(audit.tenant, caller.tenant), gt(audit.number, after)))
      .orderBy(asc(audit.number))
      .limit(limit);
  });
  return {
    rows: rows.map(({ number, at, workspace, actor, action, detail, request }) => ({
      number,
      at: at.toISOString(),
      workspace,
      actor,
      action,
      detail: { ...detail },
      request,
    })),
    next: rows.length === limit ? (rows.at(-1)?.number ?? null) : null,
  };
}

export async function listWorkspaces(services: Services, caller: TenantCaller, after: string, limit: number) {
  const rows = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx
      .select({
        id: workspace.id,
        createdAt: workspace.createdAt,
        segments: workspace.counter,
        devices: count(device.id),
      })
      .from(workspace)
      .leftJoin(device, and(eq(device.tenant, workspace.tenant), eq(device.workspace, workspace.id)))
      .where(and(eq(workspace.tenant, caller.tenant), gt(workspace.id, after)))
      .groupBy(workspace.tenant, workspace.id)
      .orderBy(asc(workspace.id))
      .limit(limit),
  );
  return {
    rows: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  };
}

/** Makes room for a workspace under a new epoch, and the invite of its first device, which has no parcel. */
export async function createWorkspace(
  services: Services,
  caller: TenantCaller,
  wanted: { readonly id: string; readonly expiresInHours: number },
): Promise<{ invite: string }> {
  const at = services.now();
  const { tenant, actor, requestId } = caller;
  const { code } = await services.tenancy.asTenant(tenant, async (tx) => {
    const made = await tx
      .insert(workspace)
      .values({
        tenant,
        id: wanted.id,
        epoch: randomBytes(16).toString('hex'),
        counter: 0,
        root: FIRST_ROOT,
        createdAt: at,
      })
      .onConflictDoNothing()
      .returning({ id: workspace.id });
    // Another tenant's is not told from one's own.
    if (made.length === 0) throw new Problem('conflict', { detail: 'This workspace cannot be made here.' });
    await writeAudit(tx, {
      tenant,
      workspace: wanted.id,
      actor,
      action: 'workspace.create',
      detail: {},
      request: requestId,
      at,
    });
    const { expiresInHours } = wanted;
    return makeInvite(
      tx,
      {
        tenant,
        workspace: wanted.id,
        parcel: null,
        administers: true,
        by: actor,
        expiresInHours,
        request: requestId,
      },
      at,
    );
  });
  const { publicUrl, signer } = services;
  return {
    invite: writeInvite({
      url: publicUrl(),
      serverKey: signer.publicKey,
      workspace: wanted.id,
      code,
      identity: null,
    }),
  };
}

export async function readRetention(
  services: Services,
  caller: TenantCaller,
): Promise<{ auditDays: number }> {
  const [row] = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx.select({ auditDays: tenant.auditDays }).from(tenant).where(eq(tenant.id, caller.tenant)),
  );
  if (!row) throw new Problem('not-found');
  return row;
}

export async function setRetention(
  services: Services,
  caller: TenantCaller,
  auditDays: number,
): Promise<{ auditDays: number }> {
  await services.tenancy.asTenant(caller.tenant, async (tx) => {
    await tx.update(tenant).set({ auditDays }).where(eq(tenant.id, caller.tenant));
    await writeAudit(tx, {
      tenant: caller.tenant,
      actor: caller.actor,
      action: 'retention.set',
      detail: { auditDays },
      request: caller.requestId,
      at: services.now(),
    });
  });
  return { auditDays };
}
