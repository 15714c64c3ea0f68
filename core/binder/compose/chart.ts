import { numbered } from '../../../shared/domain/programme/day.ts';
import { RESULTS, type Result } from '../../../shared/domain/results.ts';
import { RESULT_INK, resultMark } from './marks.ts';
import type { PageFrame } from './page-frame.ts';
import { num } from './pdf-objects.ts';
import { INK, type TextStyle, TYPE } from './style.ts';
import type { Line } from './text/lines.ts';
import { RESULT_WORDS } from './words.ts';

type Results = Readonly<Record<Result, number>>;
export interface Bar {
  readonly framework: string;
  readonly label: string;
  readonly results: Results;
}

const LABEL_WIDTH = 184;
const TOTAL_WIDTH = 96;
const BAR_HEIGHT = 11;
const ROW_HEIGHT = 18;
/** What the title of a framework takes, on two lines if it is long. */
const HEAD_HEIGHT = 32;

/** One stacked bar a group, on one common scale, each part labelled with its count where it is wide enough. */
export async function drawStackedBars(
  frame: PageFrame,
  bars: readonly Bar[],
  breathe: () => Promise<void>,
): Promise<void> {
  const largest = Math.max(1, ...bars.map((bar) => totalOf(bar.results)));
  frame.need(40 + ROW_HEIGHT * Math.min(bars.length, 3));
  drawLegend(frame);
  const laid = laidBars(frame, bars);
  const tight = tightness(frame, laid);
  for (const [i, one] of laid.entries()) {
    if (heightFrom(laid, i, tight) > frame.room) {
      frame.newPage();
      drawLegend(frame);
    }
    if (one.begins) {
      frame.space(6);
      frame.paragraph(one.bar.framework, TYPE.smallStrong, { after: 1 });
    }
    drawBar(frame, one.bar, one.labels, one.height - tight, largest);
    await breathe();
  }
  frame.space(12);
}

interface LaidBar {
  readonly bar: Bar;
  readonly labels: readonly Line[];
  readonly height: number;
  /** Whether the title of its framework stands above it. */
  readonly begins: boolean;
}

function laidBars(frame: PageFrame, bars: readonly Bar[]): LaidBar[] {
  const several = new Set(bars.map(({ framework }) => framework)).size > 1;
  return bars.map((bar, i) => {
    const labels = frame.lines(bar.label, TYPE.small, LABEL_WIDTH - 10);
    const height = (labels.length - 1) * TYPE.small.leading + ROW_HEIGHT;
    return {
      bar,
      labels,
      height: Math.max(ROW_HEIGHT, height),
      begins: several && bar.framework !== bars[i - 1]?.framework,
    };
  });
}

/** By how much each bar is set closer so that a few of them do not stand alone on a page of their own. */
function tightness(frame: PageFrame, laid: readonly LaidBar[]): number {
  const over = heightOf(laid, 0) - frame.room;
  const each = over / Math.max(1, laid.length);
  return over > 0 && each <= TIGHTEST ? each + 0.01 : 0;
}

const TIGHTEST = 4;

function heightOf(laid: readonly LaidBar[], tight: number): number {
  return laid.reduce((sum, { height, begins }) => sum + height - tight + (begins ? HEAD_HEIGHT : 0), 0);
}

/** What has to stand on one page from a bar on: itself, and of the last few all. */
function heightFrom(laid: readonly LaidBar[], at: number, tight: number): number {
  const last = laid.length - at <= TOGETHER;
  return heightOf(laid.slice(at, last ? laid.length : at + 1), tight);
}

/** Fewer bars than this do not begin a page. */
const TOGETHER = 4;

function totalOf(results: Results): number {
  return RESULTS.reduce((sum, result) => sum + results[result], 0);
}

function drawLegend(frame: PageFrame): void {
  let x = frame.left + LABEL_WIDTH;
  frame.beginTag('P');
  for (const result of RESULTS) {
    const line = frame.oneLine(RESULT_WORDS[result], TYPE.label, 100);
    frame.draw(swatch(result, x, frame.y + 2, 8, 7));
    frame.line(line, TYPE.label, x + 12, frame.y, 100);
    x += 12 + (line.width * TYPE.label.size) / 1000 + 14;
  }
  frame.endTag();
  frame.space(18);
}

