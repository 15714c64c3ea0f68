import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '../../../../shared/contract/board.ts';
import { type Api, faultOf, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const DAY = 86_400_000;
const PHASE = 'Phase 1: Prepare (2026-01-05 to 2026-01-30)';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

const day = (ahead: number) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
const wait = (days: number) => {
  w.clock.ahead += days * DAY;
};

async function add(
  kind: 'gate' | 'criterion' | 'risk' | 'action' | 'pillar' | 'kpi' | 'person',
  fields: Record<string, unknown>,
) {
  const { row } = await w.api.programme.put({ kind, fields });
  return row;
}

/** AC-1 prepared by Aziz and accepted by Rita, on evidence that expires in ten days unless said otherwise. */
async function acceptOnEvidence(expires: string | null = day(10)): Promise<void> {
  const aziz = await w.as('Aziz');
  await aziz.evidence.add({
    files: [{ path: w.file('scan.txt', 'found nothing') }],
    title: 'Scan',
    owner: 'Aziz',
    ...(expires === null ? {} : { expires }),
    links: [{ control: 'AC-1' }],
  });
  await aziz.assessments.set({ control: 'AC-1', result: 'satisfied' });
  await aziz.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  const rita = await w.as('Rita');
  await rita.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
}

const gateNamed = async (api: Api, gate: string) => (await api.board.gates({ gate })).gates[0];

describe('when evidence lapses', () => {
  test('the readiness that leaned on it falls, while the acceptance stands and says stale', async () => {
    await acceptOnEvidence();
    const before = await w.api.board.get({});
    expect(before.overall.checks).toMatchObject({ total: 7, accepted: 1, stale: 0, ready: 1 });
    expect(before.funnel.at(-1)).toMatchObject({ stage: 'ready', count: 1 });
    wait(10);
    expect((await (await w.as('Rita')).board.get({})).overall.checks).toMatchObject({ stale: 0, ready: 1 });
    wait(1);
    const after = await (await w.as('Rita')).board.get({});
    expect(after.overall.checks).toMatchObject({ accepted: 1, stale: 1, ready: 0 });
    expect(after.overall.share).toBe(0);
    expect(after.burnDown.open).toBe(before.burnDown.open + 1);
    expect(after.overall.why).toContainEqual({
      rag: 'red',
      rule: 'evidence-stale',
      because: '1 accepted result leans on stale evidence',
      record: null,
    });
    const ac = after.groups.find((group) => group.title === 'Access Control');
    expect(ac?.checks).toMatchObject({ accepted: 1, stale: 1, ready: 0 });
  });

  test('so does what nobody renewed or attested in the rhythm the engagement asks for, in every count alike', async () => {
    await acceptOnEvidence(null);
    wait(40);
    const usual = (await (await w.as('Rita')).board.get({})).overall.checks;
    expect(usual).toMatchObject({ stale: 0, ready: 1 });
    const api = await w.as('Ada');
    await api.programme.put({ kind: 'cadence', fields: { refreshDays: 31, attestDays: 92 } });
    const board = await api.board.get({});
    expect(board.overall.checks).toMatchObject({ accepted: 1, stale: 1, ready: 0 });
    expect(board.freshness).toMatchObject({ stale: 1, results: 1, expiring: 0 });
    expect((await api.register.list({})).counts.stale).toBe(1);
    expect((await api.controls.list({ engagement: 'Audit 2026', only: 'stale' })).total).toBe(1);
    expect((await api.periods.diagnose({})).counts.stale).toBe(1);
    const word = async () => {
      const [row] = (await api.evidence.list({})).rows;
      const ofRegister = (await api.register.list({})).rows[0]?.state;
      const alone = (await api.evidence.get({ evidence: row?.id ?? '' })).evidence.state;
      const { assessments } = await api.controls.get({ control: 'AC-1' });
      const beside = assessments[0]?.evidence[0]?.state;
      const listed = (await api.evidence.list({ state: 'stale' })).total;
      return [row?.state, ofRegister, alone, beside, listed];
    };
    expect(await word()).toEqual(['stale', 'stale', 'stale', 'stale', 1]);
    expect((await api.evidence.list({ state: 'current' })).total).toBe(0);
    await api.register.attest({ evidence: ['Scan'], statement: 'Seen again, it holds.' });
    expect((await api.board.get({})).overall.checks).toMatchObject({ stale: 0, ready: 1 });
    expect(await word()).toEqual(['current', 'current', 'current', 'current', 0]);
  });

  test('the trend shows the day it fell', async () => {
    await acceptOnEvidence();
    wait(14);
    const { overall } = await (await w.as('Rita')).board.get({});
    expect(overall.trend.map((point) => point.share)).toEqual([1 / 7, 1 / 7, 0]);
  });

  test('gates on accepted controls and fresh evidence react', async () => {
    const gate = await add('gate', { title: 'Access is ready' });
    await add('criterion', {
      title: 'A third of access control is accepted',
      for: gate.record,
      rule: { rule: 'controls-accepted', scope: { group: 'access control' }, share: 1 / 3 },
    });
    await add('criterion', {
      title: 'Evidence is fresh',
      for: gate.record,
      rule: { rule: 'evidence-fresh', scope: {} },
    });
    expect(await gateNamed(w.api, gate.id)).toMatchObject({ verdict: 'not-met', met: false });
    await acceptOnEvidence();
    expect(await gateNamed(w.api, gate.id)).toMatchObject({
      verdict: 'met',
      criteria: [
        { met: true, computed: true, count: 1, target: 1 },
        { met: true, computed: true, count: 0, target: 0 },
      ],
    });
    wait(11);
    const late = await gateNamed(await w.as('Rita'), gate.id);
    expect(late?.criteria.map(({ met, because }) => [met, because])).toEqual([
      [
        false,
        '0 of 3 checks in access control accepted as met, 1 needed (33 %); 1 more accepted on evidence that has gone stale since',
      ],
      [false, '1 of 1 piece of evidence in the engagement is stale'],
    ]);
  });

  test('evidence taken off or removed while stale counts until a reviewer accepts the check without it', async () => {
    const gate = await add('gate', {
      title: 'Evidence is fresh',
      rule: { rule: 'evidence-fresh', scope: {} },
    });
    await acceptOnEvidence();
    wait(11);
    const aziz = await w.as('Aziz');
    const [link] = (await aziz.evidence.get({ evidence: 'Scan' })).links;
    await aziz.evidence.unlink({ evidence: 'Scan', assessment: link?.assessment ?? '' });
    const off =
      /^No check in the engagement leans on evidence now; "Scan" was taken off .* by Aziz on \d{4}-\d\d-\d\d: it counts until a reviewer accepts the check without it$/;
    expect(await gateNamed(aziz, gate.id)).toMatchObject({
      verdict: 'not-met',
      because: expect.stringMatching(off),
      criteria: [{ met: false, count: 1 }],
    });
    await aziz.evidence.remove({ evidence: 'Scan' });
    expect((await gateNamed(aziz, gate.id))?.because).toContain('"Scan" was removed by Aziz on');
    await aziz.evidence.add({
      files: [{ path: w.file('new.txt', 'found nothing again') }],
      title: 'New scan',
      links: [{ control: 'AC-1' }],
    });
    expect(await gateNamed(aziz, gate.id)).toMatchObject({ verdict: 'not-met' });
    await aziz.review.sign({ kind: 'assessment', id: link?.assessment ?? '', as: 'preparer' });
    const rita = await w.as('Rita');
    await rita.review.sign({ kind: 'assessment', id: link?.assessment ?? '', as: 'reviewer' });
    expect(await gateNamed(rita, gate.id)).toMatchObject({
      verdict: 'met',
      because: 'None of 1 piece of evidence in the engagement is stale',
    });
  });

  test('the list of stale results names what is stale, and its owner is told to renew it', async () => {
    await acceptOnEvidence();
    wait(11);
    const aziz = await w.as('Aziz');
    expect(await aziz.board.stale({})).toMatchObject({
      total: 1,
      rows: [{ label: 'AC-1', evidence: [{ title: 'Scan', expires: day(10) }] }],
    });
    const { rows } = await aziz.controls.list({ engagement: 'Audit 2026', only: 'stale' });
    expect(rows).toMatchObject([{ label: 'AC-1', status: 'accepted', stale: true }]);
    const { next, freshness } = await aziz.board.get({});
    expect(next).toContainEqual(expect.objectContaining({ what: 'Renew "Scan"', urgency: 'overdue' }));
    expect(freshness).toMatchObject({ stale: 1, results: 1 });
    expect(freshness.days).toMatchObject([
      { day: day(10), expiring: 1, evidence: [{ title: 'Scan', leaning: 1 }] },
    ]);
  });

  test('a day on which something asked for is due names it', async () => {
    const fields = { title: 'Scan of the autumn', state: 'open', due: day(5) };
    await w.api.programme.put({ kind: 'request', fields });
    const { freshness } = await w.api.board.get({});
    expect(freshness.days).toMatchObject([
      { day: day(5), due: 1, evidence: [], requests: [{ title: 'Scan of the autumn' }] },
    ]);
  });
});

test('the heat map bears the severity that a person set, and says so where the score says another', async () => {
  const rated = (title: string, likelihood: number, impact: number, severity?: string) =>
    add('risk', { title, likelihood, impact, ...(severity === undefined ? {} : { severity }) });
  const set = await rated('Rare but ruinous', 1, 5, 'P0');
  const scored = await rated('Rare and bad', 1, 5);
  const likely = await rated('Likely and small', 5, 1);
  const lowered = await rated('Certain and severe, but contained', 5, 5, 'P2');
  const { heat } = await w.api.board.get({});
  const found = heat.cells.map(({ severity, risks, byHand }) => [severity, risks.length, byHand]);
  expect(found).toEqual([
    ['P2', 1, [lowered.id]],
    ['P0', 2, [set.id]],
    ['P3', 1, []],
  ]);
  expect(heat.cells.flatMap(({ risks }) => risks).sort()).toEqual(
    [set, scored, likely, lowered].map(({ id }) => id).sort(),
  );
});

describe('a risk', () => {
  test('that is accepted leaves the gate open until the acceptance expires, and is then open again, visibly', async () => {
    const risk = await add('risk', {
      title: 'Shared admin account',
      severity: 'P0',
      due: day(90),
      owner: 'Aziz',
    });
    const gate = await add('gate', {
      title: 'No open P0',
      rule: { rule: 'risks-at-most', severity: 'P0', atMost: 0 },
    });
    expect(await gateNamed(w.api, 'no open p0')).toMatchObject({
      met: false,
      because: '1 open P0 risk, at most 0 allowed',
    });
    const rita = await w.as('Rita');
    await rita.programme.accept({
      record: risk.record,
      reason: 'Vendor patch is due',
      compensating: 'Every use is logged and read',
      expires: day(5),
    });
    expect(await gateNamed(w.api, gate.id)).toMatchObject({ met: true });
    const held = await w.api.board.get({});
    expect(held.risks[0]?.standing).toMatchObject({
      state: 'accepted',
      accepted: { by: 'Rita', until: day(5) },
    });
    expect(held.exceptions).toMatchObject([{ state: 'expiring', title: 'Shared admin account', by: 'Rita' }]);
    wait(6);
    const late = await w.as('Rita');
    expect(await gateNamed(late, gate.id)).toMatchObject({ met: false });
    const board = await late.board.get({});
    expect(board.risks[0]?.standing).toMatchObject({
      state: 'open',
      lapsed: { how: 'expired', until: day(5) },
    });
    expect(board.overall.rag).toBe('red');
    expect(board.overall.why.map((one) => one.rule)).toContain('acceptance-lapsed');
    expect(board.burnDown.open).toBe(held.burnDown.open + 1);
  });

  test('is accepted by another than its owner, with a compensating control and for a year at most', async () => {
    const risk = await add('risk', { title: 'Keys in the clear', severity: 'P0', owner: 'CISO' });
    const rita = await w.as('Rita');
    const said = { record: risk.record, reason: 'Next release', compensating: 'Read-only', expires: day(30) };
    const refused = async (changed: { compensating?: string; expires?: string | null }) =>
      faultOf(rita.programme.accept({ ...said, ...changed }));
    expect(await refused({ compensating: ' ' })).toMatchObject({ rule: 'compensating' });
    expect(await refused({ expires: null })).toMatchObject({ rule: 'expiry' });
    expect(await refused({ expires: day(-1) })).toMatchObject({ rule: 'expiry' });
    expect(await refused({ expires: day(366) })).toMatchObject({ rule: 'expiry' });
    await w.as('Ada');
    await add('person', { title: 'Rita of security', part: 'CISO', member: 'Rita' });
    const again = await w.as('Rita');
    expect(await faultOf(again.programme.accept(said))).toMatchObject({ rule: 'segregation-of-duties' });
    const ada = await w.as('Ada');
    await ada.programme.put({ kind: 'risk', record: risk.record, fields: { owner: 'Somebody else' } });
    const rest = await w.as('Rita');
    expect(await faultOf(rest.programme.accept(said))).toMatchObject({ rule: 'segregation-of-duties' });
    const board = await again.board.get({});
    expect(board.risks.find(({ title }) => title === 'Keys in the clear')?.standing.state).toBe('open');
  });

  test('stands on the heat map by likelihood and impact, and by its severity', async () => {
    await add('risk', { title: 'Fire', likelihood: 4, impact: 5 });
    await add('risk', { title: 'Rain', likelihood: 4, impact: 5, state: 'mitigating' });
    await add('risk', { title: 'Wind', likelihood: 2, impact: 1, state: 'closed' });
    await add('risk', { title: 'Fog' });
    const { heat, risks } = await w.api.board.get({});
    const ids = Object.fromEntries(risks.map((risk) => [risk.title, risk.id]));
    expect(heat.cells).toEqual([
      {
        likelihood: 4,
        impact: 5,
        severity: 'P0',
        byHand: [],
        risks: expect.arrayContaining([ids.Fire, ids.Rain]),
      },
    ]);
    expect(heat.unscored).toEqual([ids.Fog]);
    expect(heat.bySeverity).toContainEqual({
      severity: 'P0',
      open: 1,
      mitigating: 1,
      accepted: 0,
      closed: 0,
    });
    expect(heat.bySeverity).toContainEqual({
      severity: 'P3',
      open: 0,
      mitigating: 0,
      accepted: 0,
      closed: 1,
    });
  });
});

describe('what belongs to a pillar', () => {
  test('makes it red, amber or green, with the reason', async () => {
    await w.api.programme.put({ kind: 'phase', record: PHASE, fields: { from: day(0), to: day(60) } });
    const security = await add('pillar', { title: 'Access control', owner: 'Sam' });
    await add('pillar', { title: 'Delivery', owner: 'Dana' });
    await add('risk', { title: 'Old keys', severity: 'P1', due: day(-1), pillar: security.record });
    await add('action', { title: 'Ship it', due: day(3), owner: 'dana' });
    const { pillars } = await w.api.board.get({});
    expect(
      pillars.map(({ title, rag, checks, risks, actions }) => [
        title,
        rag,
        checks.total,
        risks.total,
        actions.total,
      ]),
    ).toEqual([
      ['Access control', 'red', 3, 1, 0],
      ['Delivery', 'amber', 0, 0, 1],
    ]);
    expect(pillars[0]?.why).toEqual([
      {
        rag: 'red',
        rule: 'severe-risk-overdue',
        because: 'The P1 risk "Old keys" is open, 1 day past its due date',
        record: expect.stringMatching(/^risk:/),
      },
    ]);
  });
});

test('a KPI measured longer ago than it is to be was at target, and is not counted there', async () => {
  const old = await add('kpi', { title: 'Restores', target: 80, unit: '%', cadence: 'weekly' });
  const fresh = await add('kpi', { title: 'Tests', target: 80, unit: '%', cadence: 'weekly' });
  await w.api.programme.measure({ record: old.record, day: day(-9), value: 90 });
  await w.api.programme.measure({ record: fresh.record, value: 90 });
  const { summaries } = await w.api.board.get({});
  expect(summaries.kpis).toBe('1 of 2 KPIs at target; 1 not measured when due.');
  const { view } = await w.api.packets.create({ template: 'weekly-summary' });
  expect(view.figures?.kpis.map(({ title, reached }) => [title, reached])).toEqual([
    ['Restores', null],
    ['Tests', true],
  ]);
});

test('a pillar that nothing belongs to is counted as neither good nor bad', async () => {
  await add('pillar', { title: 'Docs' });
  await add('pillar', { title: 'Security' });
  await add('risk', { title: 'Keys', pillar: 'Security', due: day(60) });
  const { summaries } = await w.api.board.get({});
  expect(summaries.readiness).toMatch(/; of 2 pillars 1 (red|amber|green) and 1 with nothing in it yet\.$/);
});

test('the checklists of a plan’s pillars count for them', async () => {
  const plan = '# Gap plan\n\n## 1. Security\n\n**Owner:** Sam\n\nActions:\n\n- Rotate keys\n- Enforce MFA\n';
  const { files } = await w.api.frameworks.import({ files: [{ path: w.file('gap.md', plan) }] });
  await w.api.engagements.create({ name: 'Gaps', frameworks: [files[0]?.framework?.id ?? ''] });
  const { pillars } = await w.api.board.get({ engagement: 'Gaps' });
  expect(pillars.map(({ title, checks }) => [title, checks.total])).toEqual([['Security', 2]]);
});

describe('a gate', () => {
  test('named by its id needs no engagement beside it', async () => {
    const gate = await add('gate', { title: 'Go live' });
    await w.api.engagements.create({ name: 'Another', frameworks: ['Small Catalog'] });
    expect(await gateNamed(w.api, gate.id)).toMatchObject({ title: 'Go live' });
    expect(await faultOf(w.api.board.gates({}))).toMatchObject({ code: 'conflict' });
  });

  test('is found by its title, the one beginning, or refused with the candidates', async () => {
    await add('gate', { title: 'Go live' });
    await add('gate', { title: 'Go back' });
    expect(await gateNamed(w.api, 'GO LIVE')).toMatchObject({ title: 'Go live', verdict: 'unknown' });
    expect(await gateNamed(w.api, 'Phase 1')).toMatchObject({ kind: 'phase' });
    expect(await faultOf(w.api.board.gates({ gate: 'go' }))).toMatchObject({ code: 'conflict' });
    expect(await faultOf(w.api.board.gates({ gate: 'stop' }))).toMatchObject({
      code: 'not-found',
      what: 'gate',
    });
  });

  test('knows a person as a member by the id, in whatever way the member was named', async () => {
    const { rows } = await w.api.members.list({});
    const rita = rows.find(({ name }) => name === 'Rita');
    const tied = await add('person', { title: 'Rita R.', part: 'Security lead', member: 'Rita' });
    const untied = await add('person', { title: 'Sven', part: 'Sponsor', member: '' });
    const unknown = { title: 'Kim', part: 'Auditor', member: 'Kim of nowhere' };
    expect([tied.body.member, untied.body.member]).toEqual([rita?.id, null]);
    expect(await faultOf(add('person', unknown))).toMatchObject({ code: 'not-found', what: 'member' });
  });

  test('that a named part must attest takes only the word of the person in that part', async () => {
    const gate = await add('gate', { title: 'Go live', rule: { rule: 'attested', by: 'security lead' } });
    await add('person', { title: 'Rita R.', part: 'Security lead', member: 'Rita' });
    await (await w.as('Aziz')).programme.attest({ record: gate.record, statement: 'Looks fine' });
    expect(await gateNamed(w.api, gate.id)).toMatchObject({
      verdict: 'unknown',
      because: 'Nobody as security lead has attested it yet; the words of others do not count',
    });
    await (await w.as('Rita')).programme.attest({
      record: gate.record,
      statement: 'Tested it',
      until: day(2),
    });
    expect((await gateNamed(w.api, gate.id))?.criteria).toMatchObject([
      { met: true, by: 'Rita', computed: false },
    ]);
    wait(3);
    expect(await gateNamed(await w.as('Rita'), gate.id)).toMatchObject({ verdict: 'not-met' });
  });

  test('says who gave it another rule than it began with, whatever its title says', async () => {
    const rule = (atMost: number) => ({ rule: 'risks-at-most', severity: 'P0', atMost });
    const gate = await add('gate', { title: 'No open P0', rule: rule(0) });
    await add('risk', { title: 'Keys', severity: 'P0' });
    expect((await gateNamed(w.api, gate.id))?.criteria).toMatchObject([{ met: false, changed: [] }]);
    const api = await w.as('Ada');
    await api.programme.put({ kind: 'gate', record: gate.record, fields: { rule: rule(99) } });
    expect((await gateNamed(api, gate.id))?.criteria).toMatchObject([
      {
        met: true,
        because: expect.stringMatching(/at most 99 allowed; its rule was changed by Ada on \d{4}-\d\d-\d\d$/),
        changed: [{ what: 'its rule was', by: 'Ada' }],
      },
    ]);
  });

  test('passes by an approved exception as long as that holds', async () => {
    const gate = await add('gate', {
      title: 'No open P0',
      rule: { rule: 'risks-at-most', severity: 'P0', atMost: 0 },
    });
    await add('risk', { title: 'Keys', severity: 'P0' });
    const rita = await w.as('Rita');
    const { fact } = await rita.programme.accept({
      record: gate.record,
      as: 'exception',
      reason: 'Shipping dark',
      compensating: 'Off for every customer',
      expires: day(9),
    });
    expect(await gateNamed(rita, gate.id)).toMatchObject({
      met: true,
      criteria: [{ met: false, exception: { by: 'Rita', until: day(9), reason: 'Shipping dark' } }],
    });
    await rita.programme.withdraw({ acceptance: fact.id, reason: 'No longer dark' });
    expect(await gateNamed(rita, gate.id)).toMatchObject({ met: false, criteria: [{ exception: null }] });
  });
});

describe('a past day', () => {
  const told = ({ next: _next, asOf: _asOf, ...rest }: Board) => rest;

  test('shows exactly what was shown that day', async () => {
    await acceptOnEvidence();
    await w.as('Ada');
    const risk = await add('risk', { title: 'Keys', severity: 'P0', due: day(3) });
    const kpi = await add('kpi', { title: 'Coverage', target: 80, unit: '%' });
    await w.api.programme.measure({ record: kpi.record, value: 40 });
    const then = await w.api.board.get({});
    wait(12);
    const api = await w.as('Ada');
    await api.programme.put({ kind: 'risk', record: risk.record, fields: { state: 'closed' } });
    await api.programme.measure({ record: kpi.record, value: 90 });
    await api.assessments.set({ control: 'CM-1', result: 'not-satisfied' });
    const shown = await api.board.get({ asOf: then.day });
    expect(told(shown)).toEqual(told(then));
    expect(shown.asOf?.note).toContain('clocks are as claimed');
    expect(shown.next).toEqual([]);
    const now = await api.board.get({});
    expect(now.kpis[0]).toMatchObject({ latest: { value: 90 }, trend: 'better', atTarget: true });
    expect(now.risks[0]?.standing.state).toBe('closed');
  });

  test('is asked again without another replay, and again with one as soon as something was written', async () => {
    const { day: first } = await w.api.board.get({});
    wait(1);
    const api = await w.as('Aziz');
    const [one, two] = [await api.board.get({ asOf: first }), await api.board.get({ asOf: first })];
    expect(two).toEqual(one);
    await api.assessments.set({ control: 'CM-1', result: 'satisfied' });
    expect(told(await api.board.get({ asOf: first }))).toEqual(told(one));
  });

  test('that has not come yet, or on which there was no engagement, is refused', async () => {
    expect(await faultOf(w.api.board.get({ asOf: day(1) }))).toMatchObject({
      code: 'invalid-input',
      where: 'asOf',
    });
    expect(await faultOf(w.api.board.get({ asOf: day(-1) }))).toMatchObject({
      code: 'invalid-input',
      detail: expect.stringContaining(`Ask for ${day(0)} or a later day.`),
      where: 'asOf',
    });
  });
});

test('criteria of no gate or phase are judged by themselves', async () => {
  const phase = await w.api.programme.get({ record: PHASE });
  await add('criterion', { title: 'The phase is over', for: phase.row.record });
  await add('criterion', {
    title: 'At most two accepted P1',
    rule: { rule: 'risks-at-most', severity: 'P1', atMost: 2, counting: 'accepted' },
  });
  const { criteria, phases } = await w.api.board.get({});
  expect(criteria.map(({ title, met }) => [title, met])).toEqual([['At most two accepted P1', true]]);
  expect(phases[0]?.exit.criteria.map(({ title }) => title)).toEqual(['The phase is over']);
});

test('what to do next depends on who looks', async () => {
  await add('action', { title: 'Rotate keys', owner: 'Aziz', due: day(-2) });
  const aziz = await w.as('Aziz');
  await aziz.assessments.set({ control: 'AC-1', result: 'satisfied' });
  await aziz.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  const mine = await aziz.board.get({});
  expect(mine.next[0]).toMatchObject({
    what: 'Do "Rotate keys"',
    urgency: 'overdue',
    record: expect.stringMatching(/^action:/),
  });
  expect(mine.next.some((step) => step.what.startsWith('Review'))).toBe(false);
  const hers = await (await w.as('Rita')).board.get({});
  expect(hers.next).toContainEqual(expect.objectContaining({ what: 'Review "AC-1 Policy"' }));
  expect(hers.next.some((step) => step.what.includes('Rotate keys'))).toBe(false);
});
