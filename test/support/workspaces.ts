import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Core, createCore } from '../../core/index.ts';
import { idsFrom, type Ports, systemPorts } from '../../core/ports.ts';
import type { Role } from '../../shared/domain/results.ts';
import { type Fault, FaultError } from '../../shared/fault.ts';

/** Cheap enough for tests; real files take the default. */
export const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 } as const;

/** Two families, an enhancement and a withdrawn control. */
export const CATALOG = {
  catalog: {
    uuid: '11111111-1111-4111-8111-111111111111',
    metadata: { title: 'Small Catalog', version: '1.0', 'oscal-version': '1.1.2' },
    groups: [
      {
        id: 'ac',
        title: 'Access Control',
        controls: [
          control('ac-1', 'AC-1', 'Policy'),
          {
            ...control('ac-2', 'AC-2', 'Accounts'),
            controls: [control('ac-2.1', 'AC-2(1)', 'Automated accounts')],
          },
        ],
      },
      { id: 'cm', title: 'Configuration', controls: [control('cm-1', 'CM-1', 'Baseline')] },
    ],
  },
};

function control(id: string, label: string, title: string) {
  return {
    id,
    title,
    props: [{ name: 'label', value: label }],
    parts: [{ id: `${id}_smt`, name: 'statement', prose: `${title} is written down.` }],
  };
}

export const PLAN = `# Readiness plan

## Phase 1: Prepare (2026-01-05 to 2026-01-30)

### Checklist

- [ ] Freeze the configuration
- [x] Tell the bank the date
- [ ] Rehearse the rollback
`;

export type Api = Core['client'];

/** A core of its own with a home of its own; `ports.advance` moves its clock. */
export interface TestCore {
  readonly core: Core;
  readonly api: Api;
  readonly home: string;
  readonly clock: { ahead: number };
  /** Writes a file beside the home and answers its path. */
  file(name: string, content: string | Uint8Array): string;
  close(): Promise<void>;
}

export async function makeCore(beside?: TestCore): Promise<TestCore> {
  const home = mkdtempSync(join(beside?.home ?? tmpdir(), 'bindery-core-'));
  const clock = { ahead: 0 };
  const { random } = systemPorts;
  const ports: Ports = { clock: { now: () => Date.now() + clock.ahead }, random, ids: idsFrom(random) };
  const core = await createCore({ shell: 'test', home, cost: CHEAP, scryptWork: 10, ports });
  return {
    core,
    api: core.client,
    home,
    clock,
    file(name, content) {
      const path = join(home, name);
      writeFileSync(path, content);
      return path;
    },
    async close() {
      await core.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The fault a call is refused with; fails where it is not refused. */
export async function faultOf(work: Promise<unknown> | (() => unknown)): Promise<Fault> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    const { data } = error as { data?: Fault };
    if (data?.code !== undefined) return data;
    throw error;
  }
  throw new Error('it was not refused');
}

export const OWNER = 'Ada';
export const passphraseOf = (name: string) => `${name} opens this`;

/** A workspace with its owner in it, and others who come in by `as`. */
export interface TestWorkspace extends TestCore {
  readonly dir: string;
  readonly kit: string;
  /** Locks, and unlocks as this member. */
  as(name: string): Promise<Api>;
}

export async function makeWorkspace(members: Readonly<Record<string, Role>> = {}): Promise<TestWorkspace> {
  const test = await makeCore();
  const dir = join(test.home, 'w');
  const { recoveryKit: kit } = await test.api.workspace.create({
    name: 'Payroll',
    member: OWNER,
    passphrase: passphraseOf(OWNER),
    dir,
    device: 'Desk',
  });
  for (const [name, role] of Object.entries(members))
    await test.api.members.add({ name, role, passphrase: passphraseOf(name) });
  return {
    ...test,
    dir,
    kit,
    async as(name) {
      await test.api.workspace.unlock({ dir, passphrase: passphraseOf(name) });
      return test.api;
    },
  };
}

/** The workspace with catalog and plan taken in and one engagement over both. */
export async function makeEngagement(
  members: Readonly<Record<string, Role>> = {},
  subjects: string[] = [],
): Promise<TestWorkspace> {
  const test = await makeWorkspace(members);
  const catalog = test.file('catalog.json', JSON.stringify(CATALOG));
  const plan = test.file('plan.md', PLAN);
  const { files } = await test.api.frameworks.import({ files: [{ path: catalog }, { path: plan }] });
  const frameworks = files.map(({ framework, problems }) => {
    if (framework === null) throw new Error(`the fixture was refused: ${JSON.stringify(problems)}`);
    return framework.id;
  });
  await test.api.engagements.create({ name: 'Audit 2026', frameworks, subjects });
  return test;
}

/** Waits for a job and answers its result; throws its fault. */
export async function finish<T>(api: Api, started: Promise<{ job: string }>): Promise<T> {
  const { job } = await started;
  for await (const state of await api.jobs.watch({ job })) {
    if (state.state === 'done') return state.result as T;
    if (state.state !== 'running') throw new FaultError(state.fault as Fault);
  }
  throw new Error('the job ended without a word');
}
