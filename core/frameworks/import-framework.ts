import { createHash } from 'node:crypto';
import { type frameworkById, frameworkBySource } from '../../db/queries/frameworks.ts';
import type { FileSource, ImportedFile } from '../../shared/contract/frameworks.ts';
import { type ImportProblem, NormalisedFramework } from '../../shared/domain/framework.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { FaultError, refuse } from '../../shared/fault.ts';
import { tell } from '../../shared/fault-sentences.ts';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import { keptName } from '../evidence/file-name.ts';
import type { StagedFiles } from '../evidence/staged-files.ts';
import type { ImportFormat, ImportReading, ImportSource } from '../formats/format.ts';
import { detectFormat, FORMATS, formatById, unknownFormat } from '../formats/index.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { fileError } from '../workspace/folder-io.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { openRegularFile } from '../workspace/vault-source.ts';

export interface ImportRequest {
  readonly files: readonly FileSource[];
  /** A format's id, where detection should not decide. */
  readonly as?: string | undefined;
  readonly dryRun: boolean;
}

/** Takes files in one after the other, each in a transaction of its own; a refused one leaves the others applied. */
export async function importFrameworks(
  ws: OpenWorkspace,
  staged: StagedFiles,
  request: ImportRequest,
): Promise<ImportedFile[]> {
  const out: ImportedFile[] = [];
  for (const source of request.files) out.push(await importOne(ws, staged, source, request));
  return out;
}

async function importOne(
  ws: OpenWorkspace,
  staged: StagedFiles,
  file: FileSource,
  request: ImportRequest,
): Promise<ImportedFile> {
  const name = 'upload' in file ? staged.get(file.upload).name : keptName(file.name ?? file.path);
  try {
    const source = await readSource(ws, staged, file, name);
    const format = chooseFormat(source, request.as);
    if (format === null) return refused(source, name, null, [unknownFormat(source)]);
    const known = frameworkBySource(ws.db, source.sha256, format.id);
    if (known !== undefined) return unchanged(source, name, known);
    const reading = format.read(source);
    if (reading.framework === null) return refused(source, name, format.id, reading.problems);
    return request.dryRun
      ? report('would-import', source, name, reading)
      : await apply(ws, source, name, reading);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { happened } = tell(error.fault);
    return {
      file: name,
      format: null,
      outcome: 'refused',
      sha256: null,
      framework: null,
      counts: {},
      problems: [{ where: 'file', code: error.fault.code, message: happened, severity: 'error' }],
    };
  }
}

async function readSource(
  ws: OpenWorkspace,
  staged: StagedFiles,
  file: FileSource,
  name: string,
): Promise<ImportSource> {
  const limit = Math.max(...Object.values(FORMATS).map((format) => format.maxBytes));
  const bytes =
    'upload' in file ? await readUpload(ws, staged, file.upload, limit) : await readPath(file.path, limit);
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function readUpload(
  ws: OpenWorkspace,
  staged: StagedFiles,
  upload: string,
  limit: number,
): Promise<Buffer> {
  const file = staged.get(upload);
  if (file.bytes > limit) tooLarge(file.bytes, limit);
  return ws.vault.read(file.sha256);
}

/** Reads a regular file of bounded size; a link, folder, pipe or device is refused. */
async function readPath(path: string, limit: number): Promise<Buffer> {
  const handle = await openRegularFile(path);
  try {
    const { size } = await handle.stat();
    if (size > limit) tooLarge(size, limit);
    return await handle.readFile();
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await handle.close();
  }
}

function tooLarge(bytes: number, limit: number): never {
  const mega = (n: number) => Math.round(n / 1_000_000);
  return refuse({
    code: 'invalid-input',
    detail: `It has ${mega(bytes)} MB; a framework file has at most ${mega(limit)} MB.`,
  });
}

function chooseFormat(source: ImportSource, as: string | undefined): ImportFormat | null {
  if (as === undefined) return detectFormat(source)?.format ?? null;
  return (
    formatById(as) ?? refuse({ code: 'invalid-input', detail: `There is no format "${as}".`, where: '--as' })
  );
}

function refused(
  source: ImportSource,
  name: string,
  format: string | null,
  problems: readonly ImportProblem[],
): ImportedFile {
  return {
    file: name,
    format,
    outcome: 'refused',
    sha256: source.sha256,
    framework: null,
    counts: {},
    problems: [...problems],
  };
}

function unchanged(
  source: ImportSource,
  name: string,
  known: NonNullable<ReturnType<typeof frameworkById>>,
): ImportedFile {
  const { id, title, version, format, counts } = known;
  return {
    file: name,
    format,
    outcome: 'unchanged',
    sha256: source.sha256,
    framework: { id, title, version },
    counts,
    problems: [],
  };
}

type Taken = ImportReading & { readonly framework: NormalisedFramework };

function report(
  outcome: 'imported' | 'would-import',
  source: ImportSource,
  name: string,
  reading: ImportReading,
): ImportedFile {
  const framework = reading.framework;
  return {
    file: name,
    format: framework?.format ?? null,
    outcome,
    sha256: source.sha256,
    framework:
      framework === null
        ? null
        : { id: idOf(blobOf(framework)), title: framework.title, version: framework.version },
    counts: { ...reading.counts },
    problems: [...reading.problems],
  };
}

function blobOf(framework: NormalisedFramework): Uint8Array {
  return canonicalBytes(framework as unknown as Json);
}

const hex = (bytes: Uint8Array) => Buffer.from(sha256(bytes)).toString('hex');

/** A framework's id is derived from its normalised form: two copies that import the same file agree. */
function idOf(blob: Uint8Array): string {
  return deriveId(sha256, 'framework', hex(blob));
}

/** The blob and the original go into the vault first; then one entry names them and all rows follow from it. */
async function apply(
  ws: OpenWorkspace,
  source: ImportSource,
  name: string,
  reading: ImportReading,
): Promise<ImportedFile> {
  const framework = NormalisedFramework.parse(reading.framework) as Taken['framework'];
  const bytes = blobOf(framework);
  const original = await ws.vault.put(source.bytes);
  const blob = await ws.vault.put(bytes);
  await ws.loadFrameworks([blob.sha256]);
  append(ws, 'framework.import@1', [
    {
      record: `framework:${idOf(bytes)}`,
      field: 'import',
      value: {
        blob: blob.sha256,
        original: original.sha256,
        sourceName: name,
        format: framework.format,
        counts: { ...reading.counts },
        problems: reading.problems.length,
      },
    },
  ]);
  return report('imported', source, name, reading);
}
