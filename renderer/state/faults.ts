import { ORPCError } from '@orpc/client';
import { type Fault, FaultError } from '../../shared/fault.ts';
import { type Sentence, tell } from '../../shared/fault-sentences.ts';
import { dated } from '../parts/format.ts';
import { isFault } from './files.ts';

/** The fault inside whatever a call threw, if it is one of ours. */
export function faultIn(error: unknown): Fault | undefined {
  if (error instanceof FaultError) return error.fault;
  if (error instanceof ORPCError && isFault(error.data)) return error.data;
  return undefined;
}

/** What happened and what to do, for anything that can be thrown here. */
export function sentenceFor(error: unknown): Sentence {
  const fault = faultIn(error);
  if (fault) {
    const { happened, remedy } = tell(fault);
    return { happened: dated(happened), remedy: dated(remedy) };
  }
  if (error instanceof ORPCError && error.status === 401) {
    return {
      happened: 'This page is no longer connected to Bindery.',
      remedy: 'Press Enter in the terminal where Bindery runs and open the new address.',
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    happened: `Bindery did not answer: ${detail}`,
    remedy: 'Check that it is still running, then try again. Nothing you typed is lost.',
  };
}
