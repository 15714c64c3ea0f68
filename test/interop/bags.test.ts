import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { finish, makeEngagement, type TestWorkspace } from '../support/workspaces.ts';

let test: TestWorkspace;
beforeAll(async () => {
  test = await makeEngagement();
});
afterAll(() => test.close());

it('sha256sum finds every file of a bag as its manifests name it', async () => {
  const { api } = test;
  const files = ['ä ü.csv', 'list.csv'].map((name) => ({ path: test.file(name, `${name}\n`) }));
  await api.evidence.add({ files, links: [{ control: 'AC-1' }] });
  const binder = test.file('binder.pdf', '');
  await finish(api, api.binders.compose({ out: binder, force: true }));
  const bag = join(test.home, 'bag');
  await finish(api, api.binders.bag({ file: { path: binder }, out: bag }));
  const told = execFileSync('sha256sum', ['-c', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], {
    cwd: bag,
    encoding: 'utf8',
  });
  const lines = told.trimEnd().split('\n');
  expect(lines).toHaveLength(12);
  expect(lines.filter((line) => !line.endsWith(': OK'))).toEqual([]);
});
