import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Api,
  faultOf,
  makeCore,
  makeEngagement,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

type Kind = Parameters<Api['programme']['put']>[0]['kind'];
const add = async (kind: Kind, fields: Record<string, unknown>, api: Api = w.api) =>
  (await api.programme.put({ kind, fields })).row;
const gateNamed = async (api: Api, gate: string) => (await api.board.gates({ gate })).gates[0];

/** A gate on three grounds, none of which holds, made by the owner; Aziz the auditor works towards it. */
async function makeGate() {
  const gate = await add('gate', { title: 'Go live', rule: { rule: 'attested', by: 'Sponsor' } });
  const risks = await add('criterion', {
    title: 'No open P0',
    for: gate.record,
    rule: { rule: 'risks-at-most', severity: 'P0', atMost: 0 },
  });
  const kpi = await add('kpi', { title: 'Coverage', target: 80, unit: '%' });
  const covered = await add('criterion', {
    title: 'Coverage at target',
    for: gate.record,
    rule: { rule: 'kpi-at-target', kpi: 'Coverage' },
  });
  const risk = await add('risk', { title: 'Keys in the clear', severity: 'P0' });
  const person = await add('person', { title: 'Sam', part: 'Sponsor' });
  const cadence = await add('cadence', { refreshDays: 30 });
  const maturity = await add('maturity', { title: 'Recovery', target: 4, scale: 5 });
  const phase = await add('phase', { title: 'Cutover', from: '2026-03-01' });
  return { gate, risks, covered, kpi, risk, person, cadence, maturity, phase };
}

describe('whoever only prepares', () => {
  test('cannot say what decides a gate, by no way there is', async () => {
    const made = await makeGate();
    const aziz = await w.as('Aziz');
    const change = (record: { kind: string; record: string }, fields: Record<string, unknown>) => () =>
      aziz.programme.put({ kind: record.kind as Kind, record: record.record, fields });
    const ways: Record<string, () => Promise<unknown>> = {
      'a looser rule': change(made.risks, { rule: { rule: 'risks-at-most', severity: 'P0', atMost: 9 } }),
      'another place': change(made.risks, { for: null }),
      'other words': change(made.risks, { title: 'Some open P0' }),
      'another rule of the gate': change(made.gate, { rule: { rule: 'attested' } }),
      'a lower target': change(made.kpi, { target: 1 }),
      'the other direction': change(made.kpi, { direction: 'down' }),
      'a lower maturity': change(made.maturity, { target: 1 }),
      'a maturity it never began with': change(made.maturity, { current: 5 }),
      'a lower severity': change(made.risk, { severity: 'P3' }),
      'a lower likelihood': change(made.risk, { likelihood: 1 }),
      'closing the risk': change(made.risk, { state: 'closed' }),
      'a stretched cadence': change(made.cadence, { refreshDays: 3000 }),
      'the part oneself': change(made.person, { member: 'Aziz' }),
      'a part for a new person': () => add('person', { title: 'Me', part: 'Sponsor', member: 'Aziz' }, aziz),
      'a KPI of the same name': () => add('kpi', { title: 'Coverage', target: 1 }, aziz),
      'a second cadence': () => add('cadence', { refreshDays: 3000 }, aziz),
      'a criterion': () => add('criterion', { title: 'Easy', for: made.gate.record }, aziz),
      'an earlier phase': change(made.phase, { from: '2026-01-01' }),
      'a gate': () => add('gate', { title: 'Go live' }, aziz),
      ...Object.fromEntries(
        [made.risks, made.kpi, made.risk, made.person, made.cadence, made.gate].map((one) => [
          `removing the ${one.kind}`,
          () => aziz.programme.remove({ record: one.record }),
        ]),
      ),
    };
    for (const [way, go] of Object.entries(ways))
      expect(await faultOf(go), way).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('needs the right to review'),
      });
    expect(await gateNamed(aziz, made.gate.id)).toMatchObject({ verdict: 'not-met', moved: [] });
  });

  test('still works: owners, dates, remediation, measurements, proofs, risks of their own', async () => {
    const made = await makeGate();
    const aziz = await w.as('Aziz');
    const put = (record: { kind: string; record: string }, fields: Record<string, unknown>) =>
      aziz.programme.put({ kind: record.kind as Kind, record: record.record, fields });
    await put(made.risk, {
      owner: 'Aziz',
      remediation: 'Use the vault',
      state: 'mitigating',
      severity: 'P0',
    });
    await put(made.kpi, { owner: 'Aziz' });
    await put(made.person, { contact: 'sam@harbour.example' });
    await aziz.programme.measure({ record: made.kpi.record, value: 81 });
    const raised = await add('risk', { title: 'Backups unread', severity: 'P0', impact: 5 }, aziz);
    expect(raised.body).toMatchObject({ severity: 'P0', impact: 5 });
    const gate = await gateNamed(aziz, made.gate.id);
    expect(gate?.criteria.map(({ title, met, count }) => ({ title, met, count }))).toEqual([
      { title: 'Go live', met: null, count: null },
      { title: 'Coverage at target', met: true, count: 81 },
      { title: 'No open P0', met: false, count: 2 },
    ]);
  });
});

