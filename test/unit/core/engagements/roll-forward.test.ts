import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import { CATALOG, faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const DAY = 86_400_000;
const day = (ahead: number) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

/** AC-1 accepted with evidence that expires in ten days, AC-2 accepted without, CM-1 not satisfied. */
async function workOnePeriod(): Promise<void> {
  let api = await w.as('Aziz');
  await api.evidence.add({
    files: [{ path: w.file('scan.txt', 'x') }],
    expires: day(10),
    links: [{ control: 'AC-1' }],
  });
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen' });
  await api.assessments.set({ control: 'AC-2', result: 'satisfied', method: 'examine', note: 'Read' });
  await api.assessments.set({ control: 'CM-1', result: 'not-satisfied', note: 'No baseline' });
  for (const id of ['AC-1', 'AC-2', 'CM-1'])
    await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
  await api.programme.put({ kind: 'risk', fields: { title: 'Old laptops', severity: 'P1' } });
  await api.programme.put({
    kind: 'phase',
    record: 'Phase 1: Prepare (2026-01-05 to 2026-01-30)',
    fields: { done: day(0) },
  });
  api = await w.as('Rita');
  for (const id of ['AC-1', 'AC-2', 'CM-1'])
    await api.review.sign({ kind: 'assessment', id, as: 'reviewer' });
  api = await w.as('Ada');
  await api.programme.put({ kind: 'risk', fields: { title: 'Done with', state: 'closed' } });
}

/** The catalog's next version: AC-2 says something else, CM-1 is gone. */
async function takeNextVersionIn(): Promise<string> {
  const text = JSON.stringify(CATALOG)
    .replace('"version":"1.0"', '"version":"2.0"')
    .replace('Accounts is written down.', 'Accounts are reviewed each month.');
  const next = JSON.parse(text) as typeof CATALOG;
  next.catalog.groups.splice(1, 1);
  const { files } = await w.api.frameworks.import({
    files: [{ path: w.file('v2.json', JSON.stringify(next)) }],
  });
  return files[0]?.framework?.id ?? '';
}

test('says what would become of each check before anything is written', async () => {
  await workOnePeriod();
  const api = await w.as('Aziz');
  const preview = await api.periods.previewRoll({ from: day(5) });
  expect(preview.counts).toEqual({ carried: 2, changed: 0, 're-verify': 5, stale: 0, retired: 0 });
  const later = await api.periods.previewRoll({ from: day(30), outcome: 'stale' });
  expect(later.rows).toMatchObject([{ label: 'AC-1', outcome: 'stale', result: 'satisfied' }]);
  expect(later.rows[0]?.because).toContain('will be stale');
});

test('opens the next period: results go along where they are carried, and no sign-off does', async () => {
  await workOnePeriod();
  const api = await w.as('Ada');
  const rolled = await api.periods.roll({ name: 'Audit 2027', from: day(30), to: day(395) });
  expect(rolled.counts).toEqual({ carried: 1, changed: 0, 're-verify': 5, stale: 1, retired: 0 });
  const dossier = async (control: string) =>
    (await api.controls.get({ control, engagement: 'Audit 2027' })).assessments[0];
  expect(await dossier('AC-2')).toMatchObject({
    result: 'satisfied',
    method: 'examine',
    note: 'Read',
    status: 'draft',
    signOffs: [],
  });
  const stale = await dossier('AC-1');
  expect(stale).toMatchObject({ result: 'not-reviewed', note: 'Seen' });
  expect(stale?.evidence).toHaveLength(1);
  expect(await dossier('CM-1')).toMatchObject({ result: 'not-reviewed', note: 'No baseline' });

  const decisions = await api.periods.rolled({ engagement: 'Audit 2027' });
  expect(decisions).toHaveLength(7);
  expect(decisions.every((row) => row.by.name === 'Ada' && row.decision !== '')).toBe(true);
  expect(decisions.map((row) => row.label).filter((label) => label.startsWith('CM-1 · '))).toHaveLength(1);
  expect(decisions.filter((row) => row.label === row.record)).toEqual([]);
});

test('goes on with open risks and what people said about the plan, and ends what is ended', async () => {
  await workOnePeriod();
  const api = await w.as('Ada');
  await api.periods.roll({ name: 'Audit 2027', from: day(30) });
  const risks = await api.programme.list({ kind: 'risk', engagement: 'Audit 2027' });
  expect(risks.rows.map((row) => [row.title, row.body.severity])).toEqual([['Old laptops', 'P1']]);
});

test('a check retired though it still stands is marked so in the next period, with the reason', async () => {
  await workOnePeriod();
  const api = await w.as('Ada');
  const { rows } = await api.periods.previewRoll({ from: day(30) });
  const key = rows.find(({ label }) => label === 'AC-2')?.key ?? '';
  await api.periods.roll({
    name: 'Audit 2027',
    from: day(30),
    decisions: [{ key, outcome: 'retired', decision: 'The group looks at it' }],
  });
  const { assessments } = await api.controls.get({ control: 'AC-2', engagement: 'Audit 2027' });
  expect(assessments[0]).toMatchObject({
    result: 'not-applicable',
    note: 'Retired: The group looks at it',
    status: 'draft',
    evidence: [],
    rolled: { outcome: 'retired', decision: 'The group looks at it', by: { name: 'Ada' } },
  });
  const other = await api.controls.get({ control: 'CM-1', engagement: 'Audit 2027' });
  expect(other.assessments[0]?.rolled).toMatchObject({ outcome: 're-verify' });
  const then = await api.controls.get({ control: 'AC-2' });
  expect(then.assessments[0]?.rolled ?? null).toBeNull();
});

test('meets a new version of the framework: unchanged, changed and retired', async () => {
  await workOnePeriod();
  const api = await w.as('Ada');
  const framework = await takeNextVersionIn();
  const preview = await api.periods.previewRoll({ from: day(5), frameworks: [framework] });
  const of = (label: string) => preview.rows.find((row) => row.label === label)?.outcome;
  expect([of('AC-1'), of('AC-2'), of('CM-1')]).toEqual(['carried', 'changed', 'retired']);

  const key = preview.rows.find((row) => row.label === 'AC-2')?.key ?? '';
  const gone = preview.rows.find((row) => row.label === 'CM-1')?.key ?? '';
  const next = { name: 'Audit 2027', from: day(5), frameworks: [framework] };
  const impossible = [{ key: gone, outcome: 'carried' as const, decision: 'Keep it' }];
  expect(await faultOf(api.periods.roll({ ...next, decisions: impossible }))).toMatchObject({
    rule: 'nothing-to-roll-to',
  });

  const decisions = [{ key, outcome: 'carried' as const, decision: 'Same meaning, other words' }];
  const { counts } = await api.periods.roll({ ...next, decisions });
  expect(counts).toMatchObject({ carried: 2, changed: 0, retired: 4 });
  const { assessments } = await api.controls.get({ control: 'AC-2', engagement: 'Audit 2027' });
  expect(assessments[0]).toMatchObject({ result: 'satisfied' });
  const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
  expect([report.problems, report.rebuild?.differences]).toEqual([[], []]);
});
