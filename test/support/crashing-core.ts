import { implement } from '@orpc/server';
import { createCore as realCore } from '../../core/index.ts';
import type { Core, CoreOptions } from '../../core/root.ts';
import { contract } from '../../shared/contract/index.ts';

/** The real core, with one door to a crash: cancelling a job of this name throws where nobody catches it. */
export const CRASH = 'crash';

export async function createCore(options: CoreOptions): Promise<Core> {
  const core = await realCore({ ...options, cost: { memoryKiB: 64, passes: 1, lanes: 1 } });
  const cancel = implement(contract).jobs.cancel.handler(({ input }) => {
    if (input.job === CRASH) setTimeout(() => Promise.reject(new Error('a crash on purpose')));
    return { cancelled: false };
  });
  const { jobs } = core.router as { readonly jobs: object };
  const router = { ...core.router, jobs: { ...jobs, cancel } };
  return { ...core, router: router as unknown as Core['router'] };
}