describe('whoever works on it may make it stricter', () => {
  const rate = (api: Api, record: string, severity: string) =>
    api.programme.put({ kind: 'risk', record, fields: { severity } });

  test('a risk is raised later with a way back, and counts where it was raised from', async () => {
    const { risk } = await makeGate();
    await rate(w.api, risk.record, 'P2');
    const rule = { rule: 'risks-at-most', severity: 'P2', atMost: 0 };
    const strict = await add('gate', { title: 'No open P2', rule });
    const aziz = await w.as('Aziz');
    await rate(aziz, risk.record, 'P1');
    const view = await aziz.programme.get({ record: risk.record });
    expect(view.row.body.severity).toBe('P1');
    expect(view.history[0]).toMatchObject({ by: { name: 'Aziz' }, fields: [{ field: 'severity' }] });
    expect(await gateNamed(aziz, strict.id)).toMatchObject({
      verdict: 'not-met',
      because: expect.stringContaining(
        '1 open P2 risk, 1 of them raised to a worse severity since, at most 0',
      ),
    });
    expect(await faultOf(rate(aziz, risk.record, 'P3'))).toMatchObject({ code: 'forbidden' });
    await aziz.ledger.undo();
    expect((await aziz.programme.get({ record: risk.record })).row.body.severity).toBe('P2');
    await rate(aziz, risk.record, 'P0');
    await rate(await w.as('Ada'), risk.record, 'P1');
    expect(await faultOf(rate(await w.as('Aziz'), risk.record, 'P2'))).toMatchObject({ code: 'forbidden' });
  });

  test('an action of one’s own is removed and kept again while nobody leans on it', async () => {
    const theirs = await add('action', { title: 'Say yes' });
    const aziz = await w.as('Aziz');
    const mine = await add('action', { title: 'Ask twice' }, aziz);
    const used = await add('action', { title: 'Ask once' }, aziz);
    const remove = (record: string) => aziz.programme.remove({ record });
    expect(await faultOf(remove(theirs.record))).toMatchObject({ code: 'forbidden' });
    await remove(mine.record);
    const titles = async () =>
      (await w.api.programme.list({ kind: 'action' })).rows.map(({ title }) => title);
    expect(await titles()).toEqual(['Ask once', 'Say yes']);
    await aziz.ledger.undo();
    expect(await titles()).toEqual(['Ask once', 'Ask twice', 'Say yes']);
    const ada = await w.as('Ada');
    await ada.programme.put({ kind: 'action', record: used.record, fields: { due: '2026-10-01' } });
    await w.as('Aziz');
    expect(await faultOf(remove(used.record))).toMatchObject({
      rule: 'relied-on',
      because: expect.stringContaining('Ada worked on it'),
    });
  });

  test('what was taken out counts as not done once a criterion counts where it stood', async () => {
    const phase = await add('phase', { title: 'Cutover' });
    await add('action', { title: 'Say yes', for: phase.record, state: 'done' });
    const aziz = await w.as('Aziz');
    const mine = await add('action', { title: 'Ask twice', for: phase.record }, aziz);
    await aziz.programme.remove({ record: mine.record });
    await w.as('Ada');
    const rule = { rule: 'actions-done' };
    const criterion = await add('criterion', { title: 'All done', for: phase.record, rule });
    expect((await gateNamed(w.api, phase.id))?.criteria).toMatchObject([
      {
        record: criterion.record,
        met: false,
        because: expect.stringMatching(
          /^1 of 2 actions done; "Ask twice" was removed by Aziz on \d{4}-\d\d-\d\d$/,
        ),
      },
    ]);
  });
});

