import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsFrom, systemPorts } from '../../../../core/ports.ts';
import { stateAct } from '../../../../core/programme/acts.ts';
import { type OpenWorkspace, sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import type { ProgrammeFact } from '../../../../shared/domain/programme/facts.ts';
import { finish, makeEngagement, passphraseOf, type TestWorkspace } from '../../../support/workspaces.ts';

const DAY = 86_400_000;

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

const day = (ahead: number) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
const put = async (
  kind: 'gate' | 'criterion' | 'risk' | 'person' | 'kpi',
  fields: Record<string, unknown>,
  record?: string,
) => (await w.api.programme.put({ kind, fields, record })).row;
const NO_P0 = { rule: 'risks-at-most', severity: 'P0', atMost: 0 };

/** Writes past the rules of the program, as a build of one's own would. */
async function past(name: string, act: (ws: OpenWorkspace) => void): Promise<void> {
  await w.api.workspace.lock({});
  const { random } = systemPorts;
  const ports = { clock: { now: () => Date.now() + w.clock.ahead }, random, ids: idsFrom(random) };
  const ws = await unlockWorkspace(ports, { dir: w.dir, passphrase: passphraseOf(name) });
  try {
    act(ws);
  } finally {
    sealAndClose(ws);
  }
  await w.as('Ada');
}

type Said = Omit<ProgrammeFact<'acceptance'>, 'engagement' | 'record'>;
const SOUND: Said = {
  kind: 'risk-acceptance',
  reason: 'Next release',
  compensating: 'Every use is logged',
  expires: day(60),
};

describe('an acceptance that another program wrote', () => {
  test.each<[string, Partial<Said>, RegExp]>([
    ['without a reason', { reason: ' ' }, /needs a reason/],
    ['without a compensating control', { compensating: '' }, /needs a compensating control/],
    ['without an end', { expires: null }, /needs a last day/],
    ['for more than a year', { expires: day(400) }, /a year at most/],
    ['until a day that had passed', { expires: day(-1) }, /has passed already/],
  ])('%s counts nothing, and says why', async (_how, changed, because) => {
    const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'Aziz' });
    const gate = await put('gate', { title: 'No P0', rule: NO_P0 });
    const about = { engagement: risk.engagement, record: risk.record };
    await past('Rita', (ws) =>
      stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND, ...changed }),
    );
    const board = await w.api.board.get({});
    expect(board.exceptions).toMatchObject([
      { by: 'Rita', state: 'void', flaw: expect.stringMatching(because) },
    ]);
    expect(board.risks).toMatchObject([{ standing: { state: 'open', accepted: null, lapsed: null } }]);
    expect(board.summaries.exceptions).toContain('1 void');
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([{ met: false }]);
    const { rebuild } = await finish<{ rebuild: { differences: unknown[] } | null }>(
      w.api,
      w.api.ledger.verify({ rebuild: true }),
    );
    expect(rebuild?.differences).toEqual([]);
  });

  test('by whoever owns the risk, or owned it once, counts nothing', async () => {
    const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'Rita' });
    const gate = await put('gate', { title: 'No P0', rule: NO_P0 });
    await put('risk', { owner: 'Bob' }, risk.record);
    const about = { engagement: risk.engagement, record: risk.record };
    await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND }));
    expect((await w.api.board.get({})).exceptions).toMatchObject([
      { state: 'void', flaw: expect.stringContaining('cannot accept it: it was given to Rita.') },
    ]);
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([{ met: false }]);
  });

  test.each<[string, (person: string) => Promise<unknown>]>([
    ['calling the person otherwise', (record) => put('person', { title: 'Somebody else' }, record)],
    ['tying the person to another', (record) => put('person', { member: 'Aziz' }, record)],
    ['untying the person', (record) => put('person', { member: null }, record)],
    ['removing the person', (record) => w.api.programme.remove({ record })],
  ])('by a person the risk was given to counts nothing after %s', async (_how, away) => {
    const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'R. Santos, SRE' });
    const gate = await put('gate', { title: 'No P0', rule: NO_P0 });
    await away((await put('person', { title: 'R. Sántos', member: 'Rita' })).record);
    const about = { engagement: risk.engagement, record: risk.record };
    await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND }));
    expect((await w.api.board.get({})).exceptions).toMatchObject([
      { state: 'void', flaw: expect.stringContaining('it was given to R. Santos, SRE') },
    ]);
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([{ met: false }]);
    const rita = await w.as('Rita');
    const { kind: _, ...said } = SOUND;
    await expect(rita.programme.accept({ record: risk.record, ...said })).rejects.toMatchObject({
      data: { rule: 'segregation-of-duties' },
    });
  });

  test.each([
    ['Santos, Rita'],
    ['RITA M. SÁNTOS (SRE)'],
    ['rita.santos@example.org'],
    ['Rita'],
    ['R. Santos'],
    ['Jonas and Rita'],
    ['Payments (rita)'],
    ['santos'],
  ])('by whoever the risk was given to as %s counts nothing', async (owner) => {
    await w.api.members.add({
      name: 'Rita Santos',
      role: 'reviewer',
      passphrase: passphraseOf('Rita Santos'),
    });
    const risk = await put('risk', { title: 'Keys', severity: 'P0', owner });
    const about = { engagement: risk.engagement, record: risk.record };
    await past('Rita Santos', (ws) =>
      stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND }),
    );
    expect((await w.api.board.get({})).exceptions).toMatchObject([
      { state: 'void', flaw: expect.stringContaining(`it was given to ${owner}`) },
    ]);
  });

  test('of a gate and its criteria by whoever owns the gate counts nothing', async () => {
    await put('risk', { title: 'Keys', severity: 'P0' });
    const gate = await put('gate', { title: 'No P0', owner: 'Rita', rule: NO_P0 });
    const part = await put('criterion', { title: 'None at all', for: gate.record, rule: NO_P0 });
    const said = { ...SOUND, kind: 'exception' as const, engagement: gate.engagement };
    for (const { record } of [gate, part])
      await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...said, record }));
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([
      { met: false, criteria: [{ exception: null }, { exception: null }] },
    ]);
    expect((await w.api.board.get({})).exceptions.map(({ state }) => state)).toEqual(['void', 'void']);
  });

  test('by the contact of a person counts nothing, and by who only shares a name of family it counts', async () => {
    for (const name of ['Lin Santos', 'Rita Santos'])
      await w.api.members.add({ name, role: 'reviewer', passphrase: passphraseOf(name) });
    await put('person', { title: 'R. S.', contact: 'duty-1@example.org', member: 'Rita Santos' });
    const duty = await put('risk', { title: 'Keys', severity: 'P0', owner: 'duty-1@example.org' });
    const hers = await put('risk', { title: 'Logs', severity: 'P0', owner: 'Santos, Rita' });
    const { engagement } = duty;
    await past('Rita Santos', (ws) =>
      stateAct(ws, 'programme.accept@1', 'acceptance', { ...SOUND, engagement, record: duty.record }),
    );
    await past('Lin Santos', (ws) =>
      stateAct(ws, 'programme.accept@1', 'acceptance', { ...SOUND, engagement, record: hers.record }),
    );
    const states = (await w.api.board.get({})).exceptions.map(({ by, state }) => [by, state]);
    expect(Object.fromEntries(states)).toEqual({ 'Rita Santos': 'void', 'Lin Santos': 'holds' });
  });

  test('of what asks for a KPI by whoever owns that KPI counts nothing', async () => {
    await put('kpi', { title: 'Restores', target: 80, owner: 'Rita' });
    const rule = { rule: 'kpi-at-target', kpi: 'Restores' };
    const gate = await put('gate', { title: 'Live', rule });
    const part = await put('criterion', { title: 'Restored', for: gate.record, rule });
    const said = { ...SOUND, kind: 'exception' as const, engagement: gate.engagement };
    for (const { record } of [gate, part])
      await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...said, record }));
    expect((await w.api.board.get({})).exceptions.map(({ state }) => state)).toEqual(['void', 'void']);
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([{ met: false }]);
  });

  test('of what counts open risks by whoever owns one of them counts nothing', async () => {
    const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'Rita' });
    const gate = await put('gate', { title: 'No P0' });
    const part = await put('criterion', { title: 'None at all', for: gate.record, rule: NO_P0 });
    const other = await put('criterion', {
      title: 'Few P1',
      for: gate.record,
      rule: { ...NO_P0, severity: 'P1' },
    });
    const said = { ...SOUND, kind: 'exception' as const, engagement: risk.engagement };
    for (const { record } of [part, other])
      await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...said, record }));
    const states = (await w.api.board.get({})).exceptions.map(({ record, state }) => [record, state]);
    expect(new Map(states as [string, string][])).toEqual(
      new Map([
        [part.record, 'void'],
        [other.record, 'holds'],
      ]),
    );
    expect((await w.api.board.gates({ gate: gate.id })).gates).toMatchObject([{ met: false }]);
    const rita = await w.as('Rita');
    const { kind: _, ...mine } = SOUND;
    await expect(
      rita.programme.accept({ record: part.record, as: 'exception', ...mine }),
    ).rejects.toMatchObject({ data: { rule: 'segregation-of-duties' } });
  });

  test('of a day to come waits for that day', async () => {
    const risk = await put('risk', { title: 'Keys', severity: 'P0' });
    const about = { engagement: risk.engagement, record: risk.record };
    w.clock.ahead = 5 * DAY;
    await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND }));
    const stands = async () => (await w.api.board.get({})).exceptions.map(({ state }) => state);
    expect(await stands()).toEqual(['holds']);
    w.clock.ahead = 0;
    await w.as('Ada');
    expect(await stands()).toEqual(['void']);
  });
});

