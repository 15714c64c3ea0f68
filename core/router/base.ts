import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { FaultError } from '../../shared/fault.ts';
import { toFault } from '../host.ts';

/** The contract, ready to be given its use cases. Faults become typed errors here and nowhere else. */
export const api = implement(contract).use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    throw asAnswer(error);
  }
});

export function asAnswer(error: unknown): ORPCError<'FAULT', FaultError['fault']> {
  const fault = toFault(error);
  return new ORPCError('FAULT', {
    status: STATUS[fault.code],
    message: fault.code,
    data: fault,
    defined: true,
  });
}

const STATUS: Readonly<Record<FaultError['fault']['code'], number>> = {
  usage: 400,
  'invalid-input': 400,
  'wrong-key': 401,
  'in-use': 409,
  'not-found': 404,
  forbidden: 403,
  conflict: 409,
  'rule-broken': 422,
  locked: 423,
  'newer-schema': 409,
  corrupt: 500,
  unavailable: 503,
  cancelled: 499,
  internal: 500,
};
