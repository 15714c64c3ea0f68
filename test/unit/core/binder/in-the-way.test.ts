import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '../../../../shared/fault-sentences.ts';
import { faultOf, finish, makeEngagement, OWNER, type TestWorkspace } from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeAll(async () => {
  ws = await makeEngagement({ Bob: 'reviewer' });
});
afterAll(() => ws.close());

const place = (name: string) => join(ws.home, name);
const compose = (out: string, force?: boolean) =>
  finish<{ sha256: string }>(ws.api, ws.api.binders.compose({ out, ...(force ? { force } : {}) }));
const countersign = async (path: string, out?: string, force?: boolean) => {
  const api = await ws.as('Bob');
  const rest = { ...(out ? { out } : {}), ...(force ? { force } : {}) };
  try {
    return await finish<{ file: string }>(api, api.binders.countersign({ file: { path }, ...rest }));
  } finally {
    await ws.as(OWNER);
  }
};

describe('a binder takes a name', () => {
  test('from a binder that only its preparer signed', async () => {
    const out = place('again.pdf');
    const first = await compose(out);
    const second = await compose(out);
    expect(second.sha256).not.toBe(first.sha256);
  });

  test('from no other file, which is named with what to do', async () => {
    const out = ws.file('minutes.pdf', '%PDF-1.7\nminutes of the board\n');
    const fault = await faultOf(compose(out));
    expect(fault).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(/^minutes\.pdf .*no binder/),
    });
    expect(tell(fault).remedy).toContain('--force');
    expect(readFileSync(out, 'latin1')).toContain('minutes of the board');
    await compose(out, true);
    expect(statSync(out).size).toBeGreaterThan(10_000);
  });

  test('from no binder that somebody countersigned, but where that is said', async () => {
    const out = place('countersigned.pdf');
    await compose(out);
    await countersign(out);
    const signed = readFileSync(out);
    expect(await faultOf(compose(out))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('a binder with 2 signatures'),
    });
    expect(readFileSync(out).equals(signed)).toBe(true);
    await compose(out, true);
    expect(readFileSync(out).equals(signed)).toBe(false);
  });

  test('from no binder that was changed after it was signed, from no link and from no folder', async () => {
    const changed = place('changed.pdf');
    await compose(changed);
    appendFileSync(changed, '% a remark\n');
    expect(await faultOf(compose(changed))).toMatchObject({ code: 'conflict' });
    const link = place('link.pdf');
    symlinkSync(place('nowhere.pdf'), link);
    expect(await faultOf(compose(link))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('no regular file'),
    });
    mkdirSync(place('folder.pdf'));
    expect(await faultOf(compose(place('folder.pdf'), true))).toMatchObject({ code: 'invalid-input' });
  });

  test('from no device or pipe and from nothing the workspace is made of, however it is asked', async () => {
    const pipe = place('pipe.pdf');
    execFileSync('mkfifo', [pipe]);
    expect(await faultOf(compose(pipe, true))).toMatchObject({ code: 'invalid-input' });
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(await faultOf(countersign(pipe))).toMatchObject({ code: 'unavailable' });
    for (const own of ['keys.json', 'workspace.db', 'workspace.db-wal', 'vault/new.pdf'])
      expect(await faultOf(compose(join(ws.dir, own), true))).toMatchObject({ code: 'invalid-input' });
  });

  test('where a link leads, and the link stays', async () => {
    const binder = place('linked.pdf');
    await compose(binder);
    const link = place('to-linked.pdf');
    symlinkSync(binder, link);
    const before = statSync(binder).size;
    expect(await countersign(link)).toMatchObject({ file: binder });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(binder).size).toBeGreaterThan(before);
  });

  test('when it is countersigned under another name, by the same rule', async () => {
    const binder = place('mine.pdf');
    await compose(binder);
    const other = ws.file('letter.txt', 'Dear auditors');
    expect(await faultOf(countersign(binder, other))).toMatchObject({ code: 'conflict' });
    expect(readFileSync(other, 'utf8')).toBe('Dear auditors');
    expect(await countersign(binder, other, true)).toMatchObject({ file: other });
  });
});

describe('what is written into a folder', () => {
  test('of a ledger leaves what is no export of this workspace', async () => {
    const out = place('carried');
    await ws.api.ledger.export({ out });
    await ws.api.ledger.export({ out });
    writeFileSync(join(out, 'index.bin'), 'an index of something else');
    expect(await faultOf(ws.api.ledger.export({ out }))).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('index.bin'),
    });
    expect(readFileSync(join(out, 'index.bin'), 'utf8')).toBe('an index of something else');
    await ws.api.ledger.export({ out, force: true });
    expect(readFileSync(join(out, 'index.bin'), 'latin1')).toMatch(/^BSEG3/);
  });

  test('of evidence leaves every file that is there, under whatever name', async () => {
    const { evidence } = await ws.api.evidence.add({ files: [{ path: ws.file('log.txt', 'logged') }] });
    const out = place('out');
    mkdirSync(out);
    writeFileSync(join(out, 'log.txt'), 'another log');
    writeFileSync(join(out, 'log (2).txt.part'), 'half of another log');
    const { files } = await ws.api.evidence.export({ evidence: evidence[0]?.id ?? '', out });
    expect(files[0]?.path).toBe(join(out, 'log (2).txt'));
    expect(readFileSync(join(out, 'log (2).txt'), 'utf8')).toBe('logged');
    expect(readFileSync(join(out, 'log.txt'), 'utf8')).toBe('another log');
    expect(readFileSync(join(out, 'log (2).txt.part'), 'utf8')).toBe('half of another log');
  });
});

test('a binder without a path gets the name and the folder that were promised, and nobody else may read it', async () => {
  const engagement = (await ws.api.engagements.list({})).rows[0]?.id;
  const promise = async () => {
    const { suggestedName, folder } = await ws.api.binders.preview({ ...(engagement ? { engagement } : {}) });
    return join(folder, suggestedName);
  };
  const made = () => finish<{ file: string }>(ws.api, ws.api.binders.compose({ title: 'Another title' }));
  const first = await promise();
  expect((await made()).file).toBe(first);
  const second = await promise();
  expect(second).not.toBe(first);
  expect((await made()).file).toBe(second);
  if (process.platform !== 'win32') expect(statSync(first).mode & 0o777).toBe(0o600);
});
