import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AssessmentView } from '../../../../shared/contract/frameworks.ts';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import {
  type Api,
  faultOf,
  finish,
  makeEngagement,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

const PEOPLE = {
  Ben: 'auditor',
  Cem: 'auditor',
  Rita: 'reviewer',
  Dora: 'admin',
  Vic: 'viewer',
  Sam: 'service',
} as const;
let ws: TestWorkspace;
let api: Api;
let n = 0;

beforeAll(async () => {
  ws = await makeEngagement(
    PEOPLE,
    Array.from({ length: 40 }, (_, i) => `S${i + 1}`),
  );
  api = ws.api;
});
afterAll(() => ws.close());
/** Every test works on a subject of its own. */
let subject = '';
beforeEach(() => {
  n += 1;
  subject = `S${n}`;
});

const control = 'AC-2';
const sign = (as: 'preparer' | 'reviewer' | 'approver', expectDigest?: string) =>
  api.review.sign({
    kind: 'assessment',
    id: control,
    as,
    subject,
    ...(expectDigest === undefined ? {} : { expectDigest }),
  });
const giveBack = () =>
  api.review.return({ kind: 'assessment', id: control, subject, note: 'Extend the sample.' });
const set = (values: object) => api.assessments.set({ control, subject, ...values });

async function view(): Promise<AssessmentView> {
  const { assessments } = await api.controls.get({ control, engagement: 'Audit 2026' });
  const own = assessments.find((a) => a.subject.name === subject);
  if (own === undefined) throw new Error('no assessment');
  return own;
}

async function submitted(): Promise<void> {
  await ws.as('Ben');
  await set({ result: 'satisfied', method: 'test', note: 'Seen.' });
  await sign('preparer');
}

async function accepted(): Promise<void> {
  await submitted();
  await ws.as('Rita');
  await sign('reviewer');
}

async function evidence(title = 'Report'): Promise<string> {
  const file = ws.file(`${title}-${n}.txt`, `${title} ${n}`);
  const added = await api.evidence.add({
    files: [{ path: file }],
    title: `${title} ${n}`,
    links: [{ control, subject }],
  });
  return added.evidence[0]?.id ?? '';
}

const ruleOf = async (work: Promise<unknown>) => {
  const fault = await faultOf(work);
  return fault.code === 'rule-broken' ? fault.rule : fault.code;
};

describe('whoever took something out of what is signed has changed it', () => {
  const rule = 'segregation-of-duties';
  const submittedWith = async (taken: (id: string) => Promise<unknown>) => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const id = await evidence();
    await ws.as('Dora');
    await taken(id);
    await ws.as('Ben');
    await sign('preparer');
    await ws.as('Dora');
  };

  test('by taking evidence off', async () => {
    await submittedWith(async (id) => api.evidence.unlink({ evidence: id, assessment: (await view()).id }));
    expect(await ruleOf(sign('reviewer'))).toBe(rule);
    expect((await view()).may.review.allowed).toBe(false);
    await ws.as('Rita');
    expect((await sign('reviewer')).status).toBe('accepted');
  });

  test('by removing evidence it leans on', async () => {
    await submittedWith((id) => api.evidence.remove({ evidence: id, evenIfLinked: true }));
    expect(await ruleOf(sign('reviewer'))).toBe(rule);
  });

  test('but not by removing evidence that had been taken off before', async () => {
    await submittedWith(async (id) => {
      await ws.as('Ben');
      await api.evidence.unlink({ evidence: id, assessment: (await view()).id });
      await ws.as('Dora');
      await api.evidence.remove({ evidence: id });
    });
    expect((await sign('reviewer')).status).toBe('accepted');
  });

  test('nor by taking off what was not linked', async () => {
    await submittedWith(async () => {
      const { evidence: added } = await api.evidence.add({ files: [{ path: ws.file(`${n}.txt`, `${n}`) }] });
      await api.evidence.unlink({ evidence: added[0]?.id ?? '', assessment: (await view()).id });
    });
    expect((await sign('reviewer')).status).toBe('accepted');
  });

  test('and a replay of the ledger says the same', async () => {
    const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
    expect(report.rebuild?.differences).toEqual([]);
  });
});

