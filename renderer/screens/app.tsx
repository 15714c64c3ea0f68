import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense, use, useEffect, useMemo } from 'react';
import { ErrorState } from '../parts/blank.tsx';
import { ApiProvider, createApi, useApi } from '../state/api.tsx';
import { useChoices } from '../state/choices.ts';
import type { Connection } from '../state/connection.ts';
import { faultIn, sentenceFor } from '../state/faults.ts';
import { followPlace } from '../state/place.ts';
import { createRefresher, followChanges } from '../state/refresh.ts';
import { useSession } from '../state/session.ts';
import { Workbench } from './shell/workbench.tsx';
import { Disconnected } from './start/disconnected.tsx';
import { Opening } from './start/opening.tsx';
import { StartScreen } from './start/start-screen.tsx';

/** The whole window: connects first, then shows the door or the desk. */
export function App({ connecting }: { connecting: Promise<Connection> }) {
  return (
    <Suspense fallback={<Opening step="Starting on this machine" />}>
      <Connected connecting={connecting} />
    </Suspense>
  );
}

function Connected({ connecting }: { connecting: Promise<Connection> }) {
  const connection = use(connecting);
  const api = useMemo(() => (connection.kind === 'ready' ? createApi(connection) : null), [connection]);
  const queries = useMemo(createQueries, []);
  useMemo(() => {
    if (connection.kind === 'ready') useChoices.setState({ lastDir: connection.workspace });
  }, [connection]);
  if (connection.kind !== 'ready' || !api) return <Disconnected connection={connection} />;
  return (
    <ApiProvider value={api}>
      <QueryClientProvider client={queries}>
        <Live queries={queries} />
        <DoorOrDesk />
      </QueryClientProvider>
    </ApiProvider>
  );
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // A refusal is an answer: asking again gives the same one. A broken line deserves a second try.
        retry: (failures, error) => faultIn(error) === undefined && failures < 2,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Keeps what is shown equal to what the core holds. */
function Live({ queries }: { queries: QueryClient }) {
  const { client } = useApi();
  useEffect(() => {
    followPlace();
    const stop = new AbortController();
    void followChanges(client, createRefresher(queries), stop.signal);
    return () => stop.abort();
  }, [client, queries]);
  return null;
}

function DoorOrDesk() {
  const session = useSession();
  const atDoor = useChoices((c) => c.atDoor);
  if (session.isPending) return <Opening step="Looking for your workspaces" />;
  // A core that stops answering must not take the desk away: what is typed is still on it.
  if (session.isError && session.data === undefined) {
    return <ErrorState {...sentenceFor(session.error)} onRetry={() => void session.refetch()} />;
  }
  return session.data && !atDoor ? (
    <Workbench session={session.data} key={session.data.workspace.id} />
  ) : (
    <StartScreen />
  );
}
