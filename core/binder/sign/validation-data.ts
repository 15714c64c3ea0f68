import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { appendTo } from './append.ts';
import { readForm } from './form.ts';
import { Increment } from './increment.ts';
import { PdfFile } from './pdf-file.ts';
import { array, dict, type PdfRef, type PdfValue, ref, typed, withEntries } from './pdf-value.ts';

export const DATA_KEYS = {
  certificate: { all: 'Certs', own: 'Cert' },
  list: { all: 'CRLs', own: 'CRL' },
  answer: { all: 'OCSPs', own: 'OCSP' },
} as const;
type Kind = keyof typeof DATA_KEYS;

/** A piece of validation data: in the file already, under a number, or to be written. */
export interface DataPiece {
  readonly kind: Kind;
  readonly bytes: Buffer;
  readonly num?: number;
  /** The keys of the signatures that it is for. */
  readonly signatures: readonly string[];
}

/**
 * Writes all validation data of a document as one incremental update (DSS, ISO 32000-2, 12.8.4.3): the new ones as
 * streams, and a dictionary that names the old and the new. No signed byte changes.
 */
export async function writeValidationData(path: string, pieces: readonly DataPiece[]): Promise<void> {
  await using handle = await open(path, 'r+');
  const pdf = await PdfFile.open(handle);
  const { catalog } = await readForm(pdf);
  const increment = new Increment(pdf);
  const placed = pieces.map((piece) => ({
    ...piece,
    ref: piece.num === undefined ? increment.addStream(dict({}), piece.bytes) : ref(piece.num),
  }));
  const keys = [...new Set(placed.flatMap(({ signatures }) => signatures))].sort();
  const perSignature = keys.map((key) => {
    const own = placed.filter(({ signatures }) => signatures.includes(key));
    return [key, typed('VRI', listed(own, 'own'))] as const;
  });
  const store = increment.add(
    typed('DSS', { ...listed(placed, 'all'), VRI: dict(Object.fromEntries(perSignature)) }),
  );
  increment.put(catalog, withEntries(catalog.value, { DSS: store }));
  const seed = createHash('sha256').update(`${pdf.size}\n${pdf.xrefAt}\n`);
  for (const { bytes } of pieces) seed.update(createHash('sha256').update(bytes).digest());
  const { bytes } = increment.assemble(seed.digest().subarray(0, 16));
  await appendTo(handle, pdf.size, bytes);
}

function listed(
  pieces: readonly { readonly kind: Kind; readonly ref: PdfRef }[],
  where: 'all' | 'own',
): Record<string, PdfValue> {
  const found: Record<string, PdfValue> = {};
  for (const kind of ['certificate', 'list', 'answer'] as const) {
    const refs = pieces.filter((piece) => piece.kind === kind).map((piece) => piece.ref);
    if (refs.length > 0) found[DATA_KEYS[kind][where]] = array(...refs);
  }
  return found;
}
