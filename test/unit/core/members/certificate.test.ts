import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  certificateFingerprint,
  certificatesFromPem,
  certificateToPem,
  createSigningKey,
  softwareSigner,
} from '../../../../core/members/certificate.ts';
import { createMemberCertificate } from '../../../../core/members/member-certificate.ts';
import { FaultError } from '../../../../shared/fault.ts';

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7, 890);

function certificateFor(memberName: string, workspaceName = 'Harbour audit', now = NOW) {
  const key = createSigningKey();
  const der = createMemberCertificate({
    memberName,
    workspaceName,
    privateKeyPkcs8: key,
    clock: { now: () => now },
    random: { bytes: (count) => Buffer.alloc(count, 0xff) },
  });
  return { key, der, x509: new X509Certificate(der) };
}

const faultOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
  return 'none';
};

describe('a member’s certificate', () => {
  it('says who, for what and how long, and is signed by its own key', () => {
    const { x509 } = certificateFor('Zoë Ångström');
    expect({
      subject: x509.subject,
      issuer: x509.issuer,
      serial: x509.serialNumber,
      from: x509.validFromDate.toISOString(),
      to: x509.validToDate.toISOString(),
      authority: x509.ca,
      purposes: x509.keyUsage,
      ownSignature: x509.verify(x509.publicKey),
      curve: x509.publicKey.asymmetricKeyDetails?.namedCurve,
    }).toEqual({
      subject: 'O=Harbour audit\nCN=Zoë Ångström',
      issuer: 'O=Harbour audit\nCN=Zoë Ångström',
      serial: `7F${'FF'.repeat(15)}`,
      from: '2026-03-04T04:06:07.000Z',
      to: '2036-03-04T05:06:07.000Z',
      authority: false,
      purposes: ['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4'],
      ownSignature: true,
      curve: 'prime256v1',
    });
  });

  it.each(['山田太郎', 'محمد علي', 'Ωmega Привет', '😀 Smile', 'a, b + "c" <d>;\\ #'])(
    'keeps the name %s letter by letter',
    (name) => {
      const { der } = certificateFor(name);
      expect(Buffer.from(der).includes(Buffer.from(name, 'utf8'))).toBe(true);
    },
  );

  it('shortens a name that the standard has no room for and shows that it did', () => {
    const { x509 } = certificateFor('é'.repeat(80));
    expect(x509.subject).toBe(`O=Harbour audit\nCN=${'é'.repeat(63)}…`);
    expect(certificateFor('é'.repeat(64)).x509.subject).toBe(`O=Harbour audit\nCN=${'é'.repeat(64)}`);
  });

  it('leaves out an organisation without a name, which readers refuse', () => {
    expect(certificateFor('Ada', '').x509.subject).toBe('CN=Ada');
  });

  it('goes past 2049 in the other time format', () => {
    const { x509 } = certificateFor('Ada', 'W', Date.UTC(2045, 0, 1));
    expect(x509.validToDate.toISOString()).toBe('2055-01-01T00:00:00.000Z');
  });

  it('is the same through PEM, one or several, and known by its fingerprint', () => {
    const [a, b] = [certificateFor('A'), certificateFor('B')];
    const pem = certificateToPem(a.der) + certificateToPem(b.der);
    expect(certificatesFromPem(pem)).toEqual([a.der, b.der]);
    expect(certificateFingerprint(a.der)).toBe(a.x509.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(faultOf(() => certificatesFromPem('no certificate'))).toBe('invalid-input');
  });
});

describe('a software signer', () => {
  const rsa = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ format: 'der', type: 'pkcs8' });

  it('signs with the key its certificate names', async () => {
    const { key, der, x509 } = certificateFor('Ada');
    const signer = softwareSigner('Ada', key, [der]);
    const message = Buffer.from('signed attributes');
    const signature = await signer.sign(message);
    expect(signer.algorithm).toBe('ecdsa-p256-sha256');
    expect(verify('sha256', message, x509.publicKey, signature)).toBe(true);
    expect(
      verify(
        'sha256',
        Buffer.from('others'),
        createPublicKey(x509.publicKey.export({ format: 'pem', type: 'spki' })),
        signature,
      ),
    ).toBe(false);
  });

  it('refuses keys that PDF readers do not accept', () => {
    const { der } = certificateFor('Ada');
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({
      format: 'der',
      type: 'pkcs8',
    });
    for (const key of [ed25519, p384, rsa(2_048), Buffer.from('no key')]) {
      expect(faultOf(() => softwareSigner('Ada', key, [der]))).toBe('invalid-input');
    }
  });

  it('refuses a certificate of another key, a broken one and none', () => {
    const { key } = certificateFor('Ada');
    for (const certificates of [[certificateFor('Bob').der], [Buffer.from('none')], []]) {
      expect(faultOf(() => softwareSigner('Ada', key, certificates))).toBe('invalid-input');
    }
  });

  it('refuses to make a member’s certificate for a key of another kind', () => {
    const request = { memberName: 'Ada', workspaceName: 'W', privateKeyPkcs8: rsa(3_072) };
    const ports = { clock: { now: () => NOW }, random: { bytes: (count: number) => Buffer.alloc(count) } };
    expect(faultOf(() => createMemberCertificate({ ...request, ...ports }))).toBe('invalid-input');
  });
});
