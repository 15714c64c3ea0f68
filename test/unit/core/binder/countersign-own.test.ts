import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBinder } from '../../../../core/binder/verify/index.ts';
import {
  faultOf,
  finish,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer' });
});
afterAll(() => ws.close());

const compose = (out: string) =>
  finish<{ file: string }>(ws.api, ws.api.binders.compose({ out, force: true }));
const countersign = (path: string) =>
  finish(ws.api, ws.api.binders.countersign({ file: { path }, as: 'reviewer' }));

test('a new passphrase brings a new certificate and makes nobody somebody else', async () => {
  const file = ws.file('own.pdf', '');
  await compose(file);
  const before = (await verifyBinder(file)).signatures[0]?.fingerprint;
  await ws.api.members.changePassphrase({ current: passphraseOf(OWNER), passphrase: 'quite another one 41' });
  expect(await faultOf(countersign(file))).toMatchObject({ rule: 'segregation-of-duties' });
  await compose(file);
  const report = await verifyBinder(file);
  expect(report.signatures[0]?.fingerprint).not.toBe(before);
  expect(await faultOf(countersign(file))).toMatchObject({ rule: 'segregation-of-duties' });
});

test('a service signs no binder', async () => {
  await ws.api.members.add({ name: 'Robot', role: 'service', passphrase: passphraseOf('Robot') });
  await ws.as('Robot');
  expect(await faultOf(compose(ws.file('robot.pdf', '')))).toMatchObject({ code: 'forbidden' });
});
