import type { Core, CoreOptions } from '../core/root.ts';
import type { JobState } from '../shared/contract/system.ts';
import { FaultError, refuse } from '../shared/fault.ts';
import { isFault } from './faults.ts';
import type { Terminal } from './terminal.ts';

export type Client = Core['client'];
export type CreateCore = (options: CoreOptions) => Promise<Core>;

/** The core of one command: started when first needed, stopped at the end. */
export interface Workbench {
  /** The procedures, locked until a workspace is opened. */
  client(): Promise<Client>;
  /** Follows a job to its end and gives its result; a stop asked for by the person cancels it. */
  follow(ref: { readonly job: string }): Promise<unknown>;
  close(): Promise<void>;
}

/** A workbench for one command; `stop` is the person pressing Ctrl-C. */
export function workbenchOf(
  createCore: CreateCore,
  home: string,
  terminal: Terminal,
  stop: AbortSignal,
): Workbench {
  let starting: Promise<Core> | null = null;
  const core = () => {
    stop.throwIfAborted();
    starting ??= createCore({ shell: 'cli', home });
    return starting;
  };
  return {
    client: async () => (await core()).client,
    async follow({ job }) {
      const { client } = await core();
      const cancel = () => void client.jobs.cancel({ job }).catch(() => undefined);
      stop.addEventListener('abort', cancel);
      try {
        return await watch(client, job, terminal);
      } finally {
        stop.removeEventListener('abort', cancel);
        terminal.endProgress();
      }
    },
    close: async () => (await starting)?.close(),
  };
}

async function watch(client: Client, job: string, terminal: Terminal): Promise<unknown> {
  for await (const state of await client.jobs.watch({ job })) {
    terminal.progress(state.step || state.title, state.done, state.total);
    if (state.state !== 'running') return ended(state);
  }
  return refuse({ code: 'unavailable', what: 'the job', detail: 'It ended without a result.' });
}

function ended(state: JobState): unknown {
  if (state.state === 'done') return state.result;
  if (state.state === 'cancelled') return refuse({ code: 'cancelled' });
  if (isFault(state.fault)) throw new FaultError(state.fault);
  return refuse({ code: 'unavailable', what: 'the job', detail: 'It failed without saying why.' });
}
