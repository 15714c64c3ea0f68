import { createHash } from 'node:crypto';
import { type frameworkById, frameworkBySource } from '../../db/queries/frameworks.ts';
import type { FileSource, ImportedFile } from '../../shared/contract/frameworks.ts';
import type { ImportProblem, NormalisedFramework } from '../../shared/domain/framework.ts';
import { FaultError, refuse } from '../../shared/fault.ts';
import { tell } from '../../shared/fault-sentences.ts';
import { keptName } from '../evidence/file-name.ts';
import type { StagedFiles } from '../evidence/staged-files.ts';
import type { ImportFormat, ImportReading, ImportSource } from '../formats/format.ts';
import { detectFormat, FORMATS, formatById, unknownFormat } from '../formats/index.ts';
import { fileError } from '../workspace/folder-io.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { openRegularFile } from '../workspace/vault-source.ts';
import { frameworkId, keepFramework } from './keep-framework.ts';

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
    return await importSource(ws, await readSource(ws, staged, file, name), request);
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

/** Takes in one file that is in memory; what was read before, by the same importer, stays as it is. */
export async function importSource(
  ws: OpenWorkspace,
  source: ImportSource,
  { as, dryRun }: Pick<ImportRequest, 'as' | 'dryRun'>,
): Promise<ImportedFile> {
  const { name } = source;
  const format = chooseFormat(source, as);
  if (format === null) return refused(source, name, null, [unknownFormat(source)]);
  const known = frameworkBySource(ws.db, source.sha256, format.id);
  if (known !== undefined) return unchanged(source, name, known);
  const reading = format.read(source);
  const { framework, counts, problems } = reading;
  if (framework === null) return refused(source, name, format.id, problems);
  if (dryRun) return report('would-import', source, { ...reading, framework });
  await keepFramework(ws, {
    framework,
    original: source.bytes,
    sourceName: name,
    counts,
    problems: problems.length,
  });
  return report('imported', source, { ...reading, framework });
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

function report(
  outcome: 'imported' | 'would-import',
  source: ImportSource,
  { framework, counts, problems }: ImportReading & { readonly framework: NormalisedFramework },
): ImportedFile {
  const { title, version, format } = framework;
  return {
    file: source.name,
    format,
    outcome,
    sha256: source.sha256,
    framework: { id: frameworkId(framework), title, version },
    counts: { ...counts },
    problems: [...problems],
  };
}
