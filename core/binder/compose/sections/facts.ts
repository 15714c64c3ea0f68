import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { type Cell, drawTable, type Row } from '../table.ts';

/** A two-column list of a name and what is so named, without rules of its own. */
export async function drawFacts(
  { frame, breathe }: Chapter,
  facts: readonly (readonly [string, Cell])[],
  nameWidth = 104,
): Promise<void> {
  for (const [name, value] of facts) {
    const parts = typeof value === 'string' ? [{ text: value, style: TYPE.body }] : value;
    const width = frame.width - nameWidth;
    const first = parts[0]?.style ?? TYPE.body;
    frame.need(first.leading * 2);
    const top = frame.y;
    const label = frame.oneLine(name, TYPE.note, nameWidth - 10);
    frame.beginTag('P');
    frame.line(label, TYPE.note, frame.left, top + (first.leading - TYPE.note.leading) / 2, nameWidth - 10);
    for (const part of parts) {
      for (const line of frame.lines(part.text, part.style, width)) {
        frame.need(part.style.leading);
        const x = frame.left + nameWidth;
        const draw = () => frame.line(line, part.style, x, frame.y, width);
        const lineWidth = (line.width * part.style.size) / 1000;
        const box = { x, top: frame.y, width: lineWidth, height: part.style.leading };
        if (part.link === undefined) draw();
        else frame.link(box, { to: part.link, words: part.text }, draw);
        frame.space(part.style.leading);
      }
    }
    frame.endTag();
    frame.space(3);
    await breathe();
  }
}

/** A table under a sentence that says what is missing where there is nothing to show. */
export async function drawTableOr(
  chapter: Chapter,
  nothing: string,
  rows: readonly Row[],
  options: Omit<Parameters<typeof drawTable>[2], 'breathe'>,
): Promise<void> {
  if (rows.length === 0) chapter.frame.paragraph(nothing, TYPE.body, { after: 12 });
  else await drawTable(chapter.frame, rows, { ...options, breathe: () => chapter.breathe() });
}
