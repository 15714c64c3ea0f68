import { fileURLToPath } from 'node:url';
import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { type Asker, askOver, type WireMessage } from '../core/door/wire.ts';

/** The core in a process of its own. */
export interface CoreProcess extends Pick<Asker, 'ask'> {
  /** Serves the contract over a port of a page. */
  serve(port: MessagePortMain): void;
  /** Seals, locks and ends the process. */
  close(): Promise<void>;
}

/** What the host process is told beside requests. */
export type HostMessage = WireMessage | { readonly kind: 'port' } | { readonly kind: 'close' };

const CLOSING_MS = 10_000;

interface Running {
  readonly child: UtilityProcess;
  readonly asker: Asker;
}

/** Starts the process when first needed; after a crash the next need starts it again, locked. */
export function coreProcess(home: string, crashed: () => void): CoreProcess {
  let running: Running | null = null;
  const start = (): Running => {
    const child = utilityProcess.fork(fileURLToPath(new URL('./host.js', import.meta.url)), [home], {
      serviceName: 'Bindery core',
      env: withoutSecrets(),
    });
    const asker = askOver({
      post: (message) => child.postMessage(message),
      listen: (hear) => child.on('message', hear),
    });
    const one = { child, asker };
    child.on('exit', () => {
      asker.lost();
      if (running !== one) return;
      running = null;
      crashed();
    });
    return one;
  };
  const core = () => {
    running ??= start();
    return running;
  };
  return {
    ask: (request) => core().asker.ask(request),
    serve: (port) => core().child.postMessage({ kind: 'port' } satisfies HostMessage, [port]),
    async close() {
      const one = running;
      running = null;
      if (one) await end(one.child);
    },
  };
}

async function end(child: UtilityProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    setTimeout(resolve, CLOSING_MS).unref();
  });
  child.postMessage({ kind: 'close' } satisfies HostMessage);
  await gone;
  child.kill();
}

/** Passphrases are typed in the page; what the environment holds is for other commands. */
function withoutSecrets(): Record<string, string> {
  const secret = ['BINDERY_PASSPHRASE', 'BINDERY_NEW_PASSPHRASE', 'BINDERY_RECOVERY_KIT'];
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || secret.includes(name) ? [] : [[name, value]],
    ),
  );
}
