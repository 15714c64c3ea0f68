import type { Chapter } from '../context.ts';
import { destinationOf } from '../plan.ts';
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
        columns: register.columns,
      },
    );
  }
}
