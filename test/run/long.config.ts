import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What takes too long for every change: whole corpora, many kills, large binders. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/long/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    allowOnly: false,
  },
});
