import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Api,
  CATALOG,
  faultOf,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

interface Report {
  readonly intact: boolean;
  readonly problems: readonly unknown[];
  readonly rebuild: { readonly differences: readonly unknown[] } | null;
}

let ws: TestWorkspace;
let api: Api;
beforeEach(async () => {
  ws = await makeEngagement({ Ben: 'auditor', Dora: 'admin' });
  api = ws.api;
});
afterEach(() => ws.close());

const set = (values: object, on: Api = api, control = 'AC-1') => on.assessments.set({ control, ...values });
async function shown(on: Api = api, control = 'AC-1') {
  const { assessments } = await on.controls.get({ control, engagement: 'Audit 2026' });
  const [one] = assessments;
  if (one === undefined) throw new Error('no assessment');
  return one;
}
async function addFile(on: Api, title: string, links: { control: string }[] = []): Promise<string> {
  const { evidence } = await on.evidence.add({
    files: [{ path: ws.file(`${title}.txt`, title) }],
    title,
    links,
  });
  return evidence[0]?.id ?? '';
}
const verify = (on: Api) => finish<Report>(on, on.ledger.verify({ rebuild: true }));

describe('undo', () => {
  test('takes the newest change back, and again puts it in', async () => {
    await set({ result: 'satisfied', note: 'One.' });
    await set({ note: 'Two.' });
    expect((await api.ledger.undo()).undone).toContain('Two.');
    expect(await shown()).toMatchObject({ result: 'satisfied', note: 'One.' });
    await api.ledger.undo();
    expect((await shown()).note).toBe('Two.');
  });

  test('takes the first change back to what an untouched check is', async () => {
    await set({ result: 'satisfied', method: 'test', note: 'x' });
    await api.ledger.undo();
    expect(await shown()).toMatchObject({ result: 'not-reviewed', method: null, note: '' });
  });

  test('takes one result for many back as one', async () => {
    await set({ result: 'not-satisfied' }, api, 'CM-1');
    const { changed, entry } = await api.assessments.setMany({
      controls: ['AC-1', 'ac-2', 'AC-2(1)', 'ac-1', 'CM-1'],
      result: 'satisfied',
    });
    expect(changed).toBeGreaterThan(3);
    await api.ledger.undo(entry ?? undefined);
    expect((await shown(api, 'CM-1')).result).toBe('not-satisfied');
    expect((await shown(api, 'AC-2(1)')).result).toBe('not-reviewed');
  });

  test('is refused where somebody changed it since', async () => {
    await set({ note: 'mine' });
    const [mine] = (await api.ledger.entries({ action: 'assess' })).rows;
    await ws.as('Ben');
    await set({ note: 'Ben’s' });
    await ws.as(OWNER);
    expect(await faultOf(api.ledger.undo({ writer: mine?.writer ?? '', seq: mine?.seq ?? 0 }))).toMatchObject(
      { code: 'conflict' },
    );
    expect((await shown()).note).toBe('Ben’s');
  });

  test('is for one’s own changes, and not for what stands for good', async () => {
    await ws.as('Ben');
    await set({ result: 'satisfied' });
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
    expect(await faultOf(api.ledger.undo())).toMatchObject({ code: 'rule-broken', rule: 'not-undoable' });
    const [his] = (await api.ledger.entries({ action: 'assess' })).rows;
    await ws.as('Dora');
    expect(await faultOf(api.ledger.undo())).toMatchObject({ code: 'not-found' });
    expect(await faultOf(api.ledger.undo({ writer: his?.writer ?? '', seq: his?.seq ?? 0 }))).toMatchObject({
      code: 'forbidden',
    });
    await ws.as(OWNER);
    await addFile(api, 'Kept');
    expect(await faultOf(api.ledger.undo())).toMatchObject({ rule: 'not-undoable' });
  });

  test('brings removed evidence back with its links', async () => {
    const id = await addFile(api, 'Removed', [{ control: 'AC-1' }]);
    await api.evidence.remove({ evidence: id, evenIfLinked: true });
    expect((await shown()).evidence).toEqual([]);
    await api.ledger.undo();
    expect((await shown()).evidence).toMatchObject([{ id, title: 'Removed' }]);
    expect(await verify(api)).toMatchObject({ intact: true, problems: [], rebuild: { differences: [] } });
  });
});

