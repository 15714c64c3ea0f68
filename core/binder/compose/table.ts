import type { Result } from '../../../shared/domain/results.ts';
import { resultMark } from './marks.ts';
import type { PageFrame } from './page-frame.ts';
import { type TextStyle, TYPE } from './style.ts';
import type { Leaf } from './tags.ts';
import type { Line } from './text/lines.ts';

type Shape = (centreX: number, centreY: number, radius: number) => string;

/** A piece of a cell: its own style, maybe a result's shape before it, maybe a link over it. */
export interface CellPart {
  readonly text: string;
  readonly style: TextStyle;
  readonly mark?: Result;
  /** The operators of another shape before it. */
  readonly shape?: Shape;
  readonly link?: string;
  readonly indent?: number;
}
export type Cell = string | readonly CellPart[];

export interface Column {
  readonly title: string;
  readonly share: number;
  readonly align?: 'start' | 'end';
  /** What the column is made wide enough for, a date perhaps; each line by itself. */
  readonly holds?: string;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** A named destination at the top of this row. */
  readonly place?: string;
}

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly indent?: number;
  readonly style?: TextStyle;
  /** Called between rows. */
  readonly breathe?: () => Promise<void>;
  readonly after?: number;
}

interface LaidLine {
  readonly line: Line;
  readonly part: CellPart;
  readonly first: boolean;
}
interface LaidColumn extends Column {
  readonly x: number;
  readonly width: number;
}

/** A row with its cells as lines, which are laid once. */
interface LaidRow {
  readonly cells: LaidLine[][];
  readonly height: number;
  readonly place: string | undefined;
}

const GUTTER = 10;
const PADDING = 4;
const MARK_WIDTH = 14;

/**
 * A table drawn over as many pages as it takes: the header is repeated, a row stays whole unless it is higher than
 * most of a page, and then it goes on line by line. The last row does not stand alone on a further page.
 */
export async function drawTable(frame: PageFrame, rows: Iterable<Row>, options: TableOptions): Promise<void> {
  const columns = laidColumns(frame, options);
  const style = options.style ?? TYPE.small;
  let begun = false;
  const draw = async (row: LaidRow, last: LaidRow | null): Promise<void> => {
    // A header never stands alone at the foot of a page.
    if (!begun) {
      frame.need(beginningOf(frame, columns, [row, ...(last ? [last] : [])], style));
      frame.endTag();
      frame.structure.beginGroup('Table');
      drawHeader(frame, columns);
    } else if (last && together(frame, row, last) > frame.room) turnPage(frame, columns);
    begun = true;
    drawRow(frame, columns, row, style);
    await options.breathe?.();
  };
  const waiting: LaidRow[] = [];
  for (const row of rows) {
    waiting.push(laidOf(frame, columns, row, style));
    const [first] = waiting.length > 2 ? waiting.splice(0, 1) : [];
    if (first) await draw(first, null);
  }
  for (const [i, row] of waiting.entries()) await draw(row, waiting[i + 1] ?? null);
  if (!begun) return;
  frame.structure.endGroup();
  frame.space(options.after ?? 14);
}

/** What a heading over a table keeps company with: its header and its first row, or both of two, in points. */
export function tableBeginning(frame: PageFrame, rows: readonly Row[], options: TableOptions): number {
  const columns = laidColumns(frame, options);
  const style = options.style ?? TYPE.small;
  const first = rows.slice(0, rows.length === 2 ? 2 : 1);
  return beginningOf(
    frame,
    columns,
    first.map((row) => laidOf(frame, columns, row, style)),
    style,
  );
}

/** What a whole table takes where no page ends in it, in points. */
export function tableHeight(frame: PageFrame, rows: readonly Row[], options: TableOptions): number {
  const columns = laidColumns(frame, options);
  const style = options.style ?? TYPE.small;
  const heights = rows.map((row) => rowHeight(laidRow(frame, columns, row, style), style));
  return heights.reduce((sum, height) => sum + height, headerHeight(frame, columns));
}

function beginningOf(
  frame: PageFrame,
  columns: readonly LaidColumn[],
  [first, second]: readonly LaidRow[],
  style: TextStyle,
): number {
  const header = headerHeight(frame, columns);
  if (first === undefined) return header;
  const kept = staysWhole(frame, first.height) ? first.height : style.leading * 2 + PADDING * 2;
  return header + (second ? Math.max(kept, together(frame, first, second)) : kept);
}

