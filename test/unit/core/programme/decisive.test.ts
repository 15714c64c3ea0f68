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
  return { gate, risks, covered, kpi, risk, person, cadence, maturity };
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
      'a lower severity': change(made.risk, { severity: 'P3' }),
      'a lower likelihood': change(made.risk, { likelihood: 1 }),
      'closing the risk': change(made.risk, { state: 'closed' }),
      'a stretched cadence': change(made.cadence, { refreshDays: 3000 }),
      'the part oneself': change(made.person, { member: 'Aziz' }),
      'a part for a new person': () => add('person', { title: 'Me', part: 'Sponsor', member: 'Aziz' }, aziz),
      'a KPI of the same name': () => add('kpi', { title: 'Coverage', target: 1 }, aziz),
      'a second cadence': () => add('cadence', { refreshDays: 3000 }, aziz),
      'a criterion': () => add('criterion', { title: 'Easy', for: made.gate.record }, aziz),
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
