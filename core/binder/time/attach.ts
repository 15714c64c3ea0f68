import { copyFile, lstat, rename, rm } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import type { StampedBinder } from '../../../shared/contract/signing.ts';
import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import type { Ids } from '../../ports.ts';
import { sameFile } from '../in-the-way.ts';
import { plainFile } from '../plain-file.ts';
import { lastSignature, stampLast } from '../sign/last-signature.ts';
import { carriesAdditions, signatureValueOf } from '../sign/stamped-cms.ts';
import { type ReadBinder, readBinder } from '../verify/index.ts';
import { timeStampQuery, tokenIn } from './token.ts';

/** The question for an authority that is reached by media: a file to carry out. */
export async function timeStampRequest(path: string): Promise<{ field: string; query: Buffer }> {
  const { field, cms } = await lastSignature(plainFile(absolute(path)));
  demandBare(cms);
  return { field, query: timeStampQuery(signatureValueOf(cms)) };
}

export interface AttachRequest {
  readonly file: string;
  readonly answer: Uint8Array;
  readonly out?: string | undefined;
  readonly force: boolean;
  /** Told of what was read, once the file stands: an open workspace may know the binder. */
  readonly onStamped?: (file: string, read: ReadBinder) => Promise<void>;
}

/**
 * Puts the authority's answer beside the newest signature. On a copy, which takes the file's name only when it was
 * verified with the time stamp in it: what does not hold is never left behind.
 */
export async function attachTimeStamp(
  { file: named, answer, out: wanted, force, onStamped }: AttachRequest,
  ids: Ids,
  job: JobContext,
): Promise<StampedBinder> {
  const file = plainFile(absolute(named));
  const out = absolute(wanted ?? file);
  const elsewhere = !sameFile(out, file);
  if (elsewhere && !force) await demandNothing(out);
  const { cms } = await lastSignature(file);
  demandBare(cms);
  const token = tokenIn(answer, signatureValueOf(cms));
  const part = `${out}.${ids.next()}.stamping`;
  try {
    await copyFile(file, part);
    await stampLast(part, token);
    job.step('Verifying with the time stamp', 0, null);
    const read = await readBinder(part, { signal: job.signal });
    const { report } = read;
    const { field, by, timeStamp = null } = report.signatures.at(-1) ?? {};
    if (report.verdict === 'invalid' || !field || !by || timeStamp === null) {
      const found = report.problems.slice(0, 3).map(({ where, message }) => `${where}: ${message}`);
      refuse({
        code: 'rule-broken',
        rule: 'verify-before-signing',
        because: `This binder is not valid and was left as it is. ${found.join(' ')}`,
      });
    }
    await rename(part, elsewhere ? out : file);
    await onStamped?.(out, read);
    return { file: out, field, by, timeStamp: { at: timeStamp.at, by: timeStamp.by } };
  } finally {
    await rm(part, { force: true });
  }
}

function demandBare(cms: Uint8Array): void {
  if (carriesAdditions(cms))
    refuse({
      code: 'conflict',
      detail: 'The last signature carries a time stamp already.',
      remedy: 'Verify the file to see what it says.',
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
