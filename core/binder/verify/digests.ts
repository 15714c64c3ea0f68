import { createHash, type Hash } from 'node:crypto';
import { refuse } from '../../../shared/fault.ts';
import type { FileBytes } from './file-bytes.ts';
import type { DigestName } from './signatures/algorithms.ts';
import type { SignedRange } from './signatures/byte-range.ts';

export interface DigestJob {
  readonly digest: DigestName;
  readonly range: SignedRange;
}

interface Fork {
  readonly job: number;
  readonly hash: Hash;
}

/**
 * The SHA-256 of the whole file and the digest of each signed range, in one pass: what ranges have in common is
 * hashed once, and a range gets its own state where its gap begins.
 */
export async function digestFile(
  file: FileBytes,
  jobs: readonly DigestJob[],
  {
    onBytes,
    signal,
  }: { onBytes?: ((done: number) => void) | undefined; signal?: AbortSignal | undefined } = {},
): Promise<{ sha256: string; digests: Buffer[] }> {
  const whole = createHash('sha256');
  const prefixes = new Map<DigestName, Hash>([['sha256', whole]]);
  for (const { digest } of jobs) if (!prefixes.has(digest)) prefixes.set(digest, createHash(digest));
  const cuts = new Set(jobs.flatMap(({ range }) => [range.gap, range.gapEnd, range.end]));
  const stops = [...cuts, file.size].sort((a, b) => a - b);
  const digests: Buffer[] = [];
  let forks: Fork[] = [];
  let at = 0;
  for (const stop of stops) {
    const growing = forks.filter(({ job }) => at >= (jobs[job]?.range.gapEnd ?? 0));
    for await (const chunk of file.chunks(at, stop, signal)) {
      for (const hash of prefixes.values()) hash.update(chunk);
      for (const { hash } of growing) hash.update(chunk);
      at += chunk.length;
      onBytes?.(at);
    }
    if (signal?.aborted) refuse({ code: 'cancelled' });
    at = Math.max(at, stop);
    forks = forks.filter(({ job, hash }) => {
      if (jobs[job]?.range.end !== at) return true;
      digests[job] = hash.digest();
      return false;
    });
    jobs.forEach(({ digest, range }, job) => {
      const prefix = prefixes.get(digest);
      if (range.gap === at && prefix) forks.push({ job, hash: prefix.copy() });
    });
  }
  return { sha256: whole.digest('hex'), digests };
}
