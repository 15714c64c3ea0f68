import { realpathSync, statSync } from 'node:fs';
import { refuse } from '../../shared/fault.ts';
import { fileError } from '../workspace/folder-io.ts';

/** The file that a path leads to, links followed, so that whoever replaces it does not replace the link. */
export function plainFile(path: string): string {
  let real: string;
  try {
    real = realpathSync(path);
    if (statSync(real).isFile()) return real;
  } catch (error) {
    throw fileError(error, path);
  }
  return refuse({ code: 'unavailable', what: 'file', detail: 'it is not a plain file' });
}
