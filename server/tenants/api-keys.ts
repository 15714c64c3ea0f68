import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKeyRow, Scope } from '../../shared/sync/tenant-contract.ts';
import { bearerOf } from '../access/bearer.ts';
import { Problem } from '../access/problem.ts';
import { writeAudit } from '../audit.ts';
import { and, asc, eq } from '../database/drizzle.ts';
import { apiKey } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';

/** Who asks for a tenant's own affairs: a program with an API key. */
export interface TenantCaller {
  readonly tenant: string;
  /** As the audit list names it. */
  readonly actor: string;
  readonly scopes: readonly string[];
  readonly requestId: string;
}

type KeyRow = typeof apiKey.$inferSelect;

/** `bindery_` + id + `_` + 32 random bytes: of these the server keeps a hash alone. */
const KEY = /^bindery_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** Whose key a request bears. Wrong, ended and unknown keys all hear the same. */
export async function identifyKey(
  services: Services,
  header: string | undefined,
  from: { readonly address: string; readonly requestId: string },
): Promise<TenantCaller> {
  if (header === undefined) throw new Problem('unsigned');
  const at = services.now();
  await services.limits.demandUnlocked(services.tenancy, from.address, at);
  const [, id, secret] = KEY.exec(bearerOf(header) ?? '') ?? [];
  const tenant = id === undefined ? null : await services.tenancy.tenantOfApiKey(id);
  const row =
    tenant === null || id === undefined || secret === undefined
      ? null
      : await services.tenancy.asTenant(tenant, (tx) => useKey(tx, tenant, id, secret, at));
  if (!row || tenant === null) {
    await services.limits.countWrongCode(services.tenancy, from.address, at);
    throw new Problem('wrong-key');
  }
  services.limits.demand('device', `key/${row.id}`, at);
  return { tenant, actor: `key:${row.id}`, scopes: row.scopes, requestId: from.requestId };
}

async function useKey(
  tx: TenantTransaction,
  tenant: string,
  id: string,
  secret: string,
  at: Date,
): Promise<KeyRow | null> {
  const [row] = await tx.select().from(apiKey).where(which(tenant, id));
  if (!row || row.revokedAt !== null || row.expiresAt <= at) return null;
  const given = Buffer.from(sha256(secret));
  const isNew = timingSafeEqual(given, Buffer.from(row.secretSha256));
  const isOld =
    row.oldSha256 !== null &&
    timingSafeEqual(given, Buffer.from(row.oldSha256)) &&
    row.oldUntil !== null &&
    row.oldUntil > at;
  if (!isNew && !isOld) return null;
  if (row.lastUsed === null || at.getTime() - row.lastUsed.getTime() > 60_000) {
    await tx.update(apiKey).set({ lastUsed: at }).where(which(tenant, id));
  }
  return row;
}

export async function createKey(
  tx: TenantTransaction,
  wanted: {
    readonly tenant: string;
    readonly by: string;
    readonly request: string | null;
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly expiresInDays: number;
  },
  at: Date,
): Promise<{ key: ApiKeyRow; secret: string }> {
  const { tenant, name } = wanted;
  const [id, secret] = [randomBytes(16).toString('hex'), newSecret()];
  const [row] = await tx
    .insert(apiKey)
    .values({
      tenant,
      id,
      name,
      scopes: [...new Set(wanted.scopes)],
      secretSha256: sha256(secret),
      createdAt: at,
      expiresAt: new Date(at.getTime() + wanted.expiresInDays * 86_400_000),
    })
    .returning();
  if (!row) throw new Error('no row');
  await writeAudit(tx, {
    tenant,
    actor: wanted.by,
    action: 'key.create',
    detail: { key: id, name, scopes: row.scopes.join(' ') },
    request: wanted.request,
    at,
  });
  return { key: told(row), secret: `bindery_${id}_${secret}` };
}

export async function rotateKey(
  services: Services,
  caller: TenantCaller,
  id: string,
  oldForHours: number,
): Promise<{ key: ApiKeyRow; secret: string }> {
  const at = services.now();
  const secret = newSecret();
  return services.tenancy.asTenant(caller.tenant, async (tx) => {
    const before = await held(tx, caller, id);
    demandScopes(caller, before.scopes);
    const [row] = await tx
      .update(apiKey)
      .set({
        secretSha256: sha256(secret),
        oldSha256: before.secretSha256,
        oldUntil: new Date(at.getTime() + oldForHours * 3_600_000),
      })
      .where(which(caller.tenant, id))
      .returning();
    if (!row) throw new Problem('not-found');
    await writeAudit(tx, {
      tenant: caller.tenant,
      actor: caller.actor,
      action: 'key.rotate',
      detail: { key: id, oldForHours },
      request: caller.requestId,
      at,
    });
    return { key: told(row), secret: `bindery_${id}_${secret}` };
  });
}

export async function revokeKey(services: Services, caller: TenantCaller, id: string): Promise<ApiKeyRow> {
  const at = services.now();
  return services.tenancy.asTenant(caller.tenant, async (tx) => {
    const before = await held(tx, caller, id);
    if (before.revokedAt !== null) return told(before);
    await tx.update(apiKey).set({ revokedAt: at }).where(which(caller.tenant, id));
    await writeAudit(tx, {
      tenant: caller.tenant,
      actor: caller.actor,
      action: 'key.revoke',
      detail: { key: id },
      request: caller.requestId,
      at,
    });
    return told({ ...before, revokedAt: at });
  });
}

export async function listKeys(services: Services, caller: TenantCaller): Promise<ApiKeyRow[]> {
  const rows = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx
      .select()
      .from(apiKey)
      .where(eq(apiKey.tenant, caller.tenant))
      .orderBy(asc(apiKey.createdAt), asc(apiKey.id)),
  );
  return rows.map(told);
}

/** Nobody gives what they do not have. */
export function demandScopes(caller: TenantCaller, scopes: readonly string[]): void {
  const beyond = scopes.filter((scope) => !caller.scopes.includes(scope));
  if (beyond.length > 0) throw new Problem('forbidden', { scopes: beyond }, { reason: 'beyond-scope' });
}

async function held(tx: TenantTransaction, caller: TenantCaller, id: string): Promise<KeyRow> {
  const [row] = await tx.select().from(apiKey).where(which(caller.tenant, id)).for('update');
  if (!row) throw new Problem('not-found');
  return row;
}

function which(tenant: string, id: string) {
  return and(eq(apiKey.tenant, tenant), eq(apiKey.id, id));
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function told(row: KeyRow): ApiKeyRow {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes.map((scope) => Scope.parse(scope)),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsed: row.lastUsed?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
