import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../access/problem.ts';
import { and, eq, gt, lte, sql } from '../database/drizzle.ts';
import { idempotency } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';
import type { TenantCaller } from './api-keys.ts';

const Kept = z.object({ status: z.int(), body: z.string() });

/**
 * Answers a repeated request as it was answered the first time, for a day. The same key with another request is refused;
 * one under way is asked to wait. **What the request does and its answer are one transaction**, and what is under way is
 * a lock of that transaction: a server that is killed in the middle leaves neither, and a repeat begins anew.
 */
export async function once(
  services: Services,
  caller: TenantCaller,
  given: string,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
  answer: (services: Services) => Promise<Response>,
): Promise<Response> {
  if (!/^[\x21-\x7e]{8,200}$/.test(given))
    throw new Problem('invalid-request', { detail: 'This is no idempotency key.' });
  const { tenant } = caller;
  const at = services.now();
  const key = sha256(`${caller.actor}\n${given}`);
  const requestSha256 = sha256(
    `${request.method} ${request.path}\n${Buffer.from(request.body).toString('base64')}`,
  );
  const which = and(eq(idempotency.tenant, tenant), eq(idempotency.key, key));
  const stale = new Date(at.getTime() - 86_400_000);
  const { sealing } = services;
  return services.tenancy.asOne(tenant, async (tenancy, tx) => {
    if (!(await isFirst(tx, `${tenant} ${key}`))) throw underWay();
    const [known] = await tx
      .select()
      .from(idempotency)
      .where(and(which, gt(idempotency.createdAt, stale)));
    if (known) {
      if (known.requestSha256 !== requestSha256)
        throw new Problem('conflict', { detail: 'This idempotency key was used for another request.' });
      if (known.sealedAnswer === null) throw underWay();
      const kept = Kept.parse(JSON.parse(sealing.open(known.sealedAnswer, `answer ${key}`)));
      return new Response(kept.body, {
        status: kept.status,
        headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
      });
    }
    const made = await answer({ ...services, tenancy });
    const kept = JSON.stringify({ status: made.status, body: await made.clone().text() });
    const row = { requestSha256, sealedAnswer: sealing.seal(kept, `answer ${key}`), createdAt: at };
    const written = await tx
      .insert(idempotency)
      .values({ tenant, key, ...row })
      .onConflictDoUpdate({
        target: [idempotency.tenant, idempotency.key],
        set: row,
        setWhere: lte(idempotency.createdAt, stale),
      })
      .returning({ key: idempotency.key });
    if (written.length === 0) throw underWay();
    return made;
  });
}

/** Whether nobody else is at this request: until the transaction ends, however it does, it is this one's. */
async function isFirst(tx: TenantTransaction, what: string): Promise<boolean> {
  const { rows } = await tx.execute<{ first: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`once ${what}`}, 0)) AS first`,
  );
  return rows[0]?.first === true;
}

function underWay(): Problem {
  return new Problem('conflict', { detail: 'This request is under way.' }, { retryAfterSeconds: 1 });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
