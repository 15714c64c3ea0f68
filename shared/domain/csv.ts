/**
 * What spreadsheets take for the beginning of a formula, in either width, also behind blanks and marks that do not show.
 * Two letters of control, tab and return, are among them: some programs drop them and read on.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
/** What is one of these is no formula though it may begin with a sign. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A value as the text of a cell; `neutralised` where an apostrophe had to be set before it. */
export function csvCell(value: string | number | boolean | null): { text: string; neutralised: boolean } {
  if (value === null) return { text: '', neutralised: false };
  if (typeof value === 'boolean') return { text: value ? 'yes' : 'no', neutralised: false };
  if (typeof value === 'number') return { text: String(value), neutralised: false };
  const neutralised = FORMULA.test(value) && !NUMBER.test(value);
  return { text: neutralised ? `'${value}` : value, neutralised };
}

/** A record as RFC 4180 has it: quoted where it must be, quotes doubled, ended by CRLF. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) || /^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
