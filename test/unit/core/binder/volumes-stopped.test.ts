import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const MEGA = 2 ** 20;
let work: TestWorkspace;
beforeAll(async () => {
  work = await makeEngagement({}, ['Payroll']);
  const files = Array.from({ length: 12 }, (_, n) => ({
    path: work.file(`tape ${n}.bin`, randomBytes(300_000)),
  }));
  await work.api.evidence.add({ files, links: [{ control: 'AC-1' }] });
});
afterAll(() => work.close());

/** Stops an export once its step begins with these words; answers what stood in its folder then, hidden or not. */
async function stoppedAt(step: string, folder: string): Promise<string[]> {
  const { api } = work;
  mkdirSync(folder);
  const started = api.binders.compose({ out: join(folder, 'B.pdf'), volumeBytes: MEGA });
  const { job } = await started;
  let there: string[] = [];
  for await (const state of await api.jobs.watch({ job })) {
    if (!state.step.startsWith(step) || there.length > 0) continue;
    there = readdirSync(folder);
    expect(await api.jobs.cancel({ job })).toEqual({ cancelled: true });
  }
  expect(await faultOf(finish(api, started))).toMatchObject({ code: 'cancelled' });
  return there;
}

test.each([
  ['volume 4', 'volume-3'],
  ['cover', 'volume-7'],
])('stopped at %s an export leaves nothing of the volumes before it', async (step, before) => {
  const folder = join(work.home, step);
  const there = await stoppedAt(step, folder);
  // Volumes were there already, signed and waiting for their names.
  expect(there.filter((name) => name.endsWith(before))).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
  expect((await work.api.binders.list({})).rows).toEqual([]);
});

test('after a stop the same export comes through, and its set is whole', async () => {
  const folder = join(work.home, 'whole');
  mkdirSync(folder);
  const out = join(folder, 'B.pdf');
  const composed = await finish(work.api, work.api.binders.compose({ out, volumeBytes: MEGA }));
  expect(composed).toMatchObject({ file: out });
  expect(readdirSync(folder)).toHaveLength(7);
});
