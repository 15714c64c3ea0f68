import type { PdfSigner, SignatureField } from './signer.ts';

/** One signature: who, where, why, when, and what may follow it. */
export interface SignRequest {
  readonly field: SignatureField;
  readonly signer: PdfSigner;
  readonly reason: string;
  readonly location?: string;
  /** The time the signer claims; it stands in `/M` and on the panel. */
  readonly at: Date;
  /** In which capacity, in words for the panel: `Preparer`. */
  readonly capacityText: string;
  /** Certifies the document: afterwards nothing but filling its fields and signing is allowed. First signature only. */
  readonly certification?: boolean;
  /** Declares this signature the last one: it locks every field of the form. */
  readonly lockAll?: boolean;
  /** More lines for the panel, under those every panel has. */
  readonly appearance?: { readonly lines: readonly string[] };
  /** The ledger's word for the certificate (`Vouch` as JSON); the signature covers it. */
  readonly vouch?: string;
  /** Asks for a time stamp over the signature's value; where it fails, nothing is signed. Null signs without one. */
  readonly stamp?: (signature: Uint8Array) => Promise<Uint8Array | null>;
  readonly signal?: AbortSignal;
}
