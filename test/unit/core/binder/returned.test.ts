import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemPorts } from '../../../../core/ports.ts';
import { sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { VerifyReport } from '../../../../shared/domain/binder.ts';
import {
  type Api,
  faultOf,
  finish,
  makeEngagement,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let w: TestWorkspace;
let checklist: string;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
  const [first] = (await w.api.checklists.list({})).rows;
  checklist = first?.id ?? '';
});
afterEach(() => w.close());

async function prepare(api: Api, note: string): Promise<void> {
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note });
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  const { checklist: list } = await api.checklists.get({ checklist });
  for (const item of list.rows) await api.checklists.set({ item: item.id, result: 'satisfied', note });
  await api.review.sign({ kind: 'checklist', id: checklist, as: 'preparer' });
}

async function sendBack(api: Api): Promise<void> {
  await api.review.return({ kind: 'assessment', id: 'AC-1', note: 'Extend the sample.' });
  await api.review.return({ kind: 'checklist', id: checklist, note: 'Say more.' });
}

async function verified(name: string): Promise<VerifyReport> {
  const out = join(w.home, `${name}.pdf`);
  await finish(w.api, w.api.binders.compose({ out }));
  return VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
}

test('what came back and was worked on again is called bad on no step of its way', async () => {
  let api = await w.as('Aziz');
  await prepare(api, 'Seen four accounts.');
  await sendBack(await w.as('Rita'));
  await w.as('Aziz');
  const returned = await verified('returned');
  expect([returned.problems, returned.signOffs.recomputed]).toEqual([[], 4]);

  api = await w.as('Aziz');
  await api.assessments.set({ control: 'AC-1', note: 'Seen forty accounts.' });
  expect((await verified('changed')).problems).toEqual([]);

  await prepare(api, 'Seen all accounts.');
  const again = await verified('again');
  expect(again.problems).toEqual([]);
  expect(again.signOffs).toMatchObject({ mismatched: [], recomputed: 2 });

  api = await w.as('Rita');
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  await api.review.sign({ kind: 'checklist', id: checklist, as: 'reviewer' });
  await w.as('Aziz');
  expect((await verified('accepted')).problems).toEqual([]);
});

test('work on what was signed that a crash left open is in no binder until its author seals it', async () => {
  const api = await w.as('Aziz');
  await prepare(api, 'Seen four accounts.');
  await api.assessments.set({ control: 'AC-1', note: 'Seen none.' });
  await w.api.workspace.lock({});
  await asAfterACrash();
  await w.as('Ada');
  expect(await faultOf(verified('left-open'))).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('Work of Aziz on something in this engagement was left open'),
  });
  await w.as('Aziz');
  await w.as('Ada');
  expect((await verified('sealed')).problems).toEqual([]);
});

/** Takes the seal of the last entry away, as if nobody had come to lock the workspace. */
async function asAfterACrash(): Promise<void> {
  const open = await unlockWorkspace(systemPorts, { dir: w.dir, passphrase: passphraseOf('Rita') });
  const last = `writer = (SELECT writer FROM entry WHERE action LIKE 'assess@%' ORDER BY time DESC LIMIT 1)`;
  const seal = `FROM segment WHERE ${last} AND from_seq = (SELECT max(from_seq) FROM segment WHERE ${last})`;
  // What the values were hashed with is kept until it stands in the seal.
  open.db.exec(
    `INSERT INTO local_setting (key, value) SELECT 'seed:' || writer, seed ${seal}; DELETE ${seal}`,
  );
  await sealAndClose(open);
}