describe('a risk that goes on in the next period', () => {
  const RISKS = `# Go-live plan

## Risks

| Risk | Severity | Owner |
|---|---|---|
| Keys in the clear | P0 | R. Santos |
`;

  async function planned(): Promise<string> {
    const { files } = await w.api.frameworks.import({ files: [{ path: w.file('risks.md', RISKS) }] });
    const engagement = await w.api.engagements.create({
      name: 'Go live',
      frameworks: [...(await w.api.frameworks.list({})).rows, ...files.map(({ framework }) => framework)]
        .flatMap((framework) => (framework === null ? [] : [framework.id]))
        .filter((id, index, all) => all.indexOf(id) === index),
      subjects: [],
    });
    const { id } = engagement.engagement;
    await w.api.assessments.set({ control: 'AC-1', engagement: id, result: 'satisfied' });
    return id;
  }

  const accepts = async (engagement: string) => {
    const [risk] = (await w.api.programme.list({ kind: 'risk', engagement })).rows;
    if (risk === undefined) throw new Error('The risk did not go along.');
    const about = { engagement, record: risk.record };
    await past('Rita', (ws) => stateAct(ws, 'programme.accept@1', 'acceptance', { ...about, ...SOUND }));
    const rita = await w.as('Rita');
    const { kind: _, ...said } = SOUND;
    await expect(rita.programme.accept({ record: risk.record, ...said })).rejects.toMatchObject({
      data: { rule: 'segregation-of-duties' },
    });
    return (await rita.board.get({ engagement })).exceptions;
  };

  test.each([['in one step'], ['in two']])(
    'is not accepted by whoever owned it before, %s',
    async (steps) => {
      const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'Rita' });
      await put('risk', { owner: 'Bob' }, risk.record);
      const roll = (engagement: string, name: string) =>
        w.api.periods.roll({ engagement, name, from: day(0) });
      let { engagement } = await roll(risk.engagement, 'Audit 2027');
      if (steps === 'in two') ({ engagement } = await roll(engagement, 'Audit 2028'));
      expect(await accepts(engagement)).toMatchObject([
        { state: 'void', flaw: expect.stringContaining('Rita') },
      ]);
    },
  );

  test('is not accepted by whom the plan meant, though nobody says so in this period', async () => {
    const then = await planned();
    const fields = { title: 'R. Santos', member: 'Rita' };
    const { row } = await w.api.programme.put({ kind: 'person', fields, engagement: then });
    await w.api.programme.remove({ record: row.record });
    const { engagement } = await w.api.periods.roll({ engagement: then, name: 'Next', from: day(0) });
    const [risk] = (await w.api.programme.list({ kind: 'risk', engagement })).rows;
    await put('risk', { owner: 'Bob' }, risk?.record);
    expect(await accepts(engagement)).toMatchObject([{ state: 'void' }]);
  });

  test('of a plan is not accepted by who owned it in the period before', async () => {
    const then = await planned();
    const [risk] = (await w.api.programme.list({ kind: 'risk', engagement: then })).rows;
    await put('risk', { owner: 'Rita' }, risk?.record);
    await put('risk', { owner: 'R. Santos' }, risk?.record);
    const { engagement } = await w.api.periods.roll({ engagement: then, name: 'Next', from: day(0) });
    expect(await accepts(engagement)).toMatchObject([
      { state: 'void', flaw: expect.stringContaining('Rita') },
    ]);
  });
});

test('an acceptance ends once its author owns the risk, and the days before stay as they were', async () => {
  const risk = await put('risk', { title: 'Keys', severity: 'P0', owner: 'Aziz' });
  const rita = await w.as('Rita');
  await rita.programme.accept({
    record: risk.record,
    reason: SOUND.reason,
    compensating: SOUND.compensating,
    expires: SOUND.expires,
  });
  const then = (await rita.board.get({})).day;
  w.clock.ahead = 3 * DAY;
  await w.as('Ada');
  await put('risk', { owner: 'Rita' }, risk.record);
  const board = await w.api.board.get({});
  expect(board.risks).toMatchObject([{ standing: { state: 'open' } }]);
  const shown = board.burnDown.days.flatMap(({ open }) => open ?? []);
  expect(shown[0]).toBe(board.burnDown.open - 1);
  expect((await w.api.board.get({ asOf: then })).risks).toMatchObject([{ standing: { state: 'accepted' } }]);
});
