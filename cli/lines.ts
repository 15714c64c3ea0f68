import { harmless } from './terminal.ts';

/** A column of a printed table. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null;
  readonly right?: true;
}

/** A terminal is narrow; what is piped into a file or another program is whole. */
const WIDEST = process.stdout.isTTY ? 64 : Number.POSITIVE_INFINITY;

/** Aligned columns with their titles; says so where there is nothing. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  if (rows.length === 0) return ['Nothing here.'];
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => cell(column.of(row)))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => [...(line[at] ?? '')].length)));
  return cells.map((line) =>
    line
      .map((text, at) => pad(text, widths[at] ?? 0, columns[at]?.right === true))
      .join('  ')
      .trimEnd(),
  );
}

/** `name  value` lines, the values aligned. */
export function facts(pairs: readonly (readonly [string, string | number | null])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${harmless(String(value ?? '–'))}`);
}

/** `1 control`, `2 controls`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB').replaceAll(',', ' ')} ${number === 1 ? one : many}`;
}

function cell(value: string | number | null): string {
  const text = harmless(String(value ?? '')).replace(/\s+/g, ' ');
  const letters = [...text];
  return letters.length > WIDEST ? `${letters.slice(0, WIDEST - 1).join('')}…` : text;
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length));
  return right ? space + text : text + space;
}
