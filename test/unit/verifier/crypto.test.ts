import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  constants as NODE,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as page from '../../../verifier/platform/crypto.ts';
import { runTool } from '../../support/outside-tools.ts';

const DATA = Buffer.from('what was signed');
const DIGESTS = ['sha256', 'sha384', 'sha512'] as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-page-crypto-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Keys = ReturnType<typeof generateKeyPairSync>;
const derOf = ({ publicKey }: Keys) => publicKey.export({ format: 'der', type: 'spki' });

/** A signature is good for both, and any change of it or of what it signs is bad for both. */
function agree(keys: Keys, digest: string | null, how: object = {}): void {
  const signature = sign(digest, DATA, { key: keys.privateKey, ...how });
  const key = page.createPublicKey({ key: derOf(keys) });
  const both = (data: Buffer, value: Buffer) => [
    attempt(() => verify(digest, data, { key: keys.publicKey, ...how }, value)),
    attempt(() => page.verify(digest, data, { key, ...how }, value)),
  ];
  expect(both(DATA, signature)).toEqual([true, true]);
  expect(both(Buffer.from('another'), signature)).toEqual([false, false]);
  for (let at = 0; at < signature.length; at += Math.ceil(signature.length / 12)) {
    const bad = Buffer.from(signature);
    bad[at] = (bad[at] ?? 0) ^ 1;
    expect(both(DATA, bad)).toEqual([false, false]);
  }
  expect(both(DATA, Buffer.concat([signature, Buffer.of(0)]))).toEqual([false, false]);
  const [node, own] = both(DATA, signature.subarray(1));
  expect(own).toBe(false);
  // OpenSSL takes a PSS signature whose leading zero is gone; the verifier asks for its whole length before (RFC 8017).
  if (signature[0] !== 0) expect(node).toBe(false);
}

function attempt(work: () => boolean): boolean {
  try {
    return work();
  } catch {
    return false;
  }
}

describe('the cryptography of the verifier page agrees with Node’s', () => {
  test.each(['sha1', 'md5', ...DIGESTS])('on %s, in pieces and forked', (name) => {
    const [here, there] = [page.createHash(name), createHash(name)];
    for (const part of ['a', 'b'.repeat(200), '']) [here.update(part), there.update(part)];
    const fork = here.copy().update('c');
    expect(here.digest('hex')).toBe(there.copy().digest('hex'));
    expect(fork.digest('hex')).toBe(there.update('c').digest('hex'));
  });

  test.each(['P-256', 'P-384', 'P-521'])('on ECDSA over %s, with each digest', (namedCurve) => {
    for (const digest of DIGESTS)
      for (let i = 0; i < 3; i++) agree(generateKeyPairSync('ec', { namedCurve }) as unknown as Keys, digest);
  });

  test('on Ed25519', () => {
    agree(generateKeyPairSync('ed25519') as unknown as Keys, null);
  });

  test.each([2048, 3072])('on RSA of %i bits, both paddings, each digest', (modulusLength) => {
    const keys = generateKeyPairSync('rsa', { modulusLength }) as unknown as Keys;
    for (const digest of DIGESTS) {
      agree(keys, digest);
      for (const saltLength of [0, 20, 32])
        agree(keys, digest, { padding: NODE.RSA_PKCS1_PSS_PADDING, saltLength });
    }
    expect(page.constants).toMatchObject({
      RSA_PKCS1_PADDING: NODE.RSA_PKCS1_PADDING,
      RSA_PKCS1_PSS_PADDING: NODE.RSA_PKCS1_PSS_PADDING,
    });
  });

  test('on what a key is', () => {
    const all = [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ed25519'),
    ] as unknown as Keys[];
    for (const keys of all) {
      const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
        key: derOf(keys),
        format: 'der',
        type: 'spki',
      });
      const own = page.createPublicKey({ key: derOf(keys) });
      expect(own.asymmetricKeyType).toBe(asymmetricKeyType);
      expect(asymmetricKeyDetails).toMatchObject(own.asymmetricKeyDetails);
    }
  });
});

describe('a certificate on the verifier page', () => {
  const SUBJECT = '/C=NL/O=Harbour, "Ltd" + Sons/OU= leading/CN=Ada Ångström';
  const CERTIFICATES: readonly (readonly [string, readonly string[]])[] = [
    ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['rsa', ['-newkey', 'rsa:2048']],
    ['pss', ['-newkey', 'rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32']],
    ['ed25519', ['-newkey', 'ed25519']],
    [
      'person',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-addext', 'basicConstraints=CA:FALSE'],
    ],
    [
      'stamps',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-addext', 'extendedKeyUsage=timeStamping'],
    ],
    [
      'no-ca',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-addext', 'keyUsage=digitalSignature'],
    ],
  ];
  const made = new Map<string, Buffer>();

  beforeAll(async () => {
    for (const [name, args] of CERTIFICATES) {
      const path = join(folder, name);
      const { code, output } = await runTool(
        'openssl',
        ...['req', '-x509', '-nodes', '-utf8', '-days', '40000', '-subj', SUBJECT, '-outform', 'DER'],
        ...[...args, '-keyout', `${path}.key`, '-out', `${path}.der`],
      );
      if (code !== 0) throw new Error(output);
      made.set(name, await readFile(`${path}.der`));
    }
  });

  test.each(CERTIFICATES.map(([name]) => name))('is read as Node reads it: %s', (name) => {
    const raw = made.get(name) ?? Buffer.alloc(0);
    const [own, node] = [new page.X509Certificate(raw), new X509Certificate(raw)];
    const facts = ({ subject, validFromDate, validToDate, ca, keyUsage }: typeof own | typeof node) => ({
      ...{ subject, ca, keyUsage },
      ...{ from: validFromDate.toISOString(), to: validToDate.toISOString() },
    });
    expect(facts(own)).toEqual(facts(node));
    expect(own.toString()).toBe(node.toString());
    expect([own.verify(own.publicKey), own.checkIssued(own)]).toEqual([
      node.verify(node.publicKey),
      node.checkIssued(node),
    ]);
    for (const [, other] of [...made].filter(([, bytes]) => bytes !== raw)) {
      const [ownOther, nodeOther] = [new page.X509Certificate(other), new X509Certificate(other)];
      expect(own.checkIssued(ownOther)).toBe(node.checkIssued(nodeOther));
      expect(attempt(() => own.verify(ownOther.publicKey))).toBe(
        attempt(() => node.verify(nodeOther.publicKey)),
      );
    }
  });
});
