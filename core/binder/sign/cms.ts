import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { refuse } from '../../../shared/fault.ts';
import type { PdfSigner } from './signer.ts';

const OID = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256WithRsa: '1.2.840.113549.1.1.11',
} as const;

/**
 * A detached CMS signature over a SHA-256 digest (RFC 5652), with exactly the signed attributes of the PAdES baseline
 * (ETSI EN 319 142-1): no signing time, which PAdES keeps in the signature dictionary.
 */
export async function buildCms(signer: PdfSigner, digest: Uint8Array): Promise<Uint8Array> {
  const [leaf, ...issuers] = signer.certificates.map(readCertificate);
  if (!leaf) refuse({ code: 'invalid-input', detail: 'The signer has no certificate.' });
  const attributes = signedAttributes(leaf, digest);
  const signature = await signer.sign(derOf(new asn1js.Set({ value: attributes.map((a) => a.toSchema()) })));
  const signerInfo = new SignerInfo({
    version: 1,
    sid: issuerAndSerial(leaf),
    digestAlgorithm: new AlgorithmIdentifier({ algorithmId: OID.sha256 }),
    signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
    signatureAlgorithm: signatureAlgorithm(signer),
    signature: new asn1js.OctetString({ valueHex: exact(signature) }),
  });
  const signedData = new SignedData({
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: OID.sha256 })],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: ContentInfo.DATA }),
    certificates: sorted([leaf, ...issuers]),
    signerInfos: [signerInfo],
  });
  const content = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signedData.toSchema() });
  return derOf(content.toSchema());
}

function readCertificate(der: Uint8Array): Certificate {
  try {
    return Certificate.fromBER(exact(der));
  } catch {
    refuse({ code: 'invalid-input', detail: 'A certificate of the signer cannot be read.' });
  }
}

function signedAttributes(leaf: Certificate, digest: Uint8Array): Attribute[] {
  return sorted([
    new Attribute({
      type: OID.contentType,
      values: [new asn1js.ObjectIdentifier({ value: ContentInfo.DATA })],
    }),
    new Attribute({ type: OID.messageDigest, values: [new asn1js.OctetString({ valueHex: exact(digest) })] }),
    new Attribute({ type: OID.signingCertificateV2, values: [signingCertificate(leaf)] }),
  ]);
}

/** SigningCertificateV2 (RFC 5035): SHA-256 is the default hash, so DER leaves its identifier out. */
function signingCertificate(leaf: Certificate): asn1js.Sequence {
  const hash = createHash('sha256').update(derOf(leaf.toSchema())).digest();
  const directoryName = new asn1js.Constructed({
    idBlock: { tagClass: 3, tagNumber: 4 },
    value: [leaf.issuer.toSchema()],
  });
  const issuerSerial = sequence(sequence(directoryName), leaf.serialNumber);
  return sequence(sequence(sequence(new asn1js.OctetString({ valueHex: exact(hash) }), issuerSerial)));
}

function issuerAndSerial(leaf: Certificate): IssuerAndSerialNumber {
  return new IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber });
}

function signatureAlgorithm({ algorithm }: PdfSigner): AlgorithmIdentifier {
  if (algorithm === 'ecdsa-p256-sha256') return new AlgorithmIdentifier({ algorithmId: OID.ecdsaWithSha256 });
  return new AlgorithmIdentifier({ algorithmId: OID.sha256WithRsa, algorithmParams: new asn1js.Null() });
}

function sequence(...value: asn1js.BaseBlock[]): asn1js.Sequence {
  return new asn1js.Sequence({ value });
}

/** DER orders the members of a SET OF by their encodings (X.690, 11.6). */
function sorted<T extends { toSchema(): asn1js.BaseBlock }>(items: readonly T[]): T[] {
  const encoded = items.map((item) => ({ item, der: derOf(item.toSchema()) }));
  return encoded.sort((a, b) => Buffer.compare(a.der, b.der)).map(({ item }) => item);
}

function derOf(block: asn1js.BaseBlock): Buffer {
  return Buffer.from(block.toBER());
}

/** The bytes in a buffer of their own: these libraries read a view's whole underlying buffer. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
