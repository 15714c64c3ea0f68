import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
let out: string;
beforeAll(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
  out = join(w.home, 'binder.pdf');
  const api = await w.as('Aziz');
  await finish(api, api.binders.compose({ out }));
});
afterAll(() => w.close());

const compose = async (file: string, replace = false) => {
  const api = await w.as('Aziz');
  return finish<{ file: string }>(api, api.binders.compose({ out: file, replace }));
};

test('a binder nobody else has signed is composed anew over itself', async () => {
  const file = join(w.home, 'again.pdf');
  copyFileSync(out, file);
  expect((await compose(file)).file).toBe(file);
});

test.each(['letter.pdf', 'notes.txt'])('%s, which is no binder, is left as it is', async (name) => {
  const file = join(w.home, name);
  writeFileSync(file, '%PDF-1.7\nDear Sir');
  expect(await faultOf(compose(file))).toMatchObject({ code: 'conflict' });
  expect(readFileSync(file, 'utf8')).toBe('%PDF-1.7\nDear Sir');
});

test('a binder somebody countersigned is replaced only when that is said', async () => {
  const file = join(w.home, 'countersigned.pdf');
  copyFileSync(out, file);
  const api = await w.as('Rita');
  await finish(api, api.binders.countersign({ file: { path: file } }));
  const signed = readFileSync(file);
  const fault = await faultOf(compose(file));
  expect(JSON.stringify(fault)).toContain('2 signatures');
  expect(readFileSync(file).equals(signed)).toBe(true);
  await compose(file, true);
  expect(readFileSync(file).equals(signed)).toBe(false);
});
