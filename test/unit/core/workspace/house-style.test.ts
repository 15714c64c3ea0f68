import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLogo } from '../../../../core/binder/compose/logo.ts';
import { VerifyReport } from '../../../../shared/domain/binder.ts';
import { mayBeAccent, PLAIN_HOUSE } from '../../../../shared/domain/house-style.ts';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

/** A red square, half of it seen through. */
function squarePng(size = 4, alpha = 128): Uint8Array {
  const data = new Uint8Array(size * size * 4);
  for (let at = 0; at < data.length; at += 4) data.set([255, 0, 0, alpha], at);
  return encode({ width: size, height: size, data, channels: 4, depth: 8 });
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('a logo', () => {
  test('is laid on white paper, so that nothing is left to blend', () => {
    expect(readLogo(squarePng())).toMatchObject({ width: 4, height: 4 });
    expect([...(readLogo(squarePng())?.rgb.subarray(0, 3) ?? [])]).toEqual([255, 127, 127]);
    expect([...(readLogo(squarePng(4, 0))?.rgb.subarray(0, 3) ?? [])]).toEqual([255, 255, 255]);
    const grey = encode({ width: 1, height: 1, data: Uint8Array.of(90), channels: 1, depth: 8 });
    expect([...(readLogo(grey)?.rgb ?? [])]).toEqual([90, 90, 90]);
    const deep = encode({
      width: 1,
      height: 1,
      data: Uint16Array.of(65535, 0, 32896),
      channels: 3,
      depth: 16,
    });
    expect([...(readLogo(deep)?.rgb ?? [])]).toEqual([255, 0, 128]);
  });

  test('is none where the bytes are torn, of another format, or of a picture that is too large', () => {
    const png = squarePng();
    const large = Buffer.from(png);
    large.writeUInt32BE(60_000, 16);
    for (const bytes of [png.subarray(0, 40), Buffer.from('GIF89a'.padEnd(60)), large, new Uint8Array()])
      expect(readLogo(bytes)).toBeNull();
  });
});

test('a colour that cannot be read on paper is refused with what to do', () => {
  expect(mayBeAccent('#0b6e5a')).toEqual({ allowed: true });
  expect(mayBeAccent('#ffd400')).toMatchObject({ because: expect.stringContaining('Choose a darker one') });
});

describe('the house style of a workspace', () => {
  let w: TestWorkspace;
  beforeEach(async () => {
    w = await makeEngagement({ Aziz: 'auditor' });
  });
  afterEach(() => w.close());

  test('is plain until somebody who administers sets it, part by part', async () => {
    expect((await w.api.workspace.settings()).house).toEqual(PLAIN_HOUSE);
    await w.api.workspace.configure({ house: { organisation: 'Harbour Bank' } });
    const { house } = await w.api.workspace.configure({ house: { accent: '#1f3a93', face: 'serif' } });
    expect(house).toEqual({ organisation: 'Harbour Bank', accent: '#1f3a93', face: 'serif', logo: null });
    for (const refused of [{ accent: '#ffff00' }, { logo: base64(Buffer.from('no picture')) }])
      expect(await faultOf(w.api.workspace.configure({ house: refused }))).toMatchObject({
        code: expect.stringMatching(/rule-broken|invalid-input/),
      });
    const aziz = await w.as('Aziz');
    expect(await faultOf(aziz.workspace.configure({ house: { organisation: 'Mine' } }))).toMatchObject({
      code: 'forbidden',
    });
  });

  test('is printed: name, logo, colour and letters on a binder that verifies as any other', async () => {
    const logo = base64(squarePng(64));
    await w.api.workspace.configure({
      house: { organisation: 'Harbour Bank', accent: '#1f3a93', face: 'serif', logo },
    });
    const out = join(w.home, 'house.pdf');
    await finish(w.api, w.api.binders.compose({ out }));
    const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { encoding: 'utf8' });
    expect(run('pdftotext', '-l', '1', out, '-')).toContain('Harbour Bank');
    expect(run('pdfimages', '-list', out)).toMatch(/1 +0 image +64 +64 +rgb/);
    expect(run('pdffonts', out)).toMatch(/NotoSerif/);
    expect(run('qpdf', '--check', out)).toContain('No syntax or stream encoding errors');

    const report = VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
    expect(report.problems).toEqual([]);
  });

  test('reaches the packets as well', async () => {
    await w.api.workspace.configure({ house: { accent: '#7a1f5c', face: 'serif' } });
    const { view } = await w.api.packets.create({ template: 'weekly-summary', title: 'Week 1' });
    const out = join(w.home, 'week.pdf');
    await finish(w.api, w.api.packets.compose({ packet: view.packet.id, out }));
    expect(execFileSync('pdffonts', [out], { encoding: 'utf8' })).toMatch(/NotoSerif/);
  });
});
