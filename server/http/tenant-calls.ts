import { implement } from '@orpc/server';
import type { Context as HonoContext } from 'hono';
import { TENANT_SCOPES, tenantContract } from '../../shared/sync/tenant-contract.ts';
import { LIMITS } from '../../shared/sync/wire.ts';
import { bearerOf } from '../access/bearer.ts';
import { identifyPerson } from '../people/sign-in.ts';
import type { Services } from '../services.ts';
import {
  createKey,
  demandScopes,
  identifyKey,
  listKeys,
  revokeKey,
  rotateKey,
  type TenantCaller,
} from '../tenants/api-keys.ts';
import { once } from '../tenants/idempotency.ts';
import {
  createWorkspace,
  listAudit,
  listWorkspaces,
  readRetention,
  setRetention,
} from '../tenants/tenant.ts';
import { createWebhook, listDead, listWebhooks, removeWebhook, retryDead } from '../tenants/webhooks.ts';
import { demandLength, readBody } from './body.ts';
import { contractCalls, type Thrown } from './contract-calls.ts';
import type { Env } from './env.ts';

interface CallContext extends Thrown {
  readonly services: Services;
  readonly caller: TenantCaller;
}

/** **The one place where a key is held to what it may do**: every call names what it needs. */
const api = implement(tenantContract)
  .$context<CallContext>()
  .use(({ context, path, next }) => {
    const name = path.at(-1) as keyof typeof TENANT_SCOPES;
    demandScopes(context.caller, [TENANT_SCOPES[name]]);
    return next();
  });

const router = api.router({
  audit: api.audit.handler(({ input, context: { services, caller } }) =>
    listAudit(services, caller, input.after, input.limit),
  ),
  workspaces: api.workspaces.handler(({ input, context: { services, caller } }) =>
    listWorkspaces(services, caller, input.after, input.limit),
  ),
  createWorkspace: api.createWorkspace.handler(({ input, context: { services, caller } }) =>
    createWorkspace(services, caller, input),
  ),
  keys: api.keys.handler(async ({ context: { services, caller } }) => ({
    rows: await listKeys(services, caller),
  })),
  createKey: api.createKey.handler(({ input, context: { services, caller } }) => {
    demandScopes(caller, input.scopes);
    const { tenant, actor, requestId } = caller;
    const at = services.now();
    return services.tenancy.asTenant(tenant, (tx) =>
      createKey(tx, { ...input, tenant, by: actor, request: requestId }, at),
    );
  }),
  rotateKey: api.rotateKey.handler(({ input, context: { services, caller } }) =>
    rotateKey(services, caller, input.id, input.oldForHours),
  ),
  revokeKey: api.revokeKey.handler(async ({ input, context: { services, caller } }) => ({
    key: await revokeKey(services, caller, input.id),
  })),
  webhooks: api.webhooks.handler(async ({ context: { services, caller } }) => ({
    rows: await listWebhooks(services, caller),
  })),
  createWebhook: api.createWebhook.handler(({ input, context: { services, caller } }) =>
    createWebhook(services, caller, input),
  ),
  removeWebhook: api.removeWebhook.handler(({ input, context: { services, caller } }) =>
    removeWebhook(services, caller, input.id),
  ),
  deadDeliveries: api.deadDeliveries.handler(async ({ context: { services, caller } }) => ({
    rows: await listDead(services, caller),
  })),
  retryDelivery: api.retryDelivery.handler(({ input, context: { services, caller } }) =>
    retryDead(services, caller, input.id),
  ),
  retention: api.retention.handler(({ context: { services, caller } }) => readRetention(services, caller)),
  setRetention: api.setRetention.handler(({ input, context: { services, caller } }) =>
    setRetention(services, caller, input.auditDays),
  ),
});

/** Answers a tenant's own programs: whose key it is, then the call, once where it says so. */
export function tenantCalls(services: Services): (context: HonoContext<Env>) => Promise<Response> {
  const call = contractCalls<CallContext>(router);
  return async (context) => {
    const { address, requestId } = context.var;
    const header = context.req.header('authorization');
    const person = bearerOf(header)?.startsWith('session_')
      ? await identifyPerson(services, header, requestId)
      : null;
    const caller = person ?? (await identifyKey(services, header, { address, requestId }));
    context.set('actor', caller.actor);
    demandLength(context.req.raw, LIMITS.json);
    const body = await readBody(context.req.raw, LIMITS.json);
    const answer = (by: Services) => call(context.req.raw, body, { services: by, caller, thrown: {} });
    const key = context.req.header('idempotency-key');
    if (key === undefined || context.req.method !== 'POST') return answer(services);
    return once(services, caller, key, { method: 'POST', path: context.req.path, body }, answer);
  };
}
