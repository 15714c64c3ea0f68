import { Worker } from 'node:worker_threads';
import {
  type Asker,
  askOver,
  type DoorAnswer,
  type DoorRequest,
  type WireMessage,
} from '../../core/door/wire.ts';

export interface CoreThreadOptions {
  readonly home: string;
  /** Where to find `createCore`, for tests of the shell alone. */
  readonly coreModule?: string;
  /** Told when the thread crashed. */
  readonly crashed?: (error: unknown) => void;
}

/** A core on a thread of its own, so that no request waits for another's SQL. */
export interface CoreThread {
  ask(request: DoorRequest): Promise<DoorAnswer>;
  /** Seals, locks and ends the thread. */
  close(): Promise<void>;
}

/** What the thread is told beside requests, and what it answers. */
export const CLOSE = 'close';
export const CLOSED = 'closed';

const CLOSING_MS = 10_000;

interface Running {
  readonly worker: Worker;
  readonly asker: Asker;
}

/** Starts the thread when first asked; after a crash the next request starts a new one, locked. */
export function coreThread(options: CoreThreadOptions): CoreThread {
  let running: Running | null = null;
  const start = (): Running => {
    const { home, coreModule } = options;
    const worker = new Worker(workerFile(), { workerData: { home, coreModule }, env: withoutSecrets() });
    const asker = askOver({
      post: (message) => worker.postMessage(message),
      listen: (hear) =>
        worker.on('message', (message: WireMessage | typeof CLOSED) => {
          if (message !== CLOSED) hear(message);
        }),
    });
    const one = { worker, asker };
    const gone = () => {
      if (running === one) running = null;
      asker.lost();
    };
    worker.on('error', (error) => {
      options.crashed?.(error);
      gone();
    });
    worker.on('exit', gone);
    return one;
  };
  return {
    ask(request) {
      running ??= start();
      return running.asker.ask(request);
    },
    async close() {
      const one = running;
      running = null;
      if (one) await end(one.worker);
    },
  };
}

/** Beside this file: as it was written, or bundled. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './core-worker.ts' : './core-worker.js', import.meta.url);
}

/** Passphrases are typed in the page; what the environment holds is for other commands. */
function withoutSecrets(): NodeJS.ProcessEnv {
  const { BINDERY_PASSPHRASE, BINDERY_NEW_PASSPHRASE, BINDERY_RECOVERY_KIT, ...rest } = process.env;
  return rest;
}

async function end(worker: Worker): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    worker.on('message', (message) => message === CLOSED && resolve());
    worker.on('exit', () => resolve());
    setTimeout(resolve, CLOSING_MS).unref();
  });
  worker.postMessage(CLOSE);
  await closed;
  await worker.terminate();
}
