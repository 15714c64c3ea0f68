import type { PaperSize } from '../../../shared/domain/binder-profile.ts';
import type { Voice } from './text/typefaces.ts';

/**
 * Colours as the operands of `rg`: black on paper and its greys, and those of results. `accent` is the one of the house
 * where it has its own; no mark of a result takes it.
 */
export const INK = {
  text: '0.11 0.12 0.13',
  quiet: '0.38 0.40 0.42',
  faint: '0.58 0.60 0.62',
  rule: '0.80 0.82 0.83',
  hair: '0.89 0.90 0.91',
  wash: '0.957 0.965 0.961',
  seal: '0.043 0.431 0.353',
  accent: '0.043 0.431 0.353',
  alarm: '0.690 0.157 0.141',
  amber: '0.706 0.455 0.043',
  paper: '1 1 1',
} as const;
export type Ink = keyof typeof INK;

export interface TextStyle {
  readonly voice: Voice;
  readonly size: number;
  readonly leading: number;
  readonly ink: Ink;
}

function style(voice: Voice, size: number, leading: number, ink: Ink): TextStyle {
  return { voice, size, leading, ink };
}

/** The type scale: a body of 9.5 on 13.5 points. */
export const TYPE = {
  display: style('strong', 27, 34, 'text'),
  displaySmall: style('strong', 21, 26, 'text'),
  title: style('strong', 19, 25, 'text'),
  heading: style('strong', 13, 18, 'text'),
  subheading: style('strong', 10.5, 14.5, 'text'),
  lead: style('regular', 12, 17, 'quiet'),
  body: style('regular', 9.5, 13.5, 'text'),
  strong: style('strong', 9.5, 13.5, 'text'),
  link: style('regular', 9.5, 13.5, 'accent'),
  small: style('regular', 8.25, 11.5, 'text'),
  smallStrong: style('strong', 8.25, 11.5, 'text'),
  smallLink: style('strong', 8.25, 11.5, 'accent'),
  note: style('regular', 8.25, 11.5, 'quiet'),
  alarm: style('strong', 8.25, 11.5, 'alarm'),
  label: style('strong', 7.25, 10.5, 'quiet'),
  hash: style('mono', 6.4, 9.5, 'quiet'),
  code: style('mono', 7.4, 11, 'text'),
} as const;

/** A4 and Letter in points, with margins that leave room for a binding on the left. */
export const PAGE_SIZES = {
  A4: { width: 595.28, height: 841.89 },
  Letter: { width: 612, height: 792 },
} as const satisfies Readonly<Record<PaperSize, unknown>>;
export type PageSize = PaperSize;

export const MARGIN = { left: 62, right: 54, top: 88, bottom: 70 } as const;
