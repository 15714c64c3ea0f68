import { execFileSync } from 'node:child_process';
import { closeSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOG, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

const whole = JSON.stringify(CATALOG);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const laughs = `<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, n) => {
  const before = n === 0 ? 'a' : `e${n - 1}`;
  return `<!ENTITY e${n} "&${before};&${before};&${before};&${before};">`;
}).join(
  '',
)}<!ENTITY f SYSTEM "file:///etc/passwd">]><catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"><metadata><title>&e29;&f;</title></metadata></catalog>`;

/** Files that are not what they say, or nothing at all: none may be taken in, each gets a sentence. */
const REFUSED: Readonly<Record<string, string | Uint8Array>> = {
  'an empty file': '',
  'white space alone': ' \n\t\n',
  'a single NUL': '\0',
  'a thousand NUL bytes': Buffer.alloc(1000),
  'a picture': png,
  'a PDF': '%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF',
  'a zip archive': Buffer.from('504b0304140000000000', 'hex'),
  'a catalog cut in the middle': whole.slice(0, whole.length / 2),
  'a catalog cut before its last brace': whole.slice(0, -1),
  'a catalog followed by another': whole + whole,
  'a catalog with a NUL in it': whole.replace('Access Control', 'Access\0Control'),
  'a catalog that is a list': '{"catalog":[1,2,3]}',
  'a catalog that is null': '{"catalog":null}',
  'a catalog whose groups are a number': whole.replace(/"groups":.*/s, '"groups":7}}'),
  'a prototype instead of a catalog': '{"__proto__":{"catalog":{}},"constructor":{"prototype":{}}}',
  'numbers too large to be numbers': `{"catalog":{"uuid":1e999999,"metadata":${'9'.repeat(10_000)}}}`,
  'brackets nested a million deep': '['.repeat(1_000_000),
  'objects nested a million deep': '{"a":'.repeat(1_000_000),
  'XML whose entities multiply': laughs,
  'a profile instead of a catalog': '{"profile":{"uuid":"x","metadata":{"title":"p"},"imports":[]}}',
  'a spreadsheet as text': 'id,title\n=cmd|calc,1\n',
};

let test: TestWorkspace;

beforeAll(async () => {
  test = await makeEngagement();
}, 60_000);

afterAll(() => test.close());

/** Everything there is: what a refused file must leave as it was. */
async function state(): Promise<unknown> {
  const { counts, conflicts, unsealed } = await test.api.workspace.info();
  return { counts, conflicts, unsealed };
}

async function importOf(path: string, name?: string) {
  const { files } = await test.api.frameworks.import({
    files: [name === undefined ? { path } : { path, name }],
  });
  const [only] = files;
  if (only === undefined) throw new Error('nothing was reported');
  return only;
}

/** A refusal people can act on: a sentence, no code of a library, no stack. */
function expectRefusal(report: Awaited<ReturnType<typeof importOf>>): void {
  expect(report.outcome).toBe('refused');
  const errors = report.problems.filter((problem) => problem.severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
  for (const { message } of report.problems) {
    expect(message).toMatch(/^\S.*[.)…]$/su);
    expect(message).not.toMatch(/at .+:\d+:\d+|ZodError|undefined|\[object |is not a function|Cannot read/);
    expect(message.length).toBeLessThan(2000);
  }
}

describe('a file that is no framework', () => {
  it.each(Object.keys(REFUSED))('is refused with a sentence, and nothing changed: %s', async (kind) => {
    const before = await state();
    const path = test.file('hostile.bin', REFUSED[kind] ?? '');
    const started = performance.now();
    for (const name of ['hostile.json', 'hostile.md', 'hostile.xml', 'hostile.bin']) {
      expectRefusal(await importOf(path, name));
    }
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(await state()).toEqual(before);
  });

  it.each(['oscal-catalog-json', 'plan-markdown'])(
    'is refused as %s too, or read as what was asked',
    async (as) => {
      const before = await state();
      for (const kind of [
        'an empty file',
        'a picture',
        'a thousand NUL bytes',
        'a catalog cut in the middle',
        'a PDF',
      ]) {
        const path = test.file('forced.bin', REFUSED[kind] ?? '');
        const { files } = await test.api.frameworks.import({ files: [{ path }], as, dryRun: true });
        expect(files).toHaveLength(1);
        for (const file of files) if (file.outcome === 'refused') expectRefusal(file);
      }
      expect(await state()).toEqual(before);
    },
  );
});

describe('a file with something wrong in it', () => {
  it.each([
    ['a catalog without a title', whole.replace('"title":"Small Catalog",', '')],
    [
      'a plan with bytes that are no text',
      Buffer.concat([Buffer.from('# P\n\n- [ ] a'), Buffer.from('fffec328', 'hex')]),
    ],
  ])('is refused, or taken in with that said: %s', async (_, content) => {
    const { outcome, problems } = await importOf(test.file('half.bin', content), 'half.md');
    expect(['imported', 'refused']).toContain(outcome);
    expect(problems.filter((problem) => problem.severity !== 'info').length).toBeGreaterThan(0);
  });
});

describe('something that is no file', () => {
  const irregular: readonly [string, () => string][] = [
    ['a folder', () => test.home],
    ['a file that is not there', () => join(test.home, 'nothing.json')],
    ['a path through a file', () => join(test.file('file', 'x'), 'below.json')],
    ['a pipe nobody writes to', () => pipe('pipe')],
    ['a device that never ends', () => '/dev/zero'],
    ['a link to a good file', () => link('link.json', test.file('good.json', whole))],
    ['a link to itself', () => link('loop', join(test.home, 'loop'))],
    ['a file whose reading fails', () => '/proc/self/mem'],
    ['a name too long for any disk', () => join(test.home, 'x'.repeat(300))],
  ];

  it.each(irregular)('is refused and hangs nobody: %s', { timeout: 20_000 }, async (_, path) => {
    const before = await state();
    expectRefusal(await importOf(path()));
    expect(await state()).toEqual(before);
  });

  it.each(irregular)('is no evidence either: %s', { timeout: 20_000 }, async (kind, path) => {
    const before = await state();
    const again =
      kind === 'a pipe nobody writes to' ? pipe('pipe2') : kind.startsWith('a link') ? path2(kind) : path();
    await expect(test.api.evidence.add({ files: [{ path: again }] })).rejects.toMatchObject({
      data: { code: expect.stringMatching(/^(invalid-input|not-found|unavailable)$/) },
    });
    expect(await state()).toEqual(before);
  });

  function pipe(name: string): string {
    const path = join(test.home, name);
    execFileSync('mkfifo', [path]);
    return path;
  }

  function link(name: string, to: string): string {
    const path = join(test.home, name);
    symlinkSync(to, path);
    return path;
  }

  function path2(kind: string): string {
    return kind === 'a link to itself'
      ? link('loop2', join(test.home, 'loop2'))
      : link('link2.json', test.home);
  }
});

describe('a file of 200 MB', () => {
  it.each([
    ['nested brackets', '[[[[[[[[', ''],
    ['nested objects of a catalog', '{"catalog":', '{"groups":[{"controls":[{"parts":[ '],
  ])('of %s is refused without taking the process along', { timeout: 120_000 }, async (_, head, body) => {
    const before = await state();
    const path = join(test.home, 'huge.json');
    fill(path, head, body === '' ? head : body, 200_000_000);
    expectRefusal(await importOf(path));
    expect(await state()).toEqual(before);
    expect(process.memoryUsage().rss).toBeLessThan(3_000_000_000);
  });

  function fill(path: string, head: string, body: string, bytes: number): void {
    const piece = Buffer.from(body.repeat(Math.ceil(1_000_000 / body.length)));
    const file = openSync(path, 'w');
    writeSync(file, head);
    for (let written = 0; written < bytes; written += piece.length) writeSync(file, piece);
    closeSync(file);
  }
});

describe('names of files', () => {
  const NAMES = [
    '../../../etc/passwd.json',
    '..\\..\\windows\\system32.json',
    `${'n'.repeat(240)}.json`,
    'invoice\u202Egnp.json',
    'bell\u0007 tab\t newline\n.json',
    '\u2066hidden\u2069\u200F.json',
    'CON.json',
    '.json',
    'a'.repeat(1020),
  ];

  it.each(NAMES)('are labels and nothing more: %j', async (name) => {
    const path = test.file('plain.json', whole.replace('Small Catalog', `Catalog ${NAMES.indexOf(name)}`));
    const report = await importOf(path, name);
    expect(report.outcome).toBe('imported');
    const { rows } = await test.api.frameworks.list({ limit: 100 });
    const kept = rows.find((row) => row.id === report.framework?.id)?.source.name ?? '';
    expect(kept).not.toMatch(/[/\\]|^\.\.?$|^$/);
  });
});

it('after all of this the workspace opens, and its ledger replays without a difference', async () => {
  await test.as(OWNER);
  const { job } = await test.api.ledger.verify({ rebuild: true });
  for await (const seen of await test.api.jobs.watch({ job })) {
    if (seen.state === 'running') continue;
    expect(seen).toMatchObject({
      state: 'done',
      result: { intact: true, problems: [], rebuild: { differences: [] } },
    });
  }
});
