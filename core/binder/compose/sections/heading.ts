import type { Chapter } from '../context.ts';
import { CHAPTERS, type ChapterName } from '../plan.ts';
import { TYPE } from '../style.ts';

/** Begins a chapter on a page of its own. */
export function openChapter({ frame }: Chapter, name: ChapterName, lead?: string): void {
  const { title, destination } = CHAPTERS[name];
  frame.structure.beginChapter();
  frame.chapter = title;
  frame.newPage();
  frame.place(destination);
  frame.paragraph(title, TYPE.title, { tag: 'H1', after: lead ? 4 : 14 });
  if (lead) frame.paragraph(lead, TYPE.lead, { after: 16 });
}

/** A heading inside a chapter; it keeps company with at least `keep` points of what follows. */
export function heading(
  { frame }: Chapter,
  text: string,
  options: { place?: string; keep?: number } = {},
): void {
  if (frame.y > frame.top) frame.space(8);
  frame.need(TYPE.heading.leading + (options.keep ?? 60));
  if (options.place !== undefined) frame.place(options.place);
  frame.paragraph(text, TYPE.heading, { tag: 'H2', after: 5 });
}

/** Small to look at; where no other heading stands between it and the chapter's, it is of the second level. */
export function subheading({ frame }: Chapter, text: string, tag: 'H2' | 'H3' = 'H3'): void {
  frame.need(TYPE.subheading.leading + 40);
  frame.paragraph(text, TYPE.subheading, { tag, after: 3 });
}
