import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './outside-tools.ts';

/** A key that a company's authority certified, with the files OpenSSL made of it. */
export interface CompanyKey {
  readonly holder: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly authorityPem: string;
  readonly p12: string;
}

export type KeyKind = 'ec' | 'rsa' | 'ed25519';

const KINDS: Readonly<Record<KeyKind, readonly string[]>> = {
  ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['rsa:2048'],
  ed25519: ['ed25519'],
};

/** An authority in the folder, which certifies keys and packs them as OpenSSL 3 does. */
export async function companyAuthority(folder: string) {
  const path = (name: string) => join(folder, name);
  const openssl = async (...args: readonly string[]) => {
    const { code, output } = await runTool('openssl', ...args);
    if (code !== 0) throw new Error(output);
  };
  const [authorityKey, authorityPem] = [path('authority.key'), path('authority.pem')];
  await openssl(
    ...['req', '-x509', '-newkey', ...KINDS.ec, '-nodes', '-days', '30', '-subj', '/CN=Company CA'],
    ...['-keyout', authorityKey, '-out', authorityPem],
  );
  return {
    path,
    openssl,
    authorityPem,
    async certify(
      holder: string,
      kind: KeyKind,
      password: string,
      extensions = USAGE,
      days = 30,
    ): Promise<CompanyKey> {
      const at = (end: string) => path(`${holder} ${kind}.${end}`);
      writeFileSync(at('cnf'), `${extensions}\n`);
      await openssl(
        ...['req', '-newkey', ...KINDS[kind], '-nodes', '-utf8', '-subj', `/O=Company/CN=${holder}`],
        ...['-keyout', at('key'), '-out', at('csr')],
      );
      await openssl(
        ...['x509', '-req', '-in', at('csr'), '-CA', authorityPem, '-CAkey', authorityKey],
        ...['-CAcreateserial', '-days', String(days), '-extfile', at('cnf'), '-out', at('pem')],
      );
      await openssl(
        ...['pkcs12', '-export', '-inkey', at('key'), '-in', at('pem'), '-certfile', authorityPem],
        ...['-passout', `pass:${password}`, '-out', at('p12')],
      );
      return {
        holder,
        keyPem: at('key'),
        certificatePem: at('pem'),
        authorityPem,
        p12: at('p12'),
      };
    },
  };
}

const USAGE = 'keyUsage=critical,digitalSignature,nonRepudiation';

/** The key of a `SigningKey` that a key file is handed over as. */
export function keyFile(file: string, password: string) {
  return { kind: 'file' as const, content: readFileSync(file).toString('base64'), password };
}
