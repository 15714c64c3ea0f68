import { wrapped } from '../../../parts/picture-layout.ts';

const BAR = 30;
const LINE = 14;
const GAP = 8;
const LONGEST = 21;

/** A stage of the funnel with the lines of its name, and where it stands; a long name makes its row higher. */
export interface FunnelRow {
  readonly lines: readonly string[];
  readonly y: number;
  readonly height: number;
}

/** Stages below one another, and how high they are together: every line of every name stands within. */
export function funnelRows(titles: readonly string[]): { rows: FunnelRow[]; height: number } {
  let y = 0;
  const rows = titles.map((title): FunnelRow => {
    const lines = wrapped(title, LONGEST, 1, false, (text) => text.length);
    const row = { lines, y, height: Math.max(BAR, lines.length * LINE + 4) };
    y += row.height + GAP;
    return row;
  });
  return { rows, height: y };
}

/** The foot of a line of the name, about the middle of its row. */
export function lineFoot({ lines, y, height }: FunnelRow, line: number): number {
  return y + (height - lines.length * LINE) / 2 + line * LINE + 11;
}
