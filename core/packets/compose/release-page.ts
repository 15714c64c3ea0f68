import { inDayWords } from '../../../shared/domain/programme/day.ts';
import type { SectionContent } from '../../../shared/domain/programme/packet-content.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { INK, type PageSize, type TextStyle } from '../../binder/compose/style.ts';
import { drawHeader } from './header.ts';
import type { Box, PacketModel, PacketPage } from './page.ts';
import { RAG_GROUND, type RagWord, ragMark } from './rag.ts';
import { type Cell, partsOf } from './release-cells.ts';
import { INSET, type LaidPart, laidOut } from './release-layout.ts';
import { drawSignatureBlock, TALL_SIGNATURES_HEIGHT } from './signature-block.ts';
import { drawLine, drawLines, inked, rounded, SMALL, scaled, tagged, widthOf } from './type.ts';

const COLUMNS = 3;
const GAP = 8;
const CELL_HEAD = 21;
/** How many rows of data a cell lists, and how large its text is; tried in this order, since rows that are counted
 * are better than words nobody can read. Where nothing fits, text is cut and says so. */
const SETTINGS: readonly Setting[] = [
  ...[1.26, 1.18, 1.1, 1.04].map((factor) => ({ rows: 12, factor })),
  ...[1.18, 1.1, 1.04, 0.98].map((factor) => ({ rows: 6, factor })),
  ...[1.1, 1.04, 0.98, 0.92, 0.87].map((factor) => ({ rows: 4, factor })),
];

const LEAST: Setting = { rows: 4, factor: 0.87 };

interface Setting {
  readonly rows: number;
  readonly factor: number;
}
const LEAST_ROW = 84;

