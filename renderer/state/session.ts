import { type Query, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Session } from '../../shared/contract/workspace.ts';
import { clearAway, showFault } from './acts.tsx';
import { useApi } from './api.tsx';
import { forgetChoices, useChoices } from './choices.ts';
import { drafts } from './drafts.ts';
import { go } from './place.ts';

/** Who is working in which workspace; null while none is open. */
export function useSession() {
  const { orpc } = useApi();
  return useQuery(orpc.workspace.session.queryOptions({ staleTime: 5_000 }));
}

/** The session of a screen that only exists while a workspace is open. */
export function useOpenSession(): Session {
  const { data } = useSession();
  if (!data) throw new Error('This screen needs an open workspace.');
  return data;
}

/**
 * Saves what is typed, seals, forgets the keys and leads to the passphrase. The screens go first, and what they were
 * still asking is given up: a question that reaches a locked core can only be refused.
 */
export function useLock(): () => Promise<void> {
  const { orpc, client } = useApi();
  const queries = useQueryClient();
  const refresh = useSessionChanged();
  return useCallback(async () => {
    const key = orpc.workspace.session.queryKey();
    const session = queries.getQueryData<Session | null>(key);
    if (session) rememberWorkspace(session);
    try {
      await drafts.flushAll();
      queries.setQueryData(key, null);
      await queries.cancelQueries();
      await client.workspace.lock();
      await refresh();
      // What was under way told of its end meanwhile; at the door it is nobody's business.
      clearAway();
    } catch (error) {
      await queries.invalidateQueries({ queryKey: key });
      showFault(error);
    }
  }, [client, orpc, queries, refresh]);
}

function rememberWorkspace({ workspace }: Session): void {
  useChoices.setState({ lastDir: workspace.dir, lastName: workspace.name });
}

/** After a workspace was opened or closed: nothing of the one before may stay on screen. */
export function useSessionChanged(): () => Promise<void> {
  const { orpc, client } = useApi();
  const queries = useQueryClient();
  return useCallback(async () => {
    const session = await client.workspace.session();
    if (session) rememberWorkspace(session);
    useChoices.setState({ atDoor: false });
    forgetChoices();
    go('overview');
    const key = orpc.workspace.session.queryKey();
    const predicate = (query: Query) => String(query.queryKey[0]) !== 'workspace,session';
    queries.removeQueries({ type: 'inactive', predicate });
    // What is looked at, as the door's list is by whoever went back to it meanwhile, waits for its answer: it is asked anew.
    void queries.resetQueries({ type: 'active', predicate });
    queries.setQueryData(key, session);
  }, [client, orpc, queries]);
}
