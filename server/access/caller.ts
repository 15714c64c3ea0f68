import { and, eq, sql } from 'drizzle-orm';
import { device, nonce } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import { Problem } from './problem.ts';
import { readPublicKey, type SignatureClaim } from './signed-request.ts';

/** Who asks: a device of one workspace of one tenant. Nothing in a request's body says so. */
export interface Caller {
  readonly tenant: string;
  readonly workspace: string;
  readonly device: string;
  readonly requestId: string;
}

/**
 * Finds the device that a claim names in the workspace that the path names, and holds the claim to it. A device of
 * another workspace hears what one hears that does not exist.
 */
export async function identify(
  services: Services,
  claim: SignatureClaim,
  workspace: string,
  requestId: string,
): Promise<Caller> {
  const at = services.now();
  const { tenancy, limits } = services;
  const tenant = await tenancy.tenantOf(workspace);
  if (tenant === null) throw await unknown(services, claim);
  const found = await tenancy.asTenant(tenant, async (tx) => {
    const [row] = await tx
      .select()
      .from(device)
      .where(and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, claim.device)));
    if (!row) return false;
    const key = readPublicKey(row.publicKey);
    if (!key || !claim.isBy(key)) throw new Problem('bad-signature', {}, { reason: 'wrong-key' });
    if (row.revokedAt !== null) throw new Problem('revoked');
    limits.demand('device', `${tenant}/${workspace}/${row.id}`, at);
    await spendNonce(tx, { tenant, workspace, device: row.id }, claim);
    if (row.lastContact === null || at.getTime() - row.lastContact.getTime() > 30_000) {
      await tx
        .update(device)
        .set({ lastContact: at })
        .where(and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, row.id)));
    }
    return true;
  });
  if (!found) throw await unknown(services, claim);
  await limits.spendShared(tenancy, `${tenant}/${workspace}/${claim.device}`, at);
  return { tenant, workspace, device: claim.device, requestId };
}

/** Each nonce once, over all processes. */
export async function spendNonce(
  tx: TenantTransaction,
  place: { readonly tenant: string; readonly workspace: string; readonly device: string },
  claim: SignatureClaim,
): Promise<void> {
  const spent = await tx
    .insert(nonce)
    .values({ ...place, nonce: claim.nonce, expiresAt: claim.expiresAt })
    .onConflictDoNothing()
    .returning({ one: sql<number>`1` });
  if (spent.length === 0) throw new Problem('replayed');
}

/** One answer for whatever is not here; the log says which it was. */
async function unknown(services: Services, claim: SignatureClaim): Promise<Problem> {
  const reason = (await services.tenancy.isDeviceElsewhere(claim.device))
    ? 'other-workspace'
    : 'unknown-device';
  return new Problem('unknown-device', {}, { reason });
}
