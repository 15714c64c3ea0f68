import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuse } from '../../../shared/fault.ts';
import { command, documentOf } from '../../support/command.ts';
import type { Answers } from '../../support/stand-in-core.ts';

const SESSION = {
  workspace: { id: 'w', name: 'W', dir: '/w', marking: '' },
  member: { id: 'm', name: 'Ada', role: 'owner', passphraseSetByOther: false },
  device: { id: 'd', name: 'Desk' },
  lockAfterMinutes: 0,
  ledger: { entries: 1, unsealed: 0, sealedAt: null },
  conflicts: 0,
};

/** Remembers what each procedure was asked. */
function recorder(answers: Answers = {}) {
  const asked: Record<string, unknown> = {};
  const told: Answers = { 'workspace.unlock': () => SESSION, ...answers };
  const wrapped = Object.fromEntries(
    Object.entries(told).map(([path, answer]) => [
      path,
      (call: Parameters<typeof answer>[0]) => {
        asked[path] = call.input;
        return answer(call);
      },
    ]),
  );
  return { asked, answers: wrapped };
}

describe('what is typed', () => {
  test.each([
    [['frobnicate'], 'There is no verb "frobnicate".'],
    [['infoo', '/w'], 'Did you mean "info"'],
    [['evidence'], 'followed by one of: add, set, export'],
    [['conflicts', '/w', 'remove'], 'followed by one of: list, resolve'],
    [['info'], 'DIR is missing'],
    [['info', '/w', 'more'], 'one word too many'],
    [['init', '/w', '--name', 'N'], '--member is missing'],
    [['init', '/w', '--nmae', 'N', '--member', 'M'], 'Did you mean --name?'],
    [['info', '/w', '--member'], '--member needs a value'],
    [['info', '/w', '--member', '--help'], '--member needs a value'],
    [['list', '/w', 'controls', '--limit', 'ten'], '--limit takes a whole number'],
    [['list', '/w', 'contrls'], 'Did you mean "control"?'],
    [['list', '/w', 'controls', '--where', 'result'], 'FIELD=VALUE'],
    [['assess', '/w', 'AC-1', '--result', 'fine'], 'takes one of: satisfied'],
    [['sign', '/w', 'framework', 'x', '--as', 'preparer'], 'is not signed'],
    [['conflicts', '/w', 'resolve', 'r', 'f'], 'either --keep N or --value V'],
    [['conflicts', '/w', 'resolve', 'r', 'f', '--keep', '0'], 'numbered from 1'],
    [['import', '/w', 'f', '--dry-run=yes'], 'is a switch'],
    [['call', '/w', 'evidence.ad'], 'Did you mean "evidence.add"?'],
    [['call', '/w', 'system.changes'], 'streams without end'],
    [['call', '/w', 'evidence.add', '--input', '{'], 'not a JSON document'],
    [['help', 'evidnce'], 'Did you mean "evidence'],
  ])('%j is a usage fault', async (argv, words) => {
    const run = await command(argv);
    expect(run.err).toContain(words);
    expect([run.code, run.out]).toEqual([2, '']);
  });

  test('a usage fault is one JSON document where that was asked for', async () => {
    const run = await command(['info', '--json']);
    expect(run.code).toBe(2);
    expect(documentOf(run)).toEqual({ ok: false, fault: { code: 'usage', detail: expect.any(String) } });
  });

  test('words right after a flag that takes several are more of them', async () => {
    const { asked, answers } = recorder();
    await command(
      ['engagement', 'new', '/w', '--name', 'E', '--framework', 'A', 'B', '--subject', 'S', '--subject=T'],
      answers,
    );
    expect(asked).not.toHaveProperty('engagements.create');
    const told = recorder({ 'engagements.create': () => refuse({ code: 'forbidden', detail: 'no' }) });
    const run = await command(
      ['engagement', 'new', '/w', '--name', 'E', '--framework', 'A', 'B', '--subject', 'S', '--subject=T'],
      told.answers,
    );
    expect(told.asked['engagements.create']).toEqual({
      name: 'E',
      frameworks: ['A', 'B'],
      subjects: ['S', 'T'],
    });
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('no\n')]);
  });

  test('words of a choice are taken in any case', async () => {
    const told = recorder({ 'assessments.set': () => refuse({ code: 'not-found', what: 'control' }) });
    await command(
      ['assess', '/w', 'ac-2.1', '--result', 'Not_Satisfied', '--method', 'EXAMINE'],
      told.answers,
    );
    expect(told.asked['assessments.set']).toEqual({
      control: 'ac-2.1',
      result: 'not-satisfied',
      method: 'examine',
    });
  });

  test.each([
    ['a name that looks like a flag', ['evidence', 'add', '/w', '--together', '--', '--json', '-x', '--']],
    ['a group', ['evidence', '--', 'add', '/w', '--json', '-x', '--', '--together']],
    ['the verb', ['--', 'evidence', 'add', '/w', '--json', '-x', '--']],
  ])('what follows -- is words, also before %s', async (_what, argv) => {
    const told = recorder({ 'evidence.add': () => refuse({ code: 'forbidden', detail: 'no' }) });
    const run = await command(argv, told.answers);
    const names = (told.asked['evidence.add'] as { files: { name: string }[] }).files.map(
      (file) => file.name,
    );
    expect(names.slice(0, 3)).toEqual(['--json', '-x', '--']);
    expect([run.code, run.out]).toEqual([1, '']);
  });

  test('-- may stand anywhere in a group whose verb follows the folder', async () => {
    for (const argv of [
      ['conflicts', '--', '/w', 'list'],
      ['conflicts', '/w', '--', 'list'],
      ['conflicts', '/w', 'list', '--'],
    ]) {
      const told = recorder({ 'conflicts.list': () => ({ total: 0, rows: [] }) });
      expect((await command(argv, told.answers)).out).toBe('Nothing was edited apart.\n');
    }
  });

  test('--json may stand before the verb, and before --', async () => {
    const told = recorder({ 'conflicts.list': () => ({ total: 0, rows: [] }) });
    const run = await command(['--json', 'conflicts', '--', '/w', 'list'], told.answers);
    expect(documentOf(run)).toEqual({ ok: true, value: { total: 0, rows: [] } });
  });

  test('a path is meant from where the command was typed', async () => {
    const told = recorder({ 'ledger.import': () => refuse({ code: 'not-found', what: 'folder' }) });
    await command(['ledger', 'import', 'ws', '../stick'], told.answers);
    expect(told.asked).toEqual({
      'workspace.unlock': { dir: '/work-folder/ws', passphrase: 'opens it' },
      'ledger.import': { from: '/stick' },
    });
  });
});

