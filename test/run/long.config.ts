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
    // The program is started hundreds of times: what it was compiled to is kept between them.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
    },
  },
});
