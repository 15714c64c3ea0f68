import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finish, makeEngagement } from '../../../support/workspaces.ts';

test('evidence names what it supports once, for however many subjects; a command on a page is set as one', async () => {
  const { api, file, home, close } = await makeEngagement({}, ['Payroll', 'Ledger']);
  const subjects = (await api.engagements.list({ limit: 1 })).rows[0]?.subjects ?? [];
  for (const { id, name } of subjects)
    await api.assessments.set({
      control: 'AC-2',
      subject: id,
      result: 'satisfied',
      note: `Nobody in ${name} lacks a form now.`,
    });
  const links = subjects.map(({ id }) => ({ control: 'AC-2', subject: id }));
  expect(links).toHaveLength(2);
  await api.evidence.add({ files: [{ path: file('list.csv', 'x\n') }], links });
  const out = join(home, 'binder.pdf');
  const subject = subjects[0]?.id ?? '';
  await finish(
    api,
    api.binders.compose({ out, redact: [{ what: 'note', of: 'AC-2', subject, reason: 'Staff' }] }),
  );
  const text = execFileSync('pdftotext', ['-layout', out, '-'], { encoding: 'utf8' });
  expect(text).toMatch(/Supports +AC-2\n(?! +AC-2)/);
  expect(text).toMatch(/^ *bindery verify THIS\.pdf --against FULL\.pdf$/m);
  await close();
});
