import { describe, expect, it } from 'vitest';
import {
  type Measure,
  type Sheet,
  sheetOf,
  sheetOfTiles,
  wrapped,
} from '../../../../renderer/parts/picture-layout.ts';

/** Every letter as wide as half its size, which is about what a sans serif takes. */
const measure: Measure = (text, size) => (text.length * size) / 2;

const text = (sheet: Sheet) => sheet.words.map((word) => word.text).join(' ');
const overEdge = (sheet: Sheet) =>
  sheet.words.filter(
    (word) =>
      word.x + measure(word.text, word.size, word.bold) > sheet.width || word.y > sheet.height || word.x < 0,
  );

const CAPTION = {
  title:
    '34 of 210 gaps open, 4 more than planned, which is a long way of saying that the work has slipped a little',
  under: 'Enterprise readiness, as of 21 Nov 2026',
  legend: [
    { mark: 'line', ink: 'green', words: 'open' },
    { mark: 'dashed', ink: 'grey', words: 'planned' },
  ],
  notes: ['P0: 0 open, 0 accepted, 3 closed'],
} as const;

describe('a saved picture', () => {
  it('names what it shows, the day, its lines and its notes, all within its edges', () => {
    const sheet = sheetOf(CAPTION, { width: 480, height: 200 }, measure);
    expect(text(sheet)).toBe(
      [CAPTION.title, CAPTION.under, 'open', 'planned', 'P0: 0 open, 0 accepted, 3 closed'].join(' '),
    );
    expect(overEdge(sheet)).toEqual([]);
    expect(sheet.signs.map((sign) => sign.mark)).toEqual(['line', 'dashed']);
  });

  it('leaves the drawing the room between its title and its legend', () => {
    const sheet = sheetOf(CAPTION, { width: 900, height: 200 }, measure);
    const { y } = sheet.drawing;
    const above = sheet.words.filter((word) => word.y <= y).map((word) => word.text);
    expect(above.at(-1)).toBe(CAPTION.under);
    expect(Math.min(...sheet.signs.map((sign) => sign.y))).toBeGreaterThan(y + 200);
    expect(sheet.width).toBeGreaterThanOrEqual(900);
  });

  it('breaks a legend that is wider than the drawing', () => {
    const legend = Array.from({ length: 9 }, (_, at) => ({
      mark: 'square' as const,
      ink: 'red',
      words: `expired or was due, kind ${at}`,
    }));
    const sheet = sheetOf({ ...CAPTION, legend }, { width: 100, height: 10 }, measure);
    expect(overEdge(sheet)).toEqual([]);
    expect(new Set(sheet.signs.map((sign) => sign.y)).size).toBeGreaterThan(1);
  });

  it('holds every one of many numbers with its name, value, state and target', () => {
    const tiles = Array.from({ length: 12 }, (_, at) => ({
      name: `Mean time to detect an incident in region number ${at} of the whole company`,
      value: `${at} min`,
      state: 'at target',
      tone: 'good' as const,
      foot: `17 Nov 2026 · target ${at}`,
      line: [3, 2, at],
      target: at,
    }));
    const sheet = sheetOfTiles(CAPTION, tiles, measure);
    const said = text(sheet);
    for (const { name, value, foot } of tiles)
      expect([
        said.includes(value),
        said.includes(foot),
        name.split(' ').every((w) => said.includes(w)),
      ]).toEqual([true, true, true]);
    expect(overEdge(sheet)).toEqual([]);
    expect(sheet.lines.map((line) => line.tile.value)).toEqual(tiles.map((tile) => tile.value));
    const taken = sheet.frames.map((frame) => `${frame.x} ${frame.y}`);
    expect(new Set(taken).size).toBe(12);
  });

  it('breaks even a word that is wider than the line, and loses no letter of it', () => {
    expect(wrapped('a verylongword b', 4, 1, false, (one) => one.length)).toEqual([
      'a',
      'very',
      'long',
      'word',
      'b',
    ]);
  });
});
