import { copyFile, lstat, rename, rm } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import { refuse } from '../../shared/fault.ts';
import type { JobContext } from '../jobs.ts';
import type { Ids } from '../ports.ts';
import { sameFile } from './in-the-way.ts';
import { plainFile } from './plain-file.ts';
import { type ReadBinder, readBinder } from './verify/index.ts';

export interface CopyRequest {
  readonly file: string;
  readonly out?: string | undefined;
  readonly force: boolean;
}

export interface CopyWork {
  /** What the copy is called while it is worked on. */
  readonly ending: string;
  /** What is said while it is verified. */
  readonly step: string;
  readonly change: (copy: string) => Promise<void>;
  /** What has to hold of the copy besides that it is valid. */
  readonly holds?: (read: ReadBinder) => boolean;
}

/**
 * Adds to a binder what nobody has signed yet. On a copy, which takes the file's name only when it was verified with the
 * addition in it: what does not hold is never left behind.
 */
export async function changeVerified(
  { file: named, out: wanted, force }: CopyRequest,
  work: CopyWork,
  ids: Ids,
  job: JobContext,
): Promise<{ out: string; read: ReadBinder }> {
  const file = plainFile(absolute(named));
  const out = absolute(wanted ?? file);
  const elsewhere = !sameFile(out, file);
  if (elsewhere && !force) await demandNothing(out);
  const part = `${out}.${ids.next()}.${work.ending}`;
  try {
    await copyFile(file, part);
    await work.change(part);
    job.step(work.step, 0, null);
    const read = await readBinder(part, { signal: job.signal });
    if (read.report.verdict === 'invalid' || work.holds?.(read) === false) refuseInvalid(read);
    await rename(part, elsewhere ? out : file);
    return { out, read };
  } finally {
    await rm(part, { force: true });
  }
}

/** Nothing is added to what is not valid, and nothing that makes it so. */
export function refuseInvalid({ report }: ReadBinder): never {
  const found = report.problems.slice(0, 3).map(({ where, message }) => `${where}: ${message}`);
  return refuse({
    code: 'rule-broken',
    rule: 'verify-before-signing',
    because: `This binder is not valid and was left as it is. ${found.join(' ')}`,
  });
}

async function demandNothing(out: string): Promise<void> {
  const found = await lstat(out).catch(() => null);
  if (found !== null)
    refuse({
      code: 'conflict',
      detail: 'There is something under that name already.',
      remedy: 'Name another file, or say --force.',
    });
}
