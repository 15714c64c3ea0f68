import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that exchange modules of Node or of ours for doubles. */
const APART = [
  'test/unit/electron/**/*.test.ts',
  'test/unit/core/binder/same-bytes.test.ts',
  'test/unit/core/binder/keys/pkcs11.test.ts',
  'test/unit/renderer/state/drafts.test.ts',
];
const NOT_HERE = ['test/e2e/**', 'test/long/**', 'test/bench/**'];

export default defineConfig({
  test: {
    projects: [
      // Reading the modules anew for every file took a third of the time.
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...NOT_HERE, ...APART],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
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
