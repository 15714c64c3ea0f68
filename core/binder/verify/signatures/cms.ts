import { createHash } from 'node:crypto';
import {
  type AlgorithmId,
  algorithmOf,
  checkSignatureValue,
  type DigestName,
  digestNamed,
} from './algorithms.ts';
import { type Certificate, isIssuedBy, parseCertificate } from './certificate.ts';
import { childrenOf, type Der, DerCursor, DerFault, oidOf, readDer, smallIntegerOf, TAG } from './der.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

export const TIMESTAMP_TOKEN = '1.2.840.113549.1.9.16.2.14';
export const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';

/** A CMS SignedData with exactly one signer (RFC 5652), read strictly: there is one way to write each byte. */
export interface SignedCms {
  readonly contentType: string;
  /** What is signed when it is carried inside, as in time stamps. */
  readonly content: Buffer | null;
  readonly certificates: readonly Certificate[];
  readonly signer: Certificate;
  readonly digestId: AlgorithmId;
  readonly signatureId: AlgorithmId;
  readonly attributes: ReadonlyMap<string, Der>;
  /** The attributes as they are signed: under the tag of a SET. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  readonly unsigned: ReadonlyMap<string, Der>;
}

/** Reads the element at the start of `bytes`; what follows it is the caller's to judge. */
export function parseCms(bytes: Buffer): SignedCms {
  const info = new DerCursor(readDer(bytes));
  if (oidOf(info.take(TAG.oid)) !== OID.signedData) throw new DerFault('it is no CMS signature');
  const wrapped = info.take(TAG.context0);
  info.end();
  const signedData = readDer(wrapped.content);
  if (signedData.raw.length !== wrapped.content.length) throw new DerFault('bytes follow the signature');
  return parseSignedData(new DerCursor(signedData));
}

function parseSignedData(fields: DerCursor): SignedCms {
  const version = smallIntegerOf(fields.take(TAG.integer));
  const digests = childrenOf(fields.take(TAG.set)).map(algorithmOf);
  const { contentType, content } = parseContent(fields.take(TAG.sequence));
  const bag = fields.takeIf(TAG.context0);
  const certificates = bag === null ? [] : childrenOf(bag).map((der) => parseCertificate(der.raw));
  const [signerInfo, ...others] = childrenOf(fields.take(TAG.set));
  fields.end();
  if (!signerInfo || others.length > 0) throw new DerFault('it has no signer or more than one');
  const signer = parseSigner(new DerCursor(signerInfo), certificates);
  if (version !== (contentType === OID.data ? 1 : 3)) throw new DerFault('its version is wrong');
  const named = digests.map((digest) => digest.oid);
  if (named.length !== 1 || named[0] !== signer.digestId.oid)
    throw new DerFault('its digest is named wrongly');
  requireLinked(signer.signer, certificates);
  return { contentType, content, certificates, ...signer };
}

function parseContent(der: Der): { contentType: string; content: Buffer | null } {
  const fields = new DerCursor(der);
  const contentType = oidOf(fields.take(TAG.oid));
  const wrapped = fields.takeIf(TAG.context0);
  fields.end();
  if (wrapped === null) return { contentType, content: null };
  const inner = readDer(wrapped.content);
  if (inner.tag !== TAG.octets || inner.raw.length !== wrapped.content.length) {
    throw new DerFault('its content is damaged');
  }
  return { contentType, content: inner.content };
}

type SignerPart = Omit<SignedCms, 'contentType' | 'content' | 'certificates'>;

function parseSigner(fields: DerCursor, certificates: readonly Certificate[]): SignerPart {
  if (smallIntegerOf(fields.take(TAG.integer)) !== 1) throw new DerFault('its signer version is wrong');
  const named = new DerCursor(fields.take(TAG.sequence));
  const issuer = named.take(TAG.sequence).raw;
  const serial = named.take(TAG.integer).raw;
  named.end();
  const digestId = algorithmOf(fields.take(TAG.sequence));
  const signed = fields.take(TAG.context0);
  const signatureId = algorithmOf(fields.take(TAG.sequence));
  const signature = fields.take(TAG.octets).content;
  const unsigned = fields.takeIf(TAG.context1);
  fields.end();
  const signer = certificates.find((c) => c.issuer.equals(issuer) && c.serial.equals(serial));
  if (!signer) throw new DerFault('the signer’s certificate is not in it');
  const signedBytes = Buffer.concat([Buffer.of(TAG.set), signed.raw.subarray(1)]);
  const attributes = attributesOf(signed);
  const unsignedAttributes = unsigned === null ? new Map<string, Der>() : attributesOf(unsigned);
  return { signer, digestId, signatureId, attributes, signedBytes, signature, unsigned: unsignedAttributes };
}

/** Attributes by type, each with its single value. */
function attributesOf(der: Der): Map<string, Der> {
  const attributes = new Map<string, Der>();
  for (const attribute of childrenOf(der)) {
    const fields = new DerCursor(attribute);
    const type = oidOf(fields.take(TAG.oid));
    const [value, ...others] = childrenOf(fields.take(TAG.set));
    fields.end();
    if (!value || others.length > 0 || attributes.has(type)) throw new DerFault('an attribute is ambiguous');
    attributes.set(type, value);
  }
  return attributes;
}

/**
 * The signer's certificate is covered by its hash; the others must belong to its chain and carry their issuer's good
 * signature. Only for the last one, where it is not self-issued and its issuer is not here, nothing can be checked.
 */
function requireLinked(signer: Certificate, certificates: readonly Certificate[]): void {
  const linked = new Set([signer]);
  for (const known of linked) {
    for (const other of certificates) if (isIssuedBy(known, other)) linked.add(other);
  }
  if (linked.size !== certificates.length)
    throw new DerFault('it carries a certificate that does not belong');
  for (const certificate of certificates.filter((other) => other !== signer)) {
    const named = certificates.filter((other) => certificate.issuer.equals(other.subject));
    if (named.length > 0 && !named.some((other) => isIssuedBy(certificate, other))) {
      throw new DerFault('it carries a damaged certificate');
    }
  }
}

export type CmsFlaw =
  | 'weak-digest'
  | 'digest-mismatch'
  | 'signature-value'
  | 'signature-attributes'
  | 'certificate-mismatch'
  | 'certificate-usage';

/** The digest a signature is over, or null for one that is not safe or not known. */
export function digestOf(cms: SignedCms): DigestName | null {
  return digestNamed(cms.digestId);
}

/** Checks the signature against the digest of what it is said to sign; an empty list means it is good. */
export function checkCms(cms: SignedCms, contentDigest: Buffer): { flaws: CmsFlaw[]; algorithm: string } {
  const digest = digestOf(cms);
  if (digest === null) return { flaws: ['weak-digest'], algorithm: 'unknown digest' };
  const flaws: CmsFlaw[] = [];
  const type = cms.attributes.get(OID.contentType);
  if (!type || oidOf(type) !== cms.contentType) flaws.push('signature-attributes');
  const message = cms.attributes.get(OID.messageDigest);
  if (message?.tag !== TAG.octets) flaws.push('signature-attributes');
  else if (!message.content.equals(contentDigest)) flaws.push('digest-mismatch');
  if (!namesSigner(cms)) flaws.push('certificate-mismatch');
  if (!cms.signer.maySign) flaws.push('certificate-usage');
  const { signatureId: id, signedBytes: bytes, signature } = cms;
  const check = checkSignatureValue(cms.signer.publicKey, { algorithm: id, digest, bytes, signature });
  if (!check.ok) flaws.push('signature-value');
  return { flaws: [...new Set(flaws)], algorithm: check.algorithm };
}

/**
 * signing-certificate-v2 (RFC 5035) must name the signer's certificate by its hash, first of all. Time-stamping
 * authorities still write its first version, whose hash is SHA-1.
 */
function namesSigner(cms: SignedCms): boolean {
  const second = cms.attributes.get(OID.signingCertificateV2);
  const attribute =
    second ?? (cms.contentType === TIMESTAMP_INFO ? cms.attributes.get(OID.signingCertificate) : null);
  if (!attribute) return false;
  const first = new DerCursor(new DerCursor(attribute).take(TAG.sequence)).take(TAG.sequence);
  const fields = new DerCursor(first);
  const named = second ? fields.takeIf(TAG.sequence) : null;
  const digest = named === null ? (second ? 'sha256' : 'sha1') : digestNamed(algorithmOf(named));
  if (digest === null) return false;
  const hash = fields.take(TAG.octets).content;
  return createHash(digest).update(cms.signer.raw).digest().equals(hash);
}

/** Whether the content type is the plain data that a PDF signature must declare. */
export function isDetachedData(cms: SignedCms): boolean {
  return cms.contentType === OID.data && cms.content === null;
}
