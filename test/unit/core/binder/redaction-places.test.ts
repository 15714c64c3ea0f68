import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  finish,
  makeCore,
  makeEngagement,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeEach(async () => {
  ws = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => ws.close());

const REDACT = [{ what: 'note' as const, of: 'AC-1', reason: 'Names of staff' }];

/** The binder's pages and embedded files as one text, with and without the note. */
async function told(redact: typeof REDACT): Promise<string> {
  const out = join(ws.home, 'binder.pdf');
  await finish(ws.api, ws.api.binders.compose({ out, force: true, redact }));
  const pages = execFileSync('pdftotext', [out, '-'], { encoding: 'utf8' });
  const folder = join(ws.home, `files-${redact.length}`);
  mkdirSync(folder);
  execFileSync('pdfdetach', ['-saveall', '-o', folder, out]);
  const files = ['assessment-results.json', 'ledger-extract.json', 'manifest.json'];
  return [pages, ...files.map((name) => readFileSync(join(folder, name), 'utf8'))]
    .join('\n')
    .replace(/\s+/g, ' ');
}

test('a note that came after the lockdown is redacted where the binder tells of late changes, too', async () => {
  const aziz = await ws.as('Aziz');
  for (const control of ['AC-1', 'AC-2', 'AC-2(1)', 'CM-1'])
    await aziz.assessments.set({ control, result: 'satisfied' });
  const rita = await ws.as('Rita');
  await rita.periods.lock({ reason: 'Year end', acceptOpen: true });
  await ws.as('Aziz');
  await ws.api.periods.addLate({ reason: 'The auditor asked for it' });
  await ws.api.assessments.set({
    control: 'AC-1',
    note: 'Mrs Example of the payroll team has no form at all.',
  });
  expect((await told([])).match(/Mrs Example/g)?.length).toBeGreaterThan(3);
  const text = await told(REDACT);
  expect(text).not.toContain('Mrs Exam');
  expect(text).toContain('by Aziz: what was changed is redacted. Reason: The auditor asked for it.');
});

test('both sides of a note that two people wrote apart are redacted', async () => {
  const other = await makeCore();
  try {
    await ws.api.assessments.set({ control: 'AC-1', note: 'Seen.' });
    const target = join(other.home, 'copy');
    await ws.api.workspace.clone({ target, device: 'Laptop' });
    await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Ada') });
    await ws.api.assessments.set({ control: 'AC-1', note: 'Mrs Example of the payroll team has no form.' });
    await other.api.assessments.set({ control: 'AC-1', note: 'Mr Sample of the payroll team has no form.' });
    const out = join(other.home, 'out');
    await other.api.ledger.export({ out });
    await ws.api.ledger.import({ from: out });
    const full = await told([]);
    for (const name of ['Mrs Example', 'Mr Sample']) expect(full).toContain(name);
    const text = await told(REDACT);
    for (const name of ['Mrs Exam', 'Mr Sam']) expect(text).not.toContain(name);
    expect(text).toContain('Unresolved: note is redacted.');
  } finally {
    await other.close();
  }
});
