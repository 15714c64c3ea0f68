import { createDecipheriv, createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import * as asn1js from 'asn1js';
import {
  type AlgorithmIdentifier,
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  type EncryptedContentInfo,
  EncryptedData,
  PBES2Params,
  PBKDF2Params,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeContents,
} from 'pkijs';
import { FaultError, refuse } from '../../../shared/fault.ts';

/** What a key file holds: one private key (PKCS #8) and the certificates beside it, in no order. */
export interface KeyFileContent {
  readonly privateKey: Uint8Array;
  readonly certificates: readonly Uint8Array[];
}

/**
 * Opens a PKCS #12 file (RFC 7292) as OpenSSL 3, Java and Windows write it today: PBES2 with AES, checked by its HMAC
 * first. Reading the structure is pkijs's; deriving and deciphering is the platform's, for pkijs takes the letters of a
 * password for bytes.
 */
export async function openKeyFile(content: Uint8Array, password: string): Promise<KeyFileContent> {
  try {
    const bags: Bags = { keys: [], certificates: [] };
    for (const part of authenticated(PFX.fromBER(exact(content)), password)) {
      await readSafe(
        part instanceof SafeContents ? part : await decipherSafe(part, password),
        password,
        bags,
      );
    }
    const [privateKey, ...more] = bags.keys;
    if (privateKey === undefined) return unreadable('There is no private key in this file.');
    if (more.length > 0)
      return unreadable('There are several private keys in this file; export the one to sign with.');
    return { privateKey, certificates: bags.certificates };
  } catch (error) {
    if (error instanceof FaultError) throw error;
    // Whatever breaks while a structure is read means that it is none.
    return unreadable('This is no PKCS #12 key file (.p12, .pfx), or it is damaged.');
  }
}

interface Bags {
  readonly keys: Uint8Array[];
  readonly certificates: Uint8Array[];
}

// ---- the check ---------------------------------------------------------------------------------------------------

const DIGESTS: Readonly<Record<string, { readonly name: string; readonly block: number }>> = {
  '1.3.14.3.2.26': { name: 'sha1', block: 64 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', block: 64 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', block: 128 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', block: 128 },
};
/** More would only keep the machine busy: OpenSSL writes 2,048, Windows 2,000, Java 10,000. */
const MOST_MAC_ROUNDS = 1_000_000;

/** A part of the file, read once: pkijs empties what it reads. */
type Part = SafeContents | EncryptedContentInfo;

function authenticated(file: PFX, password: string): Part[] {
  if (file.authSafe.contentType !== ContentInfo.DATA)
    return unreadable('This key file is not locked by a password.');
  const bytes = octetsOf(file.authSafe.content);
  const parts = AuthenticatedSafe.fromBER(exact(bytes)).safeContents.map(partOf);
  // A file in an old cipher is told so whatever the password: it would not help to type it again.
  for (const part of parts) demandModern(part);
  if (file.macData === undefined)
    return unreadable('This key file carries nothing its password could be checked by.');
  const { mac, macSalt, iterations = 1 } = file.macData;
  const digest = DIGESTS[mac.digestAlgorithm.algorithmId];
  if (digest === undefined || iterations > MOST_MAC_ROUNDS) return outdated();
  const key = derive(digest, password, octetsOf(macSalt), iterations);
  const found = createHmac(digest.name, key).update(bytes).digest();
  const said = octetsOf(mac.digest);
  if (found.length !== said.length || !timingSafeEqual(found, said)) return wrongPassword();
  return parts;
}

/** RFC 7292, appendix B.2, for an authentication key, which is never longer than the digest. */
function derive(
  { name, block }: { readonly name: string; readonly block: number },
  password: string,
  salt: Uint8Array,
  rounds: number,
): Buffer {
  const letters = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const input = Buffer.concat([Buffer.alloc(block, 3), filled(salt, block), filled(letters, block)]);
  let hash = createHash(name).update(input).digest();
  for (let round = 1; round < rounds; round += 1) hash = createHash(name).update(hash).digest();
  return hash;
}

/** Repeated up to whole blocks. */
function filled(bytes: Uint8Array, block: number): Buffer {
  const length = Math.ceil(bytes.length / block) * block;
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes);
}

// ---- what is inside ----------------------------------------------------------------------------------------------

function partOf(part: ContentInfo): Part {
  if (part.contentType === ContentInfo.DATA) return SafeContents.fromBER(exact(octetsOf(part.content)));
  if (part.contentType === ContentInfo.ENCRYPTED_DATA)
    return new EncryptedData({ schema: part.content }).encryptedContentInfo;
  return unreadable('A part of this key file is locked by a certificate, not by a password.');
}

async function decipherSafe(part: EncryptedContentInfo, password: string): Promise<SafeContents> {
  const sealed = new Uint8Array(part.getEncryptedContent());
  return SafeContents.fromBER(exact(await decipher(part.contentEncryptionAlgorithm, sealed, password)));
}

async function readSafe({ safeBags }: SafeContents, password: string, bags: Bags): Promise<void> {
  for (const { bagValue } of safeBags) {
    if (bagValue instanceof PrivateKeyInfo) bags.keys.push(new Uint8Array(bagValue.toSchema().toBER()));
    if (bagValue instanceof PKCS8ShroudedKeyBag) {
      const algorithm = demandPbes2(bagValue.encryptionAlgorithm);
      bags.keys.push(await decipher(algorithm, octetsOf(bagValue.encryptedData), password));
    }
    if (bagValue instanceof CertBag && bagValue.certId === X509) {
      bags.certificates.push(octetsOf(bagValue.certValue));
    }
  }
}

const X509 = '1.2.840.113549.1.9.22.1';
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', bytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', bytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', bytes: 32 },
};
const MOST_ROUNDS = 10_000_000;

