import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SigningKey } from '../../../../../shared/contract/signing.ts';
import type { VerifyReport } from '../../../../../shared/domain/binder.ts';
import { type CompanyKey, companyAuthority, keyFile } from '../../../../support/company-keys.ts';
import {
  faultOf,
  finish,
  makeEngagement,
  OWNER,
  type TestWorkspace,
} from '../../../../support/workspaces.ts';

const PASSWORD = 'opens the file';
let folder: string;
let ws: TestWorkspace;
let authority: Awaited<ReturnType<typeof companyAuthority>>;
let ada: CompanyKey;
let rita: CompanyKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-keys-'));
  authority = await companyAuthority(folder);
  [ada, rita] = [
    await authority.certify('Dr. Ada Company', 'ec', PASSWORD),
    await authority.certify('Rita Company', 'rsa', PASSWORD),
  ];
  ws = await makeEngagement({ Rita: 'reviewer' });
});
afterAll(async () => {
  await ws.close();
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'binder.pdf');
const by = ({ p12 }: CompanyKey) => keyFile(p12, PASSWORD);

const compose = (key?: SigningKey) =>
  finish<{ file: string }>(
    ws.api,
    ws.api.binders.compose({ out: file(), force: true, ...(key ? { key } : {}) }),
  );

async function countersign(name: string, key?: SigningKey) {
  const api = await ws.as(name);
  try {
    return await finish(api, api.binders.countersign({ file: { path: file() }, ...(key ? { key } : {}) }));
  } finally {
    await ws.as(OWNER);
  }
}

const verify = (...trust: string[]) =>
  finish<VerifyReport>(
    ws.api,
    ws.api.binders.verify({
      file: { path: file() },
      trust: trust.map((pem) => readFileSync(pem, 'utf8')),
    }),
  );

describe('a binder signed with the key of a company', () => {
  beforeEach(async () => {
    await compose(by(ada));
  });

  it('carries the chain, so that the authority alone has to be trusted', async () => {
    await countersign('Rita', by(rita));
    const report = await verify(authority.authorityPem);
    expect(report).toMatchObject({
      verdict: 'valid',
      signatures: [
        { by: 'Dr. Ada Company', algorithm: 'ECDSA P-256 with SHA-256', trusted: true },
        { by: 'Rita Company', algorithm: 'RSA 2048 with SHA-256', trusted: true },
      ],
    });
  });

  it('says which member signed: proven where the ledger of the binder is by the same key', async () => {
    await countersign('Rita', by(rita));
    const { signatures, proven, notProven } = await verify();
    expect(signatures.map(({ vouchedBy }) => [vouchedBy?.member.name, vouchedBy?.workspace.name])).toEqual([
      [OWNER, 'Payroll'],
      ['Rita', 'Payroll'],
    ]);
    expect(proven.join('\n')).toContain(
      'The certificate of Dr. Ada Company, which signed as Preparer, is that of Ada, a member of Payroll',
    );
    expect(proven.join('\n')).not.toContain('Rita, a member');
    expect(notProven.join('\n')).toContain(
      `That Rita Company, who signed as Reviewer, is Rita, a member of the workspace Payroll: a ledger key says so that this binder does not know; compare its id ${signatures[1]?.vouchedBy?.key}`,
    );
  });

  it('is countersigned neither by who prepared it, whatever key they take, nor with the key it was prepared with', async () => {
    for (const key of [undefined, by(rita)])
      expect(await faultOf(countersign(OWNER, key))).toMatchObject({ rule: 'segregation-of-duties' });
    expect(await faultOf(countersign('Rita', by(ada)))).toMatchObject({
      rule: 'segregation-of-duties',
      because: expect.stringContaining('This key has signed'),
    });
    await compose();
    expect(await faultOf(countersign(OWNER, by(ada)))).toMatchObject({ rule: 'segregation-of-duties' });
  });

  it('is not believed where the word for a certificate is changed or taken from another', async () => {
    const bytes = readFileSync(file(), 'latin1');
    const at = bytes.lastIndexOf('BinderyVouch');
    expect(at).toBeGreaterThan(0);
    const said = bytes
      .slice(at)
      .replace(/"certificate":"(.)/, (all, digit: string) => all.replace(/.$/, digit === '0' ? '1' : '0'));
    expect(said).not.toBe(bytes.slice(at));
    writeFileSync(file(), Buffer.from(bytes.slice(0, at) + said, 'latin1'));
    const report = await verify();
    expect(report.problems.map(({ message }) => message).join()).toContain('names a member of a workspace');
    expect(report.signatures[0]?.vouchedBy).toBeNull();
  });
});

describe('a key that does not fit', () => {
  it('is refused before anything is written', async () => {
    rmSync(file(), { force: true });
    const seals = await authority.certify('Server', 'ec', PASSWORD, 'keyUsage=critical,keyEncipherment');
    expect(await faultOf(compose(keyFile(seals.p12, PASSWORD)))).toMatchObject({
      detail: 'The certificate of the key is not meant for signing.',
    });
    expect(await faultOf(compose(keyFile(ada.p12, 'wrong')))).toMatchObject({
      detail: 'The password does not open this key file.',
    });
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });
});

describe('a packet', () => {
  it.each(['release', 'evidence-binder'])(
    'of the kind %s is signed with the key of a company too',
    async (template) => {
      const { view } = await ws.api.packets.create({ template, title: template });
      const { record } = view.packet;
      await finish(
        ws.api,
        ws.api.packets.compose({ packet: record, out: file(), force: true, key: by(ada) }),
      );
      expect(await verify(authority.authorityPem)).toMatchObject({
        verdict: 'valid',
        problems: [],
        signatures: [{ by: 'Dr. Ada Company', trusted: true, vouchedBy: { member: { name: OWNER } } }],
      });
    },
  );
});
