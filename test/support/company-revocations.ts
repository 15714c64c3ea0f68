import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { companyAuthority } from './company-keys.ts';

type Authority = Awaited<ReturnType<typeof companyAuthority>>;

/** What OpenSSL makes of an authority's register: lists and answers on the certificates it issued. */
export function companyRevocations({ path, openssl, authorityPem }: Authority, key = path('authority.key')) {
  const config = path('register.cnf');
  const register = path('register.txt');
  writeFileSync(
    config,
    `[ca]\ndefault_ca = own\n[own]\ndatabase = ${register}\ndefault_md = sha256\ndefault_crl_days = 30\n`,
  );
  const short = (date: Date): string => `${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;
  const write = (certificates: readonly string[], revoked: ReadonlyMap<string, Date>): void => {
    const lines = certificates.map((pem) => {
      const { serialNumber, validToDate } = new X509Certificate(readFileSync(pem));
      const at = revoked.get(pem);
      const mark = at ? `R\t${short(validToDate)}\t${short(at)}` : `V\t${short(validToDate)}\t`;
      return `${mark}\t${serialNumber}\tunknown\t/CN=x`;
    });
    writeFileSync(register, lines.map((line) => `${line}\n`).join(''));
    writeFileSync(`${register}.attr`, 'unique_subject = no\n');
  };
  return {
    /** A list of the revoked ones among these certificates. */
    async list(
      name: string,
      certificates: readonly string[],
      revoked: ReadonlyMap<string, Date> = new Map(),
      more: readonly string[] = [],
    ): Promise<string> {
      write(certificates, revoked);
      const out = path(name);
      await openssl(
        ...['ca', '-gencrl', '-config', config, '-keyfile', key, '-cert', authorityPem, '-out', out, ...more],
      );
      return out;
    },
    /** An answer on one of them, by the authority or by whom it certified for that. */
    async answer(
      name: string,
      certificate: string,
      by = { pem: authorityPem, key },
      revoked: ReadonlyMap<string, Date> = new Map(),
    ): Promise<string> {
      write([certificate], revoked);
      const [request, out] = [path(`${name}.req`), join(path(name))];
      await openssl(
        ...['ocsp', '-issuer', authorityPem, '-cert', certificate, '-no_nonce', '-reqout', request],
      );
      await openssl(
        ...['ocsp', '-index', register, '-CA', authorityPem, '-rsigner', by.pem, '-rkey', by.key],
        ...['-reqin', request, '-respout', out, '-ndays', '7'],
      );
      return out;
    },
  };
}