function demandModern(part: Part): void {
  if (!(part instanceof SafeContents)) demandPbes2(part.contentEncryptionAlgorithm);
  else
    for (const { bagValue } of part.safeBags)
      if (bagValue instanceof PKCS8ShroudedKeyBag) demandPbes2(bagValue.encryptionAlgorithm);
}

/** The parameters are copied for the reading, which empties them. */
function demandPbes2(algorithm: AlgorithmIdentifier): AlgorithmIdentifier {
  if (algorithm.algorithmId !== PBES2) return outdated();
  const { encryptionScheme } = parametersOf(algorithm);
  return CIPHERS[encryptionScheme.algorithmId] === undefined ? outdated() : algorithm;
}

function parametersOf(algorithm: AlgorithmIdentifier): PBES2Params {
  return PBES2Params.fromBER(algorithm.algorithmParams.toBER());
}

async function decipher(
  algorithm: AlgorithmIdentifier,
  sealed: Uint8Array,
  password: string,
): Promise<Uint8Array> {
  const scheme = parametersOf(algorithm);
  const cipher = CIPHERS[scheme.encryptionScheme.algorithmId];
  if (cipher === undefined || scheme.keyDerivationFunc.algorithmId !== PBKDF2) return outdated();
  const { salt, iterationCount, prf } = new PBKDF2Params({
    schema: scheme.keyDerivationFunc.algorithmParams,
  });
  const digest = PRFS[prf?.algorithmId ?? '1.2.840.113549.2.7'];
  if (digest === undefined || iterationCount > MOST_ROUNDS) return outdated();
  const key = await promisify(pbkdf2)(password, octetsOf(salt), iterationCount, cipher.bytes, digest);
  const iv = octetsOf(scheme.encryptionScheme.algorithmParams);
  try {
    const opened = createDecipheriv(cipher.name, key, iv);
    return Buffer.concat([opened.update(sealed), opened.final()]);
  } catch {
    return wrongPassword();
  } finally {
    key.fill(0);
  }
}

// ---- refusals ----------------------------------------------------------------------------------------------------

function wrongPassword(): never {
  return refuse({
    code: 'invalid-input',
    detail: 'The password does not open this key file.',
    remedy: 'Check the password and the keyboard layout; nothing was signed.',
  });
}

function outdated(): never {
  return refuse({
    code: 'invalid-input',
    detail: 'This key file is locked by a method that is no longer safe (RC2 or 3DES) or not known here.',
    remedy:
      'Re-export it with AES: from the certificate store with "AES256-SHA256", or by OpenSSL 3: openssl pkcs12 -legacy -in OLD.p12 -nodes | openssl pkcs12 -export -out NEW.p12',
  });
}

function unreadable(detail: string): never {
  return refuse({ code: 'invalid-input', detail, remedy: 'Choose another file; nothing was signed.' });
}

function octetsOf(value: unknown): Uint8Array {
  if (value instanceof asn1js.OctetString) return new Uint8Array(value.getValue());
  return unreadable('This key file is not built as the standard says.');
}

/** The bytes in a buffer of their own: these libraries read a view's whole underlying buffer. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