test('a gate tells who changed what decides it, and what stands elsewhere now', async () => {
  const made = await makeGate();
  const put = (record: { kind: string; record: string }, fields: Record<string, unknown>) =>
    w.api.programme.put({ kind: record.kind as Kind, record: record.record, fields });
  await put(made.kpi, { target: 10 });
  await put(made.risk, { severity: 'P2' });
  await put(made.risks, { title: 'No P0 worth speaking of' });
  const gate = await gateNamed(w.api, made.gate.id);
  const because = Object.fromEntries((gate?.criteria ?? []).map((one) => [one.title, one.because]));
  const by = 'changed by Ada on \\d{4}-\\d\\d-\\d\\d';
  expect(because['Coverage at target']).toMatch(new RegExp(`; its target was ${by}$`));
  expect(because['No P0 worth speaking of']).toMatch(
    new RegExp(`; its words were ${by}; the risk "Keys in the clear", once P0, was ${by}$`),
  );
});

test('a gate tells that a KPI is to be measured less often than it was, or in another unit', async () => {
  const kpi = await add('kpi', { title: 'Restores', target: 80, unit: '%', cadence: 'weekly' });
  const gate = await add('gate', { title: 'Live', rule: { rule: 'kpi-at-target', kpi: 'Restores' } });
  const day = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  await w.api.programme.measure({ record: kpi.record, day, value: 90 });
  expect(await gateNamed(w.api, gate.id)).toMatchObject({ met: false, criteria: [{ changed: [] }] });
  w.clock.ahead = 60_000;
  await w.as('Ada');
  await w.api.programme.put({
    kind: 'kpi',
    record: kpi.record,
    fields: { cadence: 'when it suits', unit: 'points' },
  });
  const judged = await gateNamed(w.api, gate.id);
  expect(judged?.because).toContain('how often it is measured was changed by Ada on');
  expect(judged?.criteria[0]?.changed.map(({ what }) => what).sort()).toEqual([
    'how often it is measured was',
    'its unit was',
  ]);
});

test('a rating beyond its scale is refused', async () => {
  const { maturity } = await makeGate();
  for (const value of [45, -1])
    expect(await faultOf(w.api.programme.measure({ record: maturity.record, value }))).toMatchObject({
      code: 'invalid-input',
      detail: `A rating lies between 0 and 5, the end of its scale; ${value} does not.`,
    });
  await w.api.programme.measure({ record: maturity.record, value: 5 });
});

test('a gate tells of the criteria that people put on it and that were removed or put elsewhere', async () => {
  const made = await makeGate();
  const other = await add('gate', { title: 'Pilot' });
  expect(await gateNamed(w.api, made.gate.id)).toMatchObject({ moved: [] });
  await w.api.programme.remove({ record: made.risks.record });
  w.clock.ahead = 60_000;
  await w.as('Ada');
  const fields = { for: other.record };
  await w.api.programme.put({ kind: 'criterion', record: made.covered.record, fields });
  const gate = await gateNamed(w.api, made.gate.id);
  expect(gate?.moved).toMatchObject([
    { title: 'Coverage at target', by: 'Ada', removed: false },
    { title: 'No open P0', by: 'Ada', removed: true },
  ]);
  expect(gate?.because).toContain('its criterion "No open P0" was removed by Ada on');
  expect(await gateNamed(w.api, other.id)).toMatchObject({ moved: [] });
});

