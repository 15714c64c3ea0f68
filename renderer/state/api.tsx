import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query';
import { createContext, use } from 'react';
import type { Client, Connection } from './connection.ts';
import { createFileDoor, type FileDoor } from './files.ts';

/** Everything a screen may ask the core: calls, query options and file bytes. */
export interface Api {
  readonly client: Client;
  readonly orpc: RouterUtils<Client>;
  readonly files: FileDoor;
}

export function createApi(connection: Extract<Connection, { kind: 'ready' }>): Api {
  return {
    client: connection.client,
    orpc: createTanstackQueryUtils(connection.client),
    files: createFileDoor(connection.fetchFile),
  };
}

const ApiContext = createContext<Api | null>(null);
export const ApiProvider = ApiContext.Provider;

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('The workbench is shown before it is connected.');
  return api;
}
