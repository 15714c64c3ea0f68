import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Scenarios in a real browser, two files at a time: each has a core, a server and a Chromium of its own. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    allowOnly: false,
    // The program is started hundreds of times: what it was compiled to is kept between them.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
    },
  },
});
