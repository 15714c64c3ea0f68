import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/long/**', 'test/bench/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // The program is started hundreds of times: what it was compiled to is kept between them.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('./node_modules/.cache/compiled', import.meta.url)) },
    // Real encrypted databases and real files: more workers than cores only slows them down.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'db/**/*.ts', 'core/**/*.ts'],
      exclude: ['**/*.d.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'shared/**': { lines: 80 },
        'db/**': { lines: 80 },
        'core/**': { lines: 80 },
      },
    },
  },
});
