import { inDayWords } from '../../../shared/domain/programme/day.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { INK, PAGE_SIZES, type PageSize } from '../../binder/compose/style.ts';
import type { PacketPage } from './page.ts';
import { RAG_GROUND, RAG_INK, type RagWord, ragMark } from './rag.ts';
import { drawLine, inked, rounded, SMALL, tagged } from './type.ts';

/** What stands at the right of the header: a shape, a word, and a line under it. */
export interface Badge {
  readonly rag: RagWord;
  readonly word: string;
  readonly note: string;
}

const BADGE = { width: 158, height: 42 } as const;

/** The band at the head of a one-page packet; answers the height below it. */
export function drawHeader({ frame, model }: PacketPage, size: PageSize, badge: Badge): number {
  const { content } = model;
  // A classification keeps the place at the very top that it has on every page.
  const begins = model.marking === '' ? 0 : 44;
  const top = model.marking === '' ? 26 : 54;
  const bottom = top + 62;
  const width = PAGE_SIZES[size].width;
  frame.draw(
    `/Artifact BMC ${INK.wash} rg 0 ${begins} ${num(width)} ${num(bottom - begins)} re f ${frame.accent} rg 0 ${num(bottom)} ${num(width)} 2.2 re f EMC`,
  );
  const room = frame.width - BADGE.width - 16;
  const [headline, under] = titlesOf(model);
  tagged(frame, 'H1', null, () => {
    drawLine(frame, model.template.title, SMALL.eyebrow, frame.left, top, room);
    drawLine(frame, headline, SMALL.headline, frame.left, top + 11, room);
  });
  tagged(frame, 'P', null, () => {
    drawLine(frame, under, inked(SMALL.text, 'quiet'), frame.left, top + 36, room);
  });
  if (content.figures !== null || model.template.onePage) drawBadge(frame, badge, top + 4);
  return bottom + 12;
}

/** The packet's own title; where it is merely its kind’s, the engagement takes the place. */
function titlesOf({ content, template }: PacketPage['model']): [string, string] {
  const own = content.title.startsWith(template.title)
    ? content.title.slice(template.title.length).replace(/^[\s·:–-]+/u, '')
    : content.title;
  const { engagement, environment, period, about, day } = content;
  const said = own !== '' && own !== period && own !== environment;
  const parts = [
    said ? engagement.name : '',
    environment,
    inDayWords(period),
    about.split('\n')[0] ?? '',
    `as of ${inDayWords(day)}`,
  ];
  return [said ? inDayWords(own) : engagement.name, parts.filter((part) => part.trim() !== '').join('  ·  ')];
}

function drawBadge(frame: PacketPage['frame'], badge: Badge, top: number): void {
  const x = frame.right - BADGE.width;
  const box = rounded(x, top, BADGE.width, BADGE.height, 5);
  frame.draw(`/Artifact BMC ${RAG_GROUND[badge.rag]} rg ${INK[RAG_INK[badge.rag]]} RG 0.8 w ${box} B EMC`);
  tagged(frame, 'P', null, () => {
    frame.draw(ragMark(badge.rag, x + 20, top + BADGE.height / 2, 9));
    drawLine(
      frame,
      badge.word,
      { ...SMALL.finding, size: 11.5, leading: 15 },
      x + 38,
      top + 6,
      BADGE.width - 46,
    );
    drawLine(frame, badge.note, SMALL.note, x + 38, top + 23, BADGE.width - 46);
  });
}
