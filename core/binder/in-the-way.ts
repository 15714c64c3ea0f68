import { lstatSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { FaultError, refuse } from '../../shared/fault.ts';
import { listSignatureFields } from './sign/sign-pdf.ts';
import { SIGNATURE_FIELDS } from './sign/signer.ts';

/**
 * Refuses to write a binder over what cannot be made again: anything but a binder that carries its composer's
 * signature and nothing after it. Whoever means it says so by `force`; a folder is never replaced.
 */
export async function demandFree(file: string, force: boolean): Promise<void> {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory())
    refuse({ code: 'invalid-input', detail: 'It is a folder; name a file.', where: basename(file) });
  if (force) return;
  const what = found.isFile() ? await keptFor(file, found.size) : 'no regular file';
  if (what !== null) refuseInTheWay(file, what);
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
  try {
    return await listSignatureFields(file);
  } catch (error) {
    // What cannot be read as a binder is something else, whatever is wrong with it.
    if (error instanceof FaultError) return [];
    throw error;
  }
}
