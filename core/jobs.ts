import type { JobState } from '../shared/contract/system.ts';
import { type Fault, FaultError } from '../shared/fault.ts';
import type { Ids } from './ports.ts';

/** What long work is handed: where to say how far it is, and how it learns that it was stopped. */
export interface JobContext {
  readonly signal: AbortSignal;
  step(step: string, done: number, total: number | null): void;
}

/** Work that nobody watches: for callers that only want the result. */
export const UNWATCHED: JobContext = { signal: new AbortController().signal, step: () => {} };

interface Job {
  state: JobState;
  readonly stop: AbortController;
  readonly watchers: Set<() => void>;
}

/** Finished jobs that are kept for whoever asks late. */
const KEPT = 50;

/** Long work: started here, watched and stopped by id. There is no second event system. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #ids: Ids;
  readonly #toFault: (error: unknown) => Fault;
  readonly #onChange: () => void;

  constructor(ids: Ids, toFault: (error: unknown) => Fault, onChange: () => void) {
    this.#ids = ids;
    this.#toFault = toFault;
    this.#onChange = onChange;
  }

  start(
    kind: JobState['kind'],
    title: string,
    work: (context: JobContext) => Promise<unknown>,
  ): { job: string } {
    const id = this.#ids.next();
    const stop = new AbortController();
    const state: JobState = { job: id, kind, title, state: 'running', step: '', done: 0, total: null };
    const job: Job = { state, stop, watchers: new Set() };
    this.#jobs.set(id, job);
    const context: JobContext = {
      signal: stop.signal,
      step: (step, done, total) => this.#update(job, { step, done, total }),
    };
    // The answer with the job's id goes out before the work takes the thread.
    setImmediate(() => void this.#run(job, work, context));
    return { job: id };
  }

  async #run(job: Job, work: (context: JobContext) => Promise<unknown>, context: JobContext): Promise<void> {
    try {
      const result = await work(context);
      this.#update(job, { state: 'done', result });
    } catch (error) {
      const fault = context.signal.aborted ? ({ code: 'cancelled' } as const) : this.#toFault(error);
      this.#update(job, { state: fault.code === 'cancelled' ? 'cancelled' : 'failed', fault });
    }
    this.#forgetOld();
    this.#onChange();
  }

  #update(job: Job, change: Partial<JobState>): void {
    job.state = { ...job.state, ...change };
    for (const wake of job.watchers) wake();
  }

  #forgetOld(): void {
    const finished = [...this.#jobs.values()].filter((job) => job.state.state !== 'running');
    for (const job of finished.slice(0, -KEPT)) this.#jobs.delete(job.state.job);
  }

  list(): JobState[] {
    return [...this.#jobs.values()].map((job) => job.state);
  }

  get(id: string): JobState | undefined {
    return this.#jobs.get(id)?.state;
  }

  cancel(id: string): boolean {
    const job = this.#jobs.get(id);
    if (job?.state.state !== 'running') return false;
    job.stop.abort(new FaultError({ code: 'cancelled' }));
    return true;
  }

  cancelAll(): void {
    for (const id of this.#jobs.keys()) this.cancel(id);
  }

  /** Every state from now to the end. Steps that follow each other faster than they are read are skipped. */
  async *watch(id: string, signal?: AbortSignal): AsyncGenerator<JobState, void> {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new FaultError({ code: 'not-found', what: 'job', id });
    let wake: () => void = () => {};
    const onChange = () => wake();
    job.watchers.add(onChange);
    signal?.addEventListener('abort', onChange, { once: true });
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const { state } = job;
        yield state;
        if (state.state !== 'running' || signal?.aborted === true) return;
        if (job.state === state) await changed;
      }
    } finally {
      job.watchers.delete(onChange);
    }
  }
}
