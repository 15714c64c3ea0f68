import { describe, expect, it } from 'vitest';
import { runRoles } from './roles.ts';

/** Few for every change; `npm run fuzz` plays many. */
const HISTORIES = Number(process.env.BINDERY_ROLES ?? 6);

describe('roles given apart', () => {
  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'come to the same everywhere, and to what the list of members says (history %i)',
    (seed) => {
      expect(runRoles(seed, 40).changes).toBeGreaterThan(1);
    },
  );
});
