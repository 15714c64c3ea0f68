import { readableName } from '../../../shared/domain/spell-out.ts';
import { num } from '../compose/pdf-objects.ts';
import { INK } from '../compose/style.ts';
import { showLine } from '../compose/text/draw-line.ts';
import { type Line, linesOf, oneLine } from '../compose/text/lines.ts';
import { Typefaces, type Voice } from '../compose/text/typefaces.ts';
import { EmbeddedFont } from './embedded-font.ts';
import { addDeflated, type Increment } from './increment.ts';
import { array, dict, name, number, type PdfRef } from './pdf-value.ts';

/** What the visible panel of a signature says: the signer's name, then the lines under it. */
export interface PanelText {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

const BAR = 2;
const PADDING = 5;
const LEFT = BAR + 8;
const LEADING = 1.35;
/** How much larger the name is than the lines under it. */
const NAME_SCALE = 1.25;
/** Tried from the largest on. */
const SIZES = [9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5];

interface SetLine {
  readonly line: Line;
  readonly size: number;
}

/** Draws the panel as a form object, set in the type of the pages, and writes it with its fonts to the increment. */
export function addPanel(increment: Increment, text: PanelText, size: PanelSize): PdfRef {
  const fonts: EmbeddedFont[] = [];
  const faces = new Typefaces({
    embed(path) {
      const font = new EmbeddedFont(increment, path, `F${fonts.length}`);
      fonts.push(font);
      return font;
    },
  });
  const used = new Set<string>();
  const drawn = draw(setPanel(faces, text, size), size.height, (resource) => used.add(resource));
  const shown = fonts.filter(({ resource }) => used.has(resource));
  for (const font of shown) font.write();
  const head = dict({
    Type: name('XObject'),
    Subtype: name('Form'),
    FormType: number(1),
    BBox: array(number(0), number(0), number(size.width), number(size.height)),
    Resources: dict({ Font: dict(Object.fromEntries(shown.map((font) => [font.resource, font.ref]))) }),
  });
  return addDeflated(increment, head, Buffer.from(`${bar(size.height)}${drawn}\n`, 'latin1'));
}

/** A bar along the left edge; the page has drawn the frame around the field. */
function bar(height: number): string {
  return `${INK.seal} rg 0 0 ${num(BAR)} ${num(height)} re f\n${INK.text} rg\n`;
}

/** The largest size at which everything fits; where none does, each line is cut short with an ellipsis. */
function setPanel(faces: Typefaces, text: PanelText, { width, height }: PanelSize): SetLine[] {
  const parts = [
    { voice: 'strong' as const, scale: NAME_SCALE, text: readableName(text.name) },
    ...text.lines.map((line) => ({ voice: 'regular' as const, scale: 1, text: line.replace(/\s+/gu, ' ') })),
  ];
  const setAt = (base: number, set: (voice: Voice, text: string, limit: number) => Line[]) =>
    parts.flatMap(({ voice, scale, text: part }) => {
      const size = base * scale;
      return set(voice, part, ((width - LEFT - PADDING) * 1_000) / size).map((line) => ({ line, size }));
    });
  const room = height - 2 * PADDING;
  for (const size of SIZES) {
    const lines = setAt(size, (voice, part, limit) => linesOf(faces, voice, part, limit));
    if (heightOf(lines) <= room) return lines;
  }
  const cut = setAt(SIZES.at(-1) ?? 5, (voice, part, limit) => [oneLine(faces, voice, part, limit)]);
  return cut.filter((_, i) => heightOf(cut.slice(0, i + 1)) <= room);
}

function heightOf(lines: readonly SetLine[]): number {
  return lines.reduce((total, { size }) => total + size * LEADING, 0);
}

function draw(lines: readonly SetLine[], height: number, used: (resource: string) => void): string {
  let bottom = height - PADDING;
  return lines
    .map(({ line, size }) => {
      bottom -= size * LEADING;
      // Nearly a third of the size is room for what hangs below the baseline.
      return showLine(line, size, LEFT, bottom + size * 0.3, ({ resource }) => used(resource), false);
    })
    .join('\n');
}