/** What the last two rows take that stay on one page; nothing where they are too high for that. */
function together(frame: PageFrame, row: LaidRow, last: LaidRow): number {
  const both = row.height + last.height;
  return both < (frame.bottom - frame.top) * COMPANY ? both : 0;
}

/** Up to this part of a page rows keep each other company. */
const COMPANY = 0.3;

function laidColumns(frame: PageFrame, options: TableOptions): LaidColumn[] {
  const indent = options.indent ?? 0;
  // Many columns share what a fifth of the width leaves for the space between them.
  const gutter = Math.min(GUTTER, (frame.width - indent) / 5 / options.columns.length);
  const room = frame.width - indent - gutter * (options.columns.length - 1);
  const widths = widthsOf(frame, options.columns, room);
  let x = frame.left + indent;
  return options.columns.map((column, i) => {
    const width = widths[i] ?? 0;
    const laid = { ...column, x, width };
    x += width + gutter;
    return laid;
  });
}

/** Widths by share; a column too narrow for a word of its own title takes what it needs from the others. */
function widthsOf(frame: PageFrame, columns: readonly Column[], room: number): number[] {
  const least = columns.map((column) => Math.min(leastWidth(frame, column), room / columns.length));
  const narrow = new Set<number>();
  for (;;) {
    const taken = [...narrow].reduce((sum, i) => sum + (least[i] ?? 0), 0);
    const shares = columns.map((column, i) => (narrow.has(i) ? 0 : Math.max(0, column.share)));
    const total = shares.reduce((sum, share) => sum + share, 0) || 1;
    const widths = columns.map((_, i) =>
      narrow.has(i) ? (least[i] ?? 0) : ((room - taken) * (shares[i] ?? 0)) / total,
    );
    const next = widths.findIndex((width, i) => !narrow.has(i) && width < (least[i] ?? 0));
    if (next < 0) return widths;
    narrow.add(next);
  }
}

function leastWidth(frame: PageFrame, { title, holds = '' }: Column): number {
  const widthIn = (text: string, style: TextStyle) =>
    (frame.oneLine(text, style, frame.width).width * style.size) / 1000;
  const words = title.split(/\s+/u).map((word) => widthIn(word, TYPE.label));
  const held = holds.split('\n').map((word) => widthIn(word, TYPE.small));
  // A hair more than it measures, so that rounding never divides the word.
  return Math.max(...held, ...words) + 0.1;
}

function headerLines(frame: PageFrame, columns: readonly LaidColumn[]): Line[][] {
  return columns.map((column) => frame.lines(column.title, TYPE.label, column.width));
}

function headerHeight(frame: PageFrame, columns: readonly LaidColumn[]): number {
  const most = Math.max(0, ...headerLines(frame, columns).map((lines) => lines.length));
  return most * TYPE.label.leading + PADDING;
}

/** The header as it heads the table: a row of cells that say what the columns are. */
function drawHeader(frame: PageFrame, columns: readonly LaidColumn[]): void {
  frame.structure.beginGroup('TR');
  drawTitles(frame, columns, (draw) => {
    frame.beginTag('TH');
    draw();
    frame.endTag();
  });
  frame.structure.endGroup();
  ruleUnderHeader(frame, columns);
}

/** The same on a further page, for the eye alone. */
function repeatHeader(frame: PageFrame, columns: readonly LaidColumn[]): void {
  frame.artifact(() => drawTitles(frame, columns, (draw) => draw()));
  ruleUnderHeader(frame, columns);
}

function drawTitles(
  frame: PageFrame,
  columns: readonly LaidColumn[],
  cell: (draw: () => void) => void,
): void {
  const height = headerHeight(frame, columns);
  headerLines(frame, columns).forEach((lines, i) => {
    const column = columns[i];
    if (!column) return;
    const top = frame.y + height - PADDING - lines.length * TYPE.label.leading;
    cell(() => {
      lines.forEach((line, n) => {
        const at = top + n * TYPE.label.leading;
        frame.line(line, TYPE.label, column.x, at, column.width, column.align);
      });
    });
  });
}

function ruleUnderHeader(frame: PageFrame, columns: readonly LaidColumn[]): void {
  frame.space(headerHeight(frame, columns));
  tableRule(frame, columns, 'text', 0.7);
}

function tableRule(
  frame: PageFrame,
  columns: readonly LaidColumn[],
  ink: 'text' | 'hair',
  weight: number,
): void {
  const first = columns[0];
  if (first) frame.rule(frame.y, ink, weight, first.x, frame.right - first.x);
}

