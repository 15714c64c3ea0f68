import { num, utf16String } from '../pdf-objects.ts';
import type { EmbeddedFace } from '../pdfkit-internals.ts';
import type { Line, Run } from './lines.ts';
import type { Glyph } from './typefaces.ts';

/**
 * The operators that show a line with its left edge and baseline at a point, in a space whose y axis points
 * down (hence the mirrored text matrix). `used` is told every font that takes part.
 */
export function showLine(
  line: Line,
  size: number,
  x: number,
  baseline: number,
  used: (face: EmbeddedFace) => void,
  flipped = true,
): string {
  const out = ['BT', `1 0 0 ${flipped ? -1 : 1} ${num(x)} ${num(baseline)} Tm`];
  let font = '';
  for (const run of line.runs) {
    used(run.face.embedded);
    const wanted = `/${run.face.embedded.resource} ${num(size)} Tf`;
    if (wanted !== font) out.push(wanted);
    font = wanted;
    out.push(...saying(run.says, shownRun(run, size)));
  }
  out.push('ET');
  return out.join('\n');
}

function shownRun(run: Run, size: number): string[] {
  const out: string[] = [];
  let array = '';
  let hex = '';
  const flush = () => {
    if (hex !== '') array += `<${hex}>`;
    if (array !== '') out.push(`[${array}] TJ`);
    array = '';
    hex = '';
  };
  const adjust = (thousandths: number) => {
    if (Math.abs(thousandths) < 0.01) return;
    if (hex !== '') array += `<${hex}>`;
    hex = '';
    array += num(thousandths);
  };
  for (const glyph of run.glyphs) {
    const { code, says } = run.face.embedded.use(glyph.id, glyph.codePoints, glyph.nominal);
    const odd = run.says === undefined && !sameCodePoints(says, glyph.codePoints);
    if (odd || glyph.dy !== 0) {
      flush();
      out.push(...oddGlyph(glyph, code, odd, size));
    } else {
      adjust(-glyph.dx);
      hex += code;
    }
    adjust(glyph.nominal - glyph.advance + (glyph.dy !== 0 || odd ? 0 : glyph.dx));
  }
  flush();
  return out;
}

/**
 * A glyph off its baseline, or one whose shape stands for other characters than where it was first drawn (a font
 * draws a compatibility character with the glyph of its plain twin): the span says what was really written.
 */
function oddGlyph(glyph: Glyph, code: string, says: boolean, size: number): string[] {
  const show = `[${num(-glyph.dx)}<${code}>${num(glyph.dx)}] TJ`;
  const raised = glyph.dy === 0 ? [show] : [`${num((glyph.dy * size) / 1000)} Ts`, show, '0 Ts'];
  return saying(says ? String.fromCodePoint(...glyph.codePoints) : undefined, raised);
}

/** Readers that extract text take what the span says instead of its glyphs. */
function saying(text: string | undefined, operators: string[]): string[] {
  if (text === undefined) return operators;
  return [`/Span << /ActualText ${utf16String(text)} >> BDC`, ...operators, 'EMC'];
}

function sameCodePoints(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((code, i) => code === b[i]);
}
