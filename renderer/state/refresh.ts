import type { Query, QueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { TOPICS, type Topic } from '../../shared/contract/system.ts';
import type { Client } from './connection.ts';

/** The areas of the contract whose answers may differ once a topic changed. */
const AREAS: Readonly<Record<Topic, readonly string[]>> = {
  session: ['workspace', 'sync'],
  frameworks: ['frameworks', 'controls', 'search', 'workspace'],
  engagements: [
    'engagements',
    'board',
    'packets',
    'periods',
    'dashboard',
    'controls',
    'checklists',
    'review',
    'binders',
  ],
  assessments: [
    'assessments',
    'board',
    'packets',
    'periods',
    'controls',
    'dashboard',
    'engagements',
    'review',
    'conflicts',
    'checklists',
    'frameworks',
    'binders',
    'evidence',
  ],
  evidence: [
    'evidence',
    'board',
    'packets',
    'periods',
    'programme',
    'register',
    'controls',
    'checklists',
    'dashboard',
    'review',
    'binders',
  ],
  checklists: [
    'checklists',
    'board',
    'packets',
    'periods',
    'dashboard',
    'engagements',
    'review',
    'conflicts',
    'binders',
  ],
  review: [
    'review',
    'board',
    'packets',
    'periods',
    'controls',
    'checklists',
    'dashboard',
    'engagements',
    'frameworks',
    'binders',
  ],
  members: ['members', 'workspace'],
  binders: ['binders'],
  ledger: ['ledger', 'workspace', 'conflicts', 'records', 'courier', 'sync'],
  programme: ['programme', 'board', 'packets', 'periods', 'register', 'evidence', 'dashboard', 'records'],
  jobs: ['jobs'],
};

/** Long enough to gather what one command changes, too short to be seen. */
const GATHER_MS = 40;

/**
 * Gathers changed topics and refreshes the queries that depend on them, once. Where the session may have changed it
 * is asked first: of a workspace that was locked meanwhile nothing else can be asked.
 */
export function createRefresher(queries: QueryClient): (topics: readonly Topic[]) => void {
  const areas = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = async () => {
    timer = undefined;
    const due = new Set(areas);
    areas.clear();
    if (due.has('workspace')) {
      await queries.invalidateQueries({ predicate: (query) => isSession(query.queryKey) });
      if (queries.getQueriesData({ predicate: lockedSession }).length > 0) return;
    }
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => due.has(areaOf(queryKey)) && !isSession(queryKey),
    });
  };
  return (topics) => {
    for (const topic of topics) for (const area of AREAS[topic]) areas.add(area);
    if (timer === undefined) timer = setTimeout(() => void flush(), GATHER_MS);
  };
}

function isSession(key: readonly unknown[]): boolean {
  return Array.isArray(key[0]) && key[0].join() === 'workspace,session';
}

function lockedSession(query: Query): boolean {
  return isSession(query.queryKey) && query.state.data === null;
}

/** Query keys start with the procedure's path: `[['controls', 'list'], …]`. */
function areaOf(key: readonly unknown[]): string {
  const path = key[0];
  return Array.isArray(path) ? String(path[0]) : '';
}

/** Whether the core is there: the change stream is open, or was closed and could not be opened again. */
export const useLine = create<{ open: boolean }>(() => ({ open: true }));

/** Follows the core's change stream until aborted; after a break everything is refreshed once. */
export async function followChanges(
  client: Client,
  refresh: (topics: readonly Topic[]) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const stream = await client.system.changes(undefined, { signal });
      useLine.setState({ open: true });
      if (tries > 0) refresh(TOPICS);
      tries = 0;
      for await (const { topics } of stream) refresh(topics);
    } catch {
      // Not an error to interrupt with: the foot of the rail says it, and calls that matter report their own.
      if (!signal.aborted) useLine.setState({ open: false });
    }
    await pause(Math.min(500 * 2 ** Math.min(tries, 5), 10_000), signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
