import type { DataKind } from '../verify/revocation/store.ts';

const LABELS: Readonly<Record<DataKind, string | null>> = {
  certificate: 'CERTIFICATE',
  list: 'X509 CRL',
  answer: null,
};

/** What a file holds in DER: each of the blocks of a PEM file, or the file as it is. */
export function derIn(kind: DataKind, bytes: Buffer): Buffer[] {
  const label = LABELS[kind];
  const text = label === null || bytes[0] === 0x30 ? '' : bytes.toString('latin1');
  const blocks = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g')) ?? [];
  if (blocks.length === 0) return [bytes];
  return blocks.map((block) => Buffer.from(block.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
}
