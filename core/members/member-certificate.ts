import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  Certificate,
  Extension,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  Time,
} from 'pkijs';
import { refuse } from '../../shared/fault.ts';
import type { Clock, Random } from '../ports.ts';
import { algorithmOf, readPrivateKey } from './certificate.ts';

export interface MemberCertificateRequest {
  readonly memberName: string;
  readonly workspaceName: string;
  readonly privateKeyPkcs8: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

/** A member's self-signed certificate (X.509 v3) as DER: what readers show beside a signature. */
export function createMemberCertificate(request: MemberCertificateRequest): Uint8Array {
  const key = readPrivateKey(request.privateKeyPkcs8);
  if (algorithmOf(key) !== 'ecdsa-p256-sha256') {
    refuse({ code: 'invalid-input', detail: 'A member’s own key is an ECDSA key on the curve P-256.' });
  }
  const subject = distinguishedName(request.memberName, request.workspaceName);
  const publicKey = publicKeyInfo(key);
  const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2' });
  const certificate = new Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: exact(serialNumber(request.random)) }),
    signature: ecdsaWithSha256,
    issuer: subject,
    subject,
    ...validity(request.clock.now()),
    subjectPublicKeyInfo: publicKey,
    extensions: extensions(publicKey),
    signatureAlgorithm: ecdsaWithSha256,
  });
  certificate.tbsView = new Uint8Array(certificate.encodeTBS().toBER());
  certificate.signatureValue = new asn1js.BitString({
    valueHex: exact(sign('sha256', certificate.tbsView, key)),
  });
  return new Uint8Array(certificate.toSchema().toBER());
}

function distinguishedName(member: string, workspace: string): RelativeDistinguishedNames {
  const parts = [
    { type: '2.5.4.10', value: workspace },
    { type: '2.5.4.3', value: member },
  ].filter(({ value }) => value !== '');
  const sets = parts.map(({ type, value }) => {
    const attribute = new AttributeTypeAndValue({ type, value: utf8(value) });
    return new asn1js.Set({ value: [attribute.toSchema()] });
  });
  // Given as a list of attributes, pkijs would write one name of several parts instead of several names.
  return RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: sets }).toBER());
}

/** RFC 5280 bounds both names at 64 characters; strict readers refuse longer ones. */
const MAX_NAME_CHARACTERS = 64;

function utf8(value: string): asn1js.Utf8String {
  const characters = [...value.toWellFormed()];
  const fits = characters.length <= MAX_NAME_CHARACTERS;
  return new asn1js.Utf8String({
    value: fits ? characters.join('') : `${characters.slice(0, MAX_NAME_CHARACTERS - 1).join('')}…`,
  });
}

/** Sixteen random bytes made a positive integer that never loses its first byte to DER. */
function serialNumber(random: Random): Buffer {
  const bytes = Buffer.from(random.bytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

const HOUR = 3_600_000;
const VALID_YEARS = 10;

/** Starts an hour early, so that a recipient whose clock is slow does not refuse it. */
function validity(now: number): { notBefore: Time; notAfter: Time } {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS);
  return { notBefore: timeOf(new Date(now - HOUR)), notAfter: timeOf(end) };
}

/** UTCTime up to 2049, GeneralizedTime afterwards (RFC 5280, 4.1.2.5). */
function timeOf(date: Date): Time {
  const value = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

function publicKeyInfo(key: KeyObject): PublicKeyInfo {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return PublicKeyInfo.fromBER(exact(spki));
}

/**
 * `emailProtection` stands beside the purpose made for documents (RFC 9336) because NSS, on which Poppler's readers
 * build, and `openssl cms` ask for the former and know nothing of the latter.
 */
const PURPOSES = ['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4'];

function extensions(publicKey: PublicKeyInfo): Extension[] {
  const keyId = keyIdentifier(publicKey);
  const purposes = PURPOSES.map((value) => new asn1js.ObjectIdentifier({ value }));
  return [
    extension('2.5.29.19', true, new asn1js.Sequence()),
    // digitalSignature and nonRepudiation: the first two bits, the other six unused.
    extension('2.5.29.15', true, new asn1js.BitString({ valueHex: exact(Buffer.of(0xc0)), unusedBits: 6 })),
    extension('2.5.29.37', false, new asn1js.Sequence({ value: purposes })),
    extension('2.5.29.14', false, new asn1js.OctetString({ valueHex: keyId })),
    extension('2.5.29.35', false, new asn1js.Sequence({ value: [authorityKeyId(keyId)] })),
  ];
}

function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

function authorityKeyId(keyId: ArrayBuffer): asn1js.Primitive {
  return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: keyId });
}

/** The leftmost 160 bits of SHA-256 of the public key (RFC 7093, method 1). */
function keyIdentifier(publicKey: PublicKeyInfo): ArrayBuffer {
  const bits = publicKey.subjectPublicKey.valueBlock.valueHexView;
  return exact(createHash('sha256').update(bits).digest().subarray(0, 20));
}

/** The bytes in a buffer of their own: these libraries read a view's whole underlying buffer. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
