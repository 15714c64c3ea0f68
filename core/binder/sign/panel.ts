import type { Font } from 'fontkit';
import { addDeflated, EmbeddedFont } from './embedded-font.ts';
import type { Increment } from './increment.ts';
import { array, dict, name, number, type PdfRef } from './pdf-value.ts';
import { legible, openFonts, type PlacedGlyph, shape } from './shaping.ts';

/** What the visible panel of a signature says: the signer's name, then the lines under it. */
export interface PanelText {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

const PADDING = 5;
const LEADING = 1.32;
/** How much larger the name is than the lines under it. */
const NAME_SCALE = 1.3;
const SIZES = [9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5, 4.5];
const SMALLEST = 4;

interface SetLine {
  readonly glyphs: readonly PlacedGlyph[];
  readonly size: number;
}

/** Draws the panel as a form object with its own fonts and writes both to the increment. */
export async function addPanel(increment: Increment, panel: PanelText, size: PanelSize): Promise<PdfRef> {
  const fonts = await openFonts([panel.name, ...panel.lines, '…[U+0123456789ABCDEF]'].join(''));
  const setter: Typesetter = { fonts, embedded: new Map() };
  const lines = setLines(setter, panel, {
    width: size.width - 2 * PADDING,
    height: size.height - 2 * PADDING,
  });
  const content = `${frame(size)}BT\n0 g\n${draw(setter, lines, size)}ET\n`;
  const resources = [...setter.embedded.values()].map((font) => [font.key, font.writeTo(increment)] as const);
  const head = dict({
    Type: name('XObject'),
    Subtype: name('Form'),
    FormType: number(1),
    BBox: array(number(0), number(0), number(size.width), number(size.height)),
    Resources: dict({ Font: dict(Object.fromEntries(resources)) }),
  });
  return addDeflated(increment, head, Buffer.from(content, 'latin1'));
}

interface Typesetter {
  readonly fonts: readonly [Font, ...Font[]];
  readonly embedded: Map<Font, EmbeddedFont>;
}

function frame({ width, height }: PanelSize): string {
  return `q\n0.6 G 0.5 w\n0.25 0.25 ${point(width - 0.5)} ${point(height - 0.5)} re S\nQ\n`;
}

/** The largest size at which everything fits; at the smallest, what does not fit ends in an ellipsis. */
function setLines({ fonts }: Typesetter, panel: PanelText, room: PanelSize): SetLine[] {
  const texts = [panel.name, ...panel.lines]
    .map((line) => legible(fonts, line))
    .filter((line) => line !== '');
  const setAt = (size: number) =>
    texts.flatMap((line, i) => {
      const lineSize = i === 0 ? size * NAME_SCALE : size;
      return wrap(fonts, line, (room.width * 1_000) / lineSize).map((part) => ({ part, size: lineSize }));
    });
  const fitting = SIZES.map(setAt).find((lines) => heightOf(lines) <= room.height);
  return (fitting ?? cut(setAt(SMALLEST), room.height)).map(({ part, size }) => ({
    glyphs: shape(fonts, part),
    size,
  }));
}

function heightOf(lines: readonly { readonly size: number }[]): number {
  return lines.reduce((total, { size }) => total + size * LEADING, 0);
}

function cut(lines: { part: string; size: number }[], height: number): { part: string; size: number }[] {
  const kept = [...lines];
  while (kept.length > 1 && heightOf(kept) > height) kept.pop();
  const last = kept.at(-1);
  if (!last || kept.length === lines.length) return kept;
  return [...kept.slice(0, -1), { ...last, part: `${[...last.part].slice(0, -2).join('')}…` }];
}

/** Breaks a line at spaces, and within a word only where the word alone is too wide. */
function wrap(fonts: Typesetter['fonts'], line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (widthOf(fonts, longer) <= width) {
      current = longer;
      continue;
    }
    if (current !== '') lines.push(current);
    const pieces = breakWord(fonts, word, width);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return current === '' ? lines : [...lines, current];
}

function breakWord(fonts: Typesetter['fonts'], word: string, width: number): string[] {
  const pieces: string[] = [];
  let current = '';
  for (const character of word) {
    if (current !== '' && widthOf(fonts, current + character) > width) {
      pieces.push(current);
      current = '';
    }
    current += character;
  }
  return [...pieces, current];
}

function widthOf(fonts: Typesetter['fonts'], line: string): number {
  return shape(fonts, line).reduce((total, glyph) => total + glyph.advance, 0);
}

function draw(setter: Typesetter, lines: readonly SetLine[], { height }: PanelSize): string {
  let baseline = height - PADDING;
  return lines
    .map(({ glyphs, size }) => {
      baseline -= size * LEADING;
      // A quarter of the size is room for descenders below the line.
      return `1 0 0 1 ${PADDING} ${point(baseline + size * 0.25)} Tm\n${showLine(setter, glyphs, size)}`;
    })
    .join('');
}

/** Shows the glyphs of a line, changing font and rise only where they change. */
function showLine(setter: Typesetter, glyphs: readonly PlacedGlyph[], size: number): string {
  let text = '';
  for (let at = 0; at < glyphs.length; ) {
    const first = glyphs[at];
    if (!first) break;
    const rest = glyphs.slice(at);
    const end = rest.findIndex((glyph) => glyph.font !== first.font || glyph.yOffset !== first.yOffset);
    const group = end === -1 ? rest : rest.slice(0, end);
    text += showGroup(embeddedFont(setter, first.font), group, size);
    at += group.length;
  }
  return text;
}

function showGroup(font: EmbeddedFont, glyphs: readonly PlacedGlyph[], size: number): string {
  const rise = ((glyphs[0]?.yOffset ?? 0) * size) / 1_000;
  return `/${font.key} ${point(size)} Tf ${point(rise)} Ts [${glyphs.map((glyph) => spaced(font, glyph)).join('')}] TJ\n`;
}

/** In `TJ` a number moves back by thousandths of the size; the glyph's own width moves on. */
function spaced(font: EmbeddedFont, glyph: PlacedGlyph): string {
  const before = glyph.xOffset === 0 ? '' : `${point(-glyph.xOffset)} `;
  const after = glyph.width - glyph.advance + glyph.xOffset;
  return `${before}<${font.encode(glyph)}>${Math.abs(after) < 0.01 ? '' : ` ${point(after)} `}`;
}

function embeddedFont({ embedded }: Typesetter, font: Font): EmbeddedFont {
  const known = embedded.get(font) ?? new EmbeddedFont(font, `F${embedded.size}`);
  embedded.set(font, known);
  return known;
}

function point(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