describe('work goes from draft over submitted to accepted', () => {
  test('by a preparer and somebody else', async () => {
    await submitted();
    expect((await view()).status).toBe('submitted');
    await ws.as('Rita');
    expect((await sign('reviewer')).status).toBe('accepted');
    expect((await view()).signOffs.map((s) => [s.capacity, s.by.name, s.voided])).toEqual([
      ['preparer', 'Ben', false],
      ['reviewer', 'Rita', false],
    ]);
  });

  test('an approver comes after a reviewer', async () => {
    await submitted();
    await ws.as('Dora');
    expect(await ruleOf(sign('approver'))).toBe('not-accepted');
    await ws.as('Rita');
    await sign('reviewer');
    await ws.as('Dora');
    expect((await sign('approver')).status).toBe('accepted');
  });

  test('nothing is signed before there is a result', async () => {
    await ws.as('Ben');
    expect(await ruleOf(sign('preparer'))).toBe('result-missing');
    await set({ note: 'Only a note.' });
    expect(await ruleOf(sign('preparer'))).toBe('result-missing');
  });

  test('nothing is reviewed before its preparer signed, and nothing signed twice', async () => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    await ws.as('Rita');
    expect(await ruleOf(sign('reviewer'))).toBe('not-submitted');
    await ws.as('Ben');
    await sign('preparer');
    expect(await ruleOf(sign('preparer'))).toBe('already-submitted');
    await ws.as('Rita');
    await sign('reviewer');
    expect(await ruleOf(sign('reviewer'))).toBe('already-accepted');
    await ws.as('Ben');
    expect(await ruleOf(sign('preparer'))).toBe('already-accepted');
  });

  test('what was returned stays returned until it is signed again', async () => {
    await submitted();
    await ws.as('Rita');
    const open = async () => (await api.binders.preview({})).open.returned;
    const before = await open();
    expect((await giveBack()).status).toBe('returned');
    expect(await open()).toBe(before + 1);
    expect(await ruleOf(sign('reviewer'))).toBe('returned');
    await ws.as('Ben');
    await set({ note: 'Seen twice.' });
    expect((await view()).status).toBe('returned');
    expect((await sign('preparer')).status).toBe('submitted');
  });

  test('a signature is refused where the signer saw something else', async () => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const { digest } = await view();
    await set({ note: 'More.' });
    expect(await faultOf(sign('preparer', digest))).toMatchObject({ code: 'conflict' });
    expect((await sign('preparer', (await view()).digest)).status).toBe('submitted');
  });
});

describe('a preparer cannot review their own work', () => {
  test('who signed as preparer', async () => {
    await ws.as('Dora');
    await set({ result: 'satisfied' });
    await sign('preparer');
    expect(await ruleOf(sign('reviewer'))).toBe('segregation-of-duties');
    expect(await ruleOf(giveBack())).toBe('segregation-of-duties');
  });

  test.each([
    ['wrote the note', () => set({ note: 'Mine.' })],
    ['set the method', () => set({ method: 'examine' })],
    ['added evidence', () => evidence('Added')],
  ])('who only %s', async (_words, act) => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    await ws.as('Dora');
    await act();
    await ws.as('Ben');
    await sign('preparer');
    await ws.as('Dora');
    expect(await ruleOf(sign('reviewer'))).toBe('segregation-of-duties');
    await ws.as('Rita');
    expect((await sign('reviewer')).status).toBe('accepted');
  });

  test('who only changed the title of evidence somebody else added', async () => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const id = await evidence('Retitled');
    await ws.as('Dora');
    await api.evidence.update({ evidence: id, title: `Another title ${n}` });
    await ws.as('Ben');
    await sign('preparer');
    await ws.as('Dora');
    expect(await ruleOf(sign('reviewer'))).toBe('segregation-of-duties');
  });
});

