import { it } from 'vitest';
import { callNoneBad } from '../tamper/honest-binders.ts';

const HONEST = 200;

it(`calls none of ${HONEST} honest binders bad, by one to three signers`, async () => {
  await callNoneBad(HONEST);
});
