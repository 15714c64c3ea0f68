import { expect } from 'vitest';
import { tell } from '../../shared/fault-sentences.ts';
import { type Api, finish } from '../support/workspaces.ts';

/** Either a report that calls it invalid or a refusal in words; anything else is a bug. */
export async function judged(api: Api, path: string): Promise<string> {
  try {
    const report = await finish<{ verdict: string; problems: unknown[] }>(
      api,
      api.binders.verify({ file: { path } }),
    );
    expect(report.problems.length).toBeGreaterThan(0);
    return report.verdict;
  } catch (error) {
    const { fault } = error as { fault?: Parameters<typeof tell>[0] };
    if (fault === undefined) throw error;
    expect(fault.code).not.toBe('internal');
    expect(tell(fault).happened).toMatch(/[.]$/);
    return fault.code;
  }
}
