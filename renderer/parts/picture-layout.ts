import type { Tone } from './tone.ts';

/** One sign of a chart and what it stands for. */
export interface LegendEntry {
  readonly mark: 'line' | 'dashed' | 'square' | 'diamond';
  readonly ink: string;
  /** The inside of a square or diamond; `ink` where it is left out. */
  readonly fill?: string;
  readonly words: string;
}

/** The sign as a path 18 wide, begun at its left in the middle of its height. */
export function signPath(mark: LegendEntry['mark'], x: number, y: number): string {
  if (mark === 'square') return `M ${x + 3} ${y - 6} h 12 v 12 h -12 z`;
  if (mark === 'diamond') return `M ${x + 9} ${y - 6.5} l 6 6.5 l -6 6.5 l -6 -6.5 z`;
  return `M ${x} ${y} h 18`;
}

/** One number of a chart made of many, with the line it came along. */
export interface PictureTile {
  readonly name: string;
  readonly value: string;
  readonly state: string;
  readonly tone: Tone;
  readonly foot: string;
  readonly line: readonly number[];
  /** The values at the bottom and the top of the line; those of the line itself where it is left out. */
  readonly scale?: readonly [number, number];
  readonly target?: number | null;
}

/** What a saved picture says around the drawing, so that it can be read away from the screen. */
export interface Caption {
  readonly title: string;
  readonly under: string;
  readonly legend: readonly LegendEntry[];
  readonly notes: readonly string[];
}

export interface Words {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly size: number;
  readonly bold: boolean;
  readonly ink: string;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly words: readonly Words[];
  readonly signs: readonly (LegendEntry & { readonly x: number; readonly y: number })[];
  readonly frames: readonly Box[];
  readonly lines: readonly (Box & { readonly tile: PictureTile })[];
  /** Where the drawing goes. */
  readonly drawing: { readonly x: number; readonly y: number };
}

export type Measure = (text: string, size: number, bold: boolean) => number;
interface Size {
  readonly width: number;
  readonly height: number;
}
/** Text set in a column: the words, and the height they take. */
interface Column {
  readonly words: readonly Words[];
  readonly height: number;
}

const EDGE = 24;
const NARROWEST = 520;
const TILE = { width: 250, gap: 12, inside: 12, line: 34, across: 4 } as const;
const SIGN = 26;

