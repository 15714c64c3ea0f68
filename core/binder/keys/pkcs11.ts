import { createHash, verify } from 'node:crypto';
import { refuse } from '../../../shared/fault.ts';
import type { PdfSigner } from '../sign/signer.ts';
import { holderOf } from '../verify/signatures/certificate.ts';
import { type Chain, chainIfFit, chainOf } from './chain.ts';
import { pkcs11Tool, type TokenPlace } from './pkcs11-tool.ts';

export interface TokenKey extends TokenPlace {
  /** The key's id, hex; where it is left out there has to be one key only. */
  readonly id?: string | undefined;
  readonly pin: string;
}

interface TokenCertificate {
  readonly id: string;
  readonly der: Uint8Array;
}

/** The signer a token makes. Only a digest goes to it; the private key never leaves it. */
export async function tokenSigner(key: TokenKey, signal?: AbortSignal): Promise<PdfSigner> {
  const found = await certificatesOn(key, signal);
  const { id, chain } = chosen(key, found);
  const { holder, algorithm } = chain;
  return {
    name: holderOf(holder),
    certificates: chain.certificates,
    algorithm,
    async sign(bytes) {
      const digest = createHash('sha256').update(bytes).digest();
      const { input, mechanism } = MECHANISMS[algorithm](digest);
      const args = ['--sign', '--id', id, '--mechanism', ...mechanism];
      const signature = await pkcs11Tool({ place: key, args, pin: key.pin, input, signal });
      // Another key under the same id, or a token that answers in a form of its own, would spoil the document.
      if (!verify('sha256', bytes, holder.publicKey, signature)) {
        refuse({
          code: 'unavailable',
          what: 'the token',
          detail: 'What it signed does not fit the certificate beside the key.',
        });
      }
      return signature;
    },
  };
}

/** The ASN.1 before a SHA-256 digest in PKCS #1 v1.5 (RFC 8017, 9.2). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Every token knows the bare mechanisms; those that hash as well, only some. */
const MECHANISMS: Readonly<
  Record<PdfSigner['algorithm'], (digest: Buffer) => { input: Buffer; mechanism: readonly string[] }>
> = {
  'ecdsa-p256-sha256': (digest) => ({
    input: digest,
    mechanism: ['ECDSA', '--signature-format', 'sequence'],
  }),
  'rsa-pkcs1-sha256': (digest) => ({ input: Buffer.concat([DIGEST_INFO, digest]), mechanism: ['RSA-PKCS'] }),
};

/** Most tokens show their certificates to anybody; only where one shows none is it opened for that. */
async function certificatesOn(key: TokenKey, signal?: AbortSignal): Promise<TokenCertificate[]> {
  for (const pin of [undefined, key.pin]) {
    const list = await pkcs11Tool({ place: key, args: ['--list-objects', '--type', 'cert'], pin, signal });
    const ids = [...list.toString('latin1').matchAll(/^\s*ID:\s*((?:[0-9a-f]{2}:?)+)\s*$/gim)];
    const found: TokenCertificate[] = [];
    for (const id of new Set(ids.map(([, hex = '']) => plainId(hex)))) {
      const args = ['--read-object', '--type', 'cert', '--id', id];
      found.push({ id, der: await pkcs11Tool({ place: key, args, pin, signal }) });
    }
    if (found.length > 0) return found;
  }
  return refuse({
    code: 'not-found',
    what: 'certificate on the token',
    ...(key.token === undefined ? {} : { id: key.token }),
  });
}

function chosen(key: TokenKey, found: readonly TokenCertificate[]): { id: string; chain: Chain } {
  const others = found.map(({ der }) => der);
  if (key.id !== undefined) {
    const named = found.find(({ id }) => id === plainId(key.id ?? ''));
    if (named === undefined) refuse({ code: 'not-found', what: 'certificate on the token', id: key.id });
    return { id: named.id, chain: chainOf(named.der, others) };
  }
  const own = found.flatMap(({ id, der }) => {
    const chain = chainIfFit(der, others);
    return chain === null || chain.holder.x509.ca ? [] : [{ id, chain }];
  });
  const [only, ...more] = own;
  if (only !== undefined && more.length === 0) return only;
  return refuse({
    code: 'conflict',
    detail:
      only === undefined
        ? 'There is no certificate of a person on the token.'
        : 'There are several keys on the token.',
    candidates: own.map(({ id, chain }) => `id=${id} (${holderOf(chain.holder)})`).sort(),
  });
}

function plainId(hex: string): string {
  return hex.replaceAll(':', '').toLowerCase();
}
