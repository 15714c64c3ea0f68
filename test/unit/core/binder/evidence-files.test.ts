import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestFile } from '../../../../core/binder/volumes.ts';
import type { ComposedBinder } from '../../../../shared/contract/proof.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const MEGA = 2 ** 20;
let work: TestWorkspace;
beforeAll(async () => {
  work = await makeEngagement({}, ['Payroll']);
  const tape = work.file('tape.bin', randomBytes(1_200_345));
  await work.api.evidence.add({ files: [{ path: tape }], links: [{ control: 'AC-1' }] });
});
afterAll(() => work.close());

test('a file that fits into no volume is left out with its own size and the largest that fits', async () => {
  const { manifest } = await finish<ComposedBinder>(
    work.api,
    work.api.binders.compose({ out: work.file('B.pdf', ''), force: true, volumeBytes: MEGA }),
  );
  const left = manifest.omitted.filter(({ reason }) => reason === 'too-large');
  expect(left).toMatchObject([{ label: expect.stringContaining('tape.bin'), bytes: 1_200_345 }]);
  expect(left[0]?.detail).toBe(
    `It has 1,200,345 bytes; the largest file that a volume of this size holds has ${largestFile(MEGA).toLocaleString('en-US')} bytes. A larger volume size may hold it.`,
  );
});
