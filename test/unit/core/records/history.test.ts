import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, makeEngagement, OWNER, type TestWorkspace } from '../../../support/workspaces.ts';

let ws: TestWorkspace;
let api: Api;
beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer' }, ['Payroll', 'Stock']);
  api = ws.api;
});
afterAll(() => ws.close());

const show = (kind: 'control' | 'item' | 'checklist', id: string) => api.records.show({ kind, id });
const summaries = async (kind: 'control' | 'item' | 'checklist', id: string) =>
  (await show(kind, id)).history.map((row) => row.summary);

test('a control nobody worked has no history', async () => {
  expect(await summaries('control', 'CM-1')).toEqual([]);
});

test('the history of a control is that of its assessments with their sign-offs, newest first', async () => {
  const at = { control: 'AC-1', subject: 'Payroll' };
  const { assessment } = await api.assessments.set({ ...at, result: 'satisfied' });
  const { evidence } = await api.evidence.add({ files: [{ path: ws.file('a.txt', 'a') }], links: [at] });
  await api.evidence.unlink({ evidence: evidence[0]?.id ?? '', assessment: assessment.id });
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer', subject: 'Payroll' });
  await ws.as('Rita');
  await api.review.note({ record: assessment.id, text: 'Which month?' });
  await ws.as(OWNER);
  const { history } = await show('control', 'AC-1');
  const file = `${evidence[0]?.reference} a.txt`;
  expect(history.map((row) => row.summary)).toEqual([
    'Review note raised',
    'Signed off: as preparer',
    `Evidence link removed: ${file}`,
    `Evidence taken in: ${file}`,
    'Assessed: result satisfied',
  ]);
  expect(history.map((row) => row.at)).toEqual(
    history
      .map((row) => row.at)
      .sort()
      .reverse(),
  );
  expect(history[0]?.by.name).toBe('Rita');
  // The assessment's own history keeps what was taken off, too.
  const view = (await api.assessments.get({ assessment: assessment.id })).assessment.history;
  expect(view.map((row) => row.action)).toContain('evidence.unlink@1');
});

test('of several assessments each line says which', async () => {
  await api.assessments.set({ control: 'AC-2', subject: 'Payroll', result: 'satisfied' });
  await api.assessments.set({ control: 'AC-2', subject: 'Stock', result: 'not-satisfied' });
  expect(await summaries('control', 'AC-2')).toEqual([
    'AC-2 · Stock — Assessed: result not-satisfied',
    'AC-2 · Payroll — Assessed: result satisfied',
  ]);
});

test('items and checklists have theirs', async () => {
  const { rows } = await api.checklists.list({ subject: 'Payroll' });
  const checklist = rows[0]?.id ?? '';
  const place = { checklist, subject: 'Payroll' };
  await api.checklists.set({ ...place, item: '1', result: 'satisfied' });
  await api.review.sign({ kind: 'checklist', id: checklist, as: 'preparer', subject: 'Payroll' });
  const { checklist: view } = await api.checklists.get(place);
  expect(await summaries('item', view.rows[0]?.id ?? '')).toEqual(['Assessed: result satisfied']);
  expect((await summaries('checklist', checklist))[0]).toContain('Signed off: as preparer');
  expect(await summaries('checklist', checklist)).toHaveLength(2);
});

test('a change made together with hundreds of others is shown with its values', async () => {
  const group = (n: number) => ({
    id: `x-${n}`,
    title: `Control ${n}`,
    props: [{ name: 'label', value: `X-${n}` }],
  });
  const catalog = {
    catalog: {
      uuid: '22222222-2222-4222-8222-222222222222',
      metadata: { title: 'Wide', version: '1', 'oscal-version': '1.1.2' },
      groups: [{ id: 'x', title: 'X', controls: Array.from({ length: 260 }, (_, n) => group(n + 1)) }],
    },
  };
  const { files } = await api.frameworks.import({
    files: [{ path: ws.file('wide.json', JSON.stringify(catalog)) }],
  });
  await api.engagements.create({
    name: 'Wide',
    frameworks: [files[0]?.framework?.id ?? ''],
    subjects: ['All'],
  });
  const controls = Array.from({ length: 260 }, (_, n) => `X-${n + 1}`);
  await api.assessments.setMany({ engagement: 'Wide', subject: 'All', controls, result: 'not-applicable' });
  for (const control of ['X-1', 'X-260'])
    expect(await summaries('control', control)).toEqual(['Assessed together: result not-applicable']);
});
