import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, finish, makeCore, makeEngagement, passphraseOf } from '../../../support/workspaces.ts';

type Workspace = Awaited<ReturnType<typeof makeEngagement>>;

let ws: Workspace;
let api: Api;
beforeEach(async () => {
  ws = await makeEngagement({ Ben: 'auditor', Mia: 'reviewer' });
  api = ws.api;
});
afterEach(() => ws.close());

const UNDECIDED = 'nobody has decided between them yet';

/** The text of the binder of the only engagement, with white space made single. */
async function printed(): Promise<string> {
  const out = join(ws.home, 'binder.pdf');
  await finish(api, api.binders.compose({ out, force: true }));
  return execFileSync('pdftotext', [out, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
}

test('only what somebody has begun is counted as a draft', async () => {
  const counts = async () =>
    / (\d+) not started, (\d+) draft, /
      .exec(await printed())
      ?.slice(1)
      .map(Number);
  const [untouched = 0] = (await counts()) ?? [];
  expect(untouched).toBeGreaterThan(1);
  await api.assessments.set({ control: 'AC-1', note: 'Seen.' });
  expect(await counts()).toEqual([untouched - 1, 1]);
  await api.assessments.set({ control: 'AC-1', note: '' });
  expect(await counts()).toEqual([untouched, 0]);
});

test('a review note is printed as what it is until it is cleared, and never as a conflict', async () => {
  const { assessment } = await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
  await ws.as('Mia');
  const { note } = await api.review.note({ record: assessment.id ?? '', text: 'Which faults?' });
  await ws.as('Ben');
  expect(await printed()).toMatch(
    /Open review note Mia, \d{4}-\d{2}-\d{2}: Which faults\? Not answered yet\./,
  );
  await api.review.answer({ note, text: 'All of them.' });
  const answered = await printed();
  expect(answered).toContain('Which faults? Answer: All of them.');
  expect(answered).not.toContain(UNDECIDED);
  await ws.as('Mia');
  await api.review.clear({ note });
  await ws.as('Ben');
  expect(await printed()).not.toContain('Open review note');
});

test('a conflict is printed with its sides, and only where there is one', async () => {
  const other = await makeCore();
  try {
    await api.assessments.set({ control: 'AC-1', note: 'Seen.' });
    const target = join(other.home, 'copy');
    await api.workspace.clone({ target, device: 'Laptop' });
    await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Ben') });
    await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
    await other.api.assessments.set({ control: 'AC-1', result: 'not-satisfied' });
    expect(await printed()).not.toContain(UNDECIDED);
    const out = join(other.home, 'out');
    await other.api.ledger.export({ out });
    await api.ledger.import({ from: out });
    const text = await printed();
    expect(text).toMatch(new RegExp(`${UNDECIDED}: Unresolved: result is “(not )?satisfied” by `));
    expect(text).toContain('“not satisfied” by Ben on ');
    expect(text).not.toContain('Open review note');
  } finally {
    await other.close();
  }
});
