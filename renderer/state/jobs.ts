import { useEffect, useState } from 'react';
import type { JobState } from '../../shared/contract/system.ts';
import { FaultError } from '../../shared/fault.ts';
import { useApi } from './api.tsx';
import { isFault } from './files.ts';

/** A piece of long work as a screen follows it. */
export interface Job {
  /** Null before it was started. */
  readonly state: JobState | null;
  readonly running: boolean;
  /** What it failed with, or what starting it failed with. */
  readonly error: unknown;
  start(begin: () => Promise<{ job: string }>): void;
  cancel(): void;
  forget(): void;
}

/** Starts a job, follows its progress until it ends, and can stop it. */
export function useJob(onDone?: (state: JobState) => void): Job {
  const { client } = useApi();
  const [id, setId] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const [state, setState] = useState<JobState | null>(null);
  const [error, setError] = useState<unknown>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job is followed once; a new callback must not restart it
  useEffect(() => {
    if (!id) return;
    const stop = new AbortController();
    const follow = async () => {
      let last: JobState | null = null;
      for await (const now of await client.jobs.watch({ job: id }, { signal: stop.signal })) {
        last = now;
        setState(now);
      }
      if (last?.state === 'done') onDone?.(last);
      if (last?.state === 'failed') setError(isFault(last.fault) ? new FaultError(last.fault) : last.step);
    };
    follow().catch((reason: unknown) => stop.signal.aborted || setError(reason));
    return () => stop.abort();
  }, [id, client]);
  const forget = () => {
    setId(null);
    setState(null);
    setError(null);
  };
  return {
    state,
    running: starting || (id !== null && error === null && (state === null || state.state === 'running')),
    error,
    forget,
    start(begin) {
      forget();
      setStarting(true);
      begin()
        .then(({ job }) => setId(job), setError)
        .finally(() => setStarting(false));
    },
    cancel() {
      if (id) client.jobs.cancel({ job: id }).catch(setError);
    },
  };
}