describe('secrets', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bindery-secrets-'));
    await writeFile(join(folder, 'pass'), 'from a file \r\n');
    await writeFile(join(folder, 'empty'), '\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const opened = { 'workspace.info': () => refuse({ code: 'internal', reference: 'x' }) };

  test('a file goes before the environment; one line end is not part of it', async () => {
    const told = recorder(opened);
    await command(['info', '/w', '--passphrase-file', join(folder, 'pass'), '--member', 'Ada'], told.answers);
    expect(told.asked['workspace.unlock']).toEqual({ dir: '/w', passphrase: 'from a file ', member: 'Ada' });
  });

  test('a person at a terminal is asked', async () => {
    const told = recorder(opened);
    const run = await command(['info', '/w'], told.answers, { environment: {}, typed: ['typed'] });
    expect(told.asked['workspace.unlock']).toEqual({ dir: '/w', passphrase: 'typed' });
    expect(run.questions).toEqual(['Passphrase: ']);
  });

  test('a passphrase that is being chosen is asked for twice', async () => {
    const told = recorder({ 'workspace.create': () => refuse({ code: 'usage', detail: '' }) });
    const init = ['init', '/w', '--name', 'N', '--member', 'M'];
    const run = await command(init, told.answers, { environment: {}, typed: ['one', 'other'] });
    expect([run.code, told.asked]).toEqual([2, {}]);
    expect(run.err).toContain('The two passphrases differ');
  });

  test('where nobody can be asked, the command says what to give', async () => {
    const run = await command(['info', '/w', '--json'], {}, { environment: {} });
    expect(run.code).toBe(2);
    expect(documentOf(run)).toMatchObject({
      fault: { code: 'usage', detail: expect.stringContaining('BINDERY_PASSPHRASE') },
    });
  });

  test.each([
    ['empty', 2],
    ['none', 1],
  ])('a file that is %s is refused', async (name, code) => {
    const run = await command(['info', '/w', '--passphrase-file', join(folder, name)], recorder().answers);
    expect(run.code).toBe(code);
  });

  test('a recovery needs no old passphrase: the usual one may be the new', async () => {
    const told = recorder({ 'workspace.recover': () => refuse({ code: 'wrong-key' }) });
    const environment = { BINDERY_RECOVERY_KIT: 'KIT', BINDERY_PASSPHRASE: 'new one' };
    const run = await command(['recover', '/w', '--json'], told.answers, { environment });
    expect(told.asked).toEqual({ 'workspace.recover': { dir: '/w', kit: 'KIT', passphrase: 'new one' } });
    expect([run.code, documentOf(run)]).toEqual([1, { ok: false, fault: { code: 'wrong-key' } }]);
  });

  test('never appear in what is printed', async () => {
    const told = recorder({
      'workspace.create': () => ({
        workspace: { id: 'w', name: 'N', dir: '/w' },
        member: { id: 'm', name: 'M' },
        recoveryKit: 'AAAA-BBBB',
      }),
    });
    const run = await command(['init', '/w', '--name', 'N', '--member', 'M'], told.answers);
    expect(run.code).toBe(0);
    expect(run.out).toContain('AAAA-BBBB');
    expect(run.out + run.err).not.toContain('opens it');
  });
});

