import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefresher } from '../../../../renderer/state/refresh.ts';
import { TOPICS } from '../../../../shared/contract/system.ts';

let queries: QueryClient;
const stops: (() => void)[] = [];
beforeEach(() => {
  queries = new QueryClient();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  queries.clear();
});

/** A query that a screen is showing; answers how often it was asked. */
async function shown(path: string[], answer: () => unknown): Promise<() => number> {
  const ask = vi.fn(async () => answer());
  const observer = new QueryObserver(queries, { queryKey: [path, { type: 'query' }], queryFn: ask });
  stops.push(observer.subscribe(() => undefined));
  await vi.waitFor(() => expect(observer.getCurrentResult().isSuccess).toBe(true));
  return () => ask.mock.calls.length;
}

test('once the workspace is locked, nothing but the session is asked', async () => {
  let session: object | null = { member: 'Ada' };
  const sessions = await shown(['workspace', 'session'], () => session);
  const controls = await shown(['controls', 'list'], () => []);
  const refresh = createRefresher(queries);
  session = null;
  refresh(TOPICS);
  await vi.waitFor(() => expect(sessions()).toBe(2));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(controls()).toBe(1);
});

test('while it is open, every query a topic touches is asked once more', async () => {
  const sessions = await shown(['workspace', 'session'], () => ({ member: 'Ada' }));
  const controls = await shown(['controls', 'list'], () => []);
  const binders = await shown(['jobs', 'list'], () => []);
  createRefresher(queries)(['session', 'frameworks']);
  await vi.waitFor(() => expect(controls()).toBe(2));
  expect([sessions(), binders()]).toEqual([2, 1]);
});
