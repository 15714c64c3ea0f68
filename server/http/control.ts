import { ValidationError } from '@orpc/contract';
import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { implement, ORPCError } from '@orpc/server';
import type { Context as HonoContext } from 'hono';
import { syncContract } from '../../shared/sync/contract.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import type { SignatureClaim } from '../access/signed-request.ts';
import { blobsHeld } from '../blobs/files.ts';
import { enrol, listDevices, makeInvite, revokeDevice } from '../devices/devices.ts';
import { listSegments, readHeld, readState } from '../ledger/read.ts';
import type { Services } from '../services.ts';
import type { Env } from './env.ts';

interface CallContext {
  readonly services: Services;
  readonly caller: Caller | null;
  readonly claim: SignatureClaim;
  readonly address: string;
  readonly requestId: string;
  /** What a handler threw. */
  readonly thrown: { error?: unknown };
}

const api = implement(syncContract).$context<CallContext>();

/** Who calls, in the workspace that the call names: the signature was held to the same path. */
function callerOf(context: CallContext, workspace: string): Caller {
  if (context.caller?.workspace !== workspace)
    throw new Problem('unknown-device', {}, { reason: 'other-workspace' });
  return context.caller;
}

export const router = api.router({
  devices: {
    enrol: api.devices.enrol.handler(({ input, context }) => enrol(context.services, input, context)),
    list: api.devices.list.handler(async ({ input, context }) => ({
      devices: await listDevices(context.services, callerOf(context, input.workspace)),
    })),
    revoke: api.devices.revoke.handler(async ({ input, context }) => ({
      device: await revokeDevice(context.services, callerOf(context, input.workspace), input.device),
    })),
    invite: api.devices.invite.handler(({ input, context }) => {
      const { tenant, workspace, device, requestId } = callerOf(context, input.workspace);
      const { parcel, expiresInHours } = input;
      const wanted = { tenant, workspace, parcel, expiresInHours, by: device, request: requestId };
      return context.services.tenancy.asTenant(tenant, (tx) =>
        makeInvite(tx, wanted, context.services.now()),
      );
    }),
  },
  ledger: {
    state: api.ledger.state.handler(({ input, context }) =>
      readState(context.services, callerOf(context, input.workspace), input.at),
    ),
    held: api.ledger.held.handler(async ({ input, context }) => ({
      vector: await readHeld(context.services, callerOf(context, input.workspace), input.vector),
    })),
    segments: api.ledger.segments.handler(({ input, context }) =>
      listSegments(context.services, callerOf(context, input.workspace), input.after, input.limit),
    ),
    blobsHeld: api.ledger.blobsHeld.handler(async ({ input, context }) => ({
      blobs: await blobsHeld(context.services, callerOf(context, input.workspace), input.names),
    })),
  },
});

/** Answers the calls of the contract. Their errors leave as they were thrown, to be told in the one place. */
export function controlCalls(services: Services): (context: HonoContext<Env>) => Promise<Response> {
  const handler = new OpenAPIHandler(router, {
    interceptors: [
      async (options) => {
        try {
          return await options.next();
        } catch (error) {
          options.context.thrown.error = asOwn(error);
          throw error;
        }
      },
    ],
  });
  return async (context) => {
    const { caller, claim, address, requestId, body } = context.var;
    const thrown: { error?: unknown } = {};
    const { matched, response } = await handler.handle(toRequest(context.req.raw, body), {
      prefix: '/v1',
      context: { services, caller: caller ?? null, claim, address, requestId, thrown },
    });
    if (thrown.error !== undefined) throw thrown.error;
    if (!matched) throw new Problem('not-found', {}, { reason: 'no-route' });
    return response;
  };
}

/** The request with the body that was read and held to its signature; it is JSON, or refused. */
function toRequest(request: Request, body: Uint8Array): Request {
  const { url, method } = request;
  if (body.length === 0) return new Request(url, { method });
  const text = Buffer.from(body).toString('utf8');
  readJson(text);
  return new Request(url, { method, headers: { 'content-type': 'application/json' }, body: text });
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid-request', { detail: 'The body is no JSON.' });
  }
}

/** What the contract refuses, in our words; what its own answers break is a mistake of ours. */
function asOwn(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error;
  if (error.status >= 500) return error.cause ?? error;
  const issues = error.cause instanceof ValidationError ? error.cause.issues : [];
  const errors = issues.map((issue) => {
    const path = (issue.path ?? [])
      .map((step) => String(typeof step === 'object' ? step.key : step))
      .join('.');
    return `${path}: ${issue.message}`.slice(0, 200);
  });
  return new Problem('invalid-request', { errors: errors.slice(0, 10) });
}
