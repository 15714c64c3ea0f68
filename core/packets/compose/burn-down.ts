import { inDayWords } from '../../../shared/domain/programme/day.ts';
import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { INK } from '../../binder/compose/style.ts';
import type { Box } from './page.ts';
import { drawLine, inked, path, rounded, SMALL, tagged, widthOf } from './type.ts';

type BurnDown = PacketFigures['burnDown'];

/** The finding of the chart in a few words: `42 gaps open, 6 more than planned`. */
export function burnDownFinding({ open, total, points }: BurnDown): string {
  if (total === 0) return 'No gaps recorded yet';
  const now = points.filter((point) => point.open !== null).at(-1);
  const planned = now?.planned ?? null;
  const gaps = `${open} ${open === 1 ? 'gap' : 'gaps'} open`;
  if (planned === null) return `${gaps} of ${total}`;
  const off = Math.round(open - planned);
  if (off === 0) return `${gaps}, as planned`;
  return `${gaps}, ${Math.abs(off)} ${off > 0 ? 'more' : 'fewer'} than planned`;
}

const AXIS = { left: 24, bottom: 14, top: 6, right: 8 } as const;

/** Open gaps as a line over a pale ground, the plan dashed, both labelled where they are. */
export function drawBurnDown(frame: PageFrame, figures: BurnDown, box: Box): void {
  const { points } = figures;
  if (figures.total === 0 || points.length === 0) {
    drawLine(
      frame,
      'It begins with the first control, risk or action.',
      SMALL.note,
      box.x,
      box.y + 6,
      box.width,
    );
    return;
  }
  const plot = {
    x: box.x + AXIS.left,
    y: box.y + AXIS.top,
    width: box.width - AXIS.left - AXIS.right,
    height: box.height - AXIS.top - AXIS.bottom,
  };
  const highest = niceTop(Math.max(...points.flatMap(({ open, planned }) => [open ?? 0, planned ?? 0]), 1));
  const first = Date.parse(points[0]?.day ?? '');
  const last = Date.parse(points.at(-1)?.day ?? '');
  const atX = (day: string) =>
    plot.x + (last === first ? 1 : (Date.parse(day) - first) / (last - first)) * plot.width;
  const atY = (value: number) => plot.y + plot.height - (value / highest) * plot.height;
  tagged(
    frame,
    'Figure',
    `${burnDownFinding(figures)}, from ${inDayWords(points[0]?.day ?? '')} to ${inDayWords(points.at(-1)?.day ?? '')}.`,
    () => {
      drawGrid(frame, plot, highest, atY);
      drawGround(frame, points, plot, atX, atY);
      drawPlan(frame, points, atX, atY);
      drawOpen(frame, points, plot, atX, atY);
      drawDays(frame, points, plot, atX);
    },
  );
}

/** A round number not below the highest value, so that the grid’s lines stand for round numbers too. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return Math.max(2, step * power);
}

function drawGrid(frame: PageFrame, plot: Box, highest: number, atY: (value: number) => number): void {
  for (const value of [0, highest / 2, highest]) {
    const y = atY(value);
    const ink = value === 0 ? INK.rule : INK.hair;
    frame.draw(`${ink} RG 0.6 w ${num(plot.x)} ${num(y)} m ${num(plot.x + plot.width)} ${num(y)} l S`);
    const label = Number.isInteger(value) ? String(value) : '';
    drawLine(frame, label, SMALL.note, plot.x - AXIS.left, y - 5, AXIS.left - 5, 'end');
  }
}

type Points = BurnDown['points'];
type At<T> = (value: T) => number;

function drawPlan(frame: PageFrame, points: Points, atX: At<string>, atY: At<number>): void {
  const planned = points.flatMap(({ day, planned: value }) =>
    value === null ? [] : [[atX(day), atY(value)] as const],
  );
  if (planned.length < 2) return;
  frame.draw(`q ${INK.faint} RG 1 w [3 2.4] 0 d ${path(planned)} S Q`);
}

/** What is open, as points on the plot. */
function openLine(points: Points, atX: At<string>, atY: At<number>) {
  return points.flatMap(({ day, open }) => (open === null ? [] : [[atX(day), atY(open)] as const]));
}

