import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../support/whole-way.ts';
import { faultOf, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

let test: TestWorkspace;

beforeAll(async () => {
  test = await makeEngagement();
}, 60_000);

afterAll(() => test.close());

const NAMES = [
  '../../../../tmp/outside.txt',
  '..\\..\\outside.txt',
  '/etc/absolute.txt',
  '..',
  '.',
  'nul\0byte.txt',
  `${'ü'.repeat(125)}.txt`,
  'x'.repeat(250),
  'annex\u202Etxt.exe',
  '\u2067مراجعة\u2069.txt',
  'line\nbreak\rand\u001b[31mcolour.txt',
  'con.txt',
  'trailing. . .',
  '  ',
  '$(reboot) `id` ;|&.txt',
  '\ud800 lone half.txt',
];

describe('names of evidence', () => {
  it.each(NAMES)('come back as a name inside the folder asked for: %j', async (name) => {
    const content = `content of ${NAMES.indexOf(name)}`;
    const path = test.file('source.txt', content);
    const { evidence } = await test.api.evidence.add({ files: [{ path, name }] });
    const [record] = evidence;
    expect(record?.files[0]?.name).not.toMatch(/[/\0]|^\.\.?$|^$/);
    const out = join(test.home, `out-${NAMES.indexOf(name)}`);
    const { files } = await test.api.evidence.export({ evidence: record?.id ?? '', out });
    expect(readdirSync(out)).toHaveLength(1);
    const [onDisk = ''] = readdirSync(out);
    expect(files[0]?.path).toBe(join(out, onDisk));
    expect(onDisk).not.toMatch(/[\p{Cc}\p{Bidi_Control}]|^\s*$/u);
    expect(readFileSync(join(out, onDisk), 'utf8')).toBe(content);
  });

  it('that differ in case alone, or not at all, stay two files when they are written out', async () => {
    const files = ['Report.txt', 'report.txt', 'Report.txt'].map((name, at) => ({
      path: test.file(`case-${at}`, `case ${at}`),
      name,
    }));
    const { evidence } = await test.api.evidence.add({ files, together: true });
    const out = join(test.home, 'cases');
    await test.api.evidence.export({ evidence: evidence[0]?.id ?? '', out });
    expect(
      readdirSync(out)
        .map((name) => readFileSync(join(out, name), 'utf8'))
        .sort(),
    ).toEqual(['case 0', 'case 1', 'case 2']);
    expect(new Set(readdirSync(out).map((name) => name.toLowerCase())).size).toBe(3);
  });

  it('that stand in the folder already are never replaced, and a second time writes nothing twice', async () => {
    const { evidence } = await test.api.evidence.add({
      files: [{ path: test.file('e', 'ours'), name: 'kept.txt' }],
    });
    const out = join(test.home, 'kept');
    const request = { evidence: evidence[0]?.id ?? '', out };
    await test.api.evidence.export(request);
    writeFileSync(join(out, 'kept.txt'), 'theirs');
    await test.api.evidence.export(request);
    await test.api.evidence.export(request);
    expect(
      readdirSync(out)
        .map((name) => readFileSync(join(out, name), 'utf8'))
        .sort(),
    ).toEqual(['ours', 'theirs']);
  });

  it('that stand where a folder should be are left alone', async () => {
    const { rows } = await test.api.evidence.list({ limit: 1 });
    const file = test.file('in the way', 'stays');
    const fault = await faultOf(test.api.evidence.export({ evidence: rows[0]?.id ?? '', out: file }));
    expect(fault.code).toBe('unavailable');
    expect(readFileSync(file, 'utf8')).toBe('stays');
  });
});

describe('contents of evidence', () => {
  it('of no bytes at all are evidence like any other', async () => {
    const { evidence } = await test.api.evidence.add({ files: [{ path: test.file('nothing', '') }] });
    expect(evidence[0]?.files).toMatchObject([{ bytes: 0, sha256: sha256('') }]);
    const out = join(test.home, 'nothing-out');
    await test.api.evidence.export({ evidence: evidence[0]?.id ?? '', out });
    expect(readFileSync(join(out, 'nothing'))).toHaveLength(0);
  });

  it('taken in twice are two records over one content', async () => {
    const path = test.file('twice.bin', Buffer.alloc(3_000_000, 7));
    const before = await test.api.workspace.info();
    const both = [
      await test.api.evidence.add({ files: [{ path }] }),
      await test.api.evidence.add({ files: [{ path }] }),
    ];
    const after = await test.api.workspace.info();
    const [one, two] = both.map(({ evidence }) => evidence[0]);
    expect(one?.id).not.toBe(two?.id);
    expect(one?.files[0]?.sha256).toBe(two?.files[0]?.sha256);
    expect(after.bytes.vault - before.bytes.vault).toBeLessThan(3_100_000);
  });

  it('that grow while they are read are refused or taken in whole as of one moment', {
    timeout: 60_000,
  }, async () => {
    const path = test.file('growing.log', 'line\n'.repeat(2_000_000));
    const writer = setInterval(() => appendFileSync(path, 'more\n'), 1);
    try {
      const { evidence } = await test.api.evidence.add({ files: [{ path }] });
      const [file] = evidence[0]?.files ?? [];
      clearInterval(writer);
      expect(file?.sha256).toBe(sha256(readFileSync(path).subarray(0, file?.bytes)));
    } catch (error) {
      expect(error).toMatchObject({ data: { code: 'unavailable' } });
    } finally {
      clearInterval(writer);
    }
  });

  it('of one refused file among good ones leave no half of the records', async () => {
    const before = await test.api.workspace.info();
    const files = [{ path: test.file('good.txt', 'good') }, { path: join(test.home, 'missing.txt') }];
    expect((await faultOf(test.api.evidence.add({ files }))).code).toBe('not-found');
    expect((await test.api.workspace.info()).counts).toEqual(before.counts);
  });

  it('survive everything above: the workspace opens and every content is sound', async () => {
    await test.as(OWNER);
    const { rows } = await test.api.evidence.list({ limit: 200 });
    expect(rows.length).toBeGreaterThan(NAMES.length);
    for (const row of rows) {
      const out = join(test.home, 'all', row.id);
      const { files } = await test.api.evidence.export({ evidence: row.id, out });
      for (const file of files) expect(sha256(readFileSync(file.path))).toBe(file.sha256);
    }
  });
});
