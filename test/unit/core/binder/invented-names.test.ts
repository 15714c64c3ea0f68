import { afterEach, beforeEach, expect, test } from 'vitest';
import { reconsider } from '../../../../core/ledger/reconsider.ts';
import { frameworkBlobs } from '../../../../core/workspace/open-workspace.ts';
import { get } from '../../../../db/sql.ts';
import { withModifiedClient } from '../../../support/modified-client.ts';
import { makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { problemsOf, verifiedBinder } from './verify/verify.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Ann: 'auditor', Rita: 'reviewer', Rob: 'reviewer' }, ['Payroll']);
  await w.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy.' });
});
afterEach(() => w.close());

async function statusOf(control: string): Promise<string | undefined> {
  let status: string | undefined;
  await withModifiedClient(w, 'Ada', ({ ws, check }) => {
    status = get<{ status: string }>(
      ws.db,
      'SELECT status FROM assessment WHERE id = ?',
      check(control),
    )?.status;
  });
  return status;
}

test('a sign-off that names one that never was counts for nothing, and every binder stays valid', async () => {
  await withModifiedClient(w, 'Ada', ({ sign }) => sign('AC-1', 'preparer'));
  await withModifiedClient(w, 'Rita', ({ sign }) => sign('AC-1', 'reviewer', { after: ['never was'] }));
  expect(await statusOf('AC-1')).toBe('submitted');
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.verdict).toBe('valid-unknown-signer');
  expect(report.notProven.join('\n')).toContain(
    'That what Rita signed AC-1 · Payroll as reviewer counts: it names an earlier sign-off or return',
  );
  // Who reviews after it is held back by nothing, and what they sign counts.
  await withModifiedClient(w, 'Rob', ({ sign }) => sign('AC-1', 'reviewer'));
  expect(await statusOf('AC-1')).toBe('accepted');
  expect(problemsOf(await verifiedBinder(w))).toEqual([]);
});

test('nor does one that names a sign-off of something else', async () => {
  await w.api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'As well.' });
  let other: string | undefined;
  await withModifiedClient(w, 'Ada', ({ ws, sign }) => {
    sign('AC-1', 'preparer');
    sign('AC-2', 'preparer');
    other = get<{ id: string }>(ws.db, 'SELECT id FROM sign_off ORDER BY seq DESC LIMIT 1')?.id;
  });
  await withModifiedClient(w, 'Rita', ({ sign }) => sign('AC-1', 'reviewer', { after: [other ?? ''] }));
  expect(await statusOf('AC-1')).toBe('submitted');
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs.baseless).toHaveLength(1);
});

test('one that names what counts no more, since its author’s access had ended, stands', async () => {
  await withModifiedClient(w, 'Ada', ({ sign }) => sign('AC-1', 'preparer'));
  let record = '';
  await withModifiedClient(w, 'Rob', ({ ws, sign }) => {
    record = `member:${ws.writer.member}`;
    sign('AC-1', 'reviewer', { verdict: 'returned' });
  });
  await withModifiedClient(w, 'Rita', ({ sign }) => sign('AC-1', 'reviewer'));
  await withModifiedClient(w, 'Ada', async ({ ws, write }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    const value = { role: 'none', cutoff: { [ws.writer.id]: 1 } };
    write('member.role@1', [{ record, field: 'role', value }]);
    reconsider(ws);
  });
  expect(await statusOf('AC-1')).toBe('accepted');
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs).toMatchObject({ total: 2, recomputed: 2 });
  expect(report.signOffs.baseless).toBeUndefined();
});
