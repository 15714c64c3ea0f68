import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sectionId, valueKey } from '../../../../core/packets/content.ts';
import { stateAct } from '../../../../core/programme/acts.ts';
import type { PacketView } from '../../../../shared/contract/packets.ts';
import { packetSuite } from '../../../../shared/domain/programme/packet-report.ts';
import { withModifiedClient } from '../../../support/modified-client.ts';
import {
  type Api,
  faultOf,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let w: TestWorkspace;
let packet: string;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor', Vera: 'viewer' });
  const { view } = await w.api.packets.create({ template: 'release', title: 'Payroll 4.2' });
  packet = view.packet.id;
});
afterEach(() => w.close());

const HAND = ['scope', 'changes', 'flags', 'monitoring', 'on-call', 'dependencies', 'risks'];

async function addReport(api: Api, name = 'junit.xml'): Promise<string> {
  const { evidence } = await api.evidence.add({ files: [{ path: w.file(name, `<r>${name}</r>`) }] });
  const [first] = evidence;
  if (first === undefined) throw new Error('nothing was added');
  return first.id;
}

/** Everything a release asks for. */
async function fill(api: Api): Promise<void> {
  for (const section of HAND) await api.packets.setSection({ packet, section, text: `About ${section}` });
  await api.packets.setSection({ packet, section: 'rollback', text: 'Deploy 4.1', values: { minutes: '9' } });
  await api.packets.attach({ packet, section: 'tests', evidence: await addReport(api) });
}

const stateOf = (view: PacketView, key: string) => view.sections.find((each) => each.key === key)?.state;
const shown = async (api: Api) => (await api.packets.get({ packet })).view;

