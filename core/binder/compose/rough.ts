import type { TextStyle } from './style.ts';
import type { Cell, Column, Row } from './table.ts';
import type { Voice } from './text/typefaces.ts';

/** The width of a letter in parts of its size: about that of Latin text, and of a face whose letters are all alike. */
const LETTER: Readonly<Record<Voice, number>> = { regular: 0.53, strong: 0.57, mono: 0.603 };

/** Longer texts fill a page whatever their letters. */
const LONG = 4000;

/**
 * About how high a text is, in points, without laying it out: enough to decide what stays together on a page. Of a long
 * one it is more than any page.
 */
export function roughText(text: string, style: TextStyle, width: number): number {
  if (text.length > LONG) return Number.POSITIVE_INFINITY;
  const letters = Math.max(1, width / (style.size * LETTER[style.voice]));
  const lines = text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / letters)), 0);
  return lines * style.leading;
}

/** What a row has above and below its text, and the header of a table with what is above it. */
const ROW = 8;
const HEADER = 16;
const GUTTER = 10;

/** About how high a table is, by the shares of its columns. */
export function roughTable(
  rows: readonly Row[],
  columns: readonly Column[],
  style: TextStyle,
  width: number,
): number {
  if (rows.length === 0) return 0;
  const shares = columns.reduce((sum, { share }) => sum + share, 0) || 1;
  const room = width - GUTTER * (columns.length - 1);
  const heightOf = (cell: Cell, column: Column): number => {
    const parts = typeof cell === 'string' ? [{ text: cell, style }] : cell;
    return parts.reduce(
      (sum, part) => sum + roughText(part.text, part.style, (room * column.share) / shares),
      0,
    );
  };
  return rows.reduce((sum, { cells }) => {
    const heights = columns.map((column, i) => heightOf(cells[i] ?? '', column));
    return sum + ROW + Math.max(style.leading, ...heights);
  }, HEADER);
}