/** A release on one page: nine sections in a grid whose rows are as high as what they hold, and the signatures. */
export function drawReleasePage(page: PacketPage, size: PageSize): void {
  const { frame, model } = page;
  const top = drawHeader(page, size, badgeOf(model));
  const signatures = frame.bottom - TALL_SIGNATURES_HEIGHT;
  const foot = signatures - 20;
  const width = (frame.width - GAP * (COLUMNS - 1)) / COLUMNS;
  const room = foot - 8 - top - GAP * (Math.ceil(model.template.sections.length / COLUMNS) - 1);
  const needs = (rows: readonly Cell[][], factor: number) =>
    rows.map((row) => needOf(frame, row, width, factor));
  const fits = ({ rows: count, factor: size }: Setting, share: number) => {
    const heights = needs(rowsOf(model, count), size);
    return sum(heights) <= room && Math.max(...heights) <= room * share;
  };
  // One long list should not take half of the page while others would still fit beside a shorter one.
  const { rows: most, factor } =
    SETTINGS.find((each) => fits(each, 0.5)) ?? SETTINGS.find((each) => fits(each, 1)) ?? LEAST;
  const rows = rowsOf(model, most);
  const heights = shared(needs(rows, factor), room);
  let y = top;
  rows.forEach((row, i) => {
    const height = heights[i] ?? LEAST_ROW;
    row.forEach((cell, column) => {
      drawCell(frame, cell, i * COLUMNS + column + 1, factor, {
        x: frame.left + column * (width + GAP),
        y,
        width,
        height,
      });
    });
    y += height + GAP;
  });
  drawFoot(page, foot);
  drawSignatureBlock(page, signatures, true);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Rows that need less give to those that need more; what is left over goes to all alike. */
function shared(needs: readonly number[], room: number): number[] {
  const left = room - sum(needs);
  if (left >= 0) return needs.map((need) => need + left / needs.length);
  const least = Math.min(LEAST_ROW, room / needs.length);
  const fair = room / needs.length;
  const small = needs.map((need) => Math.max(least, Math.min(need, fair)));
  const over = needs.map((need, i) => Math.max(0, need - (small[i] ?? 0)));
  const spare = room - sum(small);
  return small.map((height, i) => height + (sum(over) === 0 ? 0 : (spare * (over[i] ?? 0)) / sum(over)));
}

function badgeOf(model: PacketModel) {
  const missing = model.content.sections.filter(({ state }) => state === 'missing').length;
  const waived = model.content.sections.filter(({ state }) => state === 'waived').length;
  const sections = model.content.sections.length;
  if (missing > 0)
    return { rag: 'red' as const, word: 'Not ready', note: `${missing} of ${sections} sections missing` };
  const whole = waived === 0 ? `all ${sections} sections filled` : `${waived} of ${sections} sections waived`;
  if (model.final === null) return { rag: 'amber' as const, word: 'Draft', note: whole };
  return { rag: 'green' as const, word: 'Final', note: whole };
}

function rowsOf(model: PacketModel, most: number): Cell[][] {
  const cells = cellsOf(model, most);
  return Array.from({ length: Math.ceil(cells.length / COLUMNS) }, (_, i) =>
    cells.slice(i * COLUMNS, (i + 1) * COLUMNS),
  );
}

function cellsOf({ template, content, missing }: PacketModel, most: number): Cell[] {
  return template.sections.flatMap((section) => {
    const found = content.sections.find(({ key }) => key === section.key);
    return found === undefined
      ? []
      : [{ section, content: found, parts: partsOf(section, found, missing.get(section.key) ?? [], most) }];
  });
}

function needOf(frame: PageFrame, row: readonly Cell[], width: number, factor: number): number {
  const heights = row.map((cell) => laidOut(frame, cell, width, factor, 4000).used + CELL_HEAD + 10);
  return Math.max(LEAST_ROW, ...heights);
}

const STATE_MARK: Readonly<Record<SectionContent['state'], RagWord>> = {
  filled: 'green',
  missing: 'red',
  waived: 'amber',
  empty: 'none',
};

function drawCell(frame: PageFrame, cell: Cell, number: number, factor: number, box: Box): void {
  const { x, y, width, height } = box;
  const { state } = cell.content;
  const ground = state === 'missing' ? RAG_GROUND.red : state === 'waived' ? RAG_GROUND.amber : INK.paper;
  frame.draw(`/Artifact BMC ${ground} rg ${INK.rule} RG 0.7 w ${rounded(x, y, width, height, 4)} B EMC`);
  tagged(frame, 'H2', null, () => {
    const label = String(number);
    frame.draw(`${INK.seal} rg ${rounded(x + INSET, y + 6.5, 12, 12, 6)} f`);
    const style = { ...SMALL.strong, ink: 'paper', size: 7.25 } as const;
    drawLine(frame, label, style, x + INSET + 6 - widthOf(frame, label, style) / 2, y + 7.4, 12);
    drawLine(
      frame,
      cell.section.title,
      titleStyle(frame, cell.section.title, width - 48),
      x + INSET + 17,
      y + 7,
      width - 48,
    );
    frame.draw(ragMark(STATE_MARK[state], x + width - INSET - 4.5, y + 12.5, 4.2));
  });
  drawBody(frame, cell, factor, box);
}

/** A long title is set smaller rather than cut. */
function titleStyle(frame: PageFrame, title: string, width: number): TextStyle {
  const style = { ...SMALL.finding, size: 8.5, leading: 11 };
  const needed = widthOf(frame, title, style);
  return needed <= width ? style : { ...style, size: Math.max(7, (style.size * width) / needed - 0.01) };
}

function drawBody(frame: PageFrame, cell: Cell, factor: number, { x, y, width, height }: Box): void {
  const room = height - CELL_HEAD - 7;
  const whole = laidOut(frame, cell, width, factor, room);
  const laid = whole.cut ? laidOut(frame, cell, width, factor, room - SMALL.note.leading) : whole;
  let top = y + CELL_HEAD + 2;
  tagged(frame, 'P', null, () => {
    for (const part of laid.parts) top = drawPart(frame, part, factor, x + INSET, top, width - 2 * INSET);
    if (whole.cut)
      drawLine(
        frame,
        'more in the attached packet.json',
        inked(SMALL.note, 'quiet'),
        x + INSET,
        y + height - 13,
        width - 2 * INSET,
      );
  });
}

function drawPart(
  frame: PageFrame,
  { part, style, indent, lines }: LaidPart,
  factor: number,
  x: number,
  top: number,
  width: number,
): number {
  if (part.mark !== undefined) frame.draw(ragMark(part.mark, x + 3.6, top + style.leading / 2, 3.2));
  if (part.lead !== undefined) drawLine(frame, part.lead, inked(style, 'quiet'), x, top, indent);
  if (part.label !== undefined) {
    const small = scaled(SMALL.note, factor);
    drawLine(frame, part.label, small, x, top + (style.leading - small.leading) / 2 + 0.3, indent);
  }
  return drawLines(frame, lines, style, x + indent, top, width - indent) + part.after;
}

function drawFoot({ frame, model }: PacketPage, top: number): void {
  const { final, content } = model;
  const files = sum(content.sections.flatMap(({ evidence }) => evidence.map((each) => each.files.length)));
  const words = [
    `${files} ${files === 1 ? 'file' : 'files'} attached to this document`,
    final === null
      ? 'Draft, not final'
      : `Final since ${inDayWords(final.at.slice(0, 10))} by ${final.by}, digest ${final.digest.slice(0, 16)}`,
  ];
  tagged(frame, 'P', null, () => {
    drawLine(frame, words.join('   ·   '), SMALL.note, frame.left, top, frame.width);
  });
}