describe('what comes back', () => {
  const report = (over: object) => ({
    file: 'x.pdf',
    sha256: 'a',
    bytes: 1,
    verdict: 'valid',
    signatures: [],
    manifest: null,
    signOffs: { total: 0, recomputed: 0, voided: 0, mismatched: [] },
    checkpoint: null,
    problems: [],
    proven: [],
    notProven: [],
    ...over,
  });
  const job = (result: unknown): Answers => ({
    'jobs.watch': async function* ({ input }) {
      const state = { job: String(input.job), kind: 'verify', title: '', step: '', done: 0, total: null };
      yield { ...state, state: 'running' };
      yield { ...state, state: 'done', result };
    },
  });

  test.each([
    ['valid', [], 0],
    ['valid-unknown-signer', [], 0],
    ['valid-unknown-signer', ['--require-trusted'], 3],
    ['valid', ['--require-trusted'], 0],
    ['invalid', [], 3],
  ])('a binder that is %s with %j ends with %i', async (verdict, flags, code) => {
    const told = recorder({ 'binders.verify': () => ({ job: 'j' }), ...job(report({ verdict })) });
    const file = import.meta.filename;
    const run = await command(['verify', file, ...flags, '--json'], told.answers, { environment: {} });
    expect(run.code).toBe(code);
    expect(documentOf(run)).toEqual({ ok: true, value: { files: [report({ verdict, file })] } });
    expect(told.asked).not.toHaveProperty('workspace.unlock');
  });

  test('a file that is not there is refused before anything is verified', async () => {
    const run = await command(['verify', 'none.pdf', '--json']);
    expect(run.code).toBe(1);
    expect(documentOf(run)).toEqual({
      ok: false,
      fault: { code: 'not-found', what: 'file', id: 'none.pdf' },
    });
  });

  test.each([
    [{ intact: true, rebuild: null }, 0],
    [{ intact: false, rebuild: null }, 3],
    [{ intact: true, rebuild: { tables: 3, differences: [] } }, 0],
    [{ intact: true, rebuild: { tables: 3, differences: [{ table: 't', key: 'k', what: 'w' }] } }, 3],
  ])('a ledger of which %j is said ends with %i', async (over, code) => {
    const value = { entries: 1, segments: 1, devices: 1, unsealed: 0, problems: [], ...over };
    const told = recorder({ 'ledger.verify': () => ({ job: 'j' }), ...job(value) });
    const run = await command(['ledger', 'verify', '/w', '--rebuild', '--json'], told.answers);
    expect([run.code, documentOf(run)]).toEqual([code, { ok: true, value }]);
  });

  test('an import with one refusal ends with 1 and still reports every file as it was typed', async () => {
    const row = (outcome: string) => ({
      file: 'x',
      format: null,
      outcome,
      sha256: null,
      framework: null,
      counts: {},
      problems: [],
    });
    const told = recorder({ 'frameworks.import': () => ({ files: [row('imported'), row('refused')] }) });
    const run = await command(['import', '/w', 'a/one.json', 'two.md', '--json'], told.answers);
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({
      ok: true,
      value: {
        files: [
          { file: 'a/one.json', outcome: 'imported' },
          { file: 'two.md', outcome: 'refused' },
        ],
      },
    });
    expect(told.asked['frameworks.import']).toEqual({
      files: [
        { path: '/work-folder/a/one.json', name: 'one.json' },
        { path: '/work-folder/two.md', name: 'two.md' },
      ],
      dryRun: false,
    });
  });

  test('a list longer than a page of the contract is fetched page by page', async () => {
    const pages: unknown[] = [];
    const told = recorder({
      'records.list': ({ input }) => {
        pages.push([input.offset, input.limit]);
        return {
          total: 2500,
          rows: Array.from({ length: Number(input.limit) }, (_, at) => ({ id: `r${at}` })),
        };
      },
    });
    const run = await command(
      ['list', '/w', 'controls', '--limit', '2100', '--offset', '5', '--json'],
      told.answers,
    );
    expect(pages).toEqual([
      [5, 1000],
      [1005, 1000],
      [2005, 100],
    ]);
    expect(documentOf(run)).toMatchObject({ value: { total: 2500, rows: { length: 2100 } } });
  });

  test('a failed job is its own fault', async () => {
    const told = recorder({
      'ledger.verify': () => ({ job: 'j' }),
      'jobs.watch': async function* () {
        const fault = { code: 'corrupt', what: 'database', detail: 'cut short' };
        yield {
          job: 'j',
          kind: 'ledger-verify',
          title: '',
          step: '',
          done: 0,
          total: null,
          state: 'failed',
          fault,
        };
      },
    });
    const run = await command(['ledger', 'verify', '/w'], told.answers);
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('The database is damaged: cut short')]);
  });

  test('a person who stops it cancels the job, and is told so', async () => {
    const stop = new AbortController();
    const told = recorder({
      'ledger.verify': () => ({ job: 'j' }),
      'jobs.watch': async function* () {
        const state = { job: 'j', kind: 'ledger-verify', title: '', step: '', done: 0, total: null } as const;
        yield { ...state, state: 'running' };
        stop.abort();
        yield { ...state, state: 'cancelled' };
      },
      'jobs.cancel': () => ({ cancelled: true }),
    });
    const run = await command(['ledger', 'verify', '/w', '--json'], told.answers, { stop: stop.signal });
    expect(told.asked['jobs.cancel']).toEqual({ job: 'j' });
    expect([run.code, documentOf(run)]).toEqual([1, { ok: false, fault: { code: 'cancelled' } }]);
  });

  test('a bug is an internal fault with a reference, and its stack goes to the log alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bindery-log-'));
    const told = recorder({
      'workspace.info': () => {
        throw new Error('inside');
      },
    });
    const run = await command(['info', '/w', '--json'], told.answers, {
      environment: { BINDERY_PASSPHRASE: 'p', BINDERY_LOG: join(folder, 'log') },
    });
    await rm(folder, { recursive: true });
    expect(run.code).toBe(1);
    expect(documentOf(run)).toEqual({
      ok: false,
      fault: { code: 'internal', reference: expect.any(String) },
    });
    expect(run.out + run.err).not.toContain('inside');
  });

  test('the core is closed whatever happens', async () => {
    let closed = 0;
    await command(['info', '/w'], recorder().answers, { closed: () => (closed += 1) });
    expect(closed).toBe(1);
  });

  test('text of records cannot rewrite the terminal', async () => {
    const told = recorder({
      'records.list': () => ({ total: 1, rows: [{ id: 'r', title: 'a\x1b[2Jb‮c' }] }),
    });
    const run = await command(['list', '/w', 'evidence'], told.answers);
    expect(run.out).toContain('a[U+001B][2Jb[U+202E]c');
  });

  test('the sides of a conflict count from 1, in the list and for the one to keep', async () => {
    const side = (index: number) => ({ index, value: `v${index}`, by: 'A', device: 'd', at: 't' });
    const rows = [{ record: 'r', label: 'L', field: 'f', sides: [side(0), side(1)] }];
    const told = recorder({
      'conflicts.list': () => ({ total: 1, rows }),
      'conflicts.resolve': () => ({ record: 'r', field: 'f', value: 'v1' }),
    });
    const listed = await command(['conflicts', '/w', 'list'], told.answers);
    expect(listed.out).toMatch(/^ {2}1 {2}"v0".*\n {2}2 {2}"v1"/m);
    const inJson = documentOf(await command(['conflicts', '/w', 'list', '--json'], told.answers));
    expect(inJson).toMatchObject({ value: { rows: [{ sides: [{ index: 1 }, { index: 2 }] }] } });
    await command(['conflicts', '/w', 'resolve', 'r', 'f', '--keep', '2'], told.answers);
    expect(told.asked['conflicts.resolve']).toEqual({ record: 'r', field: 'f', keep: 1 });
  });

  test('a role that was given is told without what its giver had seen', async () => {
    const side = (index: number, role: string) => ({
      ...{ index, value: { role, cutoff: { w: 4 } } },
      ...{ by: 'A', device: 'd', at: 't' },
    });
    const rows = [
      { record: 'member:m', label: 'Ben', field: 'role', sides: [side(0, 'none'), side(1, 'viewer')] },
    ];
    const told = recorder({ 'conflicts.list': () => ({ total: 1, rows }) });
    const listed = await command(['conflicts', '/w', 'list'], told.answers);
    expect(listed.out).toMatch(/^ {2}1 {2}"none" {2}A.*\n {2}2 {2}"viewer" {2}A/m);
  });

  test('a value for a field that holds text stays text; elsewhere it is JSON', async () => {
    const sides = (value: unknown) => [{ index: 0, value, by: 'A', device: 'd', at: 't' }];
    const conflict = (value: unknown) => ({
      total: 1,
      rows: [{ record: 'r', label: 'L', field: 'f', sides: sides(value) }],
    });
    const resolved = { 'conflicts.resolve': () => ({ record: 'r', field: 'f', value: 0 }) };
    const argv = ['conflicts', '/w', 'resolve', 'r', 'f', '--value', '12'];
    const text = recorder({ 'conflicts.list': () => conflict('11'), ...resolved });
    await command(argv, text.answers);
    const number = recorder({ 'conflicts.list': () => conflict(11), ...resolved });
    await command(argv, number.answers);
    expect([text.asked['conflicts.resolve'], number.asked['conflicts.resolve']]).toEqual([
      { record: 'r', field: 'f', value: '12' },
      { record: 'r', field: 'f', value: 12 },
    ]);
  });
});

