import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { refuse } from '../../shared/fault.ts';
import type { PdfSigner } from '../binder/sign/signer.ts';

/** A new P-256 private key for signing PDFs, as PKCS#8 DER. */
export function createSigningKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

/** The signer that a private key in this process makes: P-256, or RSA of at least 2048 bits from elsewhere. */
export function softwareSigner(
  name: string,
  privateKeyPkcs8: Uint8Array,
  certificates: readonly Uint8Array[],
): PdfSigner {
  const key = readPrivateKey(privateKeyPkcs8);
  const algorithm = algorithmOf(key);
  if (!certificates[0] || !belongsTo(certificates[0], key)) {
    refuse({ code: 'invalid-input', detail: 'The certificate does not belong to the private key.' });
  }
  // Node's defaults are what CMS wants: ECDSA as the DER of (r, s), RSA as PKCS#1 v1.5.
  return { name, certificates, algorithm, sign: async (bytes) => sign('sha256', bytes, key) };
}

/** SHA-256 of the certificate, lower-case hex: how members recognise each other's. */
export function certificateFingerprint(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

export function certificateToPem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

/** Every certificate in a PEM text, in its order, as DER. */
export function certificatesFromPem(pem: string): Uint8Array[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g);
  const found = [...blocks].map(([, base64]) => new Uint8Array(Buffer.from(base64 ?? '', 'base64')));
  if (found.length === 0) refuse({ code: 'invalid-input', detail: 'There is no certificate in this text.' });
  return found;
}

/** The one of these certificates that is for this key; undefined where none is. */
export function certificateFor(
  privateKeyPkcs8: Uint8Array,
  certificates: readonly Uint8Array[],
): Uint8Array | undefined {
  const key = readPrivateKey(privateKeyPkcs8);
  return certificates.find((certificate) => belongsTo(certificate, key));
}

/** A private key of PKCS#8 DER; a fault where it is none. */
export function readPrivateKey(pkcs8: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch {
    refuse({ code: 'invalid-input', detail: 'This is no private key in PKCS#8 form.' });
  }
}

/** How a key of this kind signs a PDF; a fault where none is made with it. */
export function algorithmOf(key: KeyObject): PdfSigner['algorithm'] {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS)
    return 'rsa-pkcs1-sha256';
  // Ed25519 above all: common PDF readers and OpenSSL 3.0 refuse it in a CMS signature.
  return refuse({
    code: 'invalid-input',
    detail: `A PDF is signed with ECDSA on P-256 or with RSA of at least ${MIN_RSA_BITS} bits.`,
  });
}

const MIN_RSA_BITS = 2_048;

function belongsTo(certificateDer: Uint8Array, key: KeyObject): boolean {
  try {
    return new X509Certificate(certificateDer).checkPrivateKey(key);
  } catch {
    return false;
  }
}
