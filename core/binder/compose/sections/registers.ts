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
  const untitled = Array.from({ length: widest - columns.length }, () => ({ title: '', share: 1 }));
  const titled = columns.map(({ title, share }) => ({ title, share: share > 0 ? share : 1 }));
  return [...titled, ...untitled];
}
