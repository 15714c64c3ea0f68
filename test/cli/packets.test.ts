import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Disk, emptyDisk, OWN_CATALOG, twoMembersQuickly } from '../support/whole-way.ts';

let disk: Disk;

beforeAll(async () => {
  disk = emptyDisk();
  await twoMembersQuickly(disk);
  await disk.done('import', ['ws', OWN_CATALOG]);
  await disk.done('engagement new', ['ws', '--name', 'Release', '--framework', 'Harbour controls']);
}, 120_000);
afterAll(() => disk.remove());

const run = async (...words: string[]) => disk.run(['packet', ...words]);

it('a release packet goes from open to a signed page, and a pipeline is told at each step', async () => {
  expect(await run('new', 'ws', 'release', '--title', 'Payroll 4.2')).toMatchObject({ code: 0 });
  const open = await run('check', 'ws', '--packet', 'payroll');
  expect(open).toMatchObject({
    code: 3,
    value: { met: false, packet: { state: 'open', template: 'release@1.0' } },
  });
  expect(open.value).toMatchObject({
    criteria: expect.arrayContaining([
      expect.objectContaining({
        title: 'Rollback',
        met: false,
        because: expect.stringContaining('at most 15'),
      }),
    ]),
  });
  expect(await run('finalise', 'ws', 'release')).toMatchObject({
    code: 1,
    fault: { rule: 'packet-complete' },
  });

  for (const section of ['scope', 'changes', 'flags', 'risks', 'monitoring', 'on-call', 'dependencies'])
    await run('set', 'ws', 'release', '--section', section, '--text', `About ${section}`);
  await run('set', 'ws', 'release', '--section', 'rollback', '--value', 'minutes=12', 'rehearsed=2026-01-05');
  await run('set', 'ws', 'release', '--section', 'rollback', '--text', '1. Deploy the version before');
  writeFileSync(disk.path('junit.xml'), '<testsuite/>');
  const added = (await disk.run(['evidence', 'add', 'ws', 'junit.xml'])).value as {
    evidence: { id: string }[];
  };
  await run('attach', 'ws', 'release', added.evidence[0]?.id ?? '', '--section', 'tests');

  expect(await run('check', 'ws', '--packet', 'release')).toMatchObject({ code: 0, value: { met: true } });
  expect(await run('check', 'ws', '--packet', 'release', '--final')).toMatchObject({ code: 3 });
  expect(await run('finalise', 'ws', 'Payroll 4.2')).toMatchObject({
    code: 0,
    value: { packet: { state: 'final' } },
  });
  expect(await run('check', 'ws', '--packet', 'release', '--final')).toMatchObject({ code: 0 });
  const out = await run('export', 'ws', 'release', '--out', 'release.pdf');
  expect(out).toMatchObject({ code: 0, value: { pages: 1, file: disk.path('release.pdf') } });
  expect((await disk.run(['verify', 'release.pdf'])).code).toBe(0);
}, 600_000);

it('a change after it was final fails the check, with the section that changed, as JUnit too', async () => {
  await run('set', 'ws', 'release', '--section', 'scope', '--text', 'Something else');
  const ended = await run('check', 'ws', '--packet', 'release', '--format', 'junit', '--out', 'packet.xml');
  expect(ended.code).toBe(3);
  const report = readFileSync(disk.path('packet.xml'), 'utf8');
  expect(report).toContain('tests="10" failures="1"');
  expect(report).toContain('Changed after it was final: Scope and links (text)');
});

it('a packet there is not is refused, not passed', async () => {
  expect(await run('check', 'ws', '--packet', 'Nothing')).toMatchObject({
    code: 1,
    fault: { code: 'not-found', what: 'packet' },
  });
});

it('packets are listed and shown as records', async () => {
  expect(await disk.run(['list', 'ws', 'packets'])).toMatchObject({
    value: { total: 1, rows: [{ title: 'Payroll 4.2' }] },
  });
  const shown = await disk.run(['show', 'ws', 'packet', 'Payroll 4.2']);
  expect(shown).toMatchObject({ code: 0, value: { record: { title: 'Payroll 4.2' } } });
});
