import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { refuse } from '../../shared/fault.ts';
import { listSignatureFields } from './sign/sign-pdf.ts';
import { SIGNATURE_FIELDS } from './sign/signer.ts';

/**
 * Refuses to write over what could not be made again: only a binder that carries nobody's signature but its composer's
 * is replaced without being told to.
 */
export async function demandReplaceable(file: string, replace: boolean): Promise<void> {
  if (replace || statSync(file, { throwIfNoEntry: false }) === undefined) return;
  const there = await whatIsThere(file);
  if (there === null) return;
  refuse({
    code: 'conflict',
    detail: `${basename(file)} is there already, and it is ${there}. Name another file, or say that it may be replaced (--force).`,
  });
}

async function whatIsThere(file: string): Promise<string | null> {
  const fields = await listSignatureFields(file).catch(() => []);
  const ours = fields.some((field) => field.name === SIGNATURE_FIELDS[0] && field.signed);
  if (!ours) return 'no binder';
  const signed = fields.filter((field) => field.signed).length;
  return signed > 1 ? `a binder with ${signed} signatures` : null;
}