function drawRow(frame: PageFrame, columns: readonly LaidColumn[], row: LaidRow, style: TextStyle): void {
  const { cells, height, place } = row;
  if (height > frame.room && staysWhole(frame, height)) turnPage(frame, columns);
  if (place !== undefined) frame.place(place);
  frame.structure.beginGroup('TR');
  const tags = columns.map(() => frame.structure.begin('TD'));
  let rest = cells;
  do {
    rest = drawSlice(frame, columns, { cells: rest, tags }, style);
    if (rest.some((cell) => cell.length > 0)) turnPage(frame, columns);
  } while (rest.some((cell) => cell.length > 0));
  for (const tag of tags) frame.structure.end(tag);
  frame.structure.endGroup();
  tableRule(frame, columns, 'hair', 0.5);
}

function laidOf(frame: PageFrame, columns: readonly LaidColumn[], row: Row, style: TextStyle): LaidRow {
  const cells = laidRow(frame, columns, row, style);
  return { cells, height: rowHeight(cells, style), place: row.place };
}

function laidRow(frame: PageFrame, columns: readonly LaidColumn[], row: Row, style: TextStyle): LaidLine[][] {
  return columns.map((column, i) => laidCell(frame, row.cells[i] ?? '', column.width, style));
}

function rowHeight(cells: readonly LaidLine[][], style: TextStyle): number {
  return Math.max(style.leading, ...cells.map(heightOf)) + PADDING * 2;
}

function staysWhole(frame: PageFrame, height: number): boolean {
  return height < (frame.bottom - frame.top) * 0.6;
}

function turnPage(frame: PageFrame, columns: readonly LaidColumn[]): void {
  frame.newPage();
  repeatHeader(frame, columns);
}

/** Draws as many lines of each cell as the page has room for, and answers what is left of each. */
function drawSlice(
  frame: PageFrame,
  columns: readonly LaidColumn[],
  { cells, tags }: { cells: readonly LaidLine[][]; tags: readonly Leaf[] },
  style: TextStyle,
): LaidLine[][] {
  const top = frame.y + PADDING;
  const limit = frame.bottom - PADDING;
  // On a fresh page one line is drawn whatever its height, so that the row always gets on.
  const fresh = frame.y - frame.top < frame.room / 4;
  let lowest = top + style.leading;
  const rest = cells.map((cell, i) => {
    const [column, tag] = [columns[i], tags[i]];
    if (!column || !tag) return [];
    let y = top;
    let drawn = 0;
    frame.within(tag, () => {
      for (const laid of cell) {
        if (y + laid.part.style.leading > limit && !(fresh && drawn === 0)) break;
        drawLaid(frame, laid, column, y);
        y += laid.part.style.leading;
        drawn++;
      }
    });
    lowest = Math.max(lowest, y);
    return cell.slice(drawn);
  });
  frame.y = lowest + PADDING;
  return rest;
}

function drawLaid(frame: PageFrame, laid: LaidLine, column: LaidColumn, top: number): void {
  const { part, line } = laid;
  const offset = offsetOf(part);
  const x = column.x + offset;
  const shape = shapeOf(part);
  if (shape !== null && laid.first)
    frame.draw(shape(x - MARK_WIDTH + 4.5, top + part.style.leading / 2, 3.9));
  const draw = () => frame.line(line, part.style, x, top, column.width - offset, column.align);
  if (part.link === undefined) {
    draw();
    return;
  }
  const width = Math.min((line.width * part.style.size) / 1000, column.width);
  const box = { x, top, width, height: part.style.leading };
  frame.link(box, { to: part.link, words: part.text }, draw);
}

function offsetOf(part: CellPart): number {
  return (part.indent ?? 0) + (shapeOf(part) === null ? 0 : MARK_WIDTH);
}

function shapeOf({ mark, shape }: CellPart): Shape | null {
  return mark === undefined ? (shape ?? null) : (x, y, r) => resultMark(mark, x, y, r);
}

function laidCell(frame: PageFrame, cell: Cell, width: number, style: TextStyle): LaidLine[] {
  const parts: readonly CellPart[] = typeof cell === 'string' ? [{ text: cell, style }] : cell;
  return parts.flatMap((part) =>
    frame
      .lines(part.text, part.style, width - offsetOf(part))
      .map((line, i) => ({ line, part, first: i === 0 })),
  );
}

function heightOf(cell: readonly LaidLine[]): number {
  return cell.reduce((sum, laid) => sum + laid.part.style.leading, 0);
}
