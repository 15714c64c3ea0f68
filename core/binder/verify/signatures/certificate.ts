import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { refuse } from '../../../../shared/fault.ts';
import { childrenOf, type Der, DerCursor, DerFault, oidOf, readDer, TAG } from './der.ts';

/** A certificate with the parts that signatures refer to. */
export interface Certificate {
  readonly raw: Buffer;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** DER of the names and of the serial number. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly serial: Buffer;
  /** DER of the key with its algorithm. */
  readonly keyInfo: Buffer;
  /** False when a key-usage extension is there and allows no signatures. */
  readonly maySign: boolean;
  /** What stands in each extension, by its identifier. */
  readonly extensions: ReadonlyMap<string, Buffer>;
}

const KEY_USAGE = '2.5.29.15';
/** digitalSignature and nonRepudiation, the first two bits (RFC 5280, 4.2.1.3). */
const SIGNING_BITS = 0xc0;
const CRL_SIGN_BIT = 0x02;
const MAX_CHAIN = 8;

export function parseCertificate(raw: Buffer): Certificate {
  const outer = readDer(raw);
  if (outer.raw.length !== raw.length) throw new DerFault('bytes follow a certificate');
  const tbs = new DerCursor(new DerCursor(outer).take(TAG.sequence));
  tbs.takeIf(TAG.context0);
  const serial = tbs.take(TAG.integer).raw;
  tbs.take(TAG.sequence);
  const issuer = tbs.take(TAG.sequence).raw;
  tbs.take(TAG.sequence);
  const subject = tbs.take(TAG.sequence).raw;
  const keyInfo = tbs.take(TAG.sequence).raw;
  tbs.takeIf(0x81);
  tbs.takeIf(0x82);
  const extensions = extensionsOf(tbs.takeIf(0xa3));
  const { x509, publicKey } = openX509(raw);
  return {
    raw,
    x509,
    publicKey,
    issuer,
    subject,
    serial,
    keyInfo,
    maySign: allowsUse(extensions, SIGNING_BITS),
    extensions,
  };
}

function openX509(raw: Buffer): Pick<Certificate, 'x509' | 'publicKey'> {
  try {
    const x509 = new X509Certificate(raw);
    return { x509, publicKey: x509.publicKey };
  } catch {
    throw new DerFault('a certificate cannot be read');
  }
}

function extensionsOf(wrapped: Der | null): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const extension of wrapped === null ? [] : childrenOf(readDer(wrapped.content))) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1);
    if (id && value && !found.has(oidOf(id))) found.set(oidOf(id), value.content);
  }
  return found;
}

function allowsUse(extensions: ReadonlyMap<string, Buffer>, bits: number): boolean {
  const usage = extensions.get(KEY_USAGE);
  return usage === undefined || ((readDer(usage).content[1] ?? 0) & bits) !== 0;
}

/** Whether the key may sign lists of revocations. */
export function mayListRevoked({ x509, extensions }: Certificate): boolean {
  return x509.ca && allowsUse(extensions, CRL_SIGN_BIT);
}

/** Whether somebody vouches for their own certificate. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return issuer.equals(subject);
}

/** The certificates in PEM texts handed in as trusted; a text without one is refused. */
export function readTrust(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0)
      refuse({ code: 'invalid-input', detail: 'a trusted certificate is not in PEM form' });
    return blocks.map(readTrusted);
  });
}

function readTrusted(pem: string): Certificate {
  try {
    return parseCertificate(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
  } catch {
    refuse({ code: 'invalid-input', detail: 'a trusted certificate cannot be read' });
  }
}

export function isValidAt(certificate: Certificate, at: Date): boolean {
  const { validFromDate, validToDate } = certificate.x509;
  return validFromDate <= at && at <= validToDate;
}

/** Whether the issuer's key made this certificate; names are compared as bytes, since similar is not the same. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return (
      certificate.issuer.equals(issuer.subject) &&
      certificate.x509.checkIssued(issuer.x509) &&
      certificate.x509.verify(issuer.publicKey)
    );
  } catch {
    return false;
  }
}

/**
 * Whether the signer is known: the certificate itself is trusted, or a chain of authorities, each good at that time,
 * leads from it to one that is. Revocation is not looked up.
 */
export function isTrusted(
  certificate: Certificate,
  { pool, anchors, at }: { pool: readonly Certificate[]; anchors: readonly Certificate[]; at: Date },
  depth = 0,
): boolean {
  if (!isValidAt(certificate, at)) return false;
  if (anchors.some((anchor) => anchor.raw.equals(certificate.raw))) return true;
  if (depth >= MAX_CHAIN) return false;
  return [...anchors, ...pool].some(
    (issuer) =>
      !issuer.raw.equals(certificate.raw) &&
      issuer.x509.ca &&
      isIssuedBy(certificate, issuer) &&
      isTrusted(issuer, { pool, anchors, at }, depth + 1),
  );
}

/** The name people know the holder by. */
export function holderOf(certificate: Certificate): string {
  const common = /^CN=(.*)$/m.exec(certificate.x509.subject ?? '');
  return common?.[1] ?? (certificate.x509.subject ?? 'no name').replaceAll('\n', ', ');
}

export function fingerprintOf(certificate: Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}
