/**
 * Whoever can sign a PDF: a software key, a PKCS#11 token or a remote service. The raw signature is a callback,
 * so that all of them are one path.
 */
export interface PdfSigner {
  /** Shown in the signature panel and in `/Name`. */
  readonly name: string;
  /** DER of the signer's certificate, then of the issuers, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly algorithm: 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';
  /** Signs the DER-encoded signed attributes; ECDSA in DER (SEQUENCE of r, s), RSA as PKCS#1 v1.5. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The six empty fields every binder is built with, in this order; nobody ever adds one. */
export const SIGNATURE_FIELDS = [
  'Preparer',
  'Reviewer',
  'Approver',
  'Recipient',
  'Spare1',
  'Spare2',
] as const;
export type SignatureField = (typeof SIGNATURE_FIELDS)[number];

/** Bytes reserved for the DER of one CMS signature (twice as many hex digits in the file). */
export const CONTENTS_BYTES = 16_384;
