import { and, eq, sql } from '../database/drizzle.ts';
import { device, nonce } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import { tooMany } from './limits.ts';
import { Problem } from './problem.ts';
import { readPublicKey, type SignatureClaim } from './signed-request.ts';

/** Who asks: a device of one workspace of one tenant. Nothing in a request's body says so. */
export interface Caller {
  readonly tenant: string;
  readonly workspace: string;
  readonly device: string;
  readonly requestId: string;
}

/** The keys of devices that were here, so that a request whose device is known costs one journey. */
const keys = new Map<string, string>();

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
  const tenant = await services.tenancy.tenantOf(workspace);
  if (tenant === null) throw await unknown(services, claim);
  const place = { tenant, workspace, device: claim.device };
  const name = Object.values(place).join('/');
  const known = keys.get(name);
  if (known !== undefined && isBy(claim, known)) {
    const admission = await admit(services, place, claim, known);
    if (admission === 'admitted') return { ...place, requestId };
  }
  // A key is remembered, never what it may: a device that came back under another key is looked up anew.
  keys.delete(name);
  const key = await services.tenancy.read(tenant, async (tx) => (await keyOf(tx, place)) ?? null);
  if (key === null) throw await unknown(services, claim);
  if (!isBy(claim, key)) throw new Problem('bad-signature', {}, { reason: 'wrong-key' });
  if ((await admit(services, place, claim, key)) !== 'admitted') throw await unknown(services, claim);
  if (keys.size > 50_000) keys.clear();
  keys.set(name, key);
  return { ...place, requestId };
}

type Place = Omit<Caller, 'requestId'>;

function isBy(claim: SignatureClaim, publicKey: string): boolean {
  const key = readPublicKey(publicKey);
  return key !== null && claim.isBy(key);
}

async function keyOf(tx: TenantTransaction, place: Place): Promise<string | undefined> {
  const [row] = await tx
    .select({ publicKey: device.publicKey })
    .from(device)
    .where(
      and(
        eq(device.tenant, place.tenant),
        eq(device.workspace, place.workspace),
        eq(device.id, place.device),
      ),
    );
  return row?.publicKey;
}

/** Spends the claim's nonce and a token; refuses who was shut out, who comes twice and who comes too often. */
async function admit(
  { limits, tenancy, now }: Services,
  place: Place,
  claim: SignatureClaim,
  key: string,
): Promise<'admitted' | 'unknown'> {
  const at = now();
  const name = Object.values(place).join('/');
  limits.demand('device', name, at);
  const shared = limits.sharedOf(name);
  const admission = await tenancy.admit({ ...place, key, ...claim }, shared, at);
  if (admission === 'revoked') throw new Problem('revoked');
  if (admission === 'replayed') throw new Problem('replayed');
  if (admission === 'limited') throw tooMany(shared.bucket, 'limit-device');
  return admission === 'admitted' ? 'admitted' : 'unknown';
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
