import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCore } from '../../core/index.ts';
import { PASSPHRASE } from './e2e-worlds.ts';
import { OWN_CATALOG } from './whole-way.ts';
import { CHEAP } from './workspaces.ts';

type Core = Awaited<ReturnType<typeof createCore>>;

/** Ids that a scenario opens by address. */
export interface ProgrammeWorld {
  readonly risk: string;
  readonly gate: string;
  readonly criterion: string;
  readonly phase: string;
  readonly kpi: string;
  readonly maturity: string;
  readonly action: string;
  readonly person: string;
  readonly packet: string;
  readonly request: string;
  readonly evidence: string;
}

/** A programme from a template, some weeks in: ratings, actions, people, an acceptance, a packet half filled, a request. */
export async function programmeWorld(home: string, name: string): Promise<ProgrammeWorld> {
  const core = await createCore({ shell: 'test', home, cost: CHEAP });
  const { client: api } = core;
  await api.workspace.create({ name, member: 'Ana Oñate', passphrase: PASSPHRASE, marking: 'Internal' });
  await api.programme.start({
    template: 'enterprise-target-180',
    name: 'Harbour readiness',
    start: '2026-09-01',
  });
  const risk = await acceptedRisk(api);
  const { gate, criterion, phase } = await decidedGates(api);
  const { kpi, maturity } = await measured(api);
  const { action, person } = await peopleAtWork(api, phase);
  const evidence = await evidenceIn(api, home);
  const request = await api.programme.put({
    kind: 'request',
    fields: { title: 'Access review of the third quarter', asked: 'Mia Okafor', due: '2026-10-01' },
  });
  const packet = await halfFilledPacket(api, evidence);
  await core.close();
  return {
    ...{ risk, gate, criterion, phase, kpi, maturity, action, person, packet, evidence },
    request: request.row.id,
  };
}

/** An engagement over controls alone: it has a programme with nothing in it. */
export async function bareWorld(home: string, name: string): Promise<void> {
  const core = await createCore({ shell: 'test', home, cost: CHEAP });
  const { client: api } = core;
  await api.workspace.create({ name, member: 'Ana Oñate', passphrase: PASSPHRASE });
  const { files } = await api.frameworks.import({ files: [{ path: OWN_CATALOG }] });
  const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
  await api.engagements.create({ name: 'Quay audit', frameworks, subjects: [] });
  await core.close();
}

async function acceptedRisk(api: Core['client']): Promise<string> {
  const { rows } = await api.programme.list({ kind: 'risk' });
  const [first, second] = rows;
  if (!first || !second) throw new Error('The template has no risks.');
  await api.programme.accept({
    record: second.record,
    reason: 'The old console goes away with the next release.',
    compensating: 'Two people look at its log each morning.',
    expires: '2027-01-31',
  });
  await api.programme.put({ kind: 'risk', record: first.record, fields: { state: 'mitigating' } });
  return second.id;
}

async function decidedGates(api: Core['client']) {
  const phases = (await api.programme.list({ kind: 'phase' })).rows;
  const gates = (await api.programme.list({ kind: 'gate' })).rows;
  const criteria = (await api.programme.list({ kind: 'criterion' })).rows;
  const [phase, gate, criterion] = [phases[0], gates[0], criteria[0]];
  if (!phase || !gate || !criterion) throw new Error('The template has no gates.');
  await api.programme.attest({ record: criterion.record, statement: 'Walked through it with the owner.' });
  await api.programme.put({
    kind: 'milestone',
    fields: { title: 'First tenant signs in', due: '2026-10-15', phase: phase.record },
  });
  return { phase: phase.id, gate: gate.id, criterion: criterion.id };
}

async function measured(api: Core['client']) {
  const [kpi] = (await api.programme.list({ kind: 'kpi' })).rows;
  const [dimension] = (await api.programme.list({ kind: 'maturity' })).rows;
  if (!kpi || !dimension) throw new Error('The template measures nothing.');
  for (const [day, value] of [
    ['2026-09-07', 61],
    ['2026-09-14', 70],
    ['2026-09-21', 68],
    ['2026-09-28', 84],
  ] as const)
    await api.programme.measure({ record: kpi.record, day, value, note: 'From the weekly export' });
  await api.programme.measure({ record: dimension.record, day: '2026-09-20', value: 2 });
  return { kpi: kpi.id, maturity: dimension.id };
}

async function peopleAtWork(api: Core['client'], phase: string) {
  const put = async (kind: 'person' | 'action' | 'raci', fields: Record<string, unknown>) =>
    (await api.programme.put({ kind, fields })).row;
  const mia = await put('person', { title: 'Mia Okafor', part: 'Security lead', contact: 'mia@example.org' });
  await put('person', { title: 'Jonas Lind', part: 'Platform lead', contact: 'jonas@example.org' });
  await put('raci', { person: mia.id, for: `phase:${phase}`, letters: 'A' });
  const rotate = await put('action', { title: 'Rotate the deploy keys', owner: 'Mia', due: '2026-09-20' });
  await put('action', {
    title: 'Turn off the shared account',
    owner: 'Jonas',
    due: '2026-12-20',
    blockedBy: [rotate.id],
    blocked: 'the vendor has to open a ticket',
  });
  return { action: rotate.id, person: mia.id };
}

async function evidenceIn(api: Core['client'], home: string): Promise<string> {
  const path = join(home, 'rehearsal.txt');
  writeFileSync(path, 'Rolled back in 11 minutes.\n');
  const [control] = (await api.controls.list({ limit: 1 })).rows;
  const { evidence } = await api.evidence.add({
    files: [{ path }],
    links: control === undefined ? [] : [{ control: control.id }],
    ...{ collected: '2026-09-01', expires: '2027-01-31', owner: 'Mia Okafor' },
  });
  return evidence[0]?.id ?? '';
}

async function halfFilledPacket(api: Core['client'], evidence: string): Promise<string> {
  const { view } = await api.packets.create({ template: 'release', about: 'Release 4.2' });
  const [first, second] = view.sections;
  if (!first || !second) throw new Error('The release packet has no sections.');
  const packet = view.packet.id;
  await api.packets.setSection({ packet, section: first.key, text: 'The sign-in of tenants, HAR-211.' });
  await api.packets.attach({ packet, section: second.key, evidence });
  return packet;
}
