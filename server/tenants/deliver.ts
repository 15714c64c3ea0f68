import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { and, asc, eq, lte } from '../database/drizzle.ts';
import { delivery, webhook } from '../database/schema.ts';
import { wordsOf } from '../fault.ts';
import type { Services } from '../services.ts';
import { post } from './post.ts';

/** Tries until a day has passed; then a delivery is dead, and waits for a person. */
export const RETRY_SECONDS = [10, 60, 300, 1_800, 7_200, 21_600, 43_200] as const;
/** While one process delivers, no other takes the same up: far longer than a receiver is waited for. */
const CLAIM_SECONDS = 60;
/** How many of one tenant's are under way at once, and of how many tenants, in one process. */
const AT_ONCE = 4;
const TENANTS_AT_ONCE = 100;

/**
 * Delivers webhooks as they fall due, each at least once: its id tells a receiver what it had before. Each tenant goes
 * on for itself, so receivers that hang hold up nobody else's.
 */
export function deliverAlways(services: Services): { stop(): Promise<void> } {
  const ending = new AbortController();
  const failed = (error: unknown) => services.log.warn('delivery-failed', { detail: wordsOf(error) });
  const underWay = new Map<string, Promise<void>>();
  const look = async () => {
    for (const tenant of await services.tenancy.tenantsWithDue(services.now())) {
      if (underWay.has(tenant) || underWay.size >= TENANTS_AT_ONCE) continue;
      const delivering = deliverOf(services, tenant, ending.signal)
        .catch(failed)
        .finally(() => underWay.delete(tenant));
      underWay.set(tenant, delivering);
    }
  };
  const over = (async () => {
    while (!ending.signal.aborted) {
      await look().catch(failed);
      await pause(1_000, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
    await Promise.all(underWay.values());
  })();
  return {
    stop: () => {
      ending.abort();
      return over;
    },
  };
}

/** Delivers what is due of everybody, and waits for it. */
export async function deliverDue(services: Services): Promise<void> {
  const tenants = await services.tenancy.tenantsWithDue(services.now());
  await Promise.all(tenants.map((tenant) => deliverOf(services, tenant)));
}

/** Until nothing of the tenant is due any more; a few are taken up at a time, when they can go out. */
async function deliverOf(services: Services, tenant: string, ending?: AbortSignal): Promise<void> {
  while (!ending?.aborted) {
    const claimed = await claim(services, tenant);
    if (claimed.length === 0) return;
    const ends = await Promise.allSettled(
      claimed.map(async (one) => conclude(services, one, await attempt(services, one))),
    );
    const broken = ends.find((end) => end.status === 'rejected');
    if (broken) throw broken.reason;
  }
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
      .limit(AT_ONCE)
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
  const body = JSON.stringify({ type: row.event, timestamp: row.createdAt.toISOString(), data: row.payload });
  const seconds = String(Math.floor(services.now().getTime() / 1000));
  try {
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
