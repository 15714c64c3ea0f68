import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endAccessBefore } from '../../../support/ending-access.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { problemsOf, verifyBytes } from './verify/verify.ts';

/** Nora's access ends, as of before, after others leant on roles that she had given. */
let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Vic: 'viewer', Nora: 'admin', Rita: 'reviewer' }, ['Payroll']);
});
afterEach(() => w.close());

/** As a copy ends it that had not heard of what she gave. */
const endAccess = (role: string) => endAccessBefore(w, 'Nora', role);

async function composed(more: object = {}) {
  await w.as('Ada');
  const out = w.file('binder.pdf', '');
  await finish(w.api, w.api.binders.compose({ out, force: true, ...more }));
  return verifyBytes(readFileSync(out));
}

const worked = (by: string) =>
  w.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: `${by} wrote this.` });
const signed = (as: 'preparer' | 'reviewer') => w.api.review.sign({ kind: 'assessment', id: 'AC-1', as });

test.each(['none', 'auditor'])(
  'work in a role that somebody gave who is %s since before, and that another signed, makes no binder bad',
  async (role) => {
    await w.as('Nora');
    await w.api.members.setRole({ member: 'Vic', role: 'auditor' });
    await w.as('Vic');
    await worked('Vic');
    await w.as('Ada');
    await signed('preparer');
    await endAccess(role);
    const report = await composed();
    expect(problemsOf(report)).toEqual([]);
    expect(report.signOffs).toMatchObject({ total: 1, voided: 1, recomputed: 0 });
    expect(problemsOf(await composed({ profile: 'summary' }))).toEqual([]);
  },
);

test('an acceptance in such a role, before one that counts, makes no binder bad', async () => {
  await w.as('Nora');
  await w.api.members.setRole({ member: 'Vic', role: 'reviewer' });
  await w.as('Ada');
  await worked('Ada');
  await signed('preparer');
  await w.as('Vic');
  await signed('reviewer');
  await endAccess('none');
  await w.as('Rita');
  await signed('reviewer');
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 2, recomputed: 2 });
});

test('work of somebody whom one had added who had left before, and that another signed, makes no binder bad', async () => {
  const passphrase = 'Eve has a passphrase of her own';
  await w.as('Nora');
  await w.api.members.add({ name: 'Eve', role: 'auditor', passphrase });
  await w.api.workspace.unlock({ dir: w.dir, passphrase });
  await worked('Eve');
  await w.as('Ada');
  await signed('preparer');
  await endAccess('none');
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 1, voided: 1, recomputed: 0 });
});

test('whoever is lowered by one who had left before goes on in the role that they had', async () => {
  await w.api.members.setRole({ member: 'Vic', role: 'auditor' });
  await w.as('Nora');
  await w.api.members.setRole({ member: 'Vic', role: 'viewer' });
  await endAccess('none');
  await w.as('Vic');
  await worked('Vic');
  await signed('preparer');
  const report = await composed();
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 1, recomputed: 1 });
});
