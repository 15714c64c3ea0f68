import { createHash, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';

/** A second hand-made writer of certificates and CMS, so that the verifier is not tested against its own kin. */

const tlv = (tag: number, content: Buffer): Buffer => {
  if (content.length < 128) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  const short = length[0] === 0 ? length.subarray(1) : length;
  return Buffer.concat([Buffer.of(tag, 0x80 + short.length), short, content]);
};
export const seq = (...items: Buffer[]): Buffer => tlv(0x30, Buffer.concat(items));
export const set = (...items: Buffer[]): Buffer => tlv(0x31, Buffer.concat(items));
export const int = (n: number): Buffer => tlv(0x02, Buffer.of(n));
export const octets = (bytes: Buffer): Buffer => tlv(0x04, bytes);
export const context = (n: number, ...items: Buffer[]): Buffer => tlv(0xa0 + n, Buffer.concat(items));

export function oid(dotted: string): Buffer {
  const [a = 0, b = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [a * 40 + b];
  for (const arc of rest) {
    const digits = [arc & 0x7f];
    for (let n = arc >>> 7; n > 0; n >>>= 7) digits.unshift((n & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}

const utc = (date: Date): Buffer =>
  tlv(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const name = (common: string): Buffer => seq(set(seq(oid('2.5.4.3'), tlv(0x0c, Buffer.from(common)))));

const ECDSA_SHA256 = seq(oid('1.2.840.10045.4.3.2'));
const RSA_SHA256 = seq(oid('1.2.840.113549.1.1.11'), Buffer.of(5, 0));
const SHA256 = '2.16.840.1.101.3.4.2.1';
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export interface TestSigner {
  readonly name: string;
  readonly key: KeyObject;
  readonly certificate: Buffer;
  readonly chain: readonly Buffer[];
  readonly pem: string;
}

export interface SignerOptions {
  readonly rsa?: boolean;
  readonly issuer?: TestSigner;
  readonly authority?: boolean;
  readonly from?: Date;
  readonly to?: Date;
  /** The bits of the key-usage extension; none by default. */
  readonly usage?: number;
  /** May stamp the time. */
  readonly stamps?: boolean;
}

export function makeSigner(common: string, options: SignerOptions = {}): TestSigner {
  const { publicKey, privateKey } = options.rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuerKey = options.issuer?.key ?? privateKey;
  const algorithm = issuerKey.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256;
  const extensions = [];
  if (options.authority) {
    extensions.push(
      seq(oid('2.5.29.19'), tlv(0x01, Buffer.of(0xff)), octets(seq(tlv(0x01, Buffer.of(0xff))))),
    );
  }
  if (options.usage !== undefined) {
    extensions.push(seq(oid('2.5.29.15'), octets(tlv(0x03, Buffer.of(0, options.usage)))));
  }
  if (options.stamps) {
    extensions.push(seq(oid('2.5.29.37'), tlv(0x01, Buffer.of(0xff)), octets(seq(oid('1.3.6.1.5.5.7.3.8')))));
  }
  const tbs = seq(
    context(0, int(2)),
    int(7),
    algorithm,
    name(options.issuer?.name ?? common),
    seq(utc(options.from ?? new Date('2024-01-01')), utc(options.to ?? new Date('2034-01-01'))),
    name(common),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [context(3, seq(...extensions))] : []),
  );
  const certificate = seq(
    tbs,
    algorithm,
    tlv(0x03, Buffer.concat([Buffer.of(0), signBytes('sha256', tbs, issuerKey)])),
  );
  const chain = options.issuer ? [certificate, ...options.issuer.chain] : [certificate];
  const body = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  const pem = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  return { name: common, key: privateKey, certificate, chain, pem };
}

export interface ListOptions {
  readonly from: Date;
  readonly until?: Date;
  /** When the certificates with the number 7 were revoked, which all have here. */
  readonly revokedAt?: Date;
  readonly extension?: Buffer;
}

/** A list by which an authority revokes certificates. */
export function makeList(
  authority: TestSigner,
  { from, until = new Date('2034-01-01'), revokedAt, extension }: ListOptions,
  key: KeyObject = authority.key,
): Buffer {
  const tbs = seq(
    int(1),
    ECDSA_SHA256,
    name(authority.name),
    utc(from),
    utc(until),
    ...(revokedAt ? [seq(seq(int(7), utc(revokedAt)))] : []),
    ...(extension ? [context(0, seq(extension))] : []),
  );
  const value = tlv(0x03, Buffer.concat([Buffer.of(0), signBytes('sha256', tbs, key)]));
  return seq(tbs, ECDSA_SHA256, value);
}

export interface CmsOptions {
  /** The certificate named in signing-certificate-v2, when it is not the signer's. */
  readonly named?: Buffer;
  readonly withoutSigningCertificate?: boolean;
  readonly digestOid?: string;
  readonly extraCertificate?: Buffer;
  readonly unsigned?: Buffer;
  readonly messageDigest?: Buffer;
  /** Signs this content, carried inside, instead of the file. */
  readonly content?: { readonly type: string; readonly bytes: Buffer };
  /** Edits the signed attributes before they are signed. */
  readonly attributes?: (attributes: Buffer[]) => Buffer[];
  /** Makes the signature value instead of the signer's own key. */
  readonly value?: (signed: Buffer) => Buffer;
  /** The algorithm it is said to be made with. */
  readonly algorithm?: Buffer;
  /** Stamps the signature value. */
  readonly stamp?: (signature: Buffer) => Buffer;
}

/** PAdES-style CMS over what has the given SHA-256. */
export function makeCms(signer: TestSigner, digest: Buffer, options: CmsOptions = {}): Buffer {
  const contentType = options.content?.type ?? '1.2.840.113549.1.7.1';
  const digestAlgorithm = seq(oid(options.digestOid ?? SHA256));
  const attribute = (type: string, value: Buffer): Buffer => seq(oid(type), set(value));
  const usual = [
    attribute('1.2.840.113549.1.9.3', oid(contentType)),
    attribute('1.2.840.113549.1.9.4', octets(options.messageDigest ?? digest)),
  ];
  if (!options.withoutSigningCertificate) {
    const hash = sha256(options.named ?? signer.certificate);
    usual.push(attribute('1.2.840.113549.1.9.16.2.47', seq(seq(seq(octets(hash))))));
  }
  const attributes = options.attributes?.(usual) ?? usual;
  const signed = set(...attributes);
  const signature = options.value?.(signed) ?? signBytes('sha256', signed, signer.key);
  const { issuer, serial } = issuerAndSerial(signer.certificate);
  const token = options.stamp?.(signature);
  const unsigned = token ? attribute('1.2.840.113549.1.9.16.2.14', token) : options.unsigned;
  const signerInfo = seq(
    int(1),
    seq(issuer, serial),
    digestAlgorithm,
    context(0, ...attributes),
    options.algorithm ?? (signer.key.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256),
    octets(signature),
    ...(unsigned ? [context(1, unsigned)] : []),
  );
  const certificates = [...signer.chain, ...(options.extraCertificate ? [options.extraCertificate] : [])];
  const signedData = seq(
    int(options.content ? 3 : 1),
    set(digestAlgorithm),
    seq(oid(contentType), ...(options.content ? [context(0, octets(options.content.bytes))] : [])),
    context(0, ...certificates),
    set(signerInfo),
  );
  return seq(oid('1.2.840.113549.1.7.2'), context(0, signedData));
}

/** A time stamp (RFC 3161) over a signature value. */
export function makeTimeStamp(authority: TestSigner, stamped: Buffer, at = '20260105120001Z'): Buffer {
  const imprint = seq(seq(oid(SHA256)), octets(sha256(stamped)));
  const info = seq(int(1), oid('1.2.3.4'), imprint, int(5), tlv(0x18, Buffer.from(at)));
  return makeCms(authority, sha256(info), { content: { type: '1.2.840.113549.1.9.16.1.4', bytes: info } });
}

/** Cuts the two elements out of a certificate written above: version, serial, algorithm, issuer. */
function issuerAndSerial(certificate: Buffer): { issuer: Buffer; serial: Buffer } {
  const at = (from: number): { inside: number; next: number } => {
    const first = certificate[from + 1] ?? 0;
    const bytes = first < 0x80 ? 0 : first & 0x7f;
    const length = bytes === 0 ? first : certificate.readUIntBE(from + 2, bytes);
    return { inside: from + 2 + bytes, next: from + 2 + bytes + length };
  };
  const tbs = at(at(0).inside).inside;
  const serialFrom = at(tbs).next;
  const algorithmFrom = at(serialFrom).next;
  const issuerFrom = at(algorithmFrom).next;
  return {
    serial: certificate.subarray(serialFrom, algorithmFrom),
    issuer: certificate.subarray(issuerFrom, at(issuerFrom).next),
  };
}
