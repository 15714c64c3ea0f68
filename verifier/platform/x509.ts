import { algorithmOf } from '../../core/binder/verify/signatures/algorithms.ts';
import {
  childrenOf,
  type Der,
  DerCursor,
  oidOf,
  readDer,
  TAG,
} from '../../core/binder/verify/signatures/der.ts';
import { type PublicKey, publicKeyOf } from './public-key.ts';
import { PADDING } from './rsa.ts';
import { verify } from './signed.ts';

const OID = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
} as const;

const MAY_CERTIFY = 0x04;
const UTC_TIME = 0x17;
const BOOLEAN = 0x01;
const BITS = 0x03;

/** How a certificate is signed: the digest, and whether by RSA-PSS; null for a key that needs no digest named. */
const SIGNED: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
};
const PSS = '1.2.840.113549.1.1.10';
const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SHORT: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};

/** The part of Node's X509Certificate that the verifier uses. */
export class Certificate {
  readonly publicKey: PublicKey;
  readonly subject: string;
  readonly validFromDate: Date;
  readonly validToDate: Date;
  readonly ca: boolean;
  /** The extended key usage, as object identifiers. */
  readonly keyUsage: string[] | undefined;
  readonly #raw: Buffer;
  readonly #tbs: Buffer;
  readonly #algorithm: Der;
  readonly #signature: Buffer;
  readonly #issuer: Buffer;
  readonly #subject: Buffer;
  readonly #extensions: ReadonlyMap<string, Buffer>;

  constructor(raw: Buffer) {
    const outer = DerCursor.over(raw);
    const body = outer.take(TAG.sequence);
    this.#raw = raw;
    this.#tbs = body.raw;
    this.#algorithm = outer.take(TAG.sequence);
    this.#signature = outer.take(BITS).content.subarray(1);
    const tbs = new DerCursor(body);
    tbs.takeIf(TAG.context0);
    tbs.take(TAG.integer);
    tbs.take(TAG.sequence);
    this.#issuer = tbs.take(TAG.sequence).raw;
    const validity = new DerCursor(tbs.take(TAG.sequence));
    [this.validFromDate, this.validToDate] = [dateOf(validity.any()), dateOf(validity.any())];
    const subject = tbs.take(TAG.sequence);
    this.#subject = subject.raw;
    this.subject = nameOf(subject);
    this.publicKey = publicKeyOf(tbs.take(TAG.sequence).raw);
    tbs.takeIf(0x81);
    tbs.takeIf(0x82);
    this.#extensions = extensionsOf(tbs.takeIf(0xa3));
    this.ca = this.#isAuthority() && this.#mayCertify();
    const usage = this.#extensions.get(OID.extendedKeyUsage);
    this.keyUsage = usage && childrenOf(readDer(usage)).map(oidOf);
  }

  /** Names and key ids fit, and the issuer's key may sign certificates (RFC 5280, 4.2.1). */
  checkIssued(issuer: Certificate): boolean {
    if (!this.#issuer.equals(issuer.#subject) || !issuer.#mayCertify()) return false;
    const named = this.#extensions.get(OID.authorityKeyId);
    const own = issuer.#extensions.get(OID.subjectKeyId);
    const id = named && childrenOf(readDer(named)).find(({ tag }) => tag === 0x80)?.content;
    return !id || !own || readDer(own).content.equals(id);
  }

  verify(key: PublicKey): boolean {
    const { oid, params } = algorithmOf(this.#algorithm);
    const digest = SIGNED[oid];
    if (digest !== undefined) return verify(digest, this.#tbs, key, this.#signature);
    if (oid !== PSS || params === null) return false;
    const fields = new DerCursor(params);
    const hash = DIGESTS[algorithmOf(readDer(fields.take(TAG.context0).content)).oid];
    fields.takeIf(TAG.context1);
    const salt = fields.takeIf(0xa2);
    const saltLength = salt === null ? 20 : readDer(salt.content).content.readUIntBE(0, 1);
    if (hash === undefined) return false;
    return verify(
      hash,
      this.#tbs,
      { key, padding: PADDING.RSA_PKCS1_PSS_PADDING, saltLength },
      this.#signature,
    );
  }

  toString(): string {
    const lines = this.#raw.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }

  #isAuthority(): boolean {
    const constraints = this.#extensions.get(OID.basicConstraints);
    const first = constraints && childrenOf(readDer(constraints))[0];
    return first?.tag === BOOLEAN && first.content[0] !== 0;
  }

  #mayCertify(): boolean {
    const usage = this.#extensions.get(OID.keyUsage);
    return usage === undefined || ((readDer(usage).content[1] ?? 0) & MAY_CERTIFY) !== 0;
  }
}

function extensionsOf(wrapped: Der | null): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const extension of wrapped ? childrenOf(readDer(wrapped.content)) : []) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1);
    if (id && value) found.set(oidOf(id), value.content);
  }
  return found;
}

function dateOf(der: Der): Date {
  const text = der.content.toString('latin1');
  const [, year = '', rest = ''] =
    (der.tag === UTC_TIME ? /^(\d\d)(\d{10}Z)$/ : /^(\d{4})(\d{10}Z)$/).exec(text) ?? [];
  const full = der.tag === UTC_TIME ? `${Number(year) < 50 ? '20' : '19'}${year}` : year;
  const [month, day, hour, minute, second] = rest.match(/\d\d/g) ?? [];
  return new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A name as Node prints it: a line for each part, special letters behind a backslash. */
function nameOf(subject: Der): string {
  const lines = childrenOf(subject).map((set) =>
    childrenOf(set)
      .map((pair) => {
        const [id, value] = childrenOf(pair);
        if (!id || !value) throw new Error('a name is damaged');
        const oid = oidOf(id);
        return `${SHORT[oid] ?? oid}=${escaped(textOf(value))}`;
      })
      .join(' + '),
  );
  return lines.join('\n');
}

function textOf({ tag, content }: Der): string {
  if (tag === 0x1e) return new TextDecoder('utf-16be').decode(content);
  return tag === 0x0c ? content.toString('utf8') : content.toString('latin1');
}

function escaped(text: string): string {
  return text
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/\p{Cc}/gu, (letter) => `\\${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
