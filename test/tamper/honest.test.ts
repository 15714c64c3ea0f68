import { it } from 'vitest';
import { callNoneBad } from './honest-binders.ts';

/** More of them in `test/long`. */
const HONEST = 25;

it(`calls none of ${HONEST} honest binders bad, by one to three signers`, { timeout: 300_000 }, async () => {
  await callNoneBad(HONEST);
});
