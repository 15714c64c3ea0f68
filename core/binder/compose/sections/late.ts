import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';

/** Marks what came to a record after its engagement was locked down: when, by whom, what and why. */
export function drawLate({ frame }: Chapter, late: readonly string[]): void {
  for (const sentence of late) frame.paragraph(sentence, TYPE.alarm, { after: 2 });
  if (late.length > 0) frame.space(4);
}
