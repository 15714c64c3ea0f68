import { describe, expect, it } from 'vitest';
import { runMixed } from './mixed.ts';

const HISTORIES = Number(process.env.BINDERY_MIXED_HISTORIES ?? 200);
/** Short ones for every change; `npm run fuzz` plays many long ones. */
const STEPS = Number(process.env.BINDERY_MIXED_STEPS ?? 30);

/** Histories that once did not come to the same everywhere, with their steps: what a fork let count again was made twice. */
const ONCE_APART: readonly (readonly [seed: number, steps: number])[] = [[1712, 60]];

/** Half of the histories each, so that two cores can play them. */
export function mixedHistories(shard: 0 | 1): void {
  describe('copies that meet in every way there is', () => {
    const seeds = Array.from({ length: HISTORIES }, (_, seed) => seed).filter((seed) => seed % 2 === shard);
    const played = seeds.map((seed) => [seed, STEPS] as const);
    const again = ONCE_APART.filter(([seed]) => seed % 2 === shard && !(seed < HISTORIES && STEPS === 60));
    it.each([...played, ...again])(
      'converge with nothing lost, and every conflict shown (history %i)',
      async (seed, steps) => {
        const { replicas, entries } = await runMixed(seed, steps);
        expect(replicas).toBeGreaterThan(1);
        expect(entries).toBeGreaterThan(4);
      },
    );
  });
}
