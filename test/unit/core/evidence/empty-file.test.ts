import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkspace, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeAll(async () => {
  w = await makeWorkspace();
});
afterAll(() => w.close());

test('an empty file is taken in as it is, and said to be empty wherever it is shown', async () => {
  const files = [{ path: w.file('empty.txt', '') }, { path: w.file('full.txt', 'a') }];
  const added = await w.api.evidence.add({ files });
  const warning = 'empty.txt is empty: it has 0 bytes and shows nothing.';
  expect(added.warnings).toEqual([warning]);
  const { rows } = await w.api.evidence.list({});
  expect(Object.fromEntries(rows.map((row) => [row.title, row.warnings]))).toEqual({
    'empty.txt': [warning],
    'full.txt': [],
  });
});
