import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Api,
  CATALOG,
  faultOf,
  finish,
  makeEngagement,
  makeWorkspace,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let ws: TestWorkspace;
let api: Api;
let catalog = '';
let plan = '';
beforeAll(async () => {
  ws = await makeEngagement({}, ['Payroll', 'Ledger']);
  api = ws.api;
  const { rows } = await api.frameworks.list({});
  catalog = rows.find((row) => row.kind === 'catalog')?.id ?? '';
  plan = rows.find((row) => row.kind === 'plan')?.id ?? '';
});
afterAll(() => ws.close());

describe('things are found by what people call them', () => {
  test.each(['AC-2(1)', 'ac-2(1)', 'ac-2.1', 'AC-2.1', 'AC-02(01)'])('a control by %s', async (control) => {
    expect((await api.controls.get({ control })).control.label).toBe('AC-2(1)');
  });

  test('none is not found, several are named', async () => {
    expect(await faultOf(api.controls.get({ control: 'ZZ-9' }))).toEqual({
      code: 'not-found',
      what: 'control',
      id: 'ZZ-9',
    });
    const twin = {
      catalog: { ...CATALOG.catalog, metadata: { ...CATALOG.catalog.metadata, version: '2.0' } },
    };
    await api.frameworks.import({ files: [{ path: ws.file('twin.json', JSON.stringify(twin)) }] });
    const fault = await faultOf(api.controls.get({ control: 'AC-1' }));
    expect(fault).toMatchObject({ code: 'conflict' });
    expect(fault.code === 'conflict' ? fault.candidates : []).toHaveLength(2);
    expect(await faultOf(api.frameworks.groups({ framework: 'Small Catalog' }))).toMatchObject({
      code: 'conflict',
    });
    expect(await api.frameworks.groups({ framework: 'small catalog 1.0' })).toHaveLength(2);
    // Within an engagement only its own frameworks count.
    expect((await api.controls.get({ control: 'AC-1', engagement: 'audit 2026' })).control.framework).toBe(
      catalog,
    );
  });

  test('a subject has to be named where there are several', async () => {
    expect(await faultOf(api.assessments.set({ control: 'AC-1', result: 'satisfied' }))).toMatchObject({
      code: 'conflict',
      candidates: ['Ledger', 'Payroll'],
    });
    const { assessment } = await api.assessments.set({
      control: 'AC-1',
      subject: 'payroll',
      result: 'satisfied',
    });
    expect(assessment).toMatchObject({ subject: { name: 'Payroll' }, result: 'satisfied', status: 'draft' });
    expect(await api.assessments.get({ assessment: assessment.id })).toMatchObject({
      assessment: { id: assessment.id },
    });
    expect(
      await faultOf(api.assessments.set({ control: 'AC-1', subject: 'Nobody', note: 'x' })),
    ).toMatchObject({ code: 'not-found', what: 'subject' });
    expect(await faultOf(api.assessments.set({ control: 'AC-1', subject: 'Payroll' }))).toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('an engagement', () => {
  test('counts each control for each subject', async () => {
    const engagement = await api.engagements.get({ engagement: 'Audit 2026' });
    expect(engagement).toMatchObject({
      controls: 8,
      items: 6,
      subjects: [{ name: 'Ledger' }, { name: 'Payroll' }],
    });
    expect(engagement.frameworks.map((f) => f.id).sort()).toEqual([catalog, plan].sort());
  });

  test('has a name of its own and a period that begins before it ends', async () => {
    const again = { name: 'AUDIT 2026', frameworks: [catalog] };
    expect(await faultOf(api.engagements.create(again))).toMatchObject({ code: 'conflict' });
    expect(
      await faultOf(
        api.engagements.create({
          name: 'Backwards',
          frameworks: [catalog],
          from: '2026-02-01',
          to: '2026-01-01',
        }),
      ),
    ).toMatchObject({ code: 'invalid-input' });
    expect(await faultOf(api.engagements.create({ name: 'Of nothing', frameworks: ['none'] }))).toMatchObject(
      { code: 'not-found', what: 'framework' },
    );
  });

  test('may be left out where there is one, and has the whole scope where no subject is named', async () => {
    const other = await makeEngagement();
    try {
      expect((await other.api.engagements.list({})).rows[0]?.subjects).toMatchObject([
        { name: 'Whole scope' },
      ]);
      const { assessment } = await other.api.assessments.set({ control: 'CM-1', note: 'x' });
      expect(assessment.subject.name).toBe('Whole scope');
      const [row] = (await other.api.frameworks.list({})).rows;
      await other.api.engagements.create({ name: 'Second', frameworks: [row?.id ?? ''] });
      expect(await faultOf(other.api.assessments.set({ control: 'CM-1', note: 'x' }))).toMatchObject({
        code: 'conflict',
        candidates: ['Audit 2026', 'Second'],
      });
    } finally {
      await other.close();
    }
    const empty = await makeWorkspace();
    try {
      expect(await faultOf(empty.api.assessments.set({ control: 'CM-1', note: 'x' }))).toMatchObject({
        code: 'not-found',
        what: 'engagement',
      });
      expect((await empty.api.dashboard.summary({})).next[0]?.screen).toBe('frameworks');
    } finally {
      await empty.close();
    }
  });
});

describe('a framework is taken in', () => {
  const one = (path: string, dryRun = false) =>
    api.frameworks.import({ files: [{ path }], dryRun }).then(({ files }) => files[0]);

  test('once: a second time and under another name it is unchanged', async () => {
    const before = (await api.workspace.info()).counts;
    expect(await one(join(ws.home, 'catalog.json'))).toMatchObject({
      outcome: 'unchanged',
      framework: { id: catalog },
    });
    expect(await one(ws.file('renamed.json', JSON.stringify(CATALOG)))).toMatchObject({
      outcome: 'unchanged',
      framework: { id: catalog },
    });
    expect((await api.workspace.info()).counts).toEqual(before);
  });

  test('not at all by a dry run, which says what would be', async () => {
    const third = {
      catalog: { ...CATALOG.catalog, metadata: { ...CATALOG.catalog.metadata, title: 'Third' } },
    };
    const path = ws.file('third.json', JSON.stringify(third));
    const before = await api.workspace.info();
    const dry = await one(path, true);
    expect(dry).toMatchObject({ outcome: 'would-import', counts: { controls: 4 } });
    expect((await api.workspace.info()).counts).toEqual(before.counts);
    expect((await api.workspace.info()).bytes.vault).toBe(before.bytes.vault);
    expect(await one(path)).toMatchObject({ outcome: 'imported', framework: dry?.framework });
  });

  test('or refused with a reason, and the others still come in', async () => {
    const { files } = await api.frameworks.import({
      files: [
        { path: ws.file('broken.json', '{"catalog":') },
        { path: join(ws.home, 'none.json') },
        { path: ws.home },
      ],
    });
    expect(files.map((file) => file.outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(files.every((file) => file.problems.length > 0)).toBe(true);
    expect(await faultOf(api.frameworks.import({ files: [{ upload: 'none' }] }))).toMatchObject({
      code: 'not-found',
      what: 'upload',
    });
  });
});

describe('a checklist of the plan', () => {
  const items = async () => {
    const [row] = (await api.checklists.list({ subject: 'Payroll' })).rows;
    return (await api.checklists.get({ checklist: row?.id ?? '', subject: 'Payroll' })).checklist;
  };

  test('is worked by number, text or path, and signed as a whole', async () => {
    const list = await items();
    expect(list.rows.map((row) => [row.label, row.text, row.checkedInSource])).toEqual([
      ['1', 'Freeze the configuration', false],
      ['2', 'Tell the bank the date', true],
      ['3', 'Rehearse the rollback', false],
    ]);
    const set = (item: string, more: object = {}) =>
      api.checklists.set({ item, subject: 'Payroll', checklist: list.id, result: 'satisfied', ...more });
    await set('2');
    await set('Freeze the configuration', { checklist: undefined, note: 'Since Monday.' });
    const path = ws.api.records.list({ kind: 'item', where: { text: 'Rehearse' } });
    const { checklist } = await set(String((await path).rows[0]?.path), { checklist: undefined });
    expect(checklist.results).toMatchObject({ satisfied: 3 });
    expect(await faultOf(set('9'))).toMatchObject({ code: 'not-found', what: 'item' });
    const signed = await api.review.sign({ kind: 'checklist', id: list.record, as: 'preparer' });
    expect(signed).toMatchObject({ status: 'submitted', signOff: { digest: checklist.digest } });
    await set('3', { result: 'not-satisfied' });
    expect(await items()).toMatchObject({ status: 'draft', voided: true });
    await api.review.sign({ kind: 'checklist', id: list.title, as: 'preparer', subject: 'Payroll' });
    expect((await items()).signOffs.map((s) => s.voided)).toEqual([true, false]);
    expect((await api.review.queue({ lane: 'to-sign' })).lanes['to-sign']).toBeGreaterThanOrEqual(0);
  });
});

describe('evidence', () => {
  const source = (name: string, text: string) => ({ path: ws.file(name, text) });
  const bytes = async (path: string, query: Record<string, string> = {}) => {
    const parts: Uint8Array[] = [];
    for await (const part of (await ws.core.files.open(path, query)).body) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  test('comes in one a file or all together, with its links, and is found by its reference', async () => {
    const links = [{ control: 'AC-1', subject: 'Payroll' }];
    const apart = await api.evidence.add({ files: [source('a.txt', 'A'), source('b.txt', 'B')], links });
    expect(apart.evidence.map((e) => e.title)).toEqual(['a.txt', 'b.txt']);
    const { evidence } = await api.evidence.add({
      files: [source('c.txt', 'C'), source('d.txt', 'D')],
      together: true,
      title: 'Both',
      links: [{ control: 'AC-1' }],
    });
    expect(evidence).toHaveLength(1);
    const got = await api.evidence.get({ evidence: evidence[0]?.reference.toLowerCase() ?? '' });
    expect(got.evidence).toMatchObject({ title: 'Both', links: 2, revision: 1, state: 'current' });
    expect(got.custody.map((c) => c.what).sort()).toEqual(['Taken in: c.txt', 'Taken in: d.txt']);
    expect(await api.search.find({ text: 'Both' })).toMatchObject([{ kind: 'evidence' }]);
    const [noted] = await api.search.find({ text: 'since monday' });
    expect(noted).toMatchObject({
      kind: 'item',
      title: 'Freeze the configuration',
      excerpt: 'Since Monday.',
    });
  });

  test('is not removed while results lean on it, unless that is meant', async () => {
    const { evidence } = await api.evidence.add({
      files: [source('lean.txt', 'lean')],
      links: [{ control: 'CM-1' }],
    });
    const id = evidence[0]?.id ?? '';
    const fault = await faultOf(api.evidence.remove({ evidence: id }));
    expect(fault).toMatchObject({
      code: 'rule-broken',
      rule: 'evidence-in-use',
      because: expect.stringContaining('2 results lean on it: CM-1'),
    });
    expect(await api.evidence.remove({ evidence: id, evenIfLinked: true })).toEqual({ removed: true });
    expect(await faultOf(api.evidence.get({ evidence: id }))).toMatchObject({ code: 'not-found' });
  });

  test('keeps its older files when it is revised', async () => {
    const { evidence } = await api.evidence.add({ files: [source('v1.txt', 'first')] });
    const { id = '', files = [] } = evidence[0] ?? {};
    const { evidence: revised } = await api.evidence.revise({
      evidence: id,
      files: [source('v2.txt', 'second')],
    });
    expect(revised).toMatchObject({ revision: 2, files: [{ name: 'v2.txt' }] });
    expect(await bytes(`/files/evidence/${id}/0`)).toBe('second');
    expect(await bytes(`/files/evidence/${id}/0`, { sha256: files[0]?.sha256 ?? '' })).toBe('first');
    expect(await faultOf(() => bytes(`/files/evidence/${id}/7`))).toMatchObject({ code: 'not-found' });
    expect(await faultOf(() => bytes('/elsewhere/x/y'))).toMatchObject({ code: 'not-found' });
  });

  test('is linked and unlinked, and its dates say whether it still holds', async () => {
    const { evidence } = await api.evidence.add({
      files: [source('dated.txt', 'dated')],
      expires: '2020-01-01',
      title: 'Dated',
    });
    const id = evidence[0]?.id ?? '';
    expect(await api.evidence.link({ evidence: 'dated', control: 'AC-2', subject: 'Ledger' })).toEqual({
      links: 1,
    });
    expect((await api.evidence.list({ state: 'expired' })).rows).toMatchObject([{ id, state: 'expired' }]);
    const [link] = (await api.evidence.get({ evidence: id })).links;
    expect(await api.evidence.unlink({ evidence: id, assessment: link?.assessment ?? '' })).toEqual({
      links: 0,
    });
    expect(await faultOf(api.evidence.unlink({ evidence: id, assessment: 'none' }))).toMatchObject({
      code: 'not-found',
    });
    expect((await api.evidence.update({ evidence: id, expires: null })).evidence.state).toBe('current');
    expect((await api.evidence.get({ evidence: id })).history.map((h) => h.action)).toEqual([
      'evidence.update@1',
      'evidence.add@1',
    ]);
  });

  test('is staged through the file door too', async () => {
    async function* body() {
      yield Buffer.from('staged');
    }
    const upload = await ws.core.files.stage('../staged.txt', '', body());
    expect(upload).toMatchObject({ name: 'staged.txt', bytes: 6, mediaType: 'text/plain' });
    const { evidence } = await api.evidence.add({ files: [{ upload: upload.upload }] });
    expect(evidence[0]?.files).toMatchObject([{ name: 'staged.txt', sha256: upload.sha256 }]);
  });
});

describe('lists and overviews', () => {
  test('who searches a label finds the control of that name before those that mention it', async () => {
    const { rows } = await api.controls.list({});
    const [earlier] = rows;
    const named = rows.at(-1);
    if (earlier === undefined || named === undefined) throw new Error('the catalog is empty');
    await api.assessments.set({
      control: earlier.label,
      subject: 'Ledger',
      note: `See ${named.label} as well.`,
    });
    const found = await api.controls.list({ text: named.label, engagement: 'Audit 2026', subject: 'Ledger' });
    expect(found.rows.map(({ label }) => label)).toContain(earlier.label);
    expect(found.rows[0]?.label).toBe(named.label);
  });

  test('records of any kind are listed, filtered and shown with their history', async () => {
    expect(await api.records.list({ kind: 'control', where: { title: 'accounts' } })).toMatchObject({
      total: expect.any(Number),
    });
    expect(await faultOf(api.records.list({ kind: 'control', where: { nonsense: 'x' } }))).toMatchObject({
      code: 'invalid-input',
    });
    expect((await api.records.show({ kind: 'member', id: 'Ada' })).record).toMatchObject({
      name: 'Ada',
      role: 'owner',
    });
    expect((await api.records.show({ kind: 'engagement', id: 'Audit 2026' })).history[0]?.action).toBe(
      'engagement.create@2',
    );
    expect(await faultOf(api.records.show({ kind: 'evidence', id: 'none' }))).toMatchObject({
      code: 'not-found',
    });
    for (const kind of [
      'framework',
      'assessment',
      'checklist',
      'item',
      'evidence',
      'risk',
      'gate',
      'packet',
      'device',
      'pillar',
      'phase',
      'kpi',
      'maturity',
      'criterion',
      'binder',
    ] as const)
      expect((await api.records.list({ kind })).total).toBeGreaterThanOrEqual(0);
    expect((await api.records.list({ kind: 'phase' })).total).toBe(1);
  });

  test('controls are filtered and sorted', async () => {
    await api.assessments.set({ control: 'CM-1', subject: 'Payroll', result: 'not-satisfied' });
    const list = (more: object) =>
      api.controls.list({ engagement: 'Audit 2026', subject: 'Payroll', framework: catalog, ...more });
    const labels = async (more: object) => (await list(more)).rows.map((row) => row.label);
    expect(await labels({})).toEqual(['AC-1', 'AC-2', 'AC-2(1)', 'CM-1']);
    expect(await labels({ result: ['not-satisfied'] })).toEqual(['CM-1']);
    expect(await labels({ text: 'automated' })).toEqual(['AC-2(1)']);
    expect(await labels({ sort: 'label', descending: true, limit: 2 })).toEqual(['CM-1', 'AC-2(1)']);
    expect((await list({ only: 'conflict' })).total).toBe(0);
    expect((await list({ only: 'no-evidence' })).total).toBeGreaterThan(0);
  });

  test('the dashboard counts what is done and names what is next', async () => {
    const summary = await api.dashboard.summary({});
    expect(summary).toMatchObject({
      engagement: { name: 'Audit 2026' },
      total: 14,
      phases: [{ title: expect.stringContaining('Prepare') }],
    });
    expect(Object.values(summary.results).reduce((a, b) => a + b, 0)).toBe(14);
    expect(summary.next.length).toBeGreaterThan(0);
    expect(summary.trend.at(-1)?.decided).toBeGreaterThan(0);
  });

  test('each step of the dashboard leads to the record that is first in line', async () => {
    const { next } = await api.dashboard.summary({});
    const lanes = next.filter((step) => step.screen === 'review');
    expect(lanes.length).toBeGreaterThan(0);
    for (const { lane, record } of lanes) {
      const queue = await api.review.queue({ lane: lane ?? 'to-review', limit: 1 });
      expect([lane, record]).toEqual([expect.any(String), queue.rows[0]?.record]);
    }
    for (const { record } of next.filter((step) => step.screen === 'evidence')) {
      expect((await api.evidence.get({ evidence: record ?? '' })).evidence.id).toBe(record);
    }
  });

  test('a checklist is found by one of its items, to which evidence and searches point', async () => {
    const [engagement] = (await api.engagements.list({})).rows;
    const subject = engagement?.subjects[0]?.id ?? '';
    const [list] = (await api.checklists.list({ subject })).rows;
    const { checklist } = await api.checklists.get({ checklist: list?.id ?? '', subject });
    const byItem = await api.checklists.get({ checklist: checklist.rows[0]?.id ?? '', subject });
    expect(byItem.checklist.id).toBe(list?.id);
  });

  test('the ledger is listed by member, action, record, state and text', async () => {
    const all = await api.ledger.entries({});
    expect(all.rows.map((row) => row.at)).toEqual(
      all.rows
        .map((row) => row.at)
        .sort()
        .reverse(),
    );
    for (const filter of [
      { member: 'Ada' },
      { action: 'evidence' },
      { text: 'Since Monday.' },
      { state: 'open' as const },
      { record: `framework:${catalog}` },
    ]) {
      const { total } = await api.ledger.entries(filter);
      expect(total).toBeGreaterThan(0);
      if (!('member' in filter)) expect(total).toBeLessThan(all.total);
    }
    expect((await api.ledger.seal()).entries).toBeGreaterThan(0);
    expect((await api.ledger.entries({ state: 'open' })).total).toBe(0);
    expect((await api.ledger.entries({ state: 'quarantine' })).total).toBe(0);
    expect((await api.ledger.entries({ state: 'waiting' })).total).toBe(0);
    expect(await finish(api, api.ledger.verify({ rebuild: true }))).toMatchObject({
      intact: true,
      problems: [],
      rebuild: { differences: [] },
    });
  });
});