/** Text in lines of at most a width; a word that is wider by itself is broken, never cut. */
export function wrapped(
  text: string,
  width: number,
  size: number,
  bold: boolean,
  measure: Measure,
): string[] {
  const lines: string[] = [];
  let line = '';
  const fits = (candidate: string) => measure(candidate, size, bold) <= width;
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const letter of word) {
      if (line !== '' && !fits(line + letter)) {
        lines.push(line);
        line = '';
      }
      line += letter;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Lays out title, day, drawing, legend and notes below one another; the sheet is as large as they need. */
export function sheetOf(caption: Caption, drawing: Size, measure: Measure): Sheet {
  return sheetAround(caption, Math.max(NARROWEST, drawing.width), measure, () => ({
    height: drawing.height,
  }));
}

/** The same around tiles, each with its name, value, state and foot in full. */
export function sheetOfTiles(caption: Caption, tiles: readonly PictureTile[], measure: Measure): Sheet {
  const across = Math.min(TILE.across, Math.max(1, tiles.length));
  const width = Math.max(NARROWEST, across * TILE.width + (across - 1) * TILE.gap);
  return sheetAround(caption, width, measure, (top) => tileRows(tiles, across, top, measure));
}

interface Middle {
  readonly height: number;
  readonly words?: readonly Words[];
  readonly frames?: readonly Box[];
  readonly lines?: Sheet['lines'];
}

function sheetAround(
  caption: Caption,
  width: number,
  measure: Measure,
  fill: (top: number) => Middle,
): Sheet {
  const style = (size: number, bold: boolean, ink: string) => ({ size, bold, ink, width, measure });
  const title = column(caption.title, EDGE, EDGE, style(15, true, 'var(--ink)'));
  const under = column(caption.under, EDGE, EDGE + title.height, style(12, false, 'var(--quiet)'));
  const top = EDGE + title.height + under.height + 12;
  const middle = fill(top);
  const legend = legendRows(caption.legend, top + middle.height + 12, width, measure);
  let y = top + middle.height + 12 + legend.height;
  const notes = caption.notes.map((note) => {
    const set = column(note, EDGE, y, style(12, false, 'var(--soft)'));
    y += set.height;
    return set;
  });
  return {
    width: width + 2 * EDGE,
    height: y + EDGE,
    words: [title, under, legend, ...notes].flatMap((part) => part.words).concat(middle.words ?? []),
    signs: legend.signs,
    frames: middle.frames ?? [],
    lines: middle.lines ?? [],
    drawing: { x: EDGE, y: top },
  };
}

function column(
  text: string,
  x: number,
  top: number,
  style: { size: number; bold: boolean; ink: string; width: number; measure: Measure },
): Column {
  const { size, bold, ink } = style;
  const step = Math.round(size * 1.4);
  const lines = wrapped(text, style.width, size, bold, style.measure);
  const words = lines.map((line, row) => ({ text: line, x, y: top + row * step + size, size, bold, ink }));
  return { words, height: lines.length * step };
}

function legendRows(legend: readonly LegendEntry[], top: number, width: number, measure: Measure) {
  const words: Words[] = [];
  const signs: Sheet['signs'][number][] = [];
  let x = EDGE;
  let y = top;
  let tall = 0;
  for (const entry of legend) {
    const style = { size: 12, bold: false, ink: 'var(--soft)', width: width - SIGN, measure };
    const wide = Math.min(width - SIGN, measure(entry.words, 12, false));
    if (x > EDGE && x + SIGN + wide > EDGE + width) {
      x = EDGE;
      y += tall;
      tall = 0;
    }
    const set = column(entry.words, x + SIGN, y, style);
    signs.push({ ...entry, x, y: y + 8 });
    words.push(...set.words);
    tall = Math.max(tall, set.height + 4);
    x += SIGN + wide + 18;
  }
  return { words, signs, height: y - top + tall };
}

function tileRows(tiles: readonly PictureTile[], across: number, top: number, measure: Measure): Middle {
  const words: Words[] = [];
  const frames: Box[] = [];
  const lines: Sheet['lines'][number][] = [];
  let y = top;
  for (let first = 0; first < tiles.length; first += across) {
    const row = tiles.slice(first, first + across);
    const set = row.map((tile, place) => tileAt(tile, EDGE + place * (TILE.width + TILE.gap), y, measure));
    const height = Math.max(...set.map((one) => one.height));
    for (const one of set) {
      words.push(...one.words);
      lines.push(one.line);
      frames.push({ x: one.line.x - TILE.inside, y, width: TILE.width, height });
    }
    y += height + TILE.gap;
  }
  return { height: y - top, words, frames, lines };
}

function tileAt(tile: PictureTile, left: number, top: number, measure: Measure) {
  const x = left + TILE.inside;
  const width = TILE.width - 2 * TILE.inside;
  const style = (size: number, bold: boolean, ink: string) => ({ size, bold, ink, width, measure });
  let y = top + TILE.inside;
  const put = (text: string, size: number, bold: boolean, ink: string) => {
    const set = column(text, x, y, style(size, bold, ink));
    y += set.height;
    return set.words;
  };
  const words = [
    ...put(tile.name, 13, true, 'var(--ink)'),
    ...put(tile.value, 18, true, 'var(--ink)'),
    ...put(tile.state, 12, true, INKS[tile.tone]),
  ];
  const line = { x, y: y + 4, width, height: TILE.line, tile };
  y += TILE.line + 10;
  words.push(...put(tile.foot, 12, false, 'var(--quiet)'));
  return { words, line, height: y - top + TILE.inside };
}

const INKS: Readonly<Record<Tone, string>> = {
  good: 'var(--good)',
  warn: 'var(--warn)',
  bad: 'var(--bad)',
  info: 'var(--info)',
  plain: 'var(--plain)',
  none: 'var(--quiet)',
};
