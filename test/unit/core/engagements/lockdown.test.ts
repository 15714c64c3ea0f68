import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import { faultOf, finish, makeEngagement, OWNER, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

const CONTROLS = ['AC-1', 'AC-2', 'AC-2(1)', 'CM-1'];

/** Every control and item decided by Aziz, accepted by Rita. */
async function finishWork(): Promise<void> {
  let api = await w.as('Aziz');
  for (const control of CONTROLS) {
    await api.assessments.set({ control, result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
  }
  const { rows } = await api.checklists.list({});
  const [checklist] = rows;
  if (checklist === undefined) throw new Error('the fixture has no checklist');
  const { checklist: view } = await api.checklists.get({ checklist: checklist.id });
  for (const item of view.rows) await api.checklists.set({ item: item.id, result: 'satisfied' });
  await api.review.sign({ kind: 'checklist', id: checklist.id, as: 'preparer' });
  api = await w.as('Rita');
  for (const control of CONTROLS) await api.review.sign({ kind: 'assessment', id: control, as: 'reviewer' });
  await api.review.sign({ kind: 'checklist', id: checklist.id, as: 'reviewer' });
}

async function expectIntact(): Promise<void> {
  const report = await finish<LedgerReport>(w.api, w.api.ledger.verify({ rebuild: true }));
  expect(report.problems).toEqual([]);
  expect(report.rebuild?.differences).toEqual([]);
}

describe('the clean-up diagnosis', () => {
  test('names what is missing, unsigned, waiting and changed, each with its record', async () => {
    const api = await w.as('Aziz');
    expect((await api.periods.diagnose({})).counts).toMatchObject({ missing: 7, unsigned: 0 });
    await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
    await api.assessments.set({ control: 'AC-2', result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
    await api.assessments.set({ control: 'CM-1', result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: 'CM-1', as: 'preparer' });
    await api.assessments.set({ control: 'CM-1', note: 'One more thought' });
    const diagnosis = await api.periods.diagnose({});
    expect(diagnosis.clean).toBe(false);
    expect(diagnosis.counts).toEqual({
      unsigned: 1,
      unreviewed: 1,
      unresolved: 0,
      changed: 1,
      missing: 4,
      stale: 0,
    });
    expect(diagnosis.items.find((item) => item.what === 'unsigned')?.label).toBe('AC-1');
    expect(diagnosis.items.find((item) => item.what === 'changed')?.label).toBe('CM-1');
  });

  test('is clean once everything is accepted, and sees evidence lapse under an accepted result', async () => {
    let api = await w.as('Aziz');
    const expires = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const file = w.file('scan.txt', 'clean');
    await api.evidence.add({ files: [{ path: file }], expires, links: [{ control: 'AC-1' }] });
    await finishWork();
    api = await w.as(OWNER);
    expect((await api.periods.diagnose({})).clean).toBe(true);
    w.clock.ahead = 20 * 86_400_000;
    expect((await api.periods.diagnose({})).counts.stale).toBe(1);
  });
});

describe('lockdown', () => {
  test('is refused while something is open, and says what', async () => {
    const api = await w.as('Rita');
    const fault = await faultOf(api.periods.lock({ reason: 'Year end' }));
    expect(fault).toMatchObject({ code: 'rule-broken', rule: 'not-clean' });
    expect(JSON.stringify(fault)).toContain('7 checks have no result');
  });

  test('is a reviewer’s act, not a preparer’s', async () => {
    const api = await w.as('Aziz');
    expect(await faultOf(api.periods.lock({ reason: 'Year end', acceptOpen: true }))).toMatchObject({
      code: 'forbidden',
    });
  });

  test('makes the engagement final, once', async () => {
    await finishWork();
    const api = await w.as('Rita');
    const lockdown = await api.periods.lock({ reason: 'Year end' });
    expect(lockdown).toMatchObject({ by: 'Rita', reason: 'Year end', late: [], adding: null });
    expect((await api.engagements.get({ engagement: 'Audit 2026' })).state).toBe('final');
    expect(await faultOf(api.periods.lock({ reason: 'Again' }))).toMatchObject({ rule: 'locked-down' });
    await expectIntact();
  });

  test('lets nothing in without a reason, and marks what comes with one', async () => {
    await finishWork();
    let api = await w.as('Rita');
    await api.periods.lock({ reason: 'Year end' });
    api = await w.as('Aziz');
    for (const attempt of [
      () => api.assessments.set({ control: 'AC-1', note: 'Late thought' }),
      () => api.evidence.add({ files: [{ path: w.file('late.txt', 'x') }], links: [{ control: 'AC-1' }] }),
      () => api.programme.put({ kind: 'risk', fields: { title: 'Late risk' } }),
      () => api.periods.addLate({ reason: null }).then(() => api.ledger.undo()),
    ])
      expect(await faultOf(attempt())).toMatchObject({ code: 'rule-broken' });

    await api.periods.addLate({ reason: 'The auditor asked for it' });
    await api.assessments.set({ control: 'AC-1', note: 'Late thought' });
    await api.assessments.set({ control: 'AC-2', note: 'Another' });
    const { lockdown } = await api.periods.lockdown({});
    expect(lockdown?.late).toMatchObject([
      { by: { name: 'Aziz' }, reason: 'The auditor asked for it' },
      { by: { name: 'Aziz' }, reason: 'The auditor asked for it' },
    ]);
    await api.periods.addLate({ reason: null });
    expect(await faultOf(api.assessments.set({ control: 'AC-1', note: 'No' }))).toMatchObject({
      rule: 'locked-down',
    });
    await expectIntact();
  });

  test('holds evidence that is only shown as proof, or fills a section of a packet', async () => {
    await finishWork();
    let api = await w.as(OWNER);
    const add = async (name: string) => {
      const { evidence } = await api.evidence.add({ files: [{ path: w.file(name, name) }] });
      return evidence[0]?.id ?? '';
    };
    const [proof, attached, loose] = [
      await add('proof.txt'),
      await add('section.txt'),
      await add('loose.txt'),
    ];
    const { row } = await api.programme.put({ kind: 'milestone', fields: { title: 'Cutover' } });
    await api.programme.prove({ record: row.record, evidence: proof });
    const { view } = await api.packets.create({ template: 'release', title: 'Release 1' });
    const [section] = view.sections;
    await api.packets.attach({ packet: view.packet.id, section: section?.key ?? '', evidence: attached });
    await api.periods.lock({ reason: 'Year end' });
    api = await w.as('Aziz');
    for (const evidence of [proof, attached])
      for (const attempt of [
        () => api.evidence.update({ evidence, title: 'All green' }),
        () => api.evidence.remove({ evidence, evenIfLinked: true }),
        () => api.register.attest({ evidence: [evidence], met: false, statement: 'No longer' }),
      ])
        expect(await faultOf(attempt())).toMatchObject({ code: 'rule-broken', rule: 'locked-down' });
    await api.evidence.update({ evidence: loose, title: 'Of no engagement' });
    await api.periods.addLate({ reason: 'The auditor asked for it' });
    await api.evidence.update({ evidence: proof, title: 'Renamed' });
    expect((await api.periods.lockdown({})).lockdown?.late).toMatchObject([
      { by: { name: 'Aziz' }, reason: 'The auditor asked for it' },
    ]);
  });

  test('takes a declared change of a system that its evidence is about with a reason only', async () => {
    await finishWork();
    let api = await w.as(OWNER);
    const files = [{ path: w.file('payroll.txt', 'ok') }];
    await api.evidence.add({ files, systems: ['Payroll'], links: [{ control: 'AC-1' }] });
    await api.periods.lock({ reason: 'Year end', acceptOpen: true });
    api = await w.as('Aziz');
    await api.register.declareChange({ systems: ['Ledger'], what: 'Nothing here is about it' });
    const declared = () => api.register.declareChange({ systems: ['PAYROLL '], what: 'Moved to a new host' });
    expect(await faultOf(declared())).toMatchObject({ code: 'rule-broken', rule: 'locked-down' });
    await api.periods.addLate({ reason: 'The auditor asked for it' });
    await declared();
    expect((await api.periods.lockdown({})).lockdown?.late).toMatchObject([
      { by: { name: 'Aziz' }, reason: 'The auditor asked for it' },
    ]);
  });

  test('lists a removal and what was done before it, and asks a reason for taking it back', async () => {
    const api = await w.as('Aziz');
    const add = async (title: string) =>
      (await api.programme.put({ kind: 'request', fields: { title } })).row.record;
    const [removed, edited] = [await add('Withdrawn'), await add('Access review')];
    await api.programme.remove({ record: removed });
    const { evidence } = await api.evidence.add({
      files: [{ path: w.file('scan.txt', 'x') }],
      links: [{ control: 'AC-1' }],
    });
    const scan = evidence[0]?.id ?? '';
    const [removal] = (await api.ledger.entries({ action: 'programme.remove', limit: 1 })).rows;
    await w.as(OWNER);
    await w.api.periods.lock({ reason: 'Year end', acceptOpen: true });
    await w.as('Aziz');
    const undo = () => api.ledger.undo({ writer: removal?.writer ?? '', seq: removal?.seq ?? 0 });
    for (const attempt of [undo, () => api.programme.remove({ record: edited })])
      expect(await faultOf(attempt())).toMatchObject({ code: 'rule-broken', rule: 'locked-down' });
    await api.periods.addLate({ reason: 'It was asked for' });
    await api.programme.put({ kind: 'request', record: edited, fields: { note: 'Late' } });
    await api.evidence.update({ evidence: scan, title: 'Renamed' });
    await api.periods.addLate({ reason: 'It was wrong' });
    await api.programme.remove({ record: edited });
    const [link] = (await api.evidence.get({ evidence: scan })).links;
    await api.evidence.unlink({ evidence: scan, assessment: link?.assessment ?? '' });
    await undo();
    const { lockdown } = await api.periods.lockdown({});
    expect(lockdown?.late.map(({ by, reason }) => [by.name, reason])).toEqual([
      ['Aziz', 'It was asked for'],
      ['Aziz', 'It was asked for'],
      ['Aziz', 'It was wrong'],
      ['Aziz', 'It was wrong'],
      ['Aziz', 'It was wrong'],
    ]);
    await expectIntact();
  });

  test('lists a hold and a look that found damage by their own words, and asks nothing for them', async () => {
    const api = await w.as(OWNER);
    const { evidence } = await api.evidence.add({
      files: [{ path: w.file('scan.txt', 'x') }],
      links: [{ control: 'AC-1' }],
    });
    const ids = evidence.map(({ id }) => id);
    await api.periods.lock({ reason: 'Year end', acceptOpen: true });
    await finish(api, api.register.checkLinks({ evidence: ids }));
    await api.register.hold({ evidence: ids, on: true, reason: 'Litigation' });
    const { lockdown } = await api.periods.lockdown({});
    expect(lockdown?.late.map(({ reason }) => reason)).toEqual(['Litigation']);
  });

  test('is printed in the binder with every later addition, beside the record it is about', async () => {
    await finishWork();
    let api = await w.as('Rita');
    await api.periods.lock({ reason: 'Year end' });
    api = await w.as('Aziz');
    await api.periods.addLate({ reason: 'The auditor asked for it' });
    await api.assessments.set({ control: 'AC-1', note: 'Late thought' });
    await api.evidence.add({ files: [{ path: w.file('late.txt', 'x') }], links: [{ control: 'AC-2' }] });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    await w.as(OWNER);
    const { file } = await finish<{ file: string }>(
      w.api,
      api.binders.compose({ out: w.file('b.pdf', ''), force: true }),
    );
    const pages = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(
      /\s+/gu,
      ' ',
    );
    expect(pages).toMatch(/Locked down \d{4}-\d\d-\d\d by Rita, 3 later additions/);
    expect(pages).toContain('Added after lockdown');
    const marks = pages.match(
      /Added after lockdown, \d{4}-\d\d-\d\d by Aziz: .+?\. Reason: The auditor asked for it\./gu,
    );
    // Two on AC-1, and one on AC-2 that stands with the evidence too.
    expect(marks).toHaveLength(4);
  });

  test('leaves evidence that nothing final leans on free', async () => {
    await finishWork();
    let api = await w.as('Rita');
    await api.periods.lock({ reason: 'Year end' });
    api = await w.as('Aziz');
    const { evidence } = await api.evidence.add({ files: [{ path: w.file('other.txt', 'other') }] });
    expect(evidence).toHaveLength(1);
  });
});

describe('review time', () => {
  test('runs from opening to decision and is measured against a quarter of an hour', async () => {
    await finishWork();
    const before = await w.api.periods.reviewTimes({});
    expect(before).toMatchObject({ measured: 0, median: null, goalMinutes: 15 });
    let api = await w.as('Aziz');
    await api.assessments.set({ control: 'AC-1', note: 'Changed' });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    api = await w.as('Rita');
    const opened = new Date(Date.now() + w.clock.ahead).toISOString();
    w.clock.ahead += 6 * 60_000;
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer', opened });
    const times = await api.periods.reviewTimes({});
    expect(times).toMatchObject({ measured: 1, withinGoal: 1 });
    expect(times.median).toBeGreaterThanOrEqual(6);
    expect(times.median).toBeLessThan(6.5);
    await expectIntact();
  });

  test('believes no opening that lies ahead or a day back', async () => {
    const api = await w.as('Aziz');
    await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    const reviewer = await w.as('Rita');
    const opened = new Date(Date.now() - 30 * 3_600_000).toISOString();
    await reviewer.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer', opened });
    expect((await reviewer.periods.reviewTimes({})).measured).toBe(0);
  });
});
