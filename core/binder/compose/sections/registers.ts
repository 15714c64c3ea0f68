import type { RegisterTable } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { destinationOf } from '../plan.ts';
import type { Column } from '../table.ts';
import { drawTableOr } from './facts.ts';
import { heading, openChapter } from './heading.ts';

/** Phases, risks, gates and the like, as they stand. */
export async function drawRegisters(chapter: Chapter): Promise<void> {
  const { registers } = chapter.model;
  if (registers.length === 0) return;
  openChapter(chapter, 'registers');
  for (const [index, register] of registers.entries()) {
    heading(chapter, register.title, { place: destinationOf.register(index), keep: 80 });
    await drawTableOr(
      chapter,
      'Nothing stands in it.',
      register.rows.map((cells) => ({ cells })),
      {
        columns: columnsOf(register),
      },
    );
  }
}

/** A row may have more cells than the table has titles; none of them is dropped. */
function columnsOf({ columns, rows }: RegisterTable): Column[] {
  const widest = rows.reduce((most, row) => Math.max(most, row.length), columns.length);
  const untitled: Column[] = Array.from({ length: widest - columns.length }, () => ({ title: '', share: 1 }));
  const titled: Column[] = columns.map(({ title, share }) => ({ title, share: share > 0 ? share : 1 }));
  return [...titled, ...untitled].map((column, i) => ({ ...column, holds: longestShortWord(rows, i) }));
}

/** Dates and single words stay whole; what is longer may be divided. */
function longestShortWord(rows: RegisterTable['rows'], column: number): string {
  let longest = '';
  for (const row of rows.slice(0, 500))
    for (const word of (row[column] ?? '').slice(0, 500).split(/\s+/u))
      if (word.length > longest.length && word.length <= 14) longest = word;
  return longest;
}