test('the start of a phase that is moved back brings no older word into it, and is told', async () => {
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const phase = await add('phase', { title: 'Cutover', from: day(10) });
  const asked = await add('criterion', { title: 'Nothing is in the way', for: 'every phase' });
  const word = () => w.api.programme.attest({ record: asked.record, met: true, statement: 'I looked' });
  await word();
  const judged = async () => (await gateNamed(w.api, phase.id))?.criteria[0];
  expect(await judged()).toMatchObject({ met: null, changed: [] });
  w.clock.ahead = 60_000;
  await w.as('Ada');
  await w.api.programme.put({ kind: 'phase', record: phase.record, fields: { from: day(0) } });
  expect(await judged()).toMatchObject({
    met: null,
    because: expect.stringContaining(`what was said before its start was moved on ${day(0)} is not about`),
    changed: [{ what: 'the start of this phase was', by: 'Ada' }],
  });
  w.clock.ahead = 120_000;
  await w.as('Ada');
  await word();
  expect(await judged()).toMatchObject({ met: true });
});

test('a gate of a plan names the criterion that was put elsewhere', async () => {
  const { engagement } = await w.api.programme.start({
    template: 'enterprise-target-180',
    name: 'Harbour',
    start: '2026-09-01',
  });
  const judged = async () => (await w.api.board.gates({ engagement: engagement.id })).gates;
  const before = (await judged()).find(({ kind, criteria }) => kind === 'phase' && criteria.length > 1);
  const [one] = before?.criteria ?? [];
  await w.api.programme.put({ kind: 'criterion', record: one?.record ?? '', fields: { for: null } });
  const after = (await judged()).find(({ id }) => id === before?.id);
  expect(after?.criteria).toHaveLength((before?.criteria.length ?? 0) - 1);
  expect(after?.moved).toMatchObject([{ title: one?.title, by: 'Ada' }]);
  expect(after?.because).toContain(`its criterion "${one?.title}" was put elsewhere by Ada on`);
});

describe('two copies apart', () => {
  test('leave a criterion undecided while they rate a risk otherwise, until somebody decides', async () => {
    const made = await makeGate();
    const other = await makeCore();
    try {
      const target = join(other.home, 'copy');
      await w.api.workspace.clone({ target, device: 'Laptop' });
      await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Ada') });
      const rate = (api: Api, severity: string) =>
        api.programme.put({ kind: 'risk', record: made.risk.record, fields: { severity } });
      await rate(w.api, 'P1');
      await rate(other.api, 'P2');
      const out = join(other.home, 'carried');
      await other.api.ledger.export({ out });
      await w.api.ledger.import({ from: out });
      const risks = async () =>
        (await gateNamed(w.api, made.gate.id))?.criteria.find(({ title }) => title === 'No open P0');
      expect(await risks()).toMatchObject({
        met: null,
        because: expect.stringContaining(
          'Two values stand side by side in the field "severity" of "Keys in the clear"',
        ),
      });
      const record = made.risk.record;
      const aziz = await w.as('Aziz');
      expect(await faultOf(aziz.conflicts.resolve({ record, field: 'severity', keep: 1 }))).toMatchObject({
        code: 'forbidden',
      });
      const ada = await w.as('Ada');
      await ada.conflicts.resolve({ record, field: 'severity', keep: 0 });
      expect(await risks()).toMatchObject({ met: true });
    } finally {
      await other.close();
    }
  });
});

