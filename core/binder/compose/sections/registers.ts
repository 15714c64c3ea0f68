import type { RegisterRow, RegisterTable } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { CHAPTERS, destinationOf } from '../plan.ts';
import { TYPE } from '../style.ts';
import { type Cell, type Column, type Row, tableBeginning } from '../table.ts';
import { drawTableOr } from './facts.ts';
import { heading, openChapter } from './heading.ts';

/** Phases, risks, gates and the like, as they stand. */
export async function drawRegisters(chapter: Chapter): Promise<void> {
  const { registers } = chapter.model;
  if (registers.length === 0) return;
  openChapter(chapter, 'registers');
  for (const [index, register] of registers.entries()) {
    chapter.frame.chapter = `${CHAPTERS.registers.title} · ${register.title}`;
    await drawRegister(chapter, register, destinationOf.register(index));
  }
}

/** A register under its heading. */
export async function drawRegister(chapter: Chapter, register: RegisterTable, place: string): Promise<void> {
  const rows = register.rows.map((row) => ({ cells: cellsOf(row) }));
  await drawHeadedTable(chapter, { title: register.title, place, nothing: 'Nothing stands in it.' }, rows, {
    columns: columnsOf(register),
  });
}

/** A table under its heading, which never stands without the beginning of it. */
export async function drawHeadedTable(
  chapter: Chapter,
  { title, place, nothing }: { readonly title: string; readonly place: string; readonly nothing: string },
  rows: readonly Row[],
  options: Parameters<typeof drawTableOr>[3],
): Promise<void> {
  const keep = rows.length === 0 ? TYPE.body.leading : tableBeginning(chapter.frame, rows, options);
  heading(chapter, title, { place, keep: keep + AFTER_HEADING });
  await drawTableOr(chapter, nothing, rows, options);
}

/** What stands between a heading and its table, in points, and a hair. */
const AFTER_HEADING = 6;

const STEP = 12;

/** The notes stand under the first cell; a section of a tree stands in as deep as it is. */
function cellsOf({ cells, notes, depth }: RegisterRow): Cell[] {
  const [first = '', ...others] = cells;
  const indent = Math.min(depth ?? 0, 6) * STEP;
  const style = depth === undefined ? TYPE.small : TYPE.smallStrong;
  return [
    [{ text: first, style, indent }, ...notes.map((text) => ({ text, style: TYPE.note, indent }))],
    ...others,
  ];
}

/** A row may have more cells than the table has titles; none of them is dropped. */
function columnsOf({ columns, rows }: RegisterTable): Column[] {
  const widest = rows.reduce((most, { cells }) => Math.max(most, cells.length), columns.length);
  const untitled: Column[] = Array.from({ length: widest - columns.length }, () => ({ title: '', share: 1 }));
  const titled: Column[] = columns.map(({ title, share }) => ({ title, share: share > 0 ? share : 1 }));
  return [...titled, ...untitled].map((column, i) => ({ ...column, holds: longShortWords(rows, i) }));
}

/** Dates and single words stay whole; what is longer may be divided. Of two as long either may be the wider. */
function longShortWords(rows: RegisterTable['rows'], column: number): string {
  const words = new Set<string>();
  for (const row of rows.slice(0, 500))
    for (const word of (row.cells[column] ?? '').slice(0, 500).split(/\s+/u))
      if (word.length <= 14) words.add(word);
  const longest = Math.max(0, ...[...words].map(({ length }) => length));
  return [...words].filter(({ length }) => length > longest - NEARLY).join('\n');
}

/** By how many letters a word may be shorter than the longest and still wider. */
const NEARLY = 3;
