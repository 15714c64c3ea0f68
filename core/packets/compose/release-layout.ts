import type { PageFrame } from '../../binder/compose/page-frame.ts';
import type { TextStyle } from '../../binder/compose/style.ts';
import type { Line } from '../../binder/compose/text/lines.ts';
import type { Cell, Part } from './release-cells.ts';
import { fitLines, inked, SMALL, scaled, widthOf } from './type.ts';

/** Space between the edge of a cell and what it says. */
export const INSET = 8;
const INDENTS = { mark: 10, lead: 11 } as const;

export interface LaidPart {
  readonly part: Part;
  readonly style: TextStyle;
  readonly indent: number;
  readonly lines: readonly Line[];
}

/** The parts of a cell broken into lines within a height; `cut` where something did not fit. */
export function laidOut(frame: PageFrame, cell: Cell, width: number, factor: number, most: number) {
  let used = 0;
  let cut = false;
  const room = width - 2 * INSET;
  const column = labelColumn(frame, cell, room, factor);
  const parts = cell.parts
    .flatMap((each) => stacked(each, column))
    .flatMap((part): LaidPart[] => {
      const style = scaled(part.style, factor);
      const indent = part.label === undefined ? indentOf(part, factor) : (column ?? 0);
      const lines = Math.floor((most - used + 0.5) / style.leading);
      const fitted = fitLines(frame, part.text, style, room - indent, Math.max(0, lines));
      cut ||= fitted.cut;
      if (fitted.lines.length === 0) return [];
      used += fitted.lines.length * style.leading + part.after;
      return [{ part, style, indent, lines: fitted.lines }];
    });
  return { parts, used, cut };
}

function indentOf({ mark, lead }: Part, factor: number): number {
  if (mark !== undefined) return INDENTS.mark;
  return lead === undefined ? 0 : (lead === '•' ? 8 : INDENTS.lead) * factor;
}

/** How wide a column the names of values take; null where they or their values are too long to stand side by side. */
function labelColumn(frame: PageFrame, { parts }: Cell, room: number, factor: number): number | null {
  const labelled = parts.filter(({ label }) => label !== undefined);
  const labels = labelled.map(({ label = '' }) => widthOf(frame, label, scaled(SMALL.note, factor)));
  const values = labelled.map(({ text, style }) => widthOf(frame, text, scaled(style, factor)));
  const column = Math.max(0, ...labels) + 7;
  const wraps = Math.max(0, ...values) > 1.9 * (room - column);
  return column > room * 0.45 || wraps ? null : column;
}

/** Where there is no column for it, a name stands on a line of its own above its value. */
function stacked(part: Part, column: number | null): Part[] {
  const { label, ...value } = part;
  if (label === undefined || column !== null) return [part];
  return [{ text: label, style: inked(SMALL.note, 'quiet'), after: 0 }, value];
}
