import { createHash } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { Problem } from '../access/problem.ts';
import { idempotency } from '../database/schema.ts';
import type { Services } from '../services.ts';
import type { TenantCaller } from './api-keys.ts';

const Kept = z.object({ status: z.int(), body: z.string() });

/**
 * Answers a repeated request as it was answered the first time, for a day. The same key with another request is refused;
 * one under way is asked to wait.
 */
export async function once(
  services: Services,
  caller: TenantCaller,
  given: string,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
  answer: () => Promise<Response>,
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
  const known = await services.tenancy.asTenant(tenant, async (tx) => {
    const stale = new Date(at.getTime() - 86_400_000);
    await tx.delete(idempotency).where(and(which, lt(idempotency.createdAt, stale)));
    const made = await tx
      .insert(idempotency)
      .values({ tenant, key, requestSha256, createdAt: at })
      .onConflictDoNothing()
      .returning({ key: idempotency.key });
    if (made.length > 0) return null;
    const [row] = await tx.select().from(idempotency).where(which);
    return row ?? null;
  });
  if (known) {
    if (known.requestSha256 !== requestSha256) {
      throw new Problem('conflict', { detail: 'This idempotency key was used for another request.' });
    }
    if (known.sealedAnswer === null)
      throw new Problem('conflict', { detail: 'This request is under way.' }, { retryAfterSeconds: 1 });
    const kept = Kept.parse(JSON.parse(services.sealing.open(known.sealedAnswer, `answer ${key}`)));
    return new Response(kept.body, {
      status: kept.status,
      headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
    });
  }
  try {
    const made = await answer();
    const kept = JSON.stringify({ status: made.status, body: await made.clone().text() });
    const sealedAnswer = services.sealing.seal(kept, `answer ${key}`);
    await services.tenancy.asTenant(tenant, (tx) =>
      tx.update(idempotency).set({ sealedAnswer }).where(which),
    );
    return made;
  } catch (error) {
    await services.tenancy.asTenant(tenant, (tx) => tx.delete(idempotency).where(which));
    throw error;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
