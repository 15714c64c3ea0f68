import { createHmac, randomBytes } from 'node:crypto';
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { DeadDelivery, WebhookRow } from '../../shared/sync/tenant-contract.ts';
import { Problem } from '../access/problem.ts';
import { writeAudit } from '../audit.ts';
import { delivery, webhook } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import type { TenantCaller } from './api-keys.ts';
import { post } from './post.ts';

/** Tries until a day has passed; then a delivery is dead, and waits for a person. */
export const RETRY_SECONDS = [10, 60, 300, 1_800, 7_200, 21_600, 43_200] as const;
/** While one process delivers, no other takes the same up. */
const CLAIM_SECONDS = 60;

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

/** Delivers what is due, each at least once: its id tells a receiver what it had before. */
export async function deliverDue(services: Services): Promise<number> {
  let delivered = 0;
  for (const tenant of await services.tenancy.tenantsWithDue(services.now())) {
    for (const one of await claim(services, tenant)) {
      const fault = await attempt(services, one);
      await conclude(services, one, fault);
      if (fault === null) delivered += 1;
    }
  }
  return delivered;
}

interface Claimed {
  readonly row: typeof delivery.$inferSelect;
  readonly url: string;
  readonly sealedSecret: string;
}

function claim(services: Services, tenant: string): Promise<Claimed[]> {
  const at = services.now();
  return services.tenancy.asTenant(tenant, async (tx) => {
    const due = await tx
      .select({ row: delivery, url: webhook.url, sealedSecret: webhook.sealedSecret })
      .from(delivery)
      .innerJoin(webhook, and(eq(webhook.tenant, delivery.tenant), eq(webhook.id, delivery.webhook)))
      .where(and(eq(delivery.tenant, tenant), lte(delivery.dueAt, at)))
      .orderBy(asc(delivery.dueAt))
      .limit(20)
      .for('update', { of: delivery, skipLocked: true });
    for (const { row } of due) {
      await tx
        .update(delivery)
        .set({ dueAt: new Date(at.getTime() + CLAIM_SECONDS * 1000), attempts: row.attempts + 1 })
        .where(and(eq(delivery.tenant, tenant), eq(delivery.id, row.id)));
    }
    return due.map((one) => ({ ...one, row: { ...one.row, attempts: one.row.attempts + 1 } }));
  });
}

/** Null where it was taken, else what went wrong. Signed as Standard Webhooks says. */
async function attempt(services: Services, { row, url, sealedSecret }: Claimed): Promise<string | null> {
  const at = services.now();
  const body = JSON.stringify({ type: row.event, timestamp: row.createdAt.toISOString(), data: row.payload });
  const seconds = String(Math.floor(at.getTime() / 1000));
  const secret = services.sealing.open(sealedSecret, `webhook ${row.webhook}`);
  const signature = createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(`${row.id}.${seconds}.${body}`)
    .digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': row.id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
  try {
    const status = await post(url, headers, body, services.reachesPrivate);
    return status >= 200 && status < 300 ? null : `answered ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'failed';
  }
}

async function conclude(services: Services, { row }: Claimed, fault: string | null): Promise<void> {
  const which = and(eq(delivery.tenant, row.tenant), eq(delivery.id, row.id));
  const wait = RETRY_SECONDS[row.attempts - 1];
  const dueAt =
    wait === undefined
      ? null
      : new Date(services.now().getTime() + wait * 1000 * (0.8 + Math.random() * 0.4));
  services.metrics.deliveries.inc({ outcome: fault === null ? 'delivered' : dueAt ? 'retried' : 'dead' });
  await services.tenancy.asTenant(row.tenant, async (tx) => {
    if (fault === null) await tx.delete(delivery).where(which);
    else await tx.update(delivery).set({ dueAt, lastFault: fault }).where(which);
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
