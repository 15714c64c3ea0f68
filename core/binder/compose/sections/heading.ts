import type { Chapter } from '../context.ts';
import { CHAPTERS, type ChapterName } from '../plan.ts';
import { TYPE } from '../style.ts';

/** Up to this part of a page a chapter's end is too little for a page of its own. */
const NEXT_TO_NOTHING = 0.35;
const BETWEEN_CHAPTERS = 30;

interface Opening {
  readonly lead?: string;
  /** What has to stand below the title on the same page, in points. */
  readonly keep?: number;
  /** Whether the chapter is as short as `keep`, and begins wherever that fits. */
  readonly short?: boolean;
}

/**
 * Begins a chapter on a page of its own; where the one before left next to nothing on its last page, it goes on there,
 * lest a page stand nearly empty.
 */
export function openChapter(chapter: Chapter, name: ChapterName, opening: Opening = {}): void {
  const { frame } = chapter;
  const { lead } = opening;
  const { title, destination } = CHAPTERS[name];
  const below = goesOnBelow(chapter, opening);
  frame.structure.beginChapter();
  frame.chapter = title;
  if (below) frame.space(BETWEEN_CHAPTERS);
  else frame.newPage();
  frame.place(destination);
  frame.paragraph(title, TYPE.title, { tag: 'H1', after: lead ? 4 : 14 });
  if (lead) frame.paragraph(lead, TYPE.lead, { after: 16 });
}

/** Below the chapter before, as long as that is none of the pages in front. */
function goesOnBelow({ frame }: Chapter, { lead, keep = 200, short = false }: Opening): boolean {
  if (frame.chapter === '' || frame.y === frame.top) return false;
  const leading = lead === undefined ? [] : frame.lines(lead, TYPE.lead, frame.width);
  const opening = TYPE.title.leading + 20 + leading.length * TYPE.lead.leading;
  if (BETWEEN_CHAPTERS + opening + keep > frame.room) return false;
  return short || frame.y - frame.top < (frame.bottom - frame.top) * NEXT_TO_NOTHING;
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

/** At the top of a page, what it goes on with. */
export function continued({ frame }: Chapter, name: string): void {
  if (frame.y === frame.top) frame.paragraph(`${name}, continued`, TYPE.note, { after: 5 });
}
