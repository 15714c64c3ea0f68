import { randomBytes } from 'node:crypto';
import type { DeadDelivery, WebhookRow } from '../../shared/sync/tenant-contract.ts';
import { Problem } from '../access/problem.ts';
import { writeAudit } from '../audit.ts';
import { and, asc, eq, isNull } from '../database/drizzle.ts';
import { delivery, webhook } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import type { TenantCaller } from './api-keys.ts';

export async function createWebhook(
  services: Services,
  caller: TenantCaller,
  wanted: { readonly url: string; readonly events: readonly string[] },
): Promise<{ webhook: WebhookRow; secret: string }> {
  const at = services.now();
  const [id, secret] = [randomBytes(16).toString('hex'), randomBytes(32).toString('base64url')];
  return services.tenancy.asTenant(caller.tenant, async (tx) => {
    const [row] = await tx
      .insert(webhook)
      .values({
        tenant: caller.tenant,
        id,
        url: wanted.url,
        events: [...new Set(wanted.events)],
        sealedSecret: services.sealing.seal(secret, `webhook ${id}`),
        createdAt: at,
      })
      .returning();
    if (!row) throw new Error('no row');
    await noted(tx, caller, 'webhook.create', { webhook: id, host: new URL(wanted.url).host }, at);
    return { webhook: told(row), secret };
  });
}

export async function removeWebhook(
  services: Services,
  caller: TenantCaller,
  id: string,
): Promise<{ id: string }> {
  return services.tenancy.asTenant(caller.tenant, async (tx) => {
    const gone = await tx
      .delete(webhook)
      .where(and(eq(webhook.tenant, caller.tenant), eq(webhook.id, id)))
      .returning({ id: webhook.id });
    if (gone.length === 0) throw new Problem('not-found');
    await noted(tx, caller, 'webhook.remove', { webhook: id }, services.now());
    return { id };
  });
}

export async function listWebhooks(services: Services, caller: TenantCaller): Promise<WebhookRow[]> {
  const rows = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx.select().from(webhook).where(eq(webhook.tenant, caller.tenant)).orderBy(asc(webhook.createdAt)),
  );
  return rows.map(told);
}

export async function listDead(services: Services, caller: TenantCaller): Promise<DeadDelivery[]> {
  const rows = await services.tenancy.asTenant(caller.tenant, (tx) =>
    tx
      .select()
      .from(delivery)
      .where(and(eq(delivery.tenant, caller.tenant), isNull(delivery.dueAt)))
      .orderBy(asc(delivery.createdAt))
      .limit(500),
  );
  return rows.map(({ id, webhook, event, createdAt, attempts, lastFault }) => ({
    id,
    webhook,
    event,
    createdAt: createdAt.toISOString(),
    attempts,
    lastFault,
  }));
}

export async function retryDead(
  services: Services,
  caller: TenantCaller,
  id: string,
): Promise<{ id: string }> {
  return services.tenancy.asTenant(caller.tenant, async (tx) => {
    const again = await tx
      .update(delivery)
      .set({ dueAt: services.now(), attempts: 0 })
      .where(and(eq(delivery.tenant, caller.tenant), eq(delivery.id, id), isNull(delivery.dueAt)))
      .returning({ id: delivery.id });
    if (again.length === 0) throw new Problem('not-found');
    await noted(tx, caller, 'webhook.retry', { delivery: id }, services.now());
    return { id };
  });
}

function noted(
  tx: TenantTransaction,
  caller: TenantCaller,
  action: string,
  detail: Readonly<Record<string, string>>,
  at: Date,
): Promise<void> {
  const { tenant, actor, requestId } = caller;
  return writeAudit(tx, { tenant, actor, action, detail, request: requestId, at });
}

function told(row: typeof webhook.$inferSelect): WebhookRow {
  return {
    id: row.id,
    url: row.url,
    events: row.events as WebhookRow['events'],
    createdAt: row.createdAt.toISOString(),
  };
}