describe('what only looks like the same thing', () => {
  test('a phase never stands in for a gate by the beginning of its title', async () => {
    await add('gate', { title: 'Enterprise target reached', rule: { rule: 'attested', by: 'Sponsor' } });
    const aziz = await w.as('Aziz');
    expect(await faultOf(add('phase', { title: 'Enterprise target' }, aziz))).toMatchObject({
      code: 'forbidden',
    });
    const ada = await w.as('Ada');
    await add('phase', { title: 'Enterprise target' }, ada);
    expect(await faultOf(ada.board.gates({ gate: 'Enterprise target' }))).toMatchObject({ code: 'conflict' });
    const { gates } = await ada.board.gates({ gate: 'enterprise target reached' });
    expect(gates).toMatchObject([{ kind: 'gate', met: false }]);
  });

  test('a criterion stays with what it is for, whatever that is called later', async () => {
    const phase = await add('phase', { title: 'Cutover' });
    const fields = { title: 'Proof', for: 'Cutover', rule: { rule: 'artifact-attached', what: 'a report' } };
    expect((await add('criterion', fields)).body).toMatchObject({ for: phase.record });
    await w.api.programme.put({ kind: 'phase', record: phase.record, fields: { title: 'Cutover 1' } });
    expect((await gateNamed(w.api, phase.id))?.criteria).toMatchObject([{ title: 'Proof', met: false }]);
    const nowhere = add('criterion', { title: 'Lost', for: 'Nowhere' });
    expect(await faultOf(nowhere)).toMatchObject({ code: 'not-found' });
  });

  test('an open action is not moved out of the way by whoever does it', async () => {
    const gate = await add('gate', { title: 'Done', rule: { rule: 'actions-done' } });
    const aziz = await w.as('Aziz');
    await add('action', { title: 'One', for: gate.record, state: 'done' }, aziz);
    const open = await add('action', { title: 'Two', for: gate.record }, aziz);
    const put = (fields: Record<string, unknown>) =>
      aziz.programme.put({ kind: 'action', record: open.record, fields });
    expect(await faultOf(put({ for: null }))).toMatchObject({ code: 'forbidden' });
    expect(await faultOf(aziz.programme.remove({ record: open.record }))).toMatchObject({
      rule: 'relied-on',
      because: expect.stringContaining('"Done" counts it'),
    });
    expect(await gateNamed(aziz, gate.id)).toMatchObject({ met: false });
    await put({ state: 'done' });
    expect(await gateNamed(aziz, gate.id)).toMatchObject({ met: true });
  });

  test('work that changes hands stays where it belongs', async () => {
    const data = await add('pillar', { title: 'Data', owner: 'Dana' });
    await add('pillar', { title: 'Identity', owner: 'Ivo' });
    const gate = await add('gate', { title: 'Data done', rule: { rule: 'actions-done', of: 'Data' } });
    const side = await add('gate', { title: 'Side', owner: 'Dana' });
    const aziz = await w.as('Aziz');
    const own = await add('action', { title: 'Mask names', owner: 'Dana' }, aziz);
    const risk = await add('risk', { title: 'Leaks', owner: 'Dana' }, aziz);
    await add('action', { title: 'Plug it', for: risk.record }, aziz);
    await add('action', { title: 'Check it', for: side.record }, aziz);
    await add('action', { title: 'Read up', for: data.record, state: 'done' }, aziz);
    expect([own.body.for, risk.body.pillar]).toEqual([data.record, data.record]);
    const counted = async () => {
      const judged = await gateNamed(aziz, gate.id);
      return [judged?.met, judged?.criteria[0]?.because];
    };
    const before = [false, '1 of 4 actions done'];
    expect(await counted()).toEqual(before);
    for (const row of [own, risk])
      await aziz.programme.put({ kind: row.kind, record: row.record, fields: { owner: 'Ivo' } });
    expect(
      await faultOf(aziz.programme.put({ kind: 'gate', record: side.record, fields: { owner: 'Ivo' } })),
    ).toMatchObject({ code: 'forbidden' });
    expect(await counted()).toEqual(before);
  });

  test('a rule keeps the record it names, whatever else is called so later', async () => {
    const kpi = await add('kpi', { title: 'Coverage', target: 80, unit: '%' });
    const risk = await add('risk', { title: 'Leaks' });
    const measured = await add('gate', {
      title: 'Covered',
      rule: { rule: 'kpi-at-target', kpi: 'coverage' },
    });
    const done = await add('gate', { title: 'Plugged', rule: { rule: 'actions-done', of: 'Leaks' } });
    expect(measured.body.rule).toEqual({ rule: 'kpi-at-target', kpi: kpi.record });
    await add('kpi', { title: 'Coverage', target: 1, unit: '%' });
    expect(done.body.rule).toEqual({ rule: 'actions-done', of: risk.record });
    const aziz = await w.as('Aziz');
    await add('action', { title: 'Plug it', for: risk.record }, aziz);
    await aziz.programme.put({ kind: 'risk', record: risk.record, fields: { title: 'Drips' } });
    const other = await add('risk', { title: 'Leaks' }, aziz);
    await add('action', { title: 'Nothing', for: other.record, state: 'done' }, aziz);
    expect(await gateNamed(aziz, done.id)).toMatchObject({
      criteria: [{ met: false, because: '0 of 1 action done' }],
    });
    expect(await gateNamed(aziz, measured.id)).toMatchObject({
      criteria: [{ because: 'The KPI "Coverage" has not been measured yet' }],
    });
  });

  test('a rule that names by a title what several bear decides nothing', async () => {
    const early = await add('gate', { title: 'Covered', rule: { rule: 'kpi-at-target', kpi: 'Coverage' } });
    expect(early.body.rule).toEqual({ rule: 'kpi-at-target', kpi: 'Coverage' });
    const [one] = [
      await add('kpi', { title: 'Coverage', target: 80 }),
      await add('kpi', { title: 'Coverage', target: 1 }),
    ];
    await w.api.programme.measure({ record: one.record, value: 90, day: '2026-01-05' });
    expect(await gateNamed(w.api, early.id)).toMatchObject({
      criteria: [
        {
          met: null,
          because:
            'The KPI "Coverage" may mean several records of the engagement: choose the one in the rule',
        },
      ],
    });
    const put = w.api.programme.put({
      kind: 'gate',
      record: early.record,
      fields: { rule: { rule: 'kpi-at-target', kpi: 'Coverage' } },
    });
    expect(await faultOf(put)).toMatchObject({ code: 'conflict' });
  });

  test('a packet keeps its template and means every name it bore, and a second one of a name is no match for it', async () => {
    const aziz = await w.as('Aziz');
    const { view } = await aziz.packets.create({ template: 'release', title: 'Release 4.2' });
    const { packet } = view;
    const put = (fields: Record<string, unknown>) =>
      aziz.programme.put({ kind: 'packet', record: packet.record, fields });
    expect(await faultOf(put({ template: 'weekly-summary@1.0' }))).toMatchObject({ code: 'forbidden' });
    await put({ title: 'Old draft' });
    for (const name of ['Old draft', 'Release 4.2', 'Release'])
      expect((await aziz.packets.get({ packet: name })).view.packet.id).toBe(packet.id);
    const easy = await aziz.packets.create({ template: 'weekly-summary', title: 'Release 4.2' });
    expect(await faultOf(aziz.packets.get({ packet: 'Release 4.2' }))).toMatchObject({ code: 'conflict' });
    await aziz.programme.put({
      kind: 'packet',
      record: easy.view.packet.record,
      fields: { title: 'Easy' },
    });
    await put({ title: 'Release 4.2' });
    const section = { packet: packet.id, key: 'rollback.minutes', text: '9' };
    expect(await faultOf(aziz.programme.put({ kind: 'section', fields: section }))).toMatchObject({
      code: 'invalid-input',
    });
    await aziz.packets.create({ template: 'weekly-summary', title: 'Release 4' });
    expect(await faultOf(aziz.packets.get({ packet: 'Release 4' }))).toMatchObject({ code: 'conflict' });
    expect(await faultOf(aziz.packets.get({ packet: 'Release 4.2' }))).toMatchObject({ code: 'conflict' });
    expect((await aziz.packets.get({ packet: packet.id })).view.packet.title).toBe('Release 4.2');
    await aziz.packets.create({ template: 'weekly-summary', title: 'Release 4.2' });
    expect(await faultOf(aziz.packets.get({ packet: 'Release 4.2' }))).toMatchObject({ code: 'conflict' });
  });
});

