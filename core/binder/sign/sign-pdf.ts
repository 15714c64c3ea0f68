import { createHash, X509Certificate } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { refuse } from '../../../shared/fault.ts';
import { appendTo } from './append.ts';
import { buildCms } from './cms.ts';
import { type FormField, forbiddenBy, readForm, type SignatureForm } from './form.ts';
import { PdfFile } from './pdf-file.ts';
import { integerOf, type PdfDict } from './pdf-value.ts';
import { composeRevision, type Revision } from './revision.ts';
import type { SignRequest } from './sign-request.ts';
import { CONTENTS_BYTES, type PdfSigner, type SignatureField } from './signer.ts';
import { signatureValueOf, withTimeStamp } from './stamped-cms.ts';

export interface SignOutcome {
  readonly field: SignatureField;
  /** Length of the file, all of which the signature covers but its own gap. */
  readonly bytes: number;
  readonly byteRange: readonly [number, number, number, number];
  /** SHA-256 of the signed bytes, hex. */
  readonly digest: string;
}

/**
 * Signs a field of a binder as one incremental update, so that signatures already there stay valid. Everything,
 * the signature included, is ready before the first byte is written; whatever fails leaves the file as it was.
 */
export async function signPdf(path: string, request: SignRequest): Promise<SignOutcome> {
  await using handle = await openFile(path, 'r+');
  const pdf = await PdfFile.open(handle);
  const form = await readForm(pdf);
  const field = fieldNamed(form, request.field);
  await requireAllowed(pdf, form, request);
  requireInForce(request);
  const revision = composeRevision(pdf, form, field, request);
  const digest = await digestSigned(handle, pdf.size, revision, request.signal);
  const bare = await buildCms(request.signer, digest);
  const token = (await request.stamp?.(signatureValueOf(bare))) ?? null;
  const cms = token === null ? bare : withTimeStamp(bare, token);
  await appendTo(handle, pdf.size, sealed(revision, cms));
  const { byteRange } = revision;
  return {
    field: request.field,
    bytes: pdf.size + revision.bytes.length,
    byteRange,
    digest: digest.toString('hex'),
  };
}

/** A signature field as it stands; `end` is how far into the file its signature reaches. */
export interface FieldState {
  readonly name: string;
  readonly signed: boolean;
  readonly end: number | null;
}

/** The signature fields of a binder in their order, and which are signed. */
export async function listSignatureFields(path: string): Promise<FieldState[]> {
  await using handle = await openFile(path, 'r');
  const { fields } = await readForm(await PdfFile.open(handle));
  return fields.map(({ name, signature }) => ({
    name,
    signed: signature !== undefined,
    end: endOf(signature),
  }));
}

function endOf(signature: PdfDict | undefined): number | null {
  const range = signature?.entries.get('ByteRange');
  const [from, length] = range?.kind === 'array' ? range.items.slice(2) : [];
  const [start, count] = [integerOf(from), integerOf(length)];
  return start === undefined || count === undefined ? null : start + count;
}

async function openFile(path: string, flags: 'r' | 'r+'): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      refuse({ code: 'not-found', what: 'file', id: path });
    }
    refuse({ code: 'unavailable', what: 'file', detail: 'The file cannot be opened for signing.' });
  }
}

function fieldNamed(form: SignatureForm, wanted: string): FormField {
  const field = form.fields.find(({ name }) => name === wanted);
  if (!field) refuse({ code: 'not-found', what: 'signature field', id: wanted });
  if (field.signature) {
    const candidates = form.fields.filter(({ signature }) => !signature).map(({ name }) => name);
    refuse({ code: 'conflict', detail: `The field ${wanted} is already signed.`, candidates });
  }
  return field;
}

async function requireAllowed(pdf: PdfFile, form: SignatureForm, request: SignRequest): Promise<void> {
  const signed = form.fields.some(({ signature }) => signature !== undefined);
  if (request.certification && (signed || form.catalog.value.entries.has('Perms'))) {
    refuse({ code: 'conflict', detail: 'Only the first signature can certify a document.' });
  }
  const reason = await forbiddenBy(pdf, form, request.field);
  if (reason) refuse({ code: 'conflict', detail: reason });
}

/** A signature outside its certificate's time would be refused by whoever verifies it. */
export function requireInForce({ signer, at }: Pick<SignRequest, 'signer' | 'at'>): void {
  const { validFromDate, validToDate } = leafOf(signer);
  if (validFromDate <= at && at <= validToDate) return;
  const [from, to] = [validFromDate, validToDate].map((date) => date.toISOString().slice(0, 10));
  refuse({
    code: 'rule-broken',
    rule: 'certificate-in-force',
    because: `The certificate of ${signer.name} is valid from ${from} to ${to} only.`,
  });
}

function leafOf({ certificates: [leaf] }: PdfSigner): X509Certificate {
  try {
    if (leaf) return new X509Certificate(leaf);
  } catch {
    // Said below, as for a signer without any.
  }
  return refuse({ code: 'invalid-input', detail: 'The signer has no certificate that can be read.' });
}

const READ_BYTES = 1_048_576;

/** SHA-256 of the old file and of the revision without its gap. */
async function digestSigned(
  handle: FileHandle,
  size: number,
  { bytes, gap }: Revision,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (let at = 0; at < size; ) {
    if (signal?.aborted) refuse({ code: 'cancelled' });
    const { bytesRead } = await handle.read(buffer, 0, Math.min(READ_BYTES, size - at), at);
    if (bytesRead === 0)
      refuse({ code: 'conflict', detail: 'The file became shorter while it was being signed.' });
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.update(bytes.subarray(0, gap.start)).update(bytes.subarray(gap.end)).digest();
}

/** The revision with the signature in its gap, as hexadecimal digits followed by zeros. */
function sealed({ bytes, gap }: Revision, cms: Uint8Array): Buffer {
  if (cms.length > CONTENTS_BYTES) {
    refuse({
      code: 'invalid-input',
      detail: 'The signer’s certificates are too many for the place kept free.',
    });
  }
  const filled = Buffer.from(bytes);
  filled.write(Buffer.from(cms).toString('hex'), gap.start + 1, 'latin1');
  return filled;
}
