import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withModifiedClient } from '../../../support/modified-client.ts';
import {
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
let ws: TestWorkspace;
let id = '';
beforeAll(async () => {
  ws = await makeEngagement({ Ben: 'auditor' });
  const { evidence } = await ws.api.evidence.add({ files: [{ path: ws.file('log.txt', 'first') }] });
  id = evidence[0]?.id ?? '';
});
afterAll(() => ws.close());

const view = async () => (await ws.api.evidence.get({ evidence: id })).revisions;

test('evidence that was never revised has its one revision', async () => {
  expect(await view()).toEqual([
    {
      revision: 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      by: { id: expect.any(String), name: OWNER },
      current: true,
      files: [{ name: 'log.txt', sha256: hash('first'), bytes: 5, mediaType: 'text/plain' }],
    },
  ]);
});

test('every older revision is listed with its files, when and by whom, newest first', async () => {
  await ws.as('Ben');
  const files = [{ path: ws.file('log-2.txt', 'second') }, { path: ws.file('notes.md', '# Notes') }];
  await ws.api.evidence.revise({ evidence: id, files });
  await ws.as(OWNER);
  const revisions = await view();
  expect(revisions.map(({ revision, by, current }) => [revision, by.name, current])).toEqual([
    [2, 'Ben', true],
    [1, OWNER, false],
  ]);
  expect(revisions.map(({ files: some }) => some.map((file) => file.sha256))).toEqual([
    [hash('second'), hash('# Notes')],
    [hash('first')],
  ]);
  const shown = await ws.api.records.show({ kind: 'evidence', id });
  expect(shown.record.revisions).toEqual(revisions);
});

test('revisions made apart both count until somebody decides, and what was kept is listed once', async () => {
  const target = join(ws.home, 'copy');
  await ws.api.workspace.clone({ target, device: 'Laptop' });
  const other = await makeCore(ws);
  await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf(OWNER) });
  await other.api.evidence.revise({ evidence: id, files: [{ path: ws.file('there.txt', 'there') }] });
  const out = join(ws.home, 'carried');
  await other.api.ledger.export({ out });
  await other.close();
  await ws.api.evidence.revise({ evidence: id, files: [{ path: ws.file('here.txt', 'here') }] });
  await ws.api.ledger.import({ from: out });
  const currents = async () => (await view()).map(({ revision, current }) => [revision, current]);
  expect(await currents()).toEqual([
    [3, true],
    [3, true],
    [2, false],
    [1, false],
  ]);
  await ws.api.conflicts.resolve({ record: `evidence:${id}`, field: 'files', keep: 0 });
  const after = await view();
  expect(after.map(({ revision }) => revision)).toEqual([3, 3, 2, 1]);
  expect(after.filter(({ current }) => current)).toHaveLength(1);
});

test('a revision whose number none can follow ends no revising', async () => {
  await withModifiedClient(ws, 'Ben', (client) => {
    const files = [{ name: 'last.txt', sha256: hash('first'), bytes: 5, mediaType: 'text/plain' }];
    const value = { revision: Number.MAX_SAFE_INTEGER, files };
    client.write('evidence.update@1', [{ record: `evidence:${id}`, field: 'files', value }]);
  });
  await ws.as(OWNER);
  for (const text of ['next', 'and one more'])
    await ws.api.evidence.revise({ evidence: id, files: [{ path: ws.file('next.txt', text) }] });
  const [current] = (await view()).filter((one) => one.current);
  expect(current).toMatchObject({ revision: 5, files: [{ sha256: hash('and one more') }] });
});