test('a control accepted as not satisfied makes nothing ready, and the gate says so', async () => {
  const gate = await add('gate', {
    title: 'Access controls accepted',
    rule: { rule: 'controls-accepted', scope: { group: 'Access Control' }, share: 0.3 },
  });
  const aziz = await w.as('Aziz');
  await aziz.assessments.set({ control: 'AC-1', result: 'not-satisfied' });
  await aziz.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  const rita = await w.as('Rita');
  await rita.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  expect(await gateNamed(rita, gate.id)).toMatchObject({
    met: false,
    because: '0 of 3 checks in Access Control accepted as met, 1 needed (30 %); 1 more accepted as not met',
  });
  const { overall } = await rita.board.get({});
  expect(overall.checks).toMatchObject({ accepted: 1, failing: 1, ready: 0 });
});

describe('a clock that is ahead', () => {
  const YEAR = 365 * 86_400_000;

  test('does not let a word on a gate outlast those who answer it', async () => {
    const gate = await add('gate', { title: 'Go live' });
    const aziz = await w.as('Aziz');
    w.clock.ahead = YEAR;
    for (let hour = 0; hour < 30; hour += 1) {
      w.clock.ahead = YEAR + hour * 3_600_000;
      await aziz.programme.attest({ record: gate.record, met: true, statement: `ok ${hour}` });
    }
    w.clock.ahead = 0;
    const rita = await w.as('Rita');
    expect(await gateNamed(rita, gate.id)).toMatchObject({
      criteria: [{ met: null, because: expect.stringContaining('The clock of Aziz was ahead') }],
    });
    await rita.programme.attest({ record: gate.record, met: false, statement: 'Not yet' });
    expect(await gateNamed(rita, gate.id)).toMatchObject({ criteria: [{ met: false, by: 'Rita' }] });
    w.clock.ahead = YEAR + 3 * 86_400_000;
    expect(await gateNamed(await w.as('Rita'), gate.id)).toMatchObject({
      criteria: [{ met: false, by: 'Rita' }],
    });
  });

  test('and one that is slow do not let a word without the part take away that of the part', async () => {
    await add('person', { title: 'Rita R.', part: 'Sponsor', member: 'Rita' });
    const gate = await add('gate', { title: 'Go live', rule: { rule: 'attested', by: 'Sponsor' } });
    const rita = await w.as('Rita');
    await rita.programme.attest({ record: gate.record, met: false, statement: 'Not yet' });
    const aziz = await w.as('Aziz');
    w.clock.ahead = -86_400_000;
    await aziz.programme.attest({ record: gate.record, met: true, statement: 'I think so' });
    w.clock.ahead = 0;
    expect(await gateNamed(aziz, gate.id)).toMatchObject({ criteria: [{ met: false, by: 'Rita' }] });
  });

  test('does not keep evidence current that somebody else says no longer holds', async () => {
    const files = [{ path: w.file('scan.txt', 'clean') }];
    const { evidence } = await w.api.evidence.add({ files, links: [{ control: 'AC-1' }] });
    const [id = ''] = evidence.map((one) => one.id);
    const aziz = await w.as('Aziz');
    w.clock.ahead = YEAR;
    await aziz.register.attest({ evidence: [id], met: true, statement: 'Holds' });
    w.clock.ahead = 0;
    const rita = await w.as('Rita');
    await rita.register.attest({ evidence: [id], met: false, statement: 'It is of last year' });
    expect((await rita.register.list({ only: 'stale' })).rows.map((row) => row.id)).toEqual([id]);
  });
});
