import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureValueOf } from '../../core/binder/sign/stamped-cms.ts';
import type { ComposedBinder } from '../../shared/contract/proof.ts';
import type { StampedBinder } from '../../shared/contract/signing.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { runTool } from '../support/outside-tools.ts';
import { localServer, stampAuthority } from '../support/stamp-authority.ts';
import { faultOf, finish, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

let ws: TestWorkspace;
let authority: Awaited<ReturnType<typeof stampAuthority>>;
let server: Awaited<ReturnType<typeof localServer>>;

beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer' });
  authority = await stampAuthority(ws.home);
  server = await localServer(authority.listener);
}, 60_000);
afterAll(async () => {
  await server.close();
  await ws.close();
});

const at = (name: string) => join(ws.home, name);
async function compose(name: string, tsa?: string) {
  const api = await ws.as(OWNER);
  const job = api.binders.compose({ out: at(name), force: true, ...(tsa ? { tsa } : {}) });
  return finish<ComposedBinder>(api, job);
}
const verify = (name: string, trust: string[] = []) =>
  finish<VerifyReport>(ws.api, ws.api.binders.verify({ file: { path: at(name) }, trust }));
const trusted = () => [readFileSync(authority.certificate, 'utf8')];

/** Carries the request of a file to the authority and its answer back, as people do with a stick. */
async function answerFor(name: string): Promise<Buffer> {
  const { query } = await ws.api.binders.timeStampRequest({ file: { path: at(name) } });
  writeFileSync(at('carried.tsq'), Buffer.from(query, 'base64'));
  return readFileSync(await authority.answer(at('carried.tsq')));
}
const attach = (name: string, answer: Uint8Array, more: { out?: string; force?: boolean } = {}) =>
  finish<StampedBinder>(
    ws.api,
    ws.api.binders.timeStampAttach({
      file: { path: at(name) },
      answer: Buffer.from(answer).toString('base64'),
      ...more,
    }),
  );

/** The CMS of a signature and the token in it, as outside tools take them. */
function takenOut(name: string, nth = 0) {
  const bytes = readFileSync(at(name));
  const ranges = [...bytes.toString('latin1').matchAll(/\/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\]/g)];
  const [, end = 0, restart = 0, length = 0] = (ranges[nth] ?? []).map(Number);
  const cms = Buffer.from(bytes.toString('latin1', end + 1, restart - 1), 'hex');
  const content = Buffer.concat([bytes.subarray(0, end), bytes.subarray(restart, restart + length)]);
  return { cms, content };
}

async function opensslVerifiesStamp(name: string, nth = 0): Promise<string> {
  const { cms } = takenOut(name, nth);
  writeFileSync(at('value.bin'), signatureValueOf(cms));
  const marker = Buffer.from('060b2a864886f70d010910020e31', 'hex');
  const set = cms.subarray(cms.indexOf(marker) + marker.length - 1);
  const header = (set[1] ?? 0) < 0x80 ? 2 : 2 + ((set[1] ?? 0) & 0x7f);
  writeFileSync(at('token.der'), set.subarray(header));
  const { output } = await runTool(
    'openssl',
    ...['ts', '-verify', '-token_in', '-in', at('token.der'), '-data', at('value.bin')],
    ...['-CAfile', authority.certificate],
  );
  return output;
}

describe('a time stamp over the network', () => {
  it('stands beside each signature, and other programs find all of it good', async () => {
    await compose('net.pdf', server.address);
    const rita = await ws.as('Rita');
    await finish(rita, rita.binders.countersign({ file: { path: at('net.pdf') }, tsa: server.address }));
    const report = await verify('net.pdf', trusted());
    expect(report.problems).toEqual([]);
    for (const { timeStamp } of report.signatures)
      expect(timeStamp).toMatchObject({ by: 'Harbour Clock', trusted: true });
    expect(report.proven.join('\n')).toContain('by the time stamp of Harbour Clock, which you trust');
    expect((await verify('net.pdf')).notProven.join('\n')).toContain('nobody here vouches for Harbour Clock');
    for (const nth of [0, 1])
      expect(await opensslVerifiesStamp('net.pdf', nth)).toContain('Verification: OK');
    const { output } = await runTool('pdfsig', '-nocert', at('net.pdf'));
    expect(output.match(/Signature is Valid\./g)).toHaveLength(2);
    expect(await runTool('qpdf', '--check', at('net.pdf'))).toMatchObject({ code: 0 });
  });

  type Send = (status: number, body: Buffer) => void;
  it.each([
    ['answers nothing of use', 'no time stamp', (send: Send) => send(200, Buffer.from('no'))],
    ['is out of order', 'It answered 500.', (send: Send) => send(500, Buffer.alloc(0))],
    ['sends elsewhere', 'It answered 302.', (send: Send) => send(302, Buffer.alloc(0))],
    ['never stops', 'more than any time stamp', (send: Send) => send(200, Buffer.alloc(1_000_000))],
    [
      'answers an earlier question',
      'another signature',
      (send: Send) => send(200, readFileSync(at('earlier.tsr'))),
    ],
    ['refuses', 'refused it (status 2)', (send: Send) => send(200, Buffer.from('30053003020102', 'hex'))],
  ])('by an authority that %s is gone without, and told of', async (_, detail, answered) => {
    await compose('earlier.pdf');
    writeFileSync(at('earlier.tsr'), await answerFor('earlier.pdf'));
    const odd = await localServer((request, response) => {
      request.resume();
      request.on('end', () =>
        answered((status, body) => response.writeHead(status, { location: server.address }).end(body)),
      );
    });
    try {
      // What took long to compose is kept, signed as it would be without an authority.
      expect((await compose('odd.pdf', odd.address)).unstamped).toEqual({
        because: expect.stringContaining(detail),
        remedy: expect.stringContaining('bindery timestamp request'),
      });
      expect(await verify('odd.pdf')).toMatchObject({ problems: [], signatures: [{ timeStamp: null }] });
      const bytes = readFileSync(at('odd.pdf'));
      const rita = await ws.as('Rita');
      const signing = finish(
        rita,
        rita.binders.countersign({ file: { path: at('odd.pdf') }, tsa: odd.address }),
      );
      expect(await faultOf(signing)).toMatchObject({ detail: expect.stringContaining(detail) });
      expect(readFileSync(at('odd.pdf')).equals(bytes)).toBe(true);
    } finally {
      await odd.close();
    }
  });
});

