import type { Look } from './look.ts';
import type { PageFrame } from './page-frame.ts';
import { num } from './pdf-objects.ts';
import { INK, TYPE } from './style.ts';

/** What every page carries at its head and foot. */
export interface RunningText {
  readonly title: string;
  readonly marking: string;
  readonly id: string;
  /** What `id` is the id of, as the foot says it. */
  readonly called?: string;
  /** How the house wants it to look; left out, it looks as this comes. */
  readonly look?: Look;
}

interface Sheet {
  /** The number printed on it. */
  readonly printed: number;
  /** Points. */
  readonly height: number;
  /** What the page begins with; on a page without one, such as a cover, there is no head. */
  readonly chapter: string;
}

/** Draws head, marking and foot of the page just begun. */
export function drawRunningText(frame: PageFrame, running: RunningText, sheet: Sheet): void {
  frame.draw('/Artifact << /Type /Pagination >> BDC');
  const { title, marking } = running;
  const half = frame.width / 2 - 12;
  const { chapter } = sheet;
  if (chapter !== '') {
    const right = frame.right - half;
    frame.line(frame.oneLine(title, TYPE.note, half), TYPE.note, frame.left, 48, half);
    frame.line(frame.oneLine(chapter, TYPE.note, half), TYPE.note, right, 48, half, 'end');
    frame.draw(`${INK.rule} RG 0.5 w ${frame.left} 64 m ${num(frame.right)} 64 l S`);
  }
  if (marking !== '') {
    centred(frame, marking, 30);
    centred(frame, marking, sheet.height - 30);
  }
  drawFoot(frame, running, sheet);
  frame.draw('EMC');
}

function centred(frame: PageFrame, text: string, top: number): void {
  const line = frame.oneLine(text, TYPE.smallStrong, frame.width);
  const x = frame.left + (frame.width - (line.width * TYPE.smallStrong.size) / 1000) / 2;
  frame.line(line, TYPE.smallStrong, x, top, frame.width);
}

function drawFoot(
  frame: PageFrame,
  { id, called = 'Binder' }: RunningText,
  { printed, height }: Pick<Sheet, 'printed' | 'height'>,
): void {
  const top = height - 48;
  const style = TYPE.note;
  const number = frame.oneLine(`Page ${printed} `, style, frame.width);
  const gap = 0.26 * style.size;
  const after = frame.left + (number.width * style.size) / 1000 + gap;
  frame.line(number, style, frame.left, top, frame.width);
  frame.draw(`q 1 0 0 -1 ${num(after)} ${num(top + style.leading / 2 + style.size * 0.36)} cm /Of Do Q`);
  const half = frame.width - 110;
  frame.line(frame.oneLine(`${called} ${id}`, style, half), style, frame.right - half, top, half, 'end');
}
