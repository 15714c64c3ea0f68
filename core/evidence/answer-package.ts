import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { resolve as absolute, join } from 'node:path';
import { workspaceRow } from '../../db/queries/people.ts';
import type { EvidenceRow } from '../../shared/contract/frameworks.ts';
import { takenOut } from '../../shared/domain/custody.ts';
import { counted } from '../../shared/domain/programme/day.ts';
import type { ProgrammeBody } from '../../shared/domain/programme/shapes.ts';
import { FaultError, refuse } from '../../shared/fault.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { recordExport, writeContent } from './export-evidence.ts';
import { diskName } from './file-name.ts';
import { findRequest, viewRequest, type WhichRequest } from './requests.ts';

interface PackedFile {
  /** Where it stands in the package, with `/` on every system. */
  readonly path: string;
  /** As it was taken in. */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

interface Missing {
  readonly what: string;
  readonly because: string;
}

export interface AnswerPackage {
  readonly folder: string;
  readonly manifest: { readonly path: string; readonly sha256: string };
  readonly files: { path: string; sha256: string; bytes: number }[];
  readonly missing: Missing[];
  readonly summary: string;
}

/**
 * Writes the answer to a request into a new folder: each piece of evidence in a folder of its reference, byte for byte,
 * `manifest.json` with every hash and everything that is not there, and `SHA256SUMS` that any system can check.
 */
export async function writeAnswerPackage(
  ws: OpenWorkspace,
  which: WhichRequest,
  out: string | { readonly in: string },
): Promise<AnswerPackage> {
  const { row, body } = findRequest(ws, which);
  const folder = typeof out === 'string' ? absolute(out) : newFolder(out.in, `${body.title} ${today(ws)}`);
  await demandEmpty(folder);
  const { place, evidence } = viewRequest(ws, row);
  const missing: Missing[] = goneFrom(body, evidence);
  const packed = [];
  for (const one of evidence) packed.push({ one, files: await packFiles(ws, folder, one, missing) });
  const files = packed.flatMap((one) => one.files);
  const summary = summaryOf(body, files.length, evidence.length, missing);
  const manifest = {
    schema: 'bindery.answer-package/1',
    workspace: workspaceRow(ws.db)?.name ?? '',
    written: { at: new Date(ws.now()).toISOString(), by: ws.member().name },
    request: { ...body, id: row.id, place },
    summary,
    evidence: packed.map(({ one, files }) => ({ ...described(one), files })),
    missing,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const path = join(folder, 'manifest.json');
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  const sha256 = createHash('sha256').update(text).digest('hex');
  const sums = [...files, { path: 'manifest.json', sha256 }].map((file) => `${file.sha256}  ${file.path}\n`);
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''), { flag: 'wx', mode: 0o600 });
  for (const { one, files } of packed)
    if (files.length > 0) recordExport(ws, one.id, takenOut.answering(body.title), files);
  return {
    folder,
    manifest: { path, sha256 },
    files: files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes })),
    missing,
    summary,
  };
}

/** The folder of the answers that were given no place. */
export function answersFolder(home: string): string {
  return join(home, 'Answers');
}

/** A folder of this name in another, beside those that are there. */
function newFolder(parent: string, name: string): string {
  const there = existsSync(parent) ? readdirSync(parent) : [];
  return join(parent, diskName(name, new Set(there.map((other) => other.toLowerCase()))));
}

/** A folder of its own, so that nothing of somebody else's is taken for part of the answer. */
async function demandEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0)
    refuse({ code: 'conflict', detail: 'The folder is not empty.', remedy: 'Name a new one.' });
}

function goneFrom(body: ProgrammeBody<'request'>, evidence: readonly EvidenceRow[]): Missing[] {
  const there = new Set(evidence.map(({ id }) => id));
  return body.evidence
    .filter((id) => !there.has(id))
    .map((id) => ({ what: `Evidence ${id}`, because: 'It was removed after the answer.' }));
}

async function packFiles(
  ws: OpenWorkspace,
  folder: string,
  evidence: EvidenceRow,
  missing: Missing[],
): Promise<PackedFile[]> {
  const taken = new Set<string>();
  const packed: PackedFile[] = [];
  await mkdir(join(folder, evidence.reference), { mode: 0o700 });
  for (const file of evidence.files) {
    const name = diskName(file.name, taken);
    try {
      await writeContent(ws, file.sha256, join(folder, evidence.reference, name));
      packed.push({ ...file, path: `${evidence.reference}/${name}` });
    } catch (error) {
      missing.push({ what: `${evidence.reference} ${file.name}`, because: whyNot(error) });
    }
  }
  return packed;
}

/** Bytes that are damaged or elsewhere are named as missing; a disk that is full ends the package. */
function whyNot(error: unknown): string {
  if (error instanceof FaultError && error.fault.code === 'not-found')
    return 'Its bytes are not on this copy.';
  if (error instanceof FaultError && error.fault.code === 'corrupt') return 'Its kept bytes are damaged.';
  throw error;
}

function described(evidence: EvidenceRow) {
  const {
    files: _files,
    links: _links,
    conflicts: _conflicts,
    addedBy: _by,
    state: _state,
    ...rest
  } = evidence;
  return rest;
}

function summaryOf(
  body: ProgrammeBody<'request'>,
  files: number,
  evidence: number,
  missing: readonly Missing[],
): string {
  const holds = `It holds ${counted(files, 'file')} of ${counted(evidence, 'piece', 'pieces')} of evidence in answer to "${body.title}"`;
  if (missing.length > 0)
    return `${holds}; ${missing.map(({ what, because }) => `${what} is missing: ${because.replace(/\.$/, '')}`).join('; ')}.`;
  if (files === 0) return `${holds}: nothing was given${body.note === '' ? '' : `, and the note says why`}.`;
  return `${holds}; nothing that was given is missing.`;
}
