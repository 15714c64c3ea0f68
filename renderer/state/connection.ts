import { createORPCClient } from '@orpc/client';
import { RPCLink as FetchLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/index.ts';
import { QUIET_REFUSALS, REFUSED_STATUS } from '../../shared/contract/quiet-refusal.ts';

/** The core as the screens see it: every procedure of the contract, typed. */
export type Client = ContractRouterClient<Contract>;

/** Fetches from the file door with whatever the shell asks for. */
export type FileFetch = (path: string, init?: RequestInit) => Promise<Response>;

export type Connection =
  | {
      readonly kind: 'ready';
      readonly client: Client;
      readonly fetchFile: FileFetch;
      /** The folder the shell was asked to offer at once. */
      readonly workspace: string | null;
    }
  /** The one-time token was used before, or there is none: the printed address has to be opened again. */
  | { readonly kind: 'spent' }
  | { readonly kind: 'unreachable'; readonly detail: string };

const PORT_MESSAGE = 'bindery:port';

/** Finds the core behind whichever shell shows this page. */
export function connect(): Promise<Connection> {
  return location.protocol === 'app:' ? connectByPort() : connectByToken();
}

/** Electron: the preload posts one message port to the window; files come from the page's own origin. */
function connectByPort(): Promise<Connection> {
  return new Promise((resolve) => {
    window.addEventListener('message', function receive(event: MessageEvent) {
      const port = event.ports[0];
      if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
      window.removeEventListener('message', receive);
      port.start();
      const client: Client = createORPCClient(new PortLink({ port }));
      resolve({ kind: 'ready', client, fetchFile: (path, init) => fetch(path, init), workspace: null });
    });
  });
}

/** Browser: the token in the fragment is exchanged once for a bearer that lives in memory only. */
async function connectByToken(): Promise<Connection> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return { kind: 'spent' };
  history.replaceState(null, '', location.pathname);
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (!answer.ok) return { kind: 'spent' };
    const { bearer, workspace } = (await answer.json()) as { bearer: string; workspace?: string | null };
    return byBearer(bearer, workspace ?? null);
  } catch (error) {
    return { kind: 'unreachable', detail: error instanceof Error ? error.message : String(error) };
  }
}

function byBearer(bearer: string, workspace: string | null): Connection {
  const authorization = `Bearer ${bearer}`;
  const client: Client = createORPCClient(
    new FetchLink({
      url: `${location.origin}/rpc`,
      headers: { authorization, [QUIET_REFUSALS.name]: QUIET_REFUSALS.value },
      fetch: async (request, init) => unhushed(await fetch(request, init)),
    }),
  );
  const fetchFile: FileFetch = (path, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', authorization);
    return fetch(path, { ...init, headers });
  };
  return { kind: 'ready', client, fetchFile, workspace };
}

/** The answer with the status it has, whether it came quietly or not. */
export function unhushed(answer: Response): Response {
  const status = answer.headers.get(REFUSED_STATUS);
  if (status === null) return answer;
  return new Response(answer.body, { status: Number(status), headers: answer.headers });
}
