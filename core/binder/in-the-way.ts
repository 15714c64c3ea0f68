import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { FaultError, refuse } from '../../shared/fault.ts';
import type { WorkspacePaths } from '../workspace/folder.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { listSignatureFields } from './sign/sign-pdf.ts';
import { SIGNATURE_FIELDS } from './sign/signer.ts';

/**
 * Refuses to write a binder over what cannot be made again: anything but a binder that carries its composer's
 * signature and nothing after it. Whoever means it says so by `force`; a folder, a device, a pipe and a file of the
 * workspace itself are never replaced.
 */
export async function demandFree(
  ws: Pick<OpenWorkspace, 'paths'>,
  file: string,
  force: boolean,
): Promise<void> {
  if (isOwn(ws.paths, file))
    refuse({ code: 'invalid-input', detail: 'It is the workspace’s own; name another place.', where: file });
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory())
    refuse({ code: 'invalid-input', detail: 'It is a folder; name a file.', where: basename(file) });
  if (!found.isFile() && !found.isSymbolicLink())
    refuse({
      code: 'invalid-input',
      detail: 'It is a device or a pipe; name a file.',
      where: basename(file),
    });
  if (force) return;
  const what = found.isFile() ? await keptFor(file, found.size) : 'no regular file';
  if (what !== null) refuseInTheWay(file, what);
}

/** Whether a file is one the workspace is made of, or would stand among them. */
function isOwn({ dir, database, vault, incoming, ...files }: WorkspacePaths, file: string): boolean {
  if ([vault, incoming].some((folder) => sameFile(dirname(file), folder))) return true;
  const own = [
    database,
    `${database}-wal`,
    `${database}-shm`,
    `${database}-journal`,
    ...Object.values(files),
  ];
  return sameFile(dirname(file), dir) && own.some((path) => basename(path) === basename(file));
}

/** The refusal to replace what stands under a name, with what it is and what to do. */
export function refuseInTheWay(file: string, what: string): never {
  return refuse({
    code: 'conflict',
    detail: `${basename(file)} is there already and is ${what}; it was left as it is.`,
    remedy: 'Name another place, or replace what is there with --force.',
  });
}

/** Whether two names lead to one file. */
export function sameFile(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** What would be lost with the file; null where it is a binder as its composer left it. */
async function keptFor(file: string, bytes: number): Promise<string | null> {
  const fields = await fieldsOf(file);
  if (fields.map(({ name }) => name).join() !== SIGNATURE_FIELDS.join()) return 'no binder';
  const signed = fields.filter((field) => field.signed);
  if (signed.length > 1) return `a binder with ${signed.length} signatures`;
  const [only] = signed;
  if (only?.name !== 'Preparer') return 'a binder its preparer has not signed';
  return only.end === bytes ? null : 'a binder that was changed after it was signed';
}

async function fieldsOf(file: string): ReturnType<typeof listSignatureFields> {
  const { listSignatureFields: list } = await import('./sign/sign-pdf.ts');
  try {
    return await list(file);
  } catch (error) {
    // What cannot be read as a binder is something else, whatever is wrong with it.
    if (error instanceof FaultError) return [];
    throw error;
  }
}