describe('call', () => {
  test('reaches an open procedure without a passphrase', async () => {
    const about = { version: '1', shell: 'cli', platform: 'p', node: 'n', home: 'h' };
    const run = await command(
      ['call', '/w', 'system.about', '--json'],
      { 'system.about': () => about },
      { environment: {} },
    );
    expect([run.code, documentOf(run)]).toEqual([0, { ok: true, value: about }]);
  });

  test('gives what the contract says of a wrong input', async () => {
    const run = await command(
      ['call', '/w', 'evidence.get', '--input', '{"evidence":""}', '--json'],
      recorder().answers,
    );
    expect([run.code, documentOf(run)]).toMatchObject([
      1,
      { fault: { code: 'invalid-input', where: 'evidence', detail: 'It is empty. Write something.' } },
    ]);
  });
});

describe('help', () => {
  test('lists every verb, and every area of the contract', async () => {
    const run = await command(['help', '--json']);
    const { value } = documentOf(run) as { value: { verbs: { verb: string }[]; areas: { area: string }[] } };
    expect(value.verbs.map(({ verb }) => verb)).toContain('conflicts resolve');
    expect(value.areas.map(({ area }) => area)).toContain('evidence');
  });

  test('shows the conflicts verbs with the folder before their own word', async () => {
    expect((await command(['conflicts', '/w', 'list', '--help'])).out).toContain(
      'bindery conflicts DIR list\n',
    );
  });

  test.each(['import', 'evidence', 'evidence.add', 'evidence add', 'ledger'])(
    'explains %s',
    async (topic) => {
      const run = await command(['help', ...topic.split(' ')]);
      expect([run.code, run.out.length > 60]).toEqual([0, true]);
    },
  );
});
