import { createRequire } from 'node:module';
import bidiFactory, { type Bidi } from 'bidi-js';
import { type Font, open } from 'fontkit';

/** In the order they are asked; the first covers Latin, Greek and Cyrillic and is nearly always enough. */
const FONT_FILES = [
  '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
] as const;

/** A glyph in its place within a line; lengths in thousandths of the font size. */
export interface PlacedGlyph {
  readonly font: Font;
  readonly id: number;
  readonly codePoints: readonly number[];
  readonly width: number;
  readonly advance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

// Its types describe an ES module, while Node loads the CommonJS file, whose whole export is the factory.
const bidi = (bidiFactory as unknown as () => Bidi)();
const require = createRequire(import.meta.url);

/** Opens as many of the bundled fonts as the text needs. */
export async function openFonts(text: string): Promise<readonly [Font, ...Font[]]> {
  const [first, ...others] = FONT_FILES;
  const fonts: [Font, ...Font[]] = [await openFont(first)];
  for (const file of others) {
    const covered = [...text].every((c) => fonts.some((font) => covers(font, c)));
    if (covered) break;
    fonts.push(await openFont(file));
  }
  return fonts;
}

async function openFont(file: string): Promise<Font> {
  const font = await open(require.resolve(file));
  if ('fonts' in font) throw new Error(`${file} is a collection of fonts, not one font.`);
  return font;
}

/** Characters that reorder what surrounds them: a name could use them to look like another. */
const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
const CONTROL = /\p{Cc}/u;

/** The text with what cannot be shown, or would mislead, written out as its code: nothing disappears in silence. */
export function legible(fonts: readonly Font[], text: string): string {
  return [...text.toWellFormed().replace(/\s+/g, ' ')]
    .map((c) => {
      const shown = fonts.some((font) => covers(font, c));
      if (REORDERING.test(c) || CONTROL.test(c)) return codeOf(c);
      if (IGNORABLE.test(c)) return shown ? c : '';
      return shown ? c : codeOf(c);
    })
    .join('');
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** One line, shaped and in the order in which it is seen from left to right. */
export function shape(fonts: readonly [Font, ...Font[]], line: string): PlacedGlyph[] {
  const { levels } = bidi.getEmbeddingLevels(line, 'ltr');
  const mirrored = bidi.getMirroredCharactersMap(line, levels);
  return visualOrder(splitRuns(fonts, line, levels, mirrored)).flatMap(shapeRun);
}

interface Run {
  readonly font: Font;
  readonly level: number;
  text: string;
}

function splitRuns(
  fonts: readonly [Font, ...Font[]],
  line: string,
  levels: Uint8Array,
  mirrored: ReadonlyMap<number, string>,
): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const character of line) {
    const last = runs.at(-1);
    const level = levels[at] ?? 0;
    const text = mirrored.get(at) ?? character;
    const font = fontFor(fonts, text, last?.font);
    if (last && last.level === level && last.font === font) last.text += text;
    else runs.push({ font, level, text });
    at += character.length;
  }
  return runs;
}

/** Marks, joiners and spaces stay with the font of the letter before them, or shaping would come apart. */
function fontFor(fonts: readonly [Font, ...Font[]], character: string, before: Font | undefined): Font {
  const clings = /[\p{M}\p{Zs}]/u.test(character) || IGNORABLE.test(character);
  if (before && clings && covers(before, character)) return before;
  return fonts.find((font) => covers(font, character)) ?? fonts[0];
}

/** Rule L2 of the Unicode bidirectional algorithm, over whole runs. */
function visualOrder(runs: readonly Run[]): Run[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...runs.map((run) => run.level));
  for (let level = highest; level >= 1; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end += 1;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered;
}

function shapeRun({ font, level, text }: Run): PlacedGlyph[] {
  const scale = 1_000 / font.unitsPerEm;
  const run = font.layout(text, undefined, undefined, undefined, level % 2 ? 'rtl' : 'ltr');
  return run.glyphs.map((glyph, i) => {
    const position = run.positions[i];
    const width = glyph.advanceWidth * scale;
    return {
      font,
      id: glyph.id,
      codePoints: glyph.codePoints,
      width,
      advance: position ? position.xAdvance * scale : width,
      xOffset: (position?.xOffset ?? 0) * scale,
      yOffset: (position?.yOffset ?? 0) * scale,
    };
  });
}

function covers(font: Font, character: string): boolean {
  return font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
}
