import { ValidationError } from '@orpc/contract';
import { implement, ORPCError } from '@orpc/server';
import type { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';
import { inputFault } from '../../shared/contract/input-fault.ts';
import { FaultError } from '../../shared/fault.ts';
import { toFault } from '../host.ts';

/** The contract, ready to be given its use cases. Faults become typed errors here and nowhere else. */
export const api = implement(contract).use(async ({ next }, input) => {
  try {
    return await next();
  } catch (error) {
    if (isInputError(error)) throw asAnswer(new FaultError(inputFault(error.cause.issues, input)));
    if (error instanceof ORPCError) throw error;
    throw asAnswer(error);
  }
});

/** The schemas of the contract are zod's, so what they find are zod's issues. */
type InputError = ORPCError<'BAD_REQUEST', unknown> & { cause: { issues: readonly z.core.$ZodIssue[] } };

function isInputError(error: unknown): error is InputError {
  return error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError;
}

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