describe('a time stamp that is carried by media', () => {
  it('is asked for by a file that OpenSSL reads, and attached to the newest signature as it stands', async () => {
    await compose('media.pdf');
    const answer = await answerFor('media.pdf');
    const { output } = await runTool('openssl', 'ts', '-query', '-in', at('carried.tsq'), '-text');
    expect(output).toContain('Hash Algorithm: sha256');
    const before = takenOut('media.pdf').content;
    const stamped = await attach('media.pdf', answer, { out: at('stamped.pdf') });
    expect(stamped).toMatchObject({ field: 'Preparer', timeStamp: { by: 'Harbour Clock' } });
    expect(takenOut('stamped.pdf').content.equals(before)).toBe(true);
    expect(await opensslVerifiesStamp('stamped.pdf')).toContain('Verification: OK');
    expect((await runTool('pdfsig', '-nocert', at('stamped.pdf'))).output).toContain('Signature is Valid.');
    expect((await verify('media.pdf')).signatures[0]?.timeStamp).toBeNull();
  });

  it('is covered by whoever signs next, and cannot be attached any more after them', async () => {
    await compose('next.pdf');
    const late = await answerFor('next.pdf');
    copyFileSync(at('next.pdf'), at('late.pdf'));
    await attach('next.pdf', late);
    const rita = await ws.as('Rita');
    for (const name of ['next.pdf', 'late.pdf'])
      await finish(rita, rita.binders.countersign({ file: { path: at(name) } }));
    const report = await verify('next.pdf', trusted());
    expect(report.problems).toEqual([]);
    expect(report.signatures.map(({ timeStamp }) => timeStamp?.by ?? null)).toEqual(['Harbour Clock', null]);
    expect(await faultOf(attach('late.pdf', late))).toMatchObject({
      detail: expect.stringContaining('belongs to another signature'),
    });
    await attach('next.pdf', await answerFor('next.pdf'));
    expect((await verify('next.pdf')).signatures.every(({ timeStamp }) => timeStamp !== null)).toBe(true);
  });

  it('is attached once, only where it belongs, and never over another file by mistake', async () => {
    await compose('once.pdf');
    const answer = await answerFor('once.pdf');
    const good = readFileSync(at('once.pdf'));
    await compose('other.pdf');
    expect(await faultOf(attach('other.pdf', answer))).toMatchObject({ code: 'invalid-input' });
    expect(await faultOf(attach('once.pdf', answer.subarray(0, 500)))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await faultOf(attach('once.pdf', answer, { out: at('other.pdf') }))).toMatchObject({
      code: 'conflict',
    });
    expect(readFileSync(at('once.pdf')).equals(good)).toBe(true);
    await attach('once.pdf', answer);
    for (const again of [() => attach('once.pdf', answer), () => answerFor('once.pdf')])
      expect(await faultOf(again)).toMatchObject({ detail: expect.stringContaining('carries a time stamp') });
  });

  it('is not attached to what was changed since it was signed', async () => {
    await compose('bad.pdf');
    const bytes = readFileSync(at('bad.pdf'));
    bytes[bytes.indexOf('/MediaBox') + 1] = 0x4e;
    writeFileSync(at('bad.pdf'), bytes);
    expect(await faultOf(attach('bad.pdf', await answerFor('bad.pdf')))).toMatchObject({
      rule: 'verify-before-signing',
    });
    expect(readFileSync(at('bad.pdf')).equals(bytes)).toBe(true);
  });
});
