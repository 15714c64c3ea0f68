import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningKey } from '../../shared/contract/signing.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { companyAuthority, keyFile } from '../support/company-keys.ts';
import { runTool } from '../support/outside-tools.ts';
import { softToken, TOKEN_PIN } from '../support/soft-token.ts';
import { finish, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

/** Who signs with what: P-256 and RSA in turn, from a key file, a token and the workspace. */
const HANDS = [
  { as: 'preparer', member: OWNER, holder: 'Ada File', algorithm: 'ECDSA P-256 with SHA-256' },
  { as: 'reviewer', member: 'Rita', holder: 'Rita Token', algorithm: 'RSA 2048 with SHA-256' },
  { as: 'approver', member: 'Bob', holder: 'Bob', algorithm: 'ECDSA P-256 with SHA-256' },
  { as: 'recipient', member: 'Cleo', holder: 'Cleo File', algorithm: 'RSA 2048 with SHA-256' },
  { as: 'reviewer', member: 'Dora', holder: 'Dora Token', algorithm: 'ECDSA P-256 with SHA-256' },
] as const;
const FIELDS = ['Preparer', 'Reviewer', 'Approver', 'Recipient', 'Spare1'];

let ws: TestWorkspace;
let authorityPem: string;
/** The binder after each signature. */
const files: string[] = [];
const evidence = randomBytes(70_000);

beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer', Bob: 'reviewer', Cleo: 'reviewer', Dora: 'reviewer' });
  const authority = await companyAuthority(ws.home);
  authorityPem = authority.authorityPem;
  const card = await softToken(ws.home, 'Company card');
  const tokenKey = async (holder: string, kind: 'ec' | 'rsa', id: string): Promise<SigningKey> => {
    await card.put(await authority.certify(holder, kind, 'unused'), id);
    return { kind: 'token', module: card.module, token: card.token, id, pin: TOKEN_PIN };
  };
  const fileKey = async (holder: string, kind: 'ec' | 'rsa') =>
    keyFile((await authority.certify(holder, kind, 'opens it')).p12, 'opens it');
  const keys: Readonly<Record<string, SigningKey>> = {
    'Ada File': await fileKey('Ada File', 'ec'),
    'Rita Token': await tokenKey('Rita Token', 'rsa', '21'),
    'Cleo File': await fileKey('Cleo File', 'rsa'),
    'Dora Token': await tokenKey('Dora Token', 'ec', '22'),
  };
  await card.writeCertificate(authorityPem, '99');
  await ws.api.evidence.add({
    files: [{ path: ws.file('logs.bin', evidence) }],
    links: [{ control: 'AC-1' }],
  });
  for (const [at, { as, member, holder }] of HANDS.entries()) {
    const out = join(ws.home, `signed-${at}.pdf`);
    const key = keys[holder] === undefined ? {} : { key: keys[holder] };
    const api = await ws.as(member);
    const before = files.at(-1) ?? '';
    if (as === 'preparer') await finish(api, api.binders.compose({ out, ...key }));
    else await finish(api, api.binders.countersign({ file: { path: before }, out, as, ...key }));
    files.push(out);
  }
}, 120_000);
afterAll(() => ws.close());

const times = (output: string, sentence: string) => output.split(sentence).length - 1;

describe.each([1, 2, 3, 4, 5])('a binder with %i signatures of mixed keys', (count) => {
  const file = () => files[count - 1] ?? '';

  it('is valid to pdfsig, every signature, and covered as a whole by the last', async () => {
    const { output } = await runTool('pdfsig', '-nocert', file());
    const last = output.split(/Signature #\d+:/)[count] ?? '';
    expect({
      valid: times(output, 'Signature is Valid.'),
      total: times(last, '- Total document signed'),
      names: [...output.matchAll(/Signer Certificate Common Name: (.*)/g)].map(([, name]) => name),
    }).toEqual({ valid: count, total: 1, names: HANDS.slice(0, count).map(({ holder }) => holder) });
  });

  it('is clean to qpdf, opens in mutool, and gives its evidence back byte for byte', async () => {
    const qpdf = await runTool('qpdf', '--check', file());
    expect([qpdf.code, qpdf.output.includes('No syntax or stream encoding errors found')]).toEqual([0, true]);
    const info = await runTool('mutool', 'info', file());
    expect([info.code, /error|warning/i.test(info.output)]).toEqual([0, false]);
    const listed = (await runTool('mutool', 'sign', '-v', file())).output;
    expect(times(listed, 'Signature is not signed.')).toBe(6 - count);
    const { output } = await runTool('pdfdetach', '-list', file());
    const [, number = ''] = /^(\d+): .*logs\.bin/m.exec(output) ?? [];
    const out = join(ws.home, 'detached.bin');
    await runTool('pdfdetach', '-save', number, '-o', out, file());
    expect(readFileSync(out).equals(evidence)).toBe(true);
  });

  it('is valid to our own verifier, which knows each key’s kind and member', async () => {
    const trust = [readFileSync(authorityPem, 'utf8')];
    const report = await finish<VerifyReport>(
      ws.api,
      ws.api.binders.verify({ file: { path: file() }, trust }),
    );
    expect(report.problems).toEqual([]);
    expect(
      report.signatures.map(({ field, by, algorithm, trusted, vouchedBy }) => ({
        field,
        by,
        algorithm,
        trusted,
        member: vouchedBy?.member.name,
      })),
    ).toEqual(
      HANDS.slice(0, count).map(({ holder, algorithm, member }, at) => ({
        field: FIELDS[at],
        by: holder,
        algorithm,
        trusted: holder !== member,
        member,
      })),
    );
  });

  it('has a newest signature that OpenSSL verifies as CAdES up to its authority', async () => {
    const { holder, member } = HANDS[count - 1] ?? HANDS[0];
    const { cms, content } = newest(file());
    const own = join(ws.home, 'own.pem');
    const { signatures } = await finish<VerifyReport>(
      ws.api,
      ws.api.binders.verify({ file: { path: file() } }),
    );
    writeFileSync(own, signatures.at(-1)?.certificatePem ?? '');
    const { code, output } = await runTool(
      'openssl',
      ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', content],
      ...['-CAfile', holder === member ? own : authorityPem, '-purpose', 'any', '-out', '/dev/null'],
    );
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('successful') });
  });
});

it('shows on each panel whom the certificate names, and which member that is', async () => {
  const { output } = await runTool('pdftotext', '-layout', files.at(-1) ?? '', '-');
  const page = output.split('\f').find((text) => text.includes('Further signature 1')) ?? '';
  for (const { holder, member } of HANDS) {
    expect(page).toContain(holder);
    if (holder !== member) expect(page).toContain(`Signed in Bindery by ${member}`);
  }
  expect(times(page, 'Not signed')).toBe(1);
});

/** The last signature and what it is over, taken out by its byte range alone. */
function newest(file: string): { cms: string; content: string } {
  const bytes = readFileSync(file);
  const [, end = 0, restart = 0, length = 0] = (
    [...bytes.toString('latin1').matchAll(/\/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\]/g)].at(-1) ?? []
  ).map(Number);
  const [cms, content] = [join(ws.home, 'newest.der'), join(ws.home, 'newest.bin')];
  writeFileSync(cms, Buffer.from(bytes.toString('latin1', end + 1, restart - 1), 'hex'));
  writeFileSync(content, Buffer.concat([bytes.subarray(0, end), bytes.subarray(restart, restart + length)]));
  return { cms, content };
}
