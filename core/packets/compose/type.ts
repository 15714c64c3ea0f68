import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { type Ink, type TextStyle, TYPE } from '../../binder/compose/style.ts';
import type { Tag } from '../../binder/compose/tags.ts';
import type { Line } from '../../binder/compose/text/lines.ts';

/** The type of a page on which everything has its place: one step smaller than the binder's. */
export const SMALL = {
  eyebrow: { ...TYPE.label, ink: 'accent' },
  headline: { ...TYPE.title, size: 17, leading: 22 },
  finding: { ...TYPE.strong, size: 9.25, leading: 12.5 },
  label: { ...TYPE.label, size: 6.75, leading: 9 },
  text: { ...TYPE.small, size: 7.75, leading: 10.25 },
  strong: { ...TYPE.smallStrong, size: 7.75, leading: 10.25 },
  note: { ...TYPE.note, size: 6.9, leading: 9 },
  alarm: { ...TYPE.smallStrong, size: 6.9, leading: 9, ink: 'alarm' },
  figure: { ...TYPE.title, size: 15, leading: 18 },
} as const satisfies Readonly<Record<string, TextStyle>>;

export function inked(style: TextStyle, ink: Ink): TextStyle {
  return { ...style, ink };
}

/** A style scaled, leading included: how text is made to fit. */
export function scaled(style: TextStyle, factor: number): TextStyle {
  return { ...style, size: style.size * factor, leading: style.leading * factor };
}

/** More characters than any place of a single page holds. */
const LONGEST = 6000;

/** Text broken into at most so many lines; `cut` where something was left out, which the last line then shows. */
export function fitLines(
  frame: PageFrame,
  text: string,
  style: TextStyle,
  width: number,
  most: number,
): { readonly lines: Line[]; readonly cut: boolean } {
  const tidy = text.trim();
  if (most <= 0) return { lines: [], cut: tidy !== '' };
  const whole = tidy.slice(0, LONGEST);
  const lines = frame.lines(whole, style, width);
  if (lines.length <= most && whole.length === tidy.length) return { lines, cut: false };
  const characters = [...whole];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const tried = frame.lines(ended(characters.slice(0, middle)), style, width);
    if (tried.length <= most) low = middle;
    else high = middle - 1;
  }
  return { lines: frame.lines(ended(characters.slice(0, low)), style, width).slice(0, most), cut: true };
}

const ended = (characters: readonly string[]) => `${characters.join('').trimEnd()}…`;

/** Draws lines downwards from a height; answers the height below them. */
export function drawLines(
  frame: PageFrame,
  lines: readonly Line[],
  style: TextStyle,
  x: number,
  top: number,
  width: number,
  align: 'start' | 'end' = 'start',
): number {
  let y = top;
  for (const line of lines) {
    frame.line(line, style, x, y, width, align);
    y += style.leading;
  }
  return y;
}

/** One line of text, cut with an ellipsis where it is too long; answers its width. */
export function drawLine(
  frame: PageFrame,
  text: string,
  style: TextStyle,
  x: number,
  top: number,
  width: number,
  align: 'start' | 'end' = 'start',
): number {
  const line = frame.oneLine(text, style, width);
  frame.line(line, style, x, top, width, align);
  return (line.width * style.size) / 1000;
}

export function widthOf(frame: PageFrame, text: string, style: TextStyle): number {
  return (frame.oneLine(text, style, 10_000).width * style.size) / 1000;
}

/** Everything drawn within belongs to one element of the structure. */
export function tagged(frame: PageFrame, tag: Tag, alternative: string | null, draw: () => void): void {
  frame.beginTag(tag, alternative);
  draw();
  frame.endTag();
}

/** A line through points. */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${num(x)} ${num(y)} ${i === 0 ? 'm' : 'l'}`).join(' ');
}

/** A rectangle with rounded corners. */
export function rounded(x: number, y: number, width: number, height: number, r: number): string {
  const k = r * 0.4477;
  const [left, right, top, bottom] = [x, x + width, y, y + height];
  const curve = (...n: number[]) => `${n.map(num).join(' ')} c`;
  const to = (px: number, py: number) => `${num(px)} ${num(py)} l`;
  return [
    `${num(left + r)} ${num(top)} m`,
    to(right - r, top),
    curve(right - k, top, right, top + k, right, top + r),
    to(right, bottom - r),
    curve(right, bottom - k, right - k, bottom, right - r, bottom),
    to(left + r, bottom),
    curve(left + k, bottom, left, bottom - k, left, bottom - r),
    to(left, top + r),
    curve(left, top + k, left + k, top, left + r, top),
    'h',
  ].join(' ');
}
