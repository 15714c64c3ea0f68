import { implement } from '@orpc/server';
import type { Context as HonoContext } from 'hono';
import { syncContract } from '../../shared/sync/contract.ts';
import type { Caller } from '../access/caller.ts';
import { Problem } from '../access/problem.ts';
import type { SignatureClaim } from '../access/signed-request.ts';
import { blobsHeld } from '../blobs/files.ts';
import { demandAdministers, enrol, listDevices, makeInvite, revokeDevice } from '../devices/devices.ts';
import { listSegments, readHeld, readState } from '../ledger/read.ts';
import type { Services } from '../services.ts';
import { contractCalls, type Thrown } from './contract-calls.ts';
import type { Env } from './env.ts';

interface CallContext extends Thrown {
  readonly services: Services;
  readonly caller: Caller | null;
  readonly claim: SignatureClaim;
  readonly address: string;
  readonly requestId: string;
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
      const caller = callerOf(context, input.workspace);
      const { tenant, workspace, device, requestId } = caller;
      const { parcel, administers, expiresInHours } = input;
      const wanted = {
        tenant,
        workspace,
        parcel,
        administers,
        expiresInHours,
        by: device,
        request: requestId,
      };
      return context.services.tenancy.asTenant(tenant, async (tx) => {
        await demandAdministers(tx, caller);
        return makeInvite(tx, wanted, context.services.now());
      });
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

/** Answers the calls of devices. */
export function controlCalls(services: Services): (context: HonoContext<Env>) => Promise<Response> {
  const call = contractCalls<CallContext>(router);
  return (context) => {
    const { caller, claim, address, requestId, body } = context.var;
    return call(context.req.raw, body, {
      services,
      caller: caller ?? null,
      claim,
      address,
      requestId,
      thrown: {},
    });
  };
}
