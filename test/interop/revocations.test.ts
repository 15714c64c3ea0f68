import { X509Certificate } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readData, standingOf } from '../../core/binder/verify/revocation/judge.ts';
import { parseCertificate } from '../../core/binder/verify/signatures/certificate.ts';
import { DerFault } from '../../core/binder/verify/signatures/der.ts';
import { createCore } from '../../core/index.ts';
import type { LongTermBinder } from '../../shared/contract/signing.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { command } from '../support/command.ts';
import { type CompanyKey, companyAuthority, keyFile } from '../support/company-keys.ts';
import { companyRevocations } from '../support/company-revocations.ts';
import { runTool } from '../support/outside-tools.ts';
import { stampAuthority } from '../support/stamp-authority.ts';
import { faultOf, finish, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

let ws: TestWorkspace;
let authority: Awaited<ReturnType<typeof companyAuthority>>;
let register: ReturnType<typeof companyRevocations>;
let ada: CompanyKey;
let rita: CompanyKey;
let early: string;

beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer' });
  authority = await companyAuthority(ws.home);
  register = companyRevocations(authority);
  ada = await authority.certify('Ada Company', 'ec', 'opens it');
  rita = await authority.certify('Rita Company', 'rsa', 'opens it');
  early = await register.list('early.crl', [ada.certificatePem, rita.certificatePem]);
  await wait(1_100);
  const api = await ws.as(OWNER);
  await finish(api, api.binders.compose({ out: at('once.pdf'), key: keyFile(ada.p12, 'opens it') }));
  copyFileSync(at('once.pdf'), at('twice.pdf'));
  await countersign('twice.pdf');
}, 120_000);
afterAll(() => ws.close());

const at = (name: string) => join(ws.home, name);
const given = (file: string) => ({ name: basename(file), content: readFileSync(file).toString('base64') });
const trust = () => [readFileSync(authority.authorityPem, 'utf8')];

async function countersign(name: string) {
  const api = await ws.as('Rita');
  const request = { file: { path: at(name) }, key: keyFile(rita.p12, 'opens it') };
  await finish(api, api.binders.countersign(request));
}
const verify = (name: string, trusted: string[] = trust()) =>
  finish<VerifyReport>(ws.api, ws.api.binders.verify({ file: { path: at(name) }, trust: trusted }));

interface Given {
  readonly lists?: readonly string[];
  readonly answers?: readonly string[];
  readonly certificates?: readonly string[];
}
const attach = (name: string, { lists = [], answers = [], certificates = [] }: Given) =>
  finish<LongTermBinder>(
    ws.api,
    ws.api.binders.revocationAttach({
      file: { path: at(name) },
      lists: lists.map(given),
      answers: answers.map(given),
      certificates: certificates.map(given),
    }),
  );
const states = ({ signatures }: VerifyReport) => signatures.map(({ revocation }) => revocation?.state);
const copyOf = (name: string, as: string): string => {
  copyFileSync(at(name), at(as));
  return as;
};

async function outsideToolsAgree(name: string, signatures: number): Promise<void> {
  const { output } = await runTool('pdfsig', '-nocert', at(name));
  expect(output.match(/Signature is Valid\./g)).toHaveLength(signatures);
  const qpdf = await runTool('qpdf', '--check', at(name));
  expect([qpdf.code, qpdf.output.includes('No syntax or stream encoding errors found')]).toEqual([0, true]);
  const { code, output: info } = await runTool('mutool', 'info', at(name));
  expect([code, /error|warning/i.test(info)]).toEqual([0, false]);
}

