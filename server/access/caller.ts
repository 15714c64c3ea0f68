import { and, eq, sql } from 'drizzle-orm';
import { device, nonce } from '../database/schema.ts';
import type { Services } from '../services.ts';
import { spendToken } from '../tenancy/bucket.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import { type Bucket, tooMany } from './limits.ts';
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
    const place = { tenant, workspace, device: row.id };
    limits.demand('device', Object.values(place).join('/'), at);
    await spend(tx, place, claim, limits.sharedOf(Object.values(place).join('/')), at);
    if (row.lastContact === null || at.getTime() - row.lastContact.getTime() > 30_000) {
      await tx
        .update(device)
        .set({ lastContact: at })
        .where(and(eq(device.tenant, tenant), eq(device.workspace, workspace), eq(device.id, row.id)));
    }
    return true;
  });
  if (!found) throw await unknown(services, claim);
  return { tenant, workspace, device: claim.device, requestId };
}

/** A nonce and a token of the shared bucket, in one journey: neither may be there twice, nor be spent without the other. */
async function spend(
  tx: TenantTransaction,
  place: { readonly tenant: string; readonly workspace: string; readonly device: string },
  claim: SignatureClaim,
  shared: { readonly key: string; readonly bucket: Bucket },
  at: Date,
): Promise<void> {
  const { rows } = await tx.execute<{ fresh: boolean; paid: boolean }>(sql`
    WITH fresh AS (
      INSERT INTO nonce (tenant, workspace, device, nonce, expires_at)
      VALUES (${place.tenant}, ${place.workspace}, ${place.device}, ${claim.nonce}, ${claim.expiresAt.toISOString()})
      ON CONFLICT DO NOTHING RETURNING 1
    ), paid AS (${spendToken(shared.key, shared.bucket, at)})
    SELECT EXISTS (SELECT FROM fresh) AS fresh, EXISTS (SELECT FROM paid) AS paid`);
  if (!rows[0]?.fresh) throw new Problem('replayed');
  if (!rows[0].paid) throw tooMany(shared.bucket, 'limit-device');
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
