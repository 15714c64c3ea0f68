import { createPrivateKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PdfSigner } from '../../core/binder/sign/signer.ts';
import {
  certificatesFromPem,
  certificateToPem,
  createSigningKey,
  softwareSigner,
} from '../../core/members/certificate.ts';
import { createMemberCertificate } from '../../core/members/member-certificate.ts';
import { systemPorts } from '../../core/ports.ts';
import { runTool } from './outside-tools.ts';

/** A signer and the certificate that a recipient who trusts them would have been given. */
export interface KnownSigner {
  readonly signer: PdfSigner;
  readonly trustPem: string;
}

/** A member with the key and certificate the product makes, in force from `at` on. */
export function memberSigner(name: string, at = new Date()): KnownSigner {
  const key = createSigningKey();
  const certificate = createMemberCertificate({
    memberName: name,
    workspaceName: 'Harbour audit',
    privateKeyPkcs8: key,
    random: systemPorts.random,
    clock: { now: () => at.getTime() },
  });
  return { signer: softwareSigner(name, key, [certificate]), trustPem: certificateToPem(certificate) };
}

/** A signer from elsewhere: an RSA-3072 key that an authority certified, both made by OpenSSL in the folder. */
export async function companySigner(name: string, folder: string): Promise<KnownSigner> {
  const path = (file: string) => join(folder, file);
  const make = async (...args: string[]) => {
    const { code, output } = await runTool('openssl', ...args);
    if (code !== 0) throw new Error(output);
  };
  const request = ['req', '-newkey', 'rsa:3072', '-nodes', '-utf8', '-subj', `/O=Company/CN=${name}`];
  await writeFile(path('leaf.cnf'), 'keyUsage=critical,digitalSignature,nonRepudiation\n');
  await make(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', '/CN=Company CA', '-keyout', path('ca.key'), '-out', path('ca.pem')],
  );
  await make(...request, '-keyout', path('leaf.key'), '-out', path('leaf.csr'));
  await make(
    ...[
      'x509',
      '-req',
      '-in',
      path('leaf.csr'),
      '-CA',
      path('ca.pem'),
      '-CAkey',
      path('ca.key'),
      '-days',
      '30',
    ],
    ...['-CAcreateserial', '-extfile', path('leaf.cnf'), '-out', path('leaf.pem')],
  );
  const key = createPrivateKey(await readFile(path('leaf.key'), 'utf8')).export({
    format: 'der',
    type: 'pkcs8',
  });
  const trustPem = await readFile(path('ca.pem'), 'utf8');
  const chain = [
    ...certificatesFromPem(await readFile(path('leaf.pem'), 'utf8')),
    ...certificatesFromPem(trustPem),
  ];
  return { signer: softwareSigner(name, key, chain), trustPem };
}
