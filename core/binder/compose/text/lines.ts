import { readable } from '../../../../shared/domain/spell-out.ts';
import { type Atom, atomsOf, mayBreakAfterCharacter, pieces, visualOrder } from './atoms.ts';
import type { Face, Glyph, Typefaces, Voice } from './typefaces.ts';

/** A stretch of glyphs of one font, ready to be drawn from left to right. */
export interface Run {
  readonly face: Face;
  readonly glyphs: readonly Glyph[];
  /** What was written, where the glyphs do not say. */
  readonly says?: string;
}

/** One line; `width` in thousandths of an em. */
export interface Line {
  readonly runs: readonly Run[];
  readonly width: number;
  readonly rtl: boolean;
}

const EMPTY: Line = { runs: [], width: 0, rtl: false };

/**
 * Breaks text into lines no wider than `limit` (thousandths of an em). Nearly all text is plain Latin and takes
 * a path without shaping or bidi, which is what makes thousands of pages take seconds.
 */
export function linesOf(faces: Typefaces, voice: Voice, text: string, limit: number): Line[] {
  return readable(text)
    .replace(/\t/g, '    ')
    .split(/[\n\u2028\u2029]/u)
    .flatMap((paragraph) => {
      if (paragraph === '') return [EMPTY];
      const plain = plainGlyphs(faces.primary(voice), paragraph);
      if (plain) return plainLines(faces.primary(voice), paragraph, plain, limit);
      const { atoms, rtl } = atomsOf(faces, voice, paragraph);
      return atomLines(atoms, rtl, limit);
    });
}

/** One glyph per code unit, or null where the text needs more than that. */
function plainGlyphs(face: Face, text: string): Glyph[] | null {
  const glyphs: Glyph[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Up to Cyrillic without combining marks; beyond stand marks, right-to-left scripts and surrogates.
    const simple = code < 0x300 ? code >= 0x20 && code !== 0xad : isSimple(code);
    const glyph = simple ? face.glyph(code) : null;
    if (glyph === null) return null;
    glyphs.push(glyph);
  }
  return glyphs;
}

function isSimple(code: number): boolean {
  return (
    (code >= 0x370 && code < 0x483) || (code >= 0x48a && code < 0x530) || (code >= 0x2010 && code <= 0x2027)
  );
}

function plainLines(face: Face, text: string, glyphs: readonly Glyph[], limit: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const end = plainEnd(text, glyphs, start, limit);
    lines.push(plainLine(face, text, glyphs, start, end));
    start = end;
    while (start < text.length && text.charCodeAt(start) === 0x20) start++;
  }
  return lines;
}

/** Where the line that begins at `start` ends: at the last opportunity that fits, else in the middle of a word. */
function plainEnd(text: string, glyphs: readonly Glyph[], start: number, limit: number): number {
  let width = 0;
  let opportunity = -1;
  for (let i = start; i < text.length; i++) {
    const space = text.charCodeAt(i) === 0x20;
    width += glyphs[i]?.advance ?? 0;
    if (width > limit && !space) return opportunity > start ? opportunity : Math.max(i, start + 1);
    if (space || mayBreakAfter(text, i)) opportunity = i + 1;
  }
  return text.length;
}

function mayBreakAfter(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  const candidate = code === 0x2d || code === 0x2f || code === 0x5f || code === 0x2013 || code === 0x2014;
  return candidate && mayBreakAfterCharacter(text.charAt(i), text.charAt(i + 1));
}

/**
 * A line that ends a word ends with a space that takes no room: whoever reads the structure aloud, or copies from
 * it, has nothing else to tell words of two lines apart.
 */
function plainLine(face: Face, text: string, glyphs: readonly Glyph[], start: number, end: number): Line {
  let last = end;
  while (last > start && text.charCodeAt(last - 1) === 0x20) last--;
  const shown = glyphs.slice(start, last);
  const space = face.glyph(0x20);
  const endsWord = last < end || end === text.length;
  const run = endsWord && space ? [...shown, space] : shown;
  return { runs: [{ face, glyphs: run }], width: widthOf(shown), rtl: false };
}

function widthOf(glyphs: readonly Glyph[]): number {
  let width = 0;
  for (const glyph of glyphs) width += glyph.advance;
  return width;
}

function atomLines(atoms: readonly Atom[], rtl: boolean, limit: number): Line[] {
  const lines: Line[] = [];
  let line: Atom[] = [];
  let width = 0;
  const close = () => {
    lines.push(finished(line, rtl));
    line = [];
    width = 0;
  };
  for (const word of wordsOf(atoms, limit)) {
    const wordWidth = sum(word.filter((atom) => !atom.space));
    if (line.length > 0 && width + wordWidth > limit) close();
    line.push(...word);
    width += sum(word);
  }
  if (line.length > 0) close();
  return lines;
}

/** What is kept together on a line: atoms up to the next opportunity to break. */
function wordsOf(atoms: readonly Atom[], limit: number): Atom[][] {
  const words: Atom[][] = [];
  let word: Atom[] = [];
  for (const atom of atoms) {
    word.push(atom);
    if (!atom.breakAfter) continue;
    const tooWide = sum(word.filter((a) => !a.space)) > limit;
    if (tooWide) for (const piece of word.flatMap(pieces)) words.push([piece]);
    else words.push(word);
    word = [];
  }
  if (word.length > 0) words.push(word);
  return words;
}

function sum(atoms: readonly Atom[]): number {
  return atoms.reduce((total, atom) => total + atom.width, 0);
}

function finished(atoms: readonly Atom[], rtl: boolean): Line {
  const end = atoms.findLastIndex((atom) => !atom.space) + 1;
  const shown = atoms.slice(0, end);
  const runs = visualOrder(shown).map(({ face, glyphs, exact, text }) =>
    exact ? { face, glyphs } : { face, glyphs, says: text },
  );
  return { runs, width: sum(shown), rtl };
}

/** More characters than fit on any line. */
const LONGEST_LINE = 1000;

/** Cuts text so that it fits on one line, with an ellipsis where something was cut off. */
export function oneLine(faces: Typefaces, voice: Voice, text: string, limit: number): Line {
  const flat = text.slice(0, LONGEST_LINE).replace(/\s+/gu, ' ').trim();
  const whole = linesOf(faces, voice, flat, Number.POSITIVE_INFINITY)[0] ?? EMPTY;
  if (whole.width <= limit && text.length <= LONGEST_LINE) return whole;
  const characters = [...graphemesOf(flat)];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const cut = linesOf(
      faces,
      voice,
      `${characters.slice(0, middle).join('')}…`,
      Number.POSITIVE_INFINITY,
    )[0];
    if ((cut?.width ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  const kept = characters.slice(0, low).join('').trimEnd();
  return linesOf(faces, voice, `${kept}…`, Number.POSITIVE_INFINITY)[0] ?? EMPTY;
}

function* graphemesOf(text: string): Iterable<string> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}
