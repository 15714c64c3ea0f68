import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { withoutTimeStamp } from './stamped-cms.ts';

/** What a signature covers: everything up to `end` but its own value. */
interface Covered {
  readonly gap: number;
  readonly gapEnd: number;
  readonly end: number;
}

/** SHA-256 of a file up to the end of a signature: as it is, and as it was before a time stamp was put beside that one. */
export async function hashesAsSigned(
  path: string,
  { gap, gapEnd, end }: Covered,
): Promise<readonly string[]> {
  await using handle = await open(path, 'r');
  const value = Buffer.alloc(gapEnd - gap);
  await handle.read(value, 0, value.length, gap);
  const hash = createHash('sha256');
  await take(hash, path, 0, gap);
  const stripped = hash.copy();
  hash.update(value);
  stripped.update(unstamped(value.toString('latin1')));
  await take([hash, stripped], path, gapEnd, end);
  return [hash.digest('hex'), stripped.digest('hex')];
}

type Sink = Pick<ReturnType<typeof createHash>, 'update'>;

async function take(sinks: Sink | readonly Sink[], path: string, from: number, to: number): Promise<void> {
  if (from >= to) return;
  for await (const chunk of createReadStream(path, { start: from, end: to - 1 }))
    for (const sink of [sinks].flat()) sink.update(chunk);
}

/** The value of a signature in its angle brackets, as its signer wrote it: what is free is filled with zeros. */
function unstamped(value: string): string {
  const bare = withoutTimeStamp(Buffer.from(value.slice(1, -1), 'hex')).toString('hex');
  const digits = /[A-F]/.test(value) ? bare.toUpperCase() : bare;
  return `<${digits.padEnd(value.length - 2, '0')}>`;
}