describe('two copies of a workspace', () => {
  let other: TestCore;
  let there: Api;
  let round = 0;
  beforeEach(async () => {
    other = await makeCore();
    there = other.api;
    const target = join(other.home, 'copy');
    await api.workspace.clone({ target, device: 'Laptop' });
    await there.workspace.unlock({ dir: target, passphrase: passphraseOf('Ben') });
  });
  afterEach(() => other.close());

  /** By real folders, each way once. */
  async function carry(): Promise<void> {
    round += 1;
    for (const [from, to, name] of [
      [api, there, 'to'],
      [there, api, 'back'],
    ] as const) {
      const out = join(other.home, `${name}-${round}`);
      await from.ledger.export({ out });
      await to.ledger.import({ from: out });
    }
  }

  test('exchange their work with its evidence both ways, and agree', async () => {
    await set({ result: 'satisfied', note: 'here' });
    const id = await addFile(there, 'From the laptop', [{ control: 'AC-2' }]);
    await carry();
    expect((await shown(there)).note).toBe('here');
    expect((await shown(api, 'AC-2')).evidence).toMatchObject([{ id, title: 'From the laptop' }]);
    const { files } = await api.evidence.export({ evidence: id, out: join(ws.home, 'out') });
    expect(files).toMatchObject([{ name: 'From the laptop.txt', bytes: 15 }]);
    for (const each of [api, there]) {
      expect(await verify(each)).toMatchObject({ intact: true, problems: [], rebuild: { differences: [] } });
      expect((await each.workspace.info()).quarantined).toBe(0);
    }
    const again = join(other.home, 'again');
    await there.ledger.export({ out: again });
    expect(await api.ledger.import({ from: again })).toMatchObject({
      entries: 0,
      applied: 0,
      quarantined: 0,
      waiting: 0,
      blobs: 0,
    });
  });

  async function disagree(): Promise<void> {
    await set({ result: 'satisfied', note: 'here' });
    await set({ result: 'not-satisfied', note: 'there' }, there);
    await carry();
  }

  test('show values edited apart side by side, and nothing is signed until a person chose', async () => {
    await disagree();
    for (const each of [api, there]) {
      const { total, rows } = await each.conflicts.list({});
      expect(total).toBe(2);
      expect(rows.map((row) => [row.field, row.sides.map((s) => s.value).sort()])).toEqual([
        ['note', ['here', 'there']],
        ['result', ['not-satisfied', 'satisfied']],
      ]);
      expect(rows[0]?.sides.map((s) => [s.by, s.device]).sort()).toEqual(
        [
          [OWNER, 'Desk'],
          ['Ben', 'Laptop'],
        ].sort(),
      );
    }
    expect(await faultOf(api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' }))).toMatchObject({
      rule: 'conflict-open',
    });
    const { record = '', sides = [] } = (await api.conflicts.list({})).rows[1] ?? {};
    const keep = sides.findIndex((side) => side.value === 'satisfied');
    await api.conflicts.resolve({ record, field: 'result', keep });
    await api.conflicts.resolve({ record, field: 'note', value: 'both looked' });
    await carry();
    for (const each of [api, there]) {
      expect((await each.conflicts.list({})).total).toBe(0);
      expect(await shown(each)).toMatchObject({ result: 'satisfied', note: 'both looked', conflicts: [] });
    }
  });

  test('a resolution has to be a value of the field, and of a conflict', async () => {
    await disagree();
    const { record } = (await api.conflicts.list({})).rows[1] ?? { record: '' };
    for (const wrong of [{ value: 'splendid' }, { value: 7 }, { value: null }, { keep: 5 }, {}])
      expect(await faultOf(api.conflicts.resolve({ record, field: 'result', ...wrong }))).toMatchObject({
        code: 'invalid-input',
      });
    expect(await faultOf(api.conflicts.resolve({ record, field: 'method', keep: 0 }))).toMatchObject({
      code: 'not-found',
    });
    expect((await api.conflicts.list({})).total).toBe(2);
    await api.conflicts.resolve({ record, field: 'result', keep: 0 });
    expect(await faultOf(api.ledger.undo())).toMatchObject({ rule: 'not-undoable' });
  });

  test('a removal meets an edit that did not see it, and a person decides', async () => {
    const id = await addFile(api, 'Contested');
    await carry();
    await api.evidence.remove({ evidence: id });
    await there.evidence.update({ evidence: id, title: 'Contested, renamed' });
    await carry();
    const record = `evidence:${id}`;
    for (const each of [api, there]) {
      expect((await each.conflicts.list({})).rows).toMatchObject([
        { record, field: 'deleted', sides: [{ value: 'keep' }, { value: 'remove' }] },
      ]);
      expect((await each.evidence.list({})).rows).toMatchObject([{ title: 'Contested, renamed' }]);
    }
    expect(await faultOf(api.conflicts.resolve({ record, field: 'deleted', value: 'maybe' }))).toMatchObject({
      code: 'invalid-input',
    });
    await there.conflicts.resolve({ record, field: 'deleted', value: 'remove' });
    await carry();
    expect((await api.evidence.list({})).total).toBe(0);
    expect((await api.conflicts.list({})).total).toBe(0);
    expect(await verify(api)).toMatchObject({ intact: true, rebuild: { differences: [] } });
  });

  test('a clock that is a year behind takes nobody’s authorship', async () => {
    other.clock.ahead = -365 * 86_400_000;
    await ws.as('Dora');
    await set({ result: 'satisfied' });
    const { note } = await api.review.note({ record: (await shown()).id, text: 'Why?' });
    await carry();
    await there.review.answer({ note, text: 'Because.' });
    await carry();
    expect((await shown()).notes).toMatchObject([
      { by: { name: 'Dora' }, answer: 'Because.', state: 'answered' },
    ]);
  });

  test('a framework whose blob came late has its rows when it is there', async () => {
    const extra = {
      catalog: { ...CATALOG.catalog, metadata: { ...CATALOG.catalog.metadata, title: 'Late' } },
    };
    await api.frameworks.import({ files: [{ path: ws.file('late.json', JSON.stringify(extra)) }] });
    const [whole, torn] = [join(other.home, 'whole'), join(other.home, 'torn')];
    await api.ledger.export({ out: whole });
    cpSync(whole, torn, { recursive: true });
    rmSync(join(torn, 'blobs'), { recursive: true });
    writeFileSync(join(torn, 'segments', 'noise.seg'), 'noise');
    expect(await there.ledger.import({ from: torn })).toMatchObject({ applied: 1, quarantined: 1, blobs: 0 });
    expect((await there.frameworks.list({})).total).toBe(2);
    expect((await there.ledger.import({ from: whole })).blobs).toBeGreaterThan(0);
    expect((await there.frameworks.list({})).total).toBe(3);
    expect(await verify(there)).toMatchObject({ intact: true, rebuild: { differences: [] } });
  });

  test('what is no exported ledger, or of another workspace, changes nothing', async () => {
    expect(await faultOf(api.ledger.import({ from: join(ws.home, 'nowhere') }))).toMatchObject({
      code: 'not-found',
    });
    const stranger = await makeEngagement();
    try {
      const out = join(stranger.home, 'out');
      await stranger.api.ledger.export({ out });
      const before = (await api.workspace.info()).counts;
      const report = await api.ledger.import({ from: out });
      expect(report).toMatchObject({ applied: 0 });
      expect(report.quarantined).toBeGreaterThan(0);
      expect((await api.workspace.info()).counts).toEqual(before);
      expect(await verify(api)).toMatchObject({ intact: true });
    } finally {
      await stranger.close();
    }
  });
});
