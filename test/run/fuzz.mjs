// `npm run fuzz`: the seeded tests again, over many more histories, flips and seeds than each change can wait for.
import { join } from 'node:path';
import { root, run } from './step.mjs';

const env = {
  ...process.env,
  BINDERY_MIXED_HISTORIES: process.env.BINDERY_MIXED_HISTORIES ?? '10000',
  BINDERY_MIXED_STEPS: process.env.BINDERY_MIXED_STEPS ?? '60',
  BINDERY_HISTORIES: process.env.BINDERY_HISTORIES ?? '400',
  BINDERY_SERVER_HISTORIES: process.env.BINDERY_SERVER_HISTORIES ?? '400',
  BINDERY_BUNDLE_HISTORIES: process.env.BINDERY_BUNDLE_HISTORIES ?? '400',
  BINDERY_IMPOSTORS: process.env.BINDERY_IMPOSTORS ?? '300',
  BINDERY_ROLES: process.env.BINDERY_ROLES ?? '400',
  BINDERY_CRAFTED: process.env.BINDERY_CRAFTED ?? '3000',
  BINDERY_FLIPS: process.env.BINDERY_FLIPS ?? '20000',
  BINDERY_RUNS: process.env.BINDERY_RUNS ?? '5000',
};
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
await run(
  process.execPath,
  [
    vitest,
    ...['run', '--testTimeout=10800000'],
    ...[
      'mixed-',
      'convergence',
      'bundles-converge',
      'impostors',
      'fuzz/crafted',
      'fuzz/roles',
      'damaged',
      'flips',
      'hostile',
    ],
  ],
  {
    env,
  },
);
