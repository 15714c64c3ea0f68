import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../shared/ledger/fields.ts';
import { dice } from '../support/replicas.ts';
import { runCrafted } from './crafted.ts';
import { valueFor } from './crafted-values.ts';

/** Few for every change; `npm run fuzz` plays many. */
const HISTORIES = Number(process.env.BINDERY_CRAFTED ?? 10);
const STEPS = 40;
/** One value in so many is of a shape that is hard to meet by chance. */
const THROWS = 2000;

describe('whatever a member can sign', () => {
  const seeds = Array.from({ length: HISTORIES }, (_, seed) => seed);
  it.each(seeds)('is judged the same by every copy, in whatever order it comes (history %i)', (seed) => {
    const { honest, crafted } = runCrafted(seed, STEPS);
    expect(honest).toBeGreaterThan(0);
    expect(crafted).toBeGreaterThan(0);
  });

  const fields = Object.entries(FIELDS).flatMap(([kind, shapes]) =>
    Object.entries(shapes).map(([field, shape]) => ({ kind, field, shape })),
  );
  it('is of every field there is', () => {
    const roll = dice(1);
    const never = fields.filter(({ shape }) => {
      for (let n = 0; n < THROWS; n += 1) if (valueFor(roll, shape, ['word']) !== undefined) return false;
      return true;
    });
    expect(never.map(({ kind, field }) => `${kind} ${field}`)).toEqual([]);
  });
});
