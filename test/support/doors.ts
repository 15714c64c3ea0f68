import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as FetchLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { startBrowserShell } from '../../cli/browser-shell/server.ts';
import type { Core } from '../../core/root.ts';

/** A way from a caller to a core, and how to take it down again. */
export interface Door {
  readonly client: Core['client'];
  close(): Promise<void>;
}

export interface DoorKind {
  readonly name: string;
  /** `coreModule` exports `createCore`. */
  open(coreModule: string, home: string): Promise<Door>;
}

/** Every way a shell reaches the core; the contract suite runs over each. */
export const DOORS: readonly DoorKind[] = [
  { name: 'in process', open: inProcess },
  { name: 'over a message port', open: overPort },
  { name: 'over HTTP and a worker', open: overHttp },
];

async function coreFrom(coreModule: string, home: string): Promise<Core> {
  const module = (await import(coreModule)) as { createCore(options: object): Promise<Core> };
  return module.createCore({ shell: 'test', home });
}

async function inProcess(coreModule: string, home: string): Promise<Door> {
  const core = await coreFrom(coreModule, home);
  return { client: core.client, close: () => core.close() };
}

async function overPort(coreModule: string, home: string): Promise<Door> {
  const core = await coreFrom(coreModule, home);
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(core.router).upgrade(port1);
  port1.start();
  port2.start();
  const client: Core['client'] = createORPCClient(new PortLink({ port: port2 }));
  return {
    client,
    async close() {
      port2.close();
      await core.close();
    },
  };
}

async function overHttp(coreModule: string, home: string): Promise<Door> {
  const shell = await startBrowserShell({ home, screens: home, port: 0, coreModule });
  const bearer = await bearerFrom(shell.origin, shell.link());
  const headers = { authorization: `Bearer ${bearer}` };
  const client: Core['client'] = createORPCClient(new FetchLink({ url: `${shell.origin}/rpc`, headers }));
  return { client, close: () => shell.close() };
}

/** Does what the page does with its link: exchanges the token for a bearer. */
export async function bearerFrom(origin: string, link: string): Promise<string> {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  const answer = await fetch(`${origin}/session`, { method: 'POST', body: JSON.stringify({ token }) });
  const body = (await answer.json()) as { bearer: string };
  return body.bearer;
}