describe('a packet', () => {
  test('begins with everything it asks for missing', async () => {
    const view = await shown(w.api);
    expect(view.packet).toMatchObject({ state: 'open', required: 9, settled: 0, customer: 'not-needed' });
    expect(view.missing.map(({ section }) => section)).toContain('rollback');
  });

  test('of no known template is refused with those there are', async () => {
    expect(await faultOf(w.api.packets.create({ template: 'brochure' }))).toMatchObject({
      code: 'not-found',
      what: expect.stringContaining('weekly-summary'),
    });
  });

  test('of a template that a later build brings keeps no other from being listed', async () => {
    const { view } = await w.api.packets.create({ template: 'handover', title: 'Payroll handover' });
    const { id, record } = view.packet;
    await w.api.programme.put({ record, kind: 'packet', fields: { template: 'later@9' } });
    const { total, rows } = await w.api.packets.list({});
    expect([total, rows.map((row) => row.title)]).toEqual([1, ['Payroll 4.2']]);
    expect(await faultOf(w.api.packets.get({ packet: id }))).toMatchObject({ id: 'later@9' });
  });

  test('is listed with how much of it is settled, and as a record', async () => {
    await fill(w.api);
    const { rows } = await w.api.packets.list({});
    expect(rows).toMatchObject([{ title: 'Payroll 4.2', state: 'complete', settled: 9 }]);
    expect((await w.api.packets.list({ template: 'handover' })).total).toBe(0);
    expect((await w.api.records.list({ kind: 'packet' })).rows).toMatchObject([{ id: packet }]);
  });

  test('is listed by its period, the newest first', async () => {
    for (const [week, period] of [
      ['Week 2', '2026-01-12 to 2026-01-18'],
      ['Week 10', '2026-03-09 to 2026-03-15'],
      ['Week 1', '2026-01-05 to 2026-01-11'],
    ])
      await w.api.packets.create({ template: 'weekly-summary', title: week, period });
    const { rows } = await w.api.packets.list({ template: 'weekly-summary' });
    expect(rows.map(({ title }) => title)).toEqual(['Week 10', 'Week 2', 'Week 1']);
  });

  test('takes data of the workspace where its template wants it', async () => {
    await w.api.programme.put({ kind: 'risk', fields: { title: 'Bank rejects a file', severity: 'P1' } });
    const risks = (await shown(w.api)).sections.find(({ key }) => key === 'risks');
    expect(risks).toMatchObject({ state: 'filled', data: [{ name: 'risks', total: 1 }, { total: 0 }] });
    expect(risks?.data[0]?.rows[0]?.slice(0, 3)).toEqual(['Bank rejects a file', 'P1', 'open']);
  });

  test('keeps a rehearsed time beyond the limit, and is not complete with it', async () => {
    await fill(w.api);
    const { view } = await w.api.packets.setSection({
      packet,
      section: 'Rollback',
      values: { minutes: '16' },
    });
    expect(stateOf(view, 'rollback')).toBe('missing');
    expect(view.sections.find(({ key }) => key === 'rollback')?.values).toEqual({ minutes: '16' });
  });

  test('refuses a value of another type, and one its section does not have', async () => {
    const set = (values: Record<string, string>) =>
      w.api.packets.setSection({ packet, section: 'rollback', values });
    expect(await faultOf(set({ minutes: 'soon' }))).toMatchObject({
      code: 'invalid-input',
      where: 'minutes',
    });
    expect(await faultOf(set({ hours: '1' }))).toMatchObject({
      detail: expect.stringContaining('minutes, rehearsed'),
    });
  });

  test('loses evidence that is taken off again', async () => {
    const evidence = await addReport(w.api);
    await w.api.packets.attach({ packet, section: 'tests', evidence });
    const { view } = await w.api.packets.attach({ packet, section: 'tests', evidence, on: false });
    expect(stateOf(view, 'tests')).toBe('missing');
    expect(
      await faultOf(w.api.packets.attach({ packet, section: 'tests', evidence, on: false })),
    ).toMatchObject({
      code: 'not-found',
    });
  });

  test('is written by those who prepare and read by everybody', async () => {
    const vera = await w.as('Vera');
    expect((await shown(vera)).packet.title).toBe('Payroll 4.2');
    expect(await faultOf(vera.packets.setSection({ packet, section: 'scope', text: 'x' }))).toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('waiving a section', () => {
  test('is a named approver’s act with a reason, and lets the packet go without it', async () => {
    const rita = await w.as('Rita');
    const { view } = await rita.packets.waive({
      packet,
      section: 'flags',
      reason: 'No flags in this release',
    });
    expect(stateOf(view, 'flags')).toBe('waived');
    expect(view.sections.find(({ key }) => key === 'flags')?.waiver).toMatchObject({ by: 'Rita' });
    expect(view.missing.map(({ section }) => section)).not.toContain('flags');
  });

  test('is refused to those who only prepare', async () => {
    const aziz = await w.as('Aziz');
    expect(await faultOf(aziz.packets.waive({ packet, section: 'flags', reason: 'None' }))).toMatchObject({
      code: 'forbidden',
    });
  });

  test('is refused to whoever wrote a word, a value or attached evidence there', async () => {
    await w.api.packets.setSection({ packet, section: 'rollback', values: { minutes: '40' } });
    expect(await faultOf(w.api.packets.waive({ packet, section: 'rollback', reason: 'Late' }))).toMatchObject(
      {
        code: 'rule-broken',
        rule: 'segregation',
      },
    );
    const rita = await w.as('Rita');
    const { view } = await rita.packets.waive({ packet, section: 'rollback', reason: 'Read-only release' });
    expect(stateOf(view, 'rollback')).toBe('waived');
  });

  test('holds for the name the packet bore: whoever opened it may rename it, and asks again', async () => {
    const aziz = await w.as('Aziz');
    const { view: opened } = await aziz.packets.create({ template: 'release', title: 'Pilot' });
    const own = opened.packet;
    const rename = (title: string) =>
      aziz.programme.put({ kind: 'packet', record: own.record, fields: { title } });
    const flags = async () => stateOf((await w.api.packets.get({ packet: own.id })).view, 'flags');
    const rita = await w.as('Rita');
    await rita.packets.waive({ packet: own.id, section: 'flags', reason: 'None in the pilot' });
    expect(await flags()).toBe('waived');
    await w.as('Aziz');
    await rename('Release 4.2');
    expect(await flags()).toBe('missing');
    await aziz.ledger.undo();
    expect(await flags()).toBe('waived');
    const theirs = await w.as('Aziz');
    expect(
      await faultOf(
        theirs.programme.put({ kind: 'packet', record: packet, fields: { title: 'Release 4.2' } }),
      ),
    ).toMatchObject({ code: 'forbidden' });
  });

  test('is taken back by whoever waived and writes there afterwards', async () => {
    const both = await w.as('Ada');
    await both.packets.waive({ packet, section: 'tests', reason: 'Tested by the customer' });
    expect(stateOf(await shown(both), 'tests')).toBe('waived');
    const { view } = await both.packets.setSection({ packet, section: 'tests', text: 'Still no report' });
    expect(stateOf(view, 'tests')).toBe('missing');
  });

  test('is refused where the section is filled', async () => {
    await w.api.packets.setSection({ packet, section: 'scope', text: 'Everything' });
    const rita = await w.as('Rita');
    expect(await faultOf(rita.packets.waive({ packet, section: 'scope', reason: 'x' }))).toMatchObject({
      rule: 'nothing-to-waive',
    });
  });
});

describe('making a packet final', () => {
  test('is refused with the whole list of what is missing', async () => {
    const fault = await faultOf(w.api.packets.finalise({ packet }));
    expect(fault).toMatchObject({ code: 'rule-broken', rule: 'packet-complete' });
    for (const title of ['Scope and links', 'Rehearsed time', 'Test results by kind', 'Owner and on-call'])
      expect(JSON.stringify(fault)).toContain(title);
  });

  test('binds it to a digest, and later changes are shown with what they were', async () => {
    await fill(w.api);
    const final = (await w.api.packets.finalise({ packet })).view;
    expect(final.packet.state).toBe('final');
    expect(final.finalisation).toMatchObject({ by: OWNER, digest: final.digest });
    const aziz = await w.as('Aziz');
    const { view } = await aziz.packets.setSection({ packet, section: 'scope', text: 'More than before' });
    expect(view.packet.state).toBe('changed');
    expect(view.digest).not.toBe(final.digest);
    expect(view.differences).toEqual([
      {
        section: 'scope',
        title: 'Scope and links',
        what: 'text',
        before: 'About scope',
        after: 'More than before',
      },
    ]);
    expect((await aziz.packets.finalise({ packet })).view).toMatchObject({
      packet: { state: 'final' },
      differences: [],
    });
  });

  test('once more counts, though whoever did it before had a clock that was ahead', async () => {
    await fill(w.api);
    const aziz = await w.as('Aziz');
    w.clock.ahead = 30 * 86_400_000;
    await aziz.packets.finalise({ packet });
    w.clock.ahead = 0;
    const ada = await w.as(OWNER);
    await ada.packets.setSection({ packet, section: 'scope', text: 'More than before' });
    expect((await ada.packets.finalise({ packet })).view).toMatchObject({
      packet: { state: 'final' },
      finalisation: { by: OWNER },
      differences: [],
    });
  });

  test('is not undone by data that goes on', async () => {
    await fill(w.api);
    await w.api.packets.finalise({ packet });
    await w.api.programme.put({ kind: 'risk', fields: { title: 'A new risk', severity: 'P0' } });
    expect((await shown(w.api)).packet.state).toBe('final');
  });

  test('twice without a change is refused', async () => {
    await fill(w.api);
    await w.api.packets.finalise({ packet });
    expect(await faultOf(w.api.packets.finalise({ packet }))).toMatchObject({ rule: 'already-final' });
  });
});

describe('the customer’s word', () => {
  const WORD = { name: 'Lena Holm', organisation: 'Harbour AB', statement: 'We received it.' };
  let handover: string;
  beforeEach(async () => {
    const { view } = await w.api.packets.create({ template: 'handover', environment: 'Production' });
    handover = view.packet.id;
    for (const { key, fields } of view.sections) {
      const values = Object.fromEntries(fields.map(({ key: field }) => [field, '2026-01-05']));
      await w.api.packets.setSection({ packet: handover, section: key, text: `About ${key}`, values });
    }
  });

  test('is taken only on what is final', async () => {
    expect(await faultOf(w.api.packets.signOff({ packet: handover, ...WORD }))).toMatchObject({
      rule: 'packet-final',
    });
  });

  test('is captured with the signed paper, and is about what was final then', async () => {
    const paper = await addReport(w.api, 'signed.pdf');
    const { view: final } = await w.api.packets.finalise({ packet: handover });
    expect(final.packet.customer).toBe('awaited');
    const { view } = await w.api.packets.signOff({ packet: handover, ...WORD, evidence: [paper] });
    expect(view.packet.customer).toBe('captured');
    expect(view.handovers).toMatchObject([{ ...WORD, current: true, evidence: [{ id: paper }] }]);
    await w.api.packets.setSection({ packet: handover, section: 'api', text: 'Another address' });
    const again = await w.api.packets.finalise({ packet: handover });
    expect(again.view.handovers).toMatchObject([{ current: false }]);
    expect(again.view.packet.customer).toBe('awaited');
  });

  test.each([
    ['without a name', { name: ' ' }],
    ['without an organisation', { organisation: '' }],
    ['without words', { statement: '\n' }],
    ['of a day to come', { on: '2999-01-01' }],
  ])('%s counts nothing, though another program wrote it', async (_how, changed) => {
    const { view } = await w.api.packets.finalise({ packet: handover });
    const { record, engagement } = view.packet;
    const digest = view.finalisation?.digest ?? '';
    await withModifiedClient(w, OWNER, ({ ws }) => {
      const about = { engagement, record, digest, on: '2026-01-05', evidence: [] };
      stateAct(ws, 'packet.handover@1', 'handover', { ...about, ...WORD, ...changed });
    });
    const after = (await (await w.as(OWNER)).packets.get({ packet: handover })).view;
    expect(after.handovers).toMatchObject([{ current: false }]);
    expect(after.packet.customer).toBe('awaited');
  });

  test('is not asked for while what was tested was tested on a day to come', async () => {
    const put = (on: string) =>
      w.api.packets.setSection({ packet: handover, section: 'endpoints', values: { tested: on } });
    expect(await faultOf(put('2999-01-01'))).toMatchObject({
      code: 'invalid-input',
      detail: 'Addresses tested on is 2999-01-01, which has not come yet: give the day it was done.',
    });
    await withModifiedClient(w, OWNER, ({ write }) => {
      const record = `section:${sectionId(handover, valueKey('endpoints', 'tested'))}`;
      write('programme.put@2', [{ record, field: 'text', value: '2999-01-01' }]);
    });
    const api = await w.as(OWNER);
    expect(await faultOf(api.packets.finalise({ packet: handover }))).toMatchObject({
      rule: 'packet-complete',
      because: expect.stringContaining('has not come yet'),
    });
  });

  test('has no day to come', async () => {
    await w.api.packets.finalise({ packet: handover });
    expect(
      await faultOf(w.api.packets.signOff({ packet: handover, ...WORD, on: '2999-01-01' })),
    ).toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('two copies that fill a packet apart', () => {
  let other: TestCore;
  beforeEach(async () => {
    other = await makeCore();
    const target = join(other.home, 'copy');
    await w.api.workspace.clone({ target, device: 'Laptop' });
    await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Aziz') });
  });
  afterEach(() => other.close());

  async function carry(): Promise<void> {
    for (const [from, to, name] of [
      [w.api, other.api, 'there'],
      [other.api, w.api, 'back'],
    ] as const) {
      const out = join(other.home, name);
      await from.ledger.export({ out });
      await to.ledger.import({ from: out });
    }
  }

  test('agree where they filled different sections and different values of one', async () => {
    await w.api.packets.setSection({ packet, section: 'scope', text: 'From the desk' });
    await w.api.packets.setSection({ packet, section: 'rollback', values: { minutes: '9' } });
    await other.api.packets.setSection({ packet, section: 'changes', text: 'From the laptop' });
    await other.api.packets.setSection({ packet, section: 'rollback', values: { rehearsed: '2026-01-05' } });
    await carry();
    const [here, there] = [await shown(w.api), await shown(other.api)];
    expect(here.sections).toEqual(there.sections);
    expect(here.sections.slice(0, 2).map(({ text }) => text)).toEqual(['From the desk', 'From the laptop']);
    expect(here.sections.find(({ key }) => key === 'rollback')).toMatchObject({
      values: { minutes: '9', rehearsed: '2026-01-05' },
      writers: [OWNER, 'Aziz'].sort(),
      conflicts: 0,
    });
  });

  test('keep both words where they wrote one section apart, and cannot make it final until one is chosen', async () => {
    await fill(w.api);
    await carry();
    await w.api.packets.setSection({ packet, section: 'scope', text: 'Desk' });
    await other.api.packets.setSection({ packet, section: 'scope', text: 'Laptop' });
    const back = join(other.home, 'again');
    await other.api.ledger.export({ out: back });
    await w.api.ledger.import({ from: back });
    const view = await shown(w.api);
    expect(view.missing).toEqual([
      {
        section: 'scope',
        title: 'Scope and links',
        because: 'It was written apart on two copies: choose what holds under Ledger, Conflicts.',
      },
    ]);
    expect(await faultOf(w.api.packets.finalise({ packet }))).toMatchObject({ rule: 'packet-complete' });
    const { rows } = await w.api.conflicts.list({});
    const conflict = rows.find(({ field }) => field === 'text');
    if (conflict === undefined) throw new Error('there is no conflict');
    await w.api.conflicts.resolve({ record: conflict.record, field: 'text', value: 'Both' });
    expect((await w.api.packets.finalise({ packet })).view.packet.state).toBe('final');
  });

  test('hold it back where they said apart what it is about', async () => {
    await fill(w.api);
    await carry();
    await w.api.programme.put({ kind: 'packet', record: packet, fields: { about: 'Desk' } });
    await other.api.programme.put({ kind: 'packet', record: packet, fields: { about: 'Laptop' } });
    const back = join(other.home, 'again');
    await other.api.ledger.export({ out: back });
    await w.api.ledger.import({ from: back });
    const view = await shown(w.api);
    expect(view.missing).toEqual([
      {
        section: '',
        title: 'The packet itself',
        because:
          'What it is, or is about, was written apart on two copies: choose what holds under Ledger, Conflicts.',
      },
    ]);
    expect(packetSuite(view, false).cases.filter(({ outcome }) => outcome === 'not-met')).toMatchObject([
      { rule: 'agreed', title: 'The packet itself' },
    ]);
    expect(await faultOf(w.api.packets.finalise({ packet }))).toMatchObject({ rule: 'packet-complete' });
    await w.api.conflicts.resolve({ record: `packet:${packet}`, field: 'about', keep: 0 });
    expect((await w.api.packets.finalise({ packet })).view.packet.state).toBe('final');
  });
});

test('everything a packet went through is replayed to the same tables', async () => {
  await fill(w.api);
  await w.api.packets.finalise({ packet });
  const report = await finish<{ intact: boolean; rebuild: { differences: unknown[] } }>(
    w.api,
    w.api.ledger.verify({ rebuild: true }),
  );
  expect(report).toMatchObject({ intact: true, rebuild: { differences: [] } });
});
