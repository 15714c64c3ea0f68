import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { ORPCError } from '@orpc/client';
import { FAULT_CODES, type Fault, FaultError } from '../shared/fault.ts';

/**
 * Any thrown thing as a fault. A bug becomes `internal` with a reference; its stack goes to the file named by
 * BINDERY_LOG and nowhere else, since a stack can hold what somebody typed.
 */
export function faultOf(error: unknown, log: string | undefined): Fault {
  if (error instanceof FaultError) return error.fault;
  if (error instanceof ORPCError) {
    if (error.code === 'FAULT' && isFault(error.data)) return error.data;
  }
  const reference = randomBytes(5).toString('hex');
  if (log) record(log, reference, error);
  return { code: 'internal', reference };
}

/** Says in a sentence that the core of a shell crashed, with the reference under which the log holds its stack. */
export function crashReport(log: string | undefined, say: (line: string) => void): (error: unknown) => void {
  return (error) => {
    const fault = faultOf(error, log);
    const reference = fault.code === 'internal' ? ` (reference ${fault.reference})` : '';
    say(`The core stopped unexpectedly${reference}. It starts again, locked, with the next request.`);
  };
}

/** Whether what crossed a boundary is one of ours. */
export function isFault(data: unknown): data is Fault {
  if (typeof data !== 'object' || data === null || !('code' in data)) return false;
  return (FAULT_CODES as readonly unknown[]).includes(data.code);
}

function record(log: string, reference: string, error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    appendFileSync(log, `${new Date().toISOString()} ${reference} ${stack}\n`, { mode: 0o600 });
  } catch {
    // A log that cannot be written must not hide the answer.
  }
}