function drawBar(frame: PageFrame, bar: Bar, labels: readonly Line[], height: number, largest: number): void {
  const top = frame.y + (height - BAR_HEIGHT) / 2;
  const textTop = frame.y + (height - TYPE.small.leading) / 2;
  const labelTop = frame.y + (height - labels.length * TYPE.small.leading) / 2;
  const scale = (frame.width - LABEL_WIDTH - TOTAL_WIDTH) / largest;
  frame.beginTag('Figure', spoken(bar));
  labels.forEach((label, i) => {
    frame.line(label, TYPE.small, frame.left, labelTop + i * TYPE.small.leading, LABEL_WIDTH - 10);
  });
  let x = frame.left + LABEL_WIDTH;
  const untold: Result[] = [];
  for (const result of RESULTS) {
    const width = bar.results[result] * scale;
    if (width > 0 && !drawPart(frame, result, bar.results[result], x, top, width)) untold.push(result);
    x += width;
  }
  drawTotal(frame, bar, x + 6, textTop, untold);
  frame.endTag();
  frame.space(height);
}

/** The sum behind the bar, then the counts of the parts that were too narrow for theirs. */
function drawTotal(frame: PageFrame, bar: Bar, from: number, top: number, untold: readonly Result[]): void {
  let x = from;
  const tell = (value: number, style: TextStyle) => {
    const line = frame.oneLine(numbered(value), style, TOTAL_WIDTH);
    frame.line(line, style, x, top, TOTAL_WIDTH);
    x += (line.width * style.size) / 1000 + 7;
  };
  const total = totalOf(bar.results);
  tell(total, TYPE.smallStrong);
  // A bar of one part is told by its sum.
  for (const result of untold.filter((each) => bar.results[each] !== total)) {
    frame.draw(resultMark(result, x + 3, top + TYPE.small.leading / 2, 2.7));
    x += 8;
    tell(bar.results[result], TYPE.note);
  }
}

function spoken({ label, results }: Bar): string {
  const parts = RESULTS.map((result) => `${numbered(results[result])} ${RESULT_WORDS[result].toLowerCase()}`);
  return `${label}: ${parts.join(', ')}`;
}

/** Answers whether the part was wide enough to carry its count. */
function drawPart(
  frame: PageFrame,
  result: Result,
  value: number,
  x: number,
  top: number,
  width: number,
): boolean {
  frame.draw(swatch(result, x, top, width, BAR_HEIGHT));
  const style = { ...TYPE.label, ink: result === 'not-reviewed' ? 'quiet' : 'paper' } as const;
  const line = frame.oneLine(numbered(value), style, 60);
  const needed = (line.width * style.size) / 1000;
  if (needed + 4 > width) return false;
  if (result === HATCHED) {
    const patch = `${num(x + (width - needed) / 2 - 2)} ${num(top)} ${num(needed + 4)} ${num(BAR_HEIGHT)} re`;
    frame.draw(`${INK[RESULT_INK[result]]} rg ${patch} f`);
  }
  frame.line(line, style, x + (width - needed) / 2, top + (BAR_HEIGHT - style.leading) / 2, needed);
  return true;
}

/** Green and red are one grey in print: what is not satisfied is hatched. */
const HATCHED: Result = 'not-satisfied';
const HATCH_STEP = 3.2;

/** The part still open is an outline and the failing one hatched, so that a grey print tells all four apart. */
function swatch(result: Result, x: number, y: number, width: number, height: number): string {
  const box = `${num(x)} ${num(y)} ${num(width)} ${num(height)} re`;
  if (result === HATCHED) {
    const lines: string[] = [];
    for (let from = x - height; from < x + width; from += HATCH_STEP)
      lines.push(`${num(from)} ${num(y + height)} m ${num(from + height)} ${num(y)} l`);
    const ground = `${INK[RESULT_INK[result]]} rg ${box} f`;
    return `q ${box} W n ${ground} ${INK.paper} RG 0.55 w ${lines.join(' ')} S Q`;
  }
  if (result !== 'not-reviewed') return `${INK[RESULT_INK[result]]} rg ${box} f`;
  const inner = `${num(x + 0.35)} ${num(y + 0.35)} ${num(Math.max(0.1, width - 0.7))} ${num(height - 0.7)} re`;
  return `${INK.paper} rg ${INK.faint} RG 0.7 w ${inner} B`;
}

/** The four totals side by side: shape, count, word. */
export function drawTotals(frame: PageFrame, results: Results): void {
  const width = frame.width / RESULTS.length;
  frame.need(52);
  frame.beginTag('P');
  RESULTS.forEach((result, i) => {
    const x = frame.left + i * width;
    frame.draw(resultMark(result, x + 7, frame.y + 14, 6.2));
    frame.line(
      frame.oneLine(numbered(results[result]), TYPE.title, width - 24),
      TYPE.title,
      x + 20,
      frame.y + 1,
      width - 24,
    );
    frame.line(
      frame.oneLine(RESULT_WORDS[result], TYPE.note, width - 24),
      TYPE.note,
      x + 20,
      frame.y + 26,
      width - 24,
    );
  });
  frame.endTag();
  frame.space(56);
}
