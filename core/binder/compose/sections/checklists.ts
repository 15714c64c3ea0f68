import { counted } from '../../../../shared/domain/programme/day.ts';
import type { ChecklistSection } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { CHAPTERS, destinationOf } from '../plan.ts';
import { TYPE } from '../style.ts';
import { type CellPart, drawTable, type Row, tableBeginning } from '../table.ts';
import { NOT_STARTED, RESULT_WORDS, STATUS_WORDS } from '../words.ts';
import { heading, openChapter } from './heading.ts';
import { drawLate } from './late.ts';
import { drawOpenPoints } from './open-points.ts';
import { drawSignOffs } from './sign-offs.ts';

export async function drawChecklists(chapter: Chapter): Promise<void> {
  const { checklists } = chapter.model;
  if (checklists.length === 0) return;
  const items = checklists.reduce((sum, checklist) => sum + checklist.items.length, 0);
  openChapter(chapter, 'checklists', {
    lead: `${counted(checklists.length, 'checklist')} with ${counted(items, 'item')}.`,
  });
  for (const checklist of checklists) await drawChecklist(chapter, checklist);
}

async function drawChecklist(chapter: Chapter, checklist: ChecklistSection): Promise<void> {
  const { frame } = chapter;
  const own = checklist.of === null || checklist.of === checklist.title;
  const of = own ? [] : [`Part of ${checklist.of}`];
  const standing = [...of, statusOf(checklist)].join(' · ');
  const rows = itemRows(chapter, checklist);
  frame.chapter = `${CHAPTERS.checklists.title} · ${checklist.title}`;
  heading(chapter, checklist.title, {
    place: destinationOf.checklist(checklist.id),
    keep: beginningOf(chapter, [standing, ...checklist.notes], rows),
  });
  frame.paragraph(standing, TYPE.note, { after: 6 });
  for (const note of checklist.notes) {
    frame.paragraph(note, TYPE.note, { after: 3 });
    await chapter.breathe();
  }
  await drawTable(frame, rows, {
    columns: COLUMNS,
    breathe: () => chapter.breathe(),
    after: 10,
  });
  await drawOpenPoints(chapter, checklist);
  drawLate(chapter, checklist.late);
  await drawSignOffs(chapter, checklist, checklist.title);
}

const COLUMNS = [
  { title: 'Item', share: 46 },
  { title: 'Result', share: 20 },
  { title: 'Note and evidence', share: 36 },
];

/** The lines under a heading with the beginning of its table; of many lines those that fill a third of a page. */
function beginningOf({ frame }: Chapter, lines: readonly string[], rows: readonly Row[]): number {
  const above = lines.reduce((sum, line) => {
    const height = frame.lines(line.slice(0, 2000), TYPE.note, frame.width).length * TYPE.note.leading;
    return sum + height + 6;
  }, 0);
  const table = rows.length === 0 ? 0 : tableBeginning(frame, rows, { columns: COLUMNS });
  return Math.min(above, (frame.bottom - frame.top) / 3) + table;
}

/** As the screens say it: nothing is a draft before something stands on one of its items. */
function statusOf({ status, begun }: ChecklistSection): string {
  return status === 'draft' && !begun ? NOT_STARTED : STATUS_WORDS[status];
}

function itemRows(chapter: Chapter, checklist: ChecklistSection): Row[] {
  return checklist.items.map((item) => ({
    cells: [
      [item.text, ...item.details].map((text, line) => ({
        text,
        style: line === 0 ? TYPE.small : TYPE.note,
        indent: Math.min(item.depth, 5) * 12,
      })),
      [{ text: RESULT_WORDS[item.result], style: TYPE.small, mark: item.result }],
      [
        ...(item.note.trim() === '' ? [] : [{ text: item.note, style: TYPE.small }]),
        ...item.evidence.map((id) => referencePart(chapter, id)),
      ],
    ],
  }));
}

function referencePart(chapter: Chapter, id: string): CellPart {
  const evidence = chapter.evidence.get(id);
  if (!evidence) return { text: `Evidence ${id}, not in this binder`, style: TYPE.note };
  const text = `${evidence.reference}  ${evidence.title}`;
  return { text, style: TYPE.smallLink, link: destinationOf.evidence(id) };
}
