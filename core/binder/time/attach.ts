import { resolve as absolute } from 'node:path';
import type { StampedBinder } from '../../../shared/contract/signing.ts';
import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import type { Ids } from '../../ports.ts';
import { plainFile } from '../plain-file.ts';
import { lastSignature, stampLast } from '../sign/last-signature.ts';
import { carriesAdditions, signatureValueOf } from '../sign/stamped-cms.ts';
import { type CopyRequest, changeVerified, refuseInvalid } from '../verified-copy.ts';
import type { ReadBinder } from '../verify/index.ts';
import { timeStampQuery, tokenIn } from './token.ts';

/** The question for an authority that is reached by media: a file to carry out. */
export async function timeStampRequest(path: string): Promise<{ field: string; query: Buffer }> {
  const { field, cms } = await lastSignature(plainFile(absolute(path)));
  demandBare(cms);
  return { field, query: timeStampQuery(signatureValueOf(cms)) };
}

export interface AttachRequest extends CopyRequest {
  readonly answer: Uint8Array;
  /** Told of what was read, once the file stands: an open workspace may know the binder. */
  readonly onStamped?: (file: string, read: ReadBinder) => Promise<void>;
}

/** Puts the authority's answer beside the newest signature. */
export async function attachTimeStamp(
  request: AttachRequest,
  ids: Ids,
  job: JobContext,
): Promise<StampedBinder> {
  const work = {
    ending: 'stamping',
    step: 'Verifying with the time stamp',
    change: async (copy: string) => {
      const { cms } = await lastSignature(copy);
      demandBare(cms);
      await stampLast(copy, tokenIn(request.answer, signatureValueOf(cms)));
    },
  };
  const { out, read } = await changeVerified(request, { ...work, holds: isStamped }, ids, job);
  const { field, by, timeStamp } = read.report.signatures.at(-1) ?? refuseInvalid(read);
  if (timeStamp === null) return refuseInvalid(read);
  await request.onStamped?.(out, read);
  return { file: out, field, by, timeStamp: { at: timeStamp.at, by: timeStamp.by } };
}

const isStamped = ({ report }: ReadBinder): boolean => Boolean(report.signatures.at(-1)?.timeStamp);

function demandBare(cms: Uint8Array): void {
  if (carriesAdditions(cms))
    refuse({
      code: 'conflict',
      detail: 'The last signature carries a time stamp already.',
      remedy: 'Verify the file to see what it says.',
    });
}