describe('a sign-off is void as soon as what it signed changes', () => {
  test.each([
    ['the result', () => set({ result: 'not-satisfied' })],
    ['the note', () => set({ note: 'Other words.' })],
    ['the method', () => set({ method: 'examine' })],
    ['evidence was added', () => evidence('Late')],
  ])('%s', async (_words, change) => {
    await accepted();
    await ws.as('Cem');
    await change();
    expect(await view()).toMatchObject({ status: 'draft', voided: true });
    expect((await view()).signOffs.every((s) => s.voided)).toBe(true);
  });

  test.each([
    ['its title', (id: string) => api.evidence.update({ evidence: id, title: `New title ${n}` })],
    ['its dates', (id: string) => api.evidence.update({ evidence: id, expires: '2031-01-01' })],
    [
      'its files',
      (id: string) =>
        api.evidence.revise({ evidence: id, files: [{ path: ws.file('new.txt', `new ${n}`) }] }),
    ],
    ['its link', async (id: string) => api.evidence.unlink({ evidence: id, assessment: (await view()).id })],
    ['its removal', (id: string) => api.evidence.remove({ evidence: id, evenIfLinked: true })],
  ])('evidence by %s', async (_words, change) => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const id = await evidence();
    await sign('preparer');
    expect((await view()).voided).toBe(false);
    await ws.as('Cem');
    await change(id);
    expect(await view()).toMatchObject({ status: 'draft', voided: true });
  });

  test('not by what lies outside: review notes, owner and note of evidence', async () => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const id = await evidence('Outside');
    await sign('preparer');
    await api.evidence.update({ evidence: id, owner: 'Treasury', note: 'Kept in room 4' });
    await ws.as('Rita');
    const { note } = await api.review.note({ record: (await view()).id, text: 'Which month?' });
    expect((await sign('reviewer')).status).toBe('accepted');
    await ws.as('Ben');
    await api.review.answer({ note, text: 'May.' });
    await ws.as('Rita');
    await api.review.clear({ note });
    expect(await view()).toMatchObject({ status: 'accepted', voided: false });
    expect((await view()).notes).toMatchObject([
      { text: 'Which month?', answer: 'May.', state: 'cleared', by: { name: 'Rita' } },
    ]);
  });

  test('and stands again when the change is taken back', async () => {
    await accepted();
    await ws.as('Cem');
    await set({ note: 'A slip.' });
    await api.ledger.undo();
    expect(await view()).toMatchObject({ status: 'accepted', voided: false });
  });
});

describe('segregation of duties sees what is gone', () => {
  test.each([
    [
      'took evidence off',
      async (id: string) => api.evidence.unlink({ evidence: id, assessment: (await view()).id }),
    ],
    ['removed evidence', (id: string) => api.evidence.remove({ evidence: id, evenIfLinked: true })],
  ])('whoever %s prepared it as well', async (_words, takeAway) => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    const id = await evidence();
    await ws.as('Dora');
    await takeAway(id);
    await ws.as('Ben');
    await sign('preparer');
    await ws.as('Dora');
    expect(await ruleOf(sign('reviewer'))).toBe('segregation-of-duties');
    await ws.as('Rita');
    expect((await sign('reviewer')).status).toBe('accepted');
  });
});

describe('roles', () => {
  test('a viewer reads and does nothing else', async () => {
    await submitted();
    await ws.as('Vic');
    expect((await view()).status).toBe('submitted');
    for (const work of [set({ note: 'x' }), sign('preparer'), sign('reviewer'), giveBack()])
      expect(['forbidden', 'role']).toContain(await ruleOf(work));
  });

  test('a service only looks', async () => {
    await submitted();
    await ws.as('Sam');
    expect(['forbidden', 'role']).toContain(await ruleOf(set({ result: 'satisfied' })));
    expect(await ruleOf(sign('preparer'))).toBe('named-person');
    expect(await ruleOf(sign('reviewer'))).toBe('named-person');
  });

  test('an auditor does not review, a reviewer does not prepare', async () => {
    await submitted();
    await ws.as('Cem');
    expect(await ruleOf(sign('reviewer'))).toBe('role');
    expect(await ruleOf(giveBack())).toBe('forbidden');
    await ws.as('Rita');
    expect(await ruleOf(set({ note: 'x' }))).toBe('forbidden');
  });
});

describe('the queue', () => {
  afterEach(() => ws.as('Ada'));

  test('shows work to those who may do it, and what changed since they looked', async () => {
    await submitted();
    const mine = async (lane: 'to-review' | 'returned' | 'voided' | 'to-sign') =>
      (await api.review.queue({ lane })).rows.filter((row) => row.subject === subject);
    expect(await mine('to-review')).toEqual([]);
    await ws.as('Rita');
    expect(await mine('to-review')).toMatchObject([{ label: 'AC-2', preparedBy: 'Ben', changed: [] }]);
    await giveBack();
    await ws.as('Ben');
    expect(await mine('returned')).toHaveLength(1);
    await set({ note: 'Seen in May and June.' });
    await sign('preparer');
    await ws.as('Rita');
    expect((await mine('to-review'))[0]?.changed).toEqual([
      { field: 'note', before: 'Seen.', after: 'Seen in May and June.' },
    ]);
    await ws.as('Cem');
    await set({ method: 'interview' });
    expect(await mine('voided')).toHaveLength(1);
    expect(await mine('to-sign')).toHaveLength(1);
  });
});
