import { verify, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TokenKey, tokenSigner } from '../../../../../core/binder/keys/pkcs11.ts';
import { type CompanyKey, companyAuthority } from '../../../../support/company-keys.ts';
import { softToken, TOKEN_PIN } from '../../../../support/soft-token.ts';
import { faultOf } from '../../../../support/workspaces.ts';

let folder: string;
let place: { readonly module: string; readonly token: string };
let ec: CompanyKey;
let rsa: CompanyKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-token-'));
  const authority = await companyAuthority(folder);
  [ec, rsa] = [
    await authority.certify('Ada Card', 'ec', 'x'),
    await authority.certify('Rui Card', 'rsa', 'x'),
  ];
  const token = await softToken(folder, 'Card of two');
  await token.put(ec, '01');
  await token.put(rsa, '0a0b');
  await token.writeCertificate(ec.authorityPem, '09');
  place = token;
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  delete process.env.BINDERY_PKCS11_TOOL;
});

const key = (more: Partial<TokenKey>): TokenKey => ({ ...place, pin: TOKEN_PIN, ...more });

describe('a key on a token', () => {
  it.each([
    ['01', 'Ada Card', 'ecdsa-p256-sha256'],
    ['0A:0B', 'Rui Card', 'rsa-pkcs1-sha256'],
  ])('under the id %s signs in the name of %s, with the chain beside it', async (id, name, algorithm) => {
    const signer = await tokenSigner(key({ id }));
    expect([signer.name, signer.algorithm, signer.certificates.length]).toEqual([name, algorithm, 2]);
    const bytes = Buffer.from('what is signed');
    const { publicKey } = new X509Certificate(Buffer.from(signer.certificates[0] ?? []));
    expect(verify('sha256', bytes, publicKey, await signer.sign(bytes))).toBe(true);
  });

  it('is not guessed where there are several', async () => {
    expect(await faultOf(tokenSigner(key({})))).toMatchObject({
      code: 'conflict',
      candidates: ['id=01 (Ada Card)', 'id=0a0b (Rui Card)'],
    });
  });

  it.each([
    ['a wrong PIN', { id: '01', pin: '000000' }, { detail: 'The PIN does not open the token.' }],
    ['another token', { id: '01', token: 'Lost' }, { code: 'not-found', what: 'token', id: 'Lost' }],
    ['an id that is not there', { id: 'ff' }, { code: 'not-found', id: 'ff' }],
    ['no module', { id: '01', module: '/nowhere.so' }, { code: 'not-found', what: 'PKCS #11 module' }],
  ])('with %s is refused in words', async (_, more, fault) => {
    const signing = tokenSigner(key(more)).then((signer) => signer.sign(Buffer.from('x')));
    expect(await faultOf(signing)).toMatchObject(fault);
  });

  it('needs a module that is one, and the program that speaks to it', async () => {
    const none = join(folder, 'none.so');
    writeFileSync(none, 'no library');
    expect(await faultOf(tokenSigner(key({ module: none })))).toMatchObject({
      detail: 'This is no PKCS #11 module.',
    });
    process.env.BINDERY_PKCS11_TOOL = join(folder, 'absent');
    expect(await faultOf(tokenSigner(key({ id: '01' })))).toMatchObject({
      what: 'pkcs11-tool',
      remedy: expect.stringContaining('apt-get install opensc'),
    });
  });
});

describe('the program that speaks to the token', () => {
  /** Stands in for `pkcs11-tool`: keeps what it was started with. */
  function standIn(script: string): void {
    const tool = join(folder, 'stand-in');
    writeFileSync(tool, `#!/bin/sh\n${script}\n`);
    chmodSync(tool, 0o700);
    process.env.BINDERY_PKCS11_TOOL = tool;
  }

  it('is told the PIN in its environment alone, and none of our other secrets', async () => {
    const said = join(folder, 'said');
    standIn(
      `echo "$@" >> '${said}'; env | grep BINDERY | grep -v TOKEN_PIN >> '${said}'; test "$BINDERY_TOKEN_PIN" = copper-violin && echo told >> '${said}'; exit 0`,
    );
    process.env.BINDERY_PASSPHRASE = 'kelp lantern';
    try {
      const fault = await faultOf(tokenSigner(key({ id: '01', pin: 'copper-violin' })));
      expect(fault).toMatchObject({ code: 'not-found', what: 'certificate on the token' });
    } finally {
      delete process.env.BINDERY_PASSPHRASE;
    }
    const list = `--module ${place.module} --token-label Card of two`;
    expect(readFileSync(said, 'utf8').split('\n')).toEqual([
      `${list} --list-objects --type cert`,
      `${list} --login --pin env:BINDERY_TOKEN_PIN --list-objects --type cert`,
      'told',
      '',
    ]);
  });

  it('that answers with a signature of another key spoils nothing', async () => {
    standIn(`case "$*" in *--sign*) exec pkcs11-tool $(echo "$@" | sed 's/--token-label Card of two//; s/--id 01/--id 0a0b/; s/--mechanism ECDSA --signature-format sequence/--mechanism RSA-PKCS/');; esac
exec pkcs11-tool "$@"`);
    const signer = await tokenSigner(key({ id: '01' }));
    expect(await faultOf(signer.sign(Buffer.from('x')))).toMatchObject({
      detail: 'What it signed does not fit the certificate beside the key.',
    });
  });

  it('is ended when the work is stopped', async () => {
    standIn('sleep 60');
    const stop = new AbortController();
    const started = Date.now();
    setTimeout(() => stop.abort(new Error('stopped')), 200);
    await expect(tokenSigner(key({ id: '01' }), stop.signal)).rejects.toThrow('stopped');
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
