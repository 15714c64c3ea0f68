import { writeFile } from 'node:fs/promises';
import { refuse } from '../shared/fault.ts';

/** Writes a file that is not there yet; whoever typed its name is told by that name. */
export async function writeNew(file: string, typed: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' });
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (there)
      refuse({
        code: 'conflict',
        detail: `There is something called "${typed}" already.`,
        remedy: 'Name another file.',
      });
    refuse({ code: 'unavailable', what: typed, detail: 'It cannot be written.' });
  }
}
