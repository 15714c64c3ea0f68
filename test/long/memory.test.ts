import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composedOnce } from '../bench/binder-scale.ts';

const MEGA = 1024 * 1024;
const MOST_MB = 400;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bindery-memory-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it(`composes a binder of 5,000 pages in less than ${MOST_MB} MB`, async () => {
  const { pages, peakMb } = await composedOnce(dir);
  expect(pages).toBeGreaterThan(5000);
  expect(peakMb).toBeLessThan(MOST_MB);
}, 600_000);

it('takes as much memory for files of 4 MB as for as many of 1 MB', async () => {
  const evidence = { subjects: [], length: 6, files: 200 };
  const small = await composedOnce(dir, { ...evidence, name: 'small', bytes: MEGA });
  const large = await composedOnce(dir, { ...evidence, name: 'large', bytes: 4 * MEGA });
  // Held, the files would take 600 MB more.
  expect(large.peakMb).toBeLessThan(small.peakMb + 60);
}, 600_000);
