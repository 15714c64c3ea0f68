import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { INK, TYPE } from '../../../../../core/binder/compose/style.ts';
import { contrastOf, luminanceOf } from '../../../../../shared/domain/house-style.ts';
import { sampleBinderModel } from '../../../../support/binder-model.ts';
import { composedIn, folder, run } from './composed.ts';

/** How much two colours stand apart, each given as the operands of `rg`. */
function contrast(one: string, other: string): number {
  const [ink = 0, ground = 0] = [one, other].map((operands) => {
    const [r = 0, g = 0, b = 0] = operands.split(' ').map(Number);
    return luminanceOf([r, g, b]);
  });
  return contrastOf(ink, ground);
}

describe('a binder printed in grey', () => {
  test.each(Object.entries(TYPE))(
    'keeps the words of %s readable on paper and on a wash',
    (_name, { ink }) => {
      expect(contrast(INK[ink], INK.paper)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(INK[ink], INK.wash)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test('tells the failing part of a bar from the satisfied one by a hatch, which no colour is needed to see', async () => {
    await using dir = await folder();
    const results = { satisfied: 60, 'not-satisfied': 60, 'not-applicable': 60, 'not-reviewed': 60 };
    const { summary } = sampleBinderModel();
    const byGroup = [{ framework: 'One', label: 'All', results }];
    const file = await composedIn(dir.path, sampleBinderModel({ summary: { ...summary, byGroup } }));
    const page = pageWith(file, 'Part by part');
    run(
      'pdftoppm',
      '-gray',
      '-r',
      '288',
      '-f',
      `${page}`,
      '-l',
      `${page}`,
      '-singlefile',
      file,
      `${dir.path}/p`,
    );
    const grey = readPgm(await readFile(`${dir.path}/p.pgm`));
    // Where the first two of the four equal parts of the bar begin, in points; a dot is a quarter of one.
    const [satisfied, failing] = [62 + 184, 62 + 184 + (595.28 - 62 - 54 - 184 - 96) / 4];
    const rows = Array.from({ length: grey.height }, (_, y) => ({
      good: grey.dots(satisfied + 1, satisfied + 15, y),
      bad: grey.dots(failing + 1, failing + 15, y),
    })).filter(({ good, bad }) => Math.max(...good) < 120 && Math.min(...bad) < 120);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ bad }) => Math.max(...bad) < 200)).toEqual([]);
  });
});

function pageWith(file: string, words: string): number {
  const pages = run('pdftotext', file, '-').split('\f');
  return pages.findIndex((text) => text.replace(/\s+/gu, ' ').includes(words)) + 1;
}

/** A binary PGM of eight bits; `dots` answers a stretch of a row, its ends in points at four dots each. */
function readPgm(file: Buffer) {
  const [head = ''] = /^P5\s+\d+\s+\d+\s+255\s/.exec(file.toString('latin1', 0, 40)) ?? [];
  const [, width = 0, height = 0] = head.split(/\s+/).map(Number);
  const dots = (from: number, to: number, y: number) =>
    file.subarray(
      head.length + y * width + Math.round(from * 4),
      head.length + y * width + Math.round(to * 4),
    );
  return { height, dots };
}