/** The pale ground under the line of what is open. */
const GROUND = '0.90 0.945 0.93';

function drawGround(frame: PageFrame, points: Points, plot: Box, atX: At<string>, atY: At<number>): void {
  const line = openLine(points, atX, atY);
  const floor = num(plot.y + plot.height);
  const [start] = line;
  const end = line.at(-1);
  if (start === undefined || end === undefined) return;
  frame.draw(`q ${GROUND} rg ${path(line)} ${num(end[0])} ${floor} l ${num(start[0])} ${floor} l h f Q`);
}

function drawOpen(frame: PageFrame, points: Points, plot: Box, atX: At<string>, atY: At<number>): void {
  const line = openLine(points, atX, atY);
  const end = line.at(-1);
  if (end === undefined) return;
  const x = num(end[0]);
  const floor = num(plot.y + plot.height);
  frame.draw(`q ${INK.seal} RG 1.6 w 1 J 1 j ${path(line)} S Q`);
  frame.draw(`q ${INK.faint} RG 0.5 w [1 2] 0 d ${x} ${num(plot.y)} m ${x} ${floor} l S Q`);
  frame.draw(
    `q ${INK.paper} RG ${INK.seal} rg 1.2 w ${rounded(end[0] - 3.2, end[1] - 3.2, 6.4, 6.4, 3.2)} B Q`,
  );
  drawLabels(frame, points, plot, end);
}

/** The two numbers of today, on the side of the line that the plan does not cross. */
function drawLabels(frame: PageFrame, points: Points, plot: Box, [x, y]: readonly [number, number]): void {
  const today = points.filter(({ open }) => open !== null).at(-1);
  if (today === undefined || today.open === null) return;
  const open = `${today.open} open`;
  const planned = today.planned === null ? '' : `plan ${Math.round(today.planned)}`;
  const width = Math.max(widthOf(frame, open, SMALL.strong), widthOf(frame, planned, SMALL.note)) + 2;
  const right = x + 7 + width <= plot.x + plot.width + AXIS.right;
  const at = right ? x + 7 : x - 7 - width;
  const align = right ? 'start' : 'end';
  const above = today.planned === null || today.open >= today.planned;
  const height = planned === '' ? 11 : 20;
  const wanted = above ? y - height - 1 : y + 3;
  const top = Math.max(plot.y - 4, Math.min(plot.y + plot.height - height, wanted));
  // The plan runs on behind the words; they stand clear of it.
  const clear = rounded(at - 2, top + 1, width + 4, height - 1, 2);
  frame.draw(`q ${right ? INK.paper : GROUND} rg ${clear} f Q`);
  drawLine(frame, open, SMALL.strong, at, top, width, align);
  drawLine(frame, planned, inked(SMALL.note, 'quiet'), at, top + 10, width, align);
}

function drawDays(frame: PageFrame, points: Points, plot: Box, atX: At<string>): void {
  const y = plot.y + plot.height + 3;
  const first = points[0]?.day ?? '';
  const last = points.at(-1)?.day ?? '';
  const today = points.filter(({ open }) => open !== null).at(-1)?.day ?? '';
  const half = plot.width / 2;
  drawLine(frame, inDayWords(first), SMALL.note, plot.x, y, half);
  if (last !== first) drawLine(frame, inDayWords(last), SMALL.note, plot.x + half, y, half, 'end');
  const x = atX(today);
  const clear = x - plot.x > 78 && plot.x + plot.width - x > 78;
  if (clear) drawLine(frame, 'today', inked(SMALL.note, 'text'), x - 9, y, 40);
}
