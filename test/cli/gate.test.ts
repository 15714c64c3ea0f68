import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Disk, emptyDisk, OWN_CATALOG, twoMembersQuickly } from '../support/whole-way.ts';

let disk: Disk;

beforeAll(async () => {
  disk = emptyDisk();
  await twoMembersQuickly(disk);
  await disk.done('import', ['ws', OWN_CATALOG]);
  await disk.done('engagement new', ['ws', '--name', 'Release', '--framework', 'Harbour controls']);
  await put('gate', { title: 'Go live: "blue" & <green>' });
  await put('criterion', {
    title: 'No open P0 risk',
    for: 'Go live: "blue" & <green>',
    rule: { rule: 'risks-at-most', severity: 'P0', atMost: 0, counting: 'open' },
  });
  await put('risk', { title: 'Keys in the repository', severity: 'P0' });
}, 120_000);
afterAll(() => disk.remove());

async function put(kind: string, fields: Record<string, unknown>, record?: string): Promise<void> {
  const input = JSON.stringify({ kind, fields, ...(record === undefined ? {} : { record }) });
  const ended = await disk.run(['call', 'ws', 'programme.put', '--input', input]);
  if (ended.code !== 0) throw new Error(ended.stdout);
}

describe('a gate asked by a pipeline', () => {
  it('answers 3 with a reason for each criterion while it is not met', async () => {
    const ended = await disk.run(['gate', 'ws', '--gate', 'go live']);
    expect(ended.code).toBe(3);
    expect(ended.value).toMatchObject({
      met: false,
      gate: { kind: 'gate', title: 'Go live: "blue" & <green>', verdict: 'not-met' },
      criteria: [
        {
          title: 'No open P0 risk',
          rule: 'risks-at-most',
          met: false,
          because: '1 open P0 risk, at most 0 allowed',
          computed: true,
        },
      ],
    });
  });

  it('writes the same as JUnit and as SARIF, to a file or to standard output', async () => {
    const junit = await disk.run(['gate', 'ws', '--format', 'junit', '--out', 'gate.xml']);
    expect(junit).toMatchObject({ code: 3, value: { met: false, file: disk.path('gate.xml') } });
    expect(readFileSync(disk.path('gate.xml'), 'utf8')).toContain(
      '<testsuite name="Go live: &quot;blue&quot; &amp; &lt;green&gt;" tests="1" failures="1"',
    );
    const sarif = await disk.run(['gate', 'ws', '--format', 'sarif'], { prose: true });
    expect(sarif.code).toBe(3);
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'bindery/gate/risks-at-most', level: 'error' }] }],
    });
  });

  it('is refused, not passed, where there is no such gate', async () => {
    const ended = await disk.run(['gate', 'ws', '--gate', 'Go home']);
    expect(ended).toMatchObject({ code: 1, fault: { code: 'not-found', what: 'gate' } });
  });

  it('answers 0 once it is met', async () => {
    await put('risk', { state: 'closed' }, 'Keys in the repository');
    const ended = await disk.run(['gate', 'ws', '--gate', 'go']);
    expect(ended).toMatchObject({ code: 0, value: { met: true } });
    expect((await disk.run(['gate', 'ws'], { prose: true })).stdout).toContain('<green>: met');
  });
});

it('the weekly figures are printed for people, one sentence for each chart', async () => {
  const ended = await disk.run(['status', 'ws', '--why'], { prose: true });
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('0 of 1 risk open.');
  expect(ended.stdout).toContain('1 of 1 gate met.');
  expect(ended.stdout).toContain('Whole programme');
});
