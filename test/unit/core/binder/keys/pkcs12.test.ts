import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyFile } from '../../../../../core/binder/keys/pkcs12.ts';
import { softwareSigner } from '../../../../../core/members/certificate.ts';
import { type CompanyKey, companyAuthority } from '../../../../support/company-keys.ts';
import { faultOf } from '../../../../support/workspaces.ts';

const PASSWORD = 'Gänse €1';
let folder: string;
let authority: Awaited<ReturnType<typeof companyAuthority>>;
let ec: CompanyKey;
let rsa: CompanyKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-p12-'));
  authority = await companyAuthority(folder);
  [ec, rsa] = [
    await authority.certify('Rui', 'ec', PASSWORD),
    await authority.certify('Rui', 'rsa', PASSWORD),
  ];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The key file again, packed with other options. */
async function packed(...options: string[]): Promise<Buffer> {
  const out = join(folder, 'packed.p12');
  const key = ['-inkey', rsa.keyPem, '-in', rsa.certificatePem, '-passout', `pass:${PASSWORD}`];
  await authority.openssl('pkcs12', '-export', ...key, ...options, '-out', out);
  return readFileSync(out);
}

const refused = (content: Uint8Array, password = PASSWORD) => faultOf(openKeyFile(content, password));

describe('a PKCS #12 file', () => {
  it.each(['ec', 'rsa'] as const)(
    'of OpenSSL 3 with an %s key opens by a password in any letters',
    async (kind) => {
      const { p12, certificatePem } = kind === 'ec' ? ec : rsa;
      const { privateKey, certificates } = await openKeyFile(readFileSync(p12), PASSWORD);
      expect(certificates).toHaveLength(2);
      const own = certificates.filter((der) => pemOf(der) === readFileSync(certificatePem, 'utf8'));
      expect(own).toHaveLength(1);
      expect(softwareSigner('Rui', privateKey, own).algorithm).toBe(
        kind === 'ec' ? 'ecdsa-p256-sha256' : 'rsa-pkcs1-sha256',
      );
    },
  );

  it.each([
    ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
    ['a check by SHA-512', ['-macalg', 'sha512']],
    ['a check by SHA-1, as Windows writes it', ['-macalg', 'sha1']],
    ['certificates in the clear', ['-certpbe', 'NONE']],
  ])('with %s opens', async (_, options) => {
    expect((await openKeyFile(await packed(...options), PASSWORD)).certificates).toHaveLength(1);
  });

  it('is refused by a wrong password, and by the right one in other letters', async () => {
    for (const password of ['wrong', '', 'Ganse €1'])
      expect(await refused(readFileSync(rsa.p12), password)).toMatchObject({
        detail: 'The password does not open this key file.',
      });
  });

  it.each([
    ['RC2 and 3DES', ['-legacy']],
    ['3DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']],
    ['3DES for the certificates alone', ['-certpbe', 'PBE-SHA1-3DES']],
  ])('locked by %s is told to be exported again, whatever the password', async (_, options) => {
    const old = await packed(...options);
    for (const password of [PASSWORD, 'wrong'])
      expect(await refused(old, password)).toMatchObject({
        detail: expect.stringContaining('no longer safe'),
        remedy: expect.stringContaining('openssl pkcs12 -legacy'),
      });
  });

  it('that was changed anywhere, cut off, or is none at all is refused, never read by half', async () => {
    const good = readFileSync(ec.p12);
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      expect({ at, ...(await refused(bad)) }).toMatchObject({ at, code: 'invalid-input' });
    }
    expect(await refused(good.subarray(0, 400))).toMatchObject({ code: 'invalid-input' });
    expect(await refused(Buffer.from('-----BEGIN'))).toMatchObject({ code: 'invalid-input' });
    expect(await refused(await packed('-nomac'))).toMatchObject({ code: 'invalid-input' });
  });
});

function pemOf(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}
