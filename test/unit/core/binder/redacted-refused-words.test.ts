import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { derivationOf } from '../../../../core/binder/verify/comparison.ts';
import { readBinder } from '../../../../core/binder/verify/index.ts';
import { reconsider } from '../../../../core/ledger/reconsider.ts';
import { frameworkBlobs } from '../../../../core/workspace/open-workspace.ts';
import { withModifiedClient } from '../../../support/modified-client.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

/** What somebody wrote whose access had ended stands in a binder as work that counts for nothing; redaction reaches it too. */
const SECRET = 'Mrs Example of the payroll team lacks a form since March.';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Pat: 'auditor', Rita: 'reviewer', Rob: 'reviewer' }, ['Payroll']);
});
afterEach(() => w.close());

/** As of before they wrote, as a copy ends it that had not heard of that. */
async function endAccess(name: string): Promise<void> {
  let record = '';
  await withModifiedClient(w, name, ({ ws }) => {
    record = `member:${ws.writer.member}`;
  });
  await withModifiedClient(w, 'Ada', async ({ ws, write }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    write('member.role@1', [
      { record, field: 'role', value: { role: 'none', cutoff: { [ws.writer.id]: 1 } } },
    ]);
    reconsider(ws);
  });
  await w.as('Ada');
}

/** What is wrong with a binder, and how often its data say the words. */
async function composed(redact: readonly { what: 'note' | 'return'; of: string; reason: string }[]) {
  const out = w.file('binder.pdf', '');
  await finish(w.api, w.api.binders.compose({ out, force: true, redact: [...redact] }));
  const { content, report } = await readBinder(out);
  const told = JSON.stringify(content).split(SECRET).length - 1;
  return { problems: report.problems, told };
}

test('a note of a former member, which nobody wrote over', async () => {
  await w.as('Pat');
  await w.api.assessments.set({ control: 'AC-2', result: 'satisfied', note: SECRET });
  await w.as('Ada');
  await w.api.assessments.set({ control: 'AC-2', result: 'not-satisfied' });
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await endAccess('Pat');
  const whole = await composed([]);
  expect([whole.problems, whole.told > 0]).toEqual([[], true]);
  const redacted = await composed([{ what: 'note', of: 'AC-2', reason: 'Names of staff' }]);
  expect(redacted).toEqual({ problems: [], told: 0 });
});

test('what a former member wrote with a return, beside one that counts', async () => {
  await w.api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'Fine.' });
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await w.as('Rob');
  await w.api.review.return({ kind: 'assessment', id: 'AC-2', note: SECRET });
  await w.as('Ada');
  await w.api.assessments.set({ control: 'AC-2', result: 'not-satisfied' });
  await w.api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await w.as('Rita');
  await w.api.review.return({ kind: 'assessment', id: 'AC-2', note: 'Another word of it, please.' });
  await endAccess('Rob');
  const whole = await composed([]);
  expect([whole.problems, whole.told > 0]).toEqual([[], true]);
  const full = w.file('full.pdf', readFileSync(join(w.home, 'binder.pdf')));
  const redacted = await composed([{ what: 'return', of: 'AC-2', reason: 'Names of staff' }]);
  expect(redacted).toEqual({ problems: [], told: 0 });
  const [one, other] = [await readBinder(full), await readBinder(join(w.home, 'binder.pdf'))];
  expect(derivationOf(one, other)).toMatchObject({ derives: true, undeclared: [] });
});
