import { describe, expect, it } from 'vitest';
import { runBundles } from '../../../../fuzz/bundles.ts';

const HISTORIES = Number(process.env.BINDERY_BUNDLE_HISTORIES ?? 4);

describe('copies that meet by bundles alone', () => {
  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'converge with nothing lost, whatever happens to the bundles (history %i)',
    async (seed) => {
      const { replicas, entries } = await runBundles(seed);
      expect(replicas).toBeGreaterThan(1);
      expect(entries).toBeGreaterThan(12);
    },
  );
});
