import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  ATTACHMENT_NAMES,
  Manifest,
  type ManifestFile,
  TWIN_NAMES,
  type VerifyReport,
  VolumeManifest,
} from '../../../shared/domain/binder.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import {
  type Attachment,
  attachmentWhere,
  declaredOf,
  hashAttachment,
  listAttachments,
  readAttachment,
} from './attachments.ts';
import { Findings } from './findings.ts';
import { checkLedger, type LedgerReport } from './ledger.ts';
import { PdfFault } from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import { readJson } from './read-json.ts';
import { checkTwin } from './twin.ts';

const MAX_JSON = 256 * 1024 * 1024;
const MAX_UNLISTED = 1024 * 1024 * 1024;

type Mismatch = NonNullable<VerifyReport['manifest']>['mismatches'][number];

export interface ContentReport {
  readonly manifest: Manifest | null;
  /** The manifest of a further volume, which has files and nothing of the ledger. */
  readonly volume: VolumeManifest | null;
  /** SHA-256 of whichever there is. */
  readonly manifestSha256: string;
  readonly mismatches: readonly Mismatch[];
  readonly ledger: LedgerReport | null;
  /** Object numbers of every embedded file that a list names in this version. */
  readonly listed: ReadonlySet<number>;
}

export interface ContentOptions {
  readonly view: PdfView;
  readonly findings: Findings;
  readonly onFile?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks the embedded files of one version against its manifest, and what the ledger's files claim. */
export async function checkContent(options: ContentOptions): Promise<ContentReport> {
  const { view, findings } = options;
  const attachments = await listAttachments(view, findings);
  const listed = new Set(attachments.map(({ num }) => num));
  const byName = new Map(attachments.map((attachment) => [attachment.name, attachment]));
  for (const name of Object.values(ATTACHMENT_NAMES)) await checkDeclared(options, byName.get(name));
  const read = await readManifest(options, byName.get(ATTACHMENT_NAMES.manifest));
  const { manifest, volume } = read;
  const found = { ...read, listed };
  if (volume)
    return { ...found, mismatches: await compareFiles(options, volume.files, byName), ledger: null };
  if (!manifest) return { ...found, mismatches: [], ledger: null };
  const mismatches = await compareFiles(options, manifest.files, byName);
  return { ...found, mismatches, ledger: await readLedger(options, manifest, byName) };
}

/** The ledger's files and the manifest carry a checksum beside them: it tells which one was damaged. */
async function checkDeclared(
  { view, findings }: ContentOptions,
  attachment: Attachment | undefined,
): Promise<void> {
  if (!attachment) return;
  const where = attachmentWhere(attachment.name);
  try {
    const { md5, size } = await declaredOf(view, attachment);
    const bytes = await readAttachment(view, attachment, MAX_JSON);
    if ((size === null || size === bytes.length) && (md5 === null || md5.equals(md5Of(bytes)))) return;
    findings.add(
      'attachment-mismatch',
      where,
      `${attachment.name} is not what its own checksum says: it was changed.`,
    );
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    findings.add('damaged-object', where, `${attachment.name} cannot be read: ${error.message}.`);
  }
}

function md5Of(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

type ReadManifest = Pick<ContentReport, 'manifest' | 'volume' | 'manifestSha256'>;

async function readManifest(
  { view, findings }: ContentOptions,
  attachment: Attachment | undefined,
): Promise<ReadManifest> {
  if (!attachment) {
    findings.add(
      'not-a-binder',
      'manifest',
      'There is no manifest in this PDF: it is no binder, or its manifest was taken out.',
    );
    return { manifest: null, volume: null, manifestSha256: '' };
  }
  const bytes = await readSmall(view, attachment);
  if (!bytes) return { manifest: null, volume: null, manifestSha256: '' };
  const manifestSha256 = createHash('sha256').update(bytes).digest('hex');
  const read = <T>(schema: z.ZodType<T>) => readJson(bytes, schema, ATTACHMENT_NAMES.manifest, findings);
  return saysVolume(bytes)
    ? { manifest: null, volume: read(VolumeManifest), manifestSha256 }
    : { manifest: read(Manifest), volume: null, manifestSha256 };
}

/** Which of the two forms it is by its own word; either is then read strictly. */
function saysVolume(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return VolumeManifest.pick({ schema: true }).loose().safeParse(value).success;
  } catch {
    return false;
  }
}

async function readSmall(view: PdfView, attachment: Attachment | undefined): Promise<Buffer | null> {
  try {
    return attachment ? await readAttachment(view, attachment, MAX_JSON) : null;
  } catch (error) {
    if (error instanceof PdfFault) return null;
    throw error;
  }
}

async function compareFiles(
  options: ContentOptions,
  files: readonly ManifestFile[],
  byName: ReadonlyMap<string, Attachment>,
): Promise<Mismatch[]> {
  const { findings } = options;
  const mismatches: Mismatch[] = [];
  const names = new Set<string>();
  for (const [i, file] of files.entries()) {
    if (names.has(file.name))
      findings.add('attachment-duplicate', 'manifest', `The manifest lists ${file.name} twice.`);
    names.add(file.name);
    const actual = await actualHash(options, file, byName.get(file.name));
    if (actual !== file.sha256) mismatches.push({ name: file.name, expected: file.sha256, actual });
    options.onFile?.(i + 1, files.length);
  }
  for (const name of byName.keys()) {
    if (names.has(name) || name === ATTACHMENT_NAMES.manifest) continue;
    findings.add('attachment-extra', attachmentWhere(name), `The attachment ${name} is not in the manifest.`);
  }
  return mismatches;
}

async function actualHash(
  { view, findings, signal }: ContentOptions,
  file: ManifestFile,
  attachment: Attachment | undefined,
): Promise<string | null> {
  const where = attachmentWhere(file.name);
  if (!attachment) {
    findings.add(
      'attachment-missing',
      where,
      `The attachment ${file.name} is in the manifest but not in the file.`,
    );
    return null;
  }
  try {
    const actual = await hashAttachment(view, attachment, Math.max(file.bytes, MAX_UNLISTED), signal);
    if (actual.sha256 !== file.sha256 || actual.bytes !== file.bytes) {
      const message = `The attachment ${file.name} is not the file that the manifest names: its SHA-256 differs.`;
      findings.add('attachment-mismatch', where, message);
    }
    return actual.sha256;
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    findings.add(
      'attachment-mismatch',
      where,
      `The attachment ${file.name} cannot be read: ${error.message}.`,
    );
    return null;
  }
}

async function readLedger(
  { view, findings }: ContentOptions,
  manifest: Manifest,
  byName: ReadonlyMap<string, Attachment>,
): Promise<LedgerReport | null> {
  const extract = await readSmall(view, byName.get(ATTACHMENT_NAMES.extract));
  const proofs = await readSmall(view, byName.get(ATTACHMENT_NAMES.proofs));
  const checkpoint = await readSmall(view, byName.get(ATTACHMENT_NAMES.checkpoint));
  if (extract && proofs && checkpoint) {
    const report = checkLedger({ extract, proofs, checkpoint }, manifest, findings);
    const results = await readSmall(view, byName.get(TWIN_NAMES.results));
    const register = await readSmall(view, byName.get(TWIN_NAMES.register));
    if (report) {
      const { state, values: ledger, contributors } = report;
      const against = { manifest, extract: state.extract, ledger, contributors };
      checkTwin({ results, register }, against, findings);
    }
    return report;
  }
  findings.add(
    'ledger-unreadable',
    'ledger extract',
    'The ledger’s files are missing or damaged, so that sign-offs cannot be recomputed.',
  );
  return null;
}

/**
 * Names attachments that a later version has more or less than the signed one; what was replaced in place is named
 * by what its revision changed. Answers the object numbers of the later version's embedded files.
 */
export async function compareVersions(
  signed: PdfView,
  newest: PdfView,
  findings: Findings,
): Promise<ReadonlySet<number>> {
  const before = await listAttachments(signed, new Findings());
  const after = await listAttachments(newest, findings);
  const [known, present] = [namesOf(before), namesOf(after)];
  for (const name of [...present].filter((other) => !known.has(other))) {
    const message = `The attachment ${name} was added after the first signature.`;
    findings.add('attachment-extra', attachmentWhere(name), message);
  }
  for (const name of [...known].filter((other) => !present.has(other))) {
    const message = `The attachment ${name} was taken out after the first signature.`;
    findings.add('attachment-missing', attachmentWhere(name), message);
  }
  return new Set(after.map(({ num }) => num));
}

const namesOf = (attachments: readonly Attachment[]): Set<string> =>
  new Set(attachments.map(({ name }) => name));

/** The manifest as the report tells it. */
export function reportManifest({ manifest, volume, mismatches }: ContentReport): VerifyReport['manifest'] {
  const told = manifest ?? volume;
  if (!told) return null;
  const { title, files } = told;
  const [included, omitted] = [manifest?.included.length ?? 0, manifest?.omitted ?? []];
  return { title, files: files.length, included, omitted, mismatches: [...mismatches] };
}

/** Of a file that is one volume of several, which it is and what it says of the others. */
export function reportSet(
  { manifest, volume, manifestSha256 }: ContentReport,
  composed: { readonly bytes: number; readonly sha256: string },
): VerifyReport['set'] {
  const facts = { manifest: manifestSha256, composed };
  if (volume) {
    const { binder, title, of, files } = volume;
    return { ...facts, binder, title, volume: volume.volume, of, list: listOf(files), others: [] };
  }
  if (!manifest?.volumes) return undefined;
  const { binder, title, volumes, files: own } = manifest;
  const others = volumes.map(({ files, ...one }) => ({ ...one, files: files.length, list: listOf(files) }));
  return { ...facts, binder, title, volume: 1, of: others.length + 1, list: listOf(own), others };
}

/** By this a list that the first volume gives of a further one is held against that volume's own. */
const listOf = (files: readonly ManifestFile[]): string =>
  createHash('sha256')
    .update(canonicalBytes(files as unknown as Json))
    .digest('hex');