describe('what tells of revocations', () => {
  it('goes into a binder as OpenSSL’s list says it, and every signature stays what it was', async () => {
    const name = copyOf('twice.pdf', 'listed.pdf');
    const list = await register.list('now.crl', [ada.certificatePem, rita.certificatePem]);
    const { added, signatures } = await attach(name, { lists: [list] });
    expect(added).toEqual({ certificates: 3, lists: 1, answers: 0 });
    expect(signatures.map(({ state, authority: by }) => [state, by])).toEqual([
      ['good', 'Company CA'],
      ['good', 'Company CA'],
    ]);
    const before = readFileSync(at('twice.pdf'));
    expect(readFileSync(at(name)).subarray(0, before.length).equals(before)).toBe(true);
    const report = await verify(name);
    expect([report.problems, report.verdict, states(report)]).toEqual([[], 'valid', ['good', 'good']]);
    expect(report.proven.join('\n')).toContain(
      'The certificate of Rita Company was not revoked when it signed as Reviewer',
    );
    expect(report.notProven.join('\n')).toContain('revoked after what the file holds on it');
    await outsideToolsAgree(name, 2);
  });

  it('goes in as answers of the authority, or of whom it certified for answering', async () => {
    const name = copyOf('twice.pdf', 'answered.pdf');
    const helper = await authority.certify(
      'Company Responder',
      'ec',
      'unused',
      'keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning',
    );
    const own = await register.answer('ada.ocsp', ada.certificatePem);
    const delegated = await register.answer('rita.ocsp', rita.certificatePem, {
      pem: helper.certificatePem,
      key: helper.keyPem,
    });
    expect((await attach(name, { answers: [own] })).signatures.map(({ state }) => state)).toEqual([
      'good',
      'missing',
    ]);
    expect((await verify(name)).notProven.join('\n')).toContain(
      'the file holds no list or answer on that of Rita Company',
    );
    await attach(name, { answers: [delegated] });
    const report = await verify(name);
    expect([report.problems, states(report)]).toEqual([[], ['good', 'good']]);
    await outsideToolsAgree(name, 2);
  });

  it('may be followed by a signature, and be completed after that', async () => {
    const name = copyOf('once.pdf', 'between.pdf');
    await attach(name, { lists: [await register.list('first.crl', [ada.certificatePem])] });
    await wait(1_100);
    await countersign(name);
    const between = await verify(name);
    expect([between.problems, states(between)]).toEqual([[], ['good', 'good-before']]);
    await wait(1_100);
    const list = await register.list('second.crl', [ada.certificatePem, rita.certificatePem]);
    expect((await attach(name, { lists: [list] })).added).toEqual({ certificates: 1, lists: 1, answers: 0 });
    const after = await verify(name);
    expect([after.problems, states(after)]).toEqual([[], ['good', 'good']]);
    await outsideToolsAgree(name, 2);
    expect(await faultOf(attach(name, { lists: [list] }))).toMatchObject({ code: 'conflict' });
  });

  it('does not say more than it knows: of a time before, or of a certificate revoked since', async () => {
    const before = copyOf('once.pdf', 'before.pdf');
    await attach(before, { lists: [early] });
    const report = await verify(before);
    expect([report.verdict, states(report)]).toEqual(['valid', ['good-before']]);
    expect(report.notProven.join('\n')).toContain('was revoked between');
    const later = copyOf('once.pdf', 'later.pdf');
    const revoked = new Map([[ada.certificatePem, new Date(Date.now() + 60_000)]]);
    await attach(later, { lists: [await register.list('later.crl', [ada.certificatePem], revoked)] });
    const doubted = await verify(later);
    expect([doubted.problems, doubted.verdict, states(doubted)]).toEqual([
      [],
      'valid-unknown-signer',
      ['revoked-later'],
    ]);
    expect(doubted.notProven.join('\n')).toContain('Whoever had the key later could have put it back.');
  });

  it('leaves a signature known that a trusted time stamp shows to be from before the certificate was revoked', async () => {
    const clock = await stampAuthority(ws.home);
    const name = copyOf('once.pdf', 'stamped.pdf');
    const { query } = await ws.api.binders.timeStampRequest({ file: { path: at(name) } });
    writeFileSync(at('q.tsq'), Buffer.from(query, 'base64'));
    const answer = readFileSync(await clock.answer(at('q.tsq'))).toString('base64');
    await finish(ws.api, ws.api.binders.timeStampAttach({ file: { path: at(name) }, answer }));
    const revoked = new Map([[ada.certificatePem, new Date(Date.now() + 60_000)]]);
    await attach(name, { lists: [await register.list('stamped.crl', [ada.certificatePem], revoked)] });
    const known = await verify(name, [...trust(), readFileSync(clock.certificate, 'utf8')]);
    expect([known.problems, known.verdict, states(known)]).toEqual([[], 'valid', ['revoked-later']]);
    expect(known.notProven.join('\n')).toContain(
      'the time stamp shows that the signature as Preparer was there before',
    );
    // A clock that nobody vouches for shows nothing of the kind.
    expect((await verify(name)).verdict).toBe('valid-unknown-signer');
    await outsideToolsAgree(name, 1);
  });

  it('is refused where it revokes what signed, belongs to nobody there, or is none', async () => {
    const name = copyOf('once.pdf', 'refused.pdf');
    const bytes = readFileSync(at(name));
    const revoked = new Map([[ada.certificatePem, new Date(Date.now() - 3_600_000)]]);
    const list = await register.list('revoked.crl', [ada.certificatePem], revoked);
    const answer = await register.answer('revoked.ocsp', ada.certificatePem, undefined, revoked);
    for (const said of [{ lists: [list] }, { answers: [answer] }])
      expect(await faultOf(attach(name, said))).toMatchObject({
        rule: 'verify-before-signing',
        because: expect.stringContaining('The certificate of Ada Company was revoked at'),
      });
    const other = await register.answer('other.ocsp', rita.certificatePem);
    writeFileSync(at('none.crl'), 'dear auditor');
    writeFileSync(at('cut.crl'), readFileSync(list).subarray(0, 200));
    for (const wrong of [
      { answers: [other] },
      { certificates: [rita.certificatePem] },
      { lists: [at('none.crl')] },
      { lists: [at('cut.crl')] },
      { answers: [list] },
      { certificates: [list] },
    ])
      expect(await faultOf(attach(name, wrong))).toMatchObject({
        code: 'invalid-input',
        where: expect.any(String),
      });
    expect(readFileSync(at(name)).equals(bytes)).toBe(true);
    expect(readdirSync(ws.home).filter((file) => file.endsWith('.attaching'))).toEqual([]);
  });

  it('goes in by the command line, which tells how each certificate stands', async () => {
    const name = copyOf('twice.pdf', 'typed.pdf');
    const list = await register.list('typed.crl', [ada.certificatePem]);
    const around = { createCore, environment: { BINDERY_HOME: at('of the command line') } };
    const args = ['revocation', 'attach', at(name), '--crl', list, '--cert', authority.authorityPem];
    const { code, out } = await command([...args, '--out', at('typed-out.pdf')], {}, around);
    expect([code, out]).toEqual([0, expect.stringContaining('put in 1 list, 0 answers and 3 certificates.')]);
    expect(out).toContain('Preparer, Ada Company: not revoked when it signed, says Company CA.');
    expect(states(await verify('typed-out.pdf'))).toEqual(['good', 'good']);
    expect(readFileSync(at(name)).equals(readFileSync(at('twice.pdf')))).toBe(true);
    const again = await command([...args, '--out', at('typed-out.pdf')], {}, around);
    expect([again.code === 0, again.err]).toEqual([
      false,
      expect.stringContaining('under that name already'),
    ]);
  });

  it('says of an answer nothing, and breaks nothing, when any byte of it is another', async () => {
    const answer = readFileSync(await register.answer('flipped.ocsp', ada.certificatePem));
    const [leaf, issuer] = [ada.certificatePem, authority.authorityPem].map((pem) =>
      parseCertificate(new X509Certificate(readFileSync(pem)).raw),
    );
    if (!leaf || !issuer) throw new Error('no certificates');
    const holder = {
      certificate: leaf,
      pool: [issuer],
      at: new Date(Date.now() - 60_000),
      timeProven: false,
    };
    const stateBy = (bytes: Buffer) => standingOf(holder, [readData('answer', bytes)], []).state;
    expect(stateBy(answer)).toBe('good');
    const signedFrom = answer.indexOf(issuer.subject) - 40;
    for (let i = 0; i < answer.length; i += 1) {
      const forged = Buffer.from(answer);
      forged[i] = (forged[i] ?? 0) ^ 0x15;
      try {
        // What comes with an answer besides, a certificate of its signer’s, is not covered.
        if (i > signedFrom && i < signedFrom + 200) expect([i, stateBy(forged)]).toEqual([i, 'missing']);
        else stateBy(forged);
      } catch (error) {
        if (!(error instanceof DerFault)) throw error;
      }
    }
  });

  it('is put in by the chain that came with the key alone, and never into a binder that is not valid', async () => {
    const name = copyOf('once.pdf', 'chain.pdf');
    expect((await attach(name, {})).added).toEqual({ certificates: 2, lists: 0, answers: 0 });
    expect(states(await verify(name))).toEqual(['missing']);
    const bad = copyOf('once.pdf', 'bad.pdf');
    const bytes = readFileSync(at(bad));
    bytes[bytes.indexOf('/MediaBox') + 1] = 0x4e;
    writeFileSync(at(bad), bytes);
    expect(await faultOf(attach(bad, { lists: [early] }))).toMatchObject({ rule: 'verify-before-signing' });
    expect(readFileSync(at(bad)).equals(bytes)).toBe(true);
  });
});
