import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toFault } from '../../../core/host.ts';
import { asAnswer } from '../../../core/router/base.ts';
import { contract } from '../../../shared/contract/index.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { FAULT_CODES, type Fault, FaultError } from '../../../shared/fault.ts';
import { makeWorkspace, type TestWorkspace } from '../../support/workspaces.ts';

let ws: TestWorkspace;
beforeAll(async () => {
  ws = await makeWorkspace({ Ben: 'auditor', Rita: 'reviewer', Vic: 'viewer', Sam: 'service' });
});
afterAll(() => ws.close());

interface Procedure {
  readonly '~orpc': { readonly meta: { readonly access: string }; readonly inputSchema?: unknown };
}
const procedures = Object.entries(contract).flatMap(([area, group]) =>
  Object.entries(group as unknown as Record<string, Procedure>).map(([name, procedure]) => ({
    name: `${area}.${name}`,
    access: procedure['~orpc'].meta.access as 'open' | 'read' | 'prepare' | 'review' | 'administer',
  })),
);

/** Enough of every input for the call to pass its shape and reach the guard. */
const INPUT: Readonly<Record<string, unknown>> = {
  id: 'x',
  engagement: 'x',
  framework: 'x',
  control: 'x',
  item: 'x',
  checklist: 'x',
  evidence: 'x',
  assessment: 'x',
  note: 'x',
  record: 'x',
  field: 'x',
  kind: 'assessment',
  as: 'preparer',
  text: 'x',
  name: 'x',
  role: 'viewer',
  passphrase: 'x',
  out: '/nowhere/x',
  target: '/nowhere/x',
  frameworks: ['x'],
  controls: ['x'],
  files: [{ path: '/nowhere/x' }],
  file: { path: '/nowhere/x' },
  result: 'satisfied',
  keep: 0,
  reason: 'x',
  statement: 'x',
  acceptance: 'x',
  packet: 'x',
  section: 'x',
  template: 'x',
  title: 'x',
  fields: { title: 'x' },
  value: 1,
};
/** What differs from `INPUT` where a procedure means something else by the same word. */
const OWN_INPUT: Readonly<Record<string, object>> = {
  'ledger.import': { from: '/nowhere/x' },
  'members.setRole': { member: 'x' },
  'ledger.undo': { writer: 'x', seq: 1 },
  'sync.connect': { invite: 'x' },
  'sync.pause': { paused: true },
  'sync.metered': { metered: false },
  'sync.revoke': { device: 'x' },
  'courier.export': { for: 'x' },
  'courier.begin': { dir: '/nowhere/x' },
  'courier.carry': { device: 'x', act: 'out' },
  'binders.countersign': { as: 'reviewer' },
  'frameworks.import': { as: 'oscal-catalog-json' },
  'binders.diff': { before: { path: '/nowhere/x' }, after: { path: '/nowhere/x' } },
  'binders.compose': { kind: 'evidence' },
  'binders.preview': { kind: 'evidence' },
  'records.list': { kind: 'control' },
  'records.show': { kind: 'control' },
  'controls.list': { result: ['satisfied'] },
  'register.attest': { evidence: ['x'] },
  'register.declareChange': { systems: ['x'], what: 'x' },
  'register.checkLinks': { evidence: ['x'] },
  'register.prefer': { urls: false },
  'register.hold': { evidence: ['x'] },
  'register.ask': { asked: 'x' },
  'register.answer': { request: 'x', evidence: ['x'] },
  'register.acceptAnswer': { request: 'x' },
  'register.returnAnswer': { request: 'x', note: 'x' },
  'register.answerPackage': { request: 'x' },
  'periods.previewRoll': { from: '2026-01-01' },
  'periods.roll': { from: '2026-01-01' },
  'packets.signOff': { organisation: 'x', evidence: [] },
  'programme.start': { start: '2026-01-01' },
  'programme.list': { kind: 'risk' },
  'programme.get': { kind: 'risk' },
  'programme.put': { kind: 'risk' },
  'programme.remove': { kind: 'risk' },
  'programme.measure': { kind: 'kpi' },
  'programme.attest': { kind: 'criterion' },
  'programme.accept': { kind: 'risk', as: 'risk-acceptance' },
  'programme.prove': { kind: 'risk' },
};

async function call(name: string): Promise<Fault | 'answered'> {
  const [area = '', verb = ''] = name.split('.');
  const api = ws.api as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  try {
    await api[area]?.[verb]?.({ ...INPUT, ...OWN_INPUT[name] });
    return 'answered';
  } catch (error) {
    const { data } = error as { data?: Fault };
    if (data?.code !== undefined) return data;
    throw error;
  }
}

const guarded = procedures.filter(
  ({ access, name }) => access !== 'open' && name !== 'members.changePassphrase',
);

describe('every procedure asks for the right it states', () => {
  test.each([
    ['Ben', 'auditor'],
    ['Rita', 'reviewer'],
    ['Vic', 'viewer'],
    ['Sam', 'service'],
  ] as const)('of %s, who is %s', async (name, role) => {
    await ws.as(name);
    const refused: string[] = [];
    for (const procedure of guarded.filter(({ access }) => !mayAccess(role, access).allowed)) {
      const fault = await call(procedure.name);
      if (fault !== 'answered' && fault.code === 'forbidden') refused.push(procedure.name);
    }
    expect(refused).toEqual(
      guarded.filter(({ access }) => !mayAccess(role, access).allowed).map((p) => p.name),
    );
    expect(refused.length).toBeGreaterThan(5);
  });

  test('and of nobody while it is locked', async () => {
    await ws.api.workspace.lock();
    const answers = new Map<string, unknown>();
    for (const { name } of guarded) answers.set(name, await call(name));
    for (const [name, fault] of answers) expect([name, fault]).toEqual([name, { code: 'locked' }]);
    expect(answers.size).toBeGreaterThan(30);
  });
});

describe('faults', () => {
  test('cross the boundary as data with a status, whatever they are', () => {
    for (const code of FAULT_CODES) {
      const answer = asAnswer(new FaultError({ code } as Fault));
      expect(answer).toMatchObject({ code: 'FAULT', defined: true, data: { code } });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });

  test('a bug gives away a reference and nothing else', () => {
    const fault = toFault(new Error('secret passphrase in a message'));
    expect(fault).toEqual({ code: 'internal', reference: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(toFault(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toEqual({
      code: 'unavailable',
      what: 'file or folder',
      detail: 'there is no space left',
    });
  });
});

describe('changes are told to who listens', () => {
  test('by topic, joined while the listener is busy', async () => {
    await ws.as('Ada');
    const leave = new AbortController();
    const stream = await ws.api.system.changes(undefined, { signal: leave.signal });
    const next = stream.next();
    await ws.api.workspace.configure({ marking: 'Changed' });
    const { value } = await next;
    expect(value).toMatchObject({ topics: expect.arrayContaining(['session']) });
    leave.abort();
    await stream.return?.(undefined);
  });

  test('recent workspaces are remembered by their folder and forgotten on request', async () => {
    const [first] = await ws.api.workspace.recent();
    expect(first).toMatchObject({ dir: ws.dir, folder: 'w', present: true });
    await ws.api.workspace.forget({ dir: ws.dir });
    expect(await ws.api.workspace.recent()).toEqual([]);
    expect((await ws.api.system.about()).shell).toBe('test');
    expect((await ws.api.frameworks.formats()).length).toBeGreaterThan(1);
  });
});
