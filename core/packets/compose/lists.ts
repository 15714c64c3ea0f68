import { inDayWords } from '../../../shared/domain/programme/day.ts';
import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { INK } from '../../binder/compose/style.ts';
import type { Box } from './page.ts';
import { ragMark } from './rag.ts';
import { drawLine, drawLines, fitLines, inked, path, SMALL, tagged } from './type.ts';

/** A row of a list: how high it is, and how it is drawn from a height on. */
interface ListRow {
  readonly height: number;
  draw(top: number): void;
}

const MORE = 11;

/** As many rows as fit, and how many more there are. */
function drawRows(
  frame: PageFrame,
  rowsOf: (lines: number) => readonly ListRow[],
  box: Box,
  none: string,
): void {
  const roomy = rowsOf(2);
  // Where not everything fits, more rows are worth more than second lines.
  const rows = fitting(roomy, box.height) < roomy.length ? rowsOf(1) : roomy;
  if (rows.length === 0) {
    tagged(frame, 'P', null, () => {
      const { lines } = fitLines(frame, none, SMALL.note, box.width, 3);
      drawLines(frame, lines, SMALL.note, box.x, box.y + 2, box.width);
    });
    return;
  }
  const shown = fitting(rows, box.height);
  let y = box.y;
  for (const row of rows.slice(0, shown)) {
    const top = y;
    tagged(frame, 'P', null, () => row.draw(top));
    y += row.height;
  }
  const rest = rows.length - shown;
  if (rest > 0)
    tagged(frame, 'P', null, () => {
      drawLine(
        frame,
        `and ${rest} more, see the foot of the page`,
        inked(SMALL.note, 'quiet'),
        box.x,
        y + 1,
        box.width,
      );
    });
}

/** How many rows fit whole, with room for the line that counts the rest. */
function fitting(rows: readonly ListRow[], room: number): number {
  const all = rows.reduce((sum, row) => sum + row.height, 0);
  if (all <= room) return rows.length;
  let used = MORE;
  let count = 0;
  for (const row of rows) {
    used += row.height;
    if (used > room) break;
    count++;
  }
  return count;
}

/** A hair line under a row tells it from the next. */
function underline(frame: PageFrame, box: Box, y: number): void {
  frame.rule(y, 'hair', 0.5, box.x, box.width);
}

/** A number as people read it: at most two decimals, thousands apart. */
function figure(value: number): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  return rounded.toLocaleString('en-GB').replaceAll(',', ' ');
}

const first = <T>(all: readonly T[], rank: (one: T) => string | number): T[] =>
  [...all].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));

/** Where a page has room for a few, these are the ones to see: what misses its target, what waits longest. */
const offTargetFirst = (kpis: PacketFigures['kpis']) =>
  first(kpis, ({ reached }) => (reached === false ? 0 : reached === null ? 1 : 2));
const latestFirst = (blocked: PacketFigures['blocked']) =>
  first(blocked, ({ overdue, due }) => `${overdue ? 0 : 1} ${due ?? '9'}`);
const longestOverdueFirst = (dates: PacketFigures['dates']) => first(dates, ({ day }) => day);

export function drawKpis(frame: PageFrame, kpis: PacketFigures['kpis'], box: Box): void {
  const rows = (most: number) =>
    offTargetFirst(kpis).map((kpi): ListRow => {
      const title = fitLines(frame, kpi.title, SMALL.text, box.width, most);
      const height = title.lines.length * SMALL.text.leading + 18;
      return {
        height,
        draw(top) {
          const below = drawLines(frame, title.lines, SMALL.text, box.x, top, box.width);
          drawKpi(frame, kpi, { ...box, y: below, height: 14 });
          underline(frame, box, top + height - 2.5);
        },
      };
    });
  drawRows(frame, rows, box, 'No KPI is tracked yet.');
}

function drawKpi(frame: PageFrame, kpi: PacketFigures['kpis'][number], { x, y, width }: Box): void {
  const value = kpi.value === null ? 'not measured' : `${figure(kpi.value)} ${kpi.unit}`.trim();
  const mark = kpi.reached === null ? 0 : 12;
  if (kpi.reached !== null) frame.draw(ragMark(kpi.reached ? 'green' : 'red', x + 4, y + 6, 3.6));
  const style = kpi.value === null ? inked(SMALL.note, 'quiet') : { ...SMALL.strong, size: 8.75 };
  const used = drawLine(frame, value, style, x + mark, y + 0.5, width * 0.42);
  const target = kpi.target === null ? '' : `${kpi.direction === 'up' ? '≥' : '≤'} ${figure(kpi.target)}`;
  drawLine(
    frame,
    target,
    SMALL.note,
    x + mark + used + 6,
    y + 1.5,
    Math.max(0, width * 0.66 - mark - used - 6),
  );
  if (kpi.series.length >= 2)
    drawSpark(frame, kpi, { x: x + width * 0.68, y: y + 3, width: width * 0.3, height: 8 });
}

/** Values over time with their target as a hair line; the last one is marked. */
function drawSpark(frame: PageFrame, kpi: PacketFigures['kpis'][number], { x, y, width, height }: Box): void {
  const { series, target } = kpi;
  const all = target === null ? series : [...series, target];
  const low = Math.min(...all);
  const span = Math.max(...all) - low || 1;
  const atY = (value: number) => y + height - ((value - low) / span) * height;
  const points = series.map((value, i) => [x + (i / (series.length - 1)) * width, atY(value)] as const);
  if (target !== null)
    frame.draw(
      `q ${INK.faint} RG 0.5 w [1.6 1.4] 0 d ${path([
        [x, atY(target)],
        [x + width, atY(target)],
      ])} S Q`,
    );
  frame.draw(`q ${INK.text} RG 0.9 w 1 J 1 j ${path(points)} S Q`);
  const last = points.at(-1);
  if (last !== undefined) frame.draw(`${INK.text} rg ${last[0] - 1.6} ${last[1] - 1.6} 3.2 3.2 re f`);
}

export function drawBlocked(frame: PageFrame, blocked: PacketFigures['blocked'], box: Box): void {
  const rows = (most: number) =>
    latestFirst(blocked).map((action): ListRow => {
      const title = fitLines(frame, action.title, SMALL.strong, box.width, most);
      const waits = fitLines(frame, action.by, SMALL.note, box.width, most);
      const about = [
        action.owner,
        action.due === null ? '' : `${action.overdue ? 'was due' : 'due'} ${inDayWords(action.due)}`,
      ]
        .filter(Boolean)
        .join(' · ');
      const lines = waits.lines.length * SMALL.note.leading + (about === '' ? 0 : SMALL.note.leading);
      const height = title.lines.length * SMALL.strong.leading + lines + 6;
      return {
        height,
        draw(top) {
          let y = drawLines(frame, title.lines, SMALL.strong, box.x, top, box.width);
          y = drawLines(frame, waits.lines, SMALL.note, box.x, y, box.width);
          drawLine(frame, about, action.overdue ? SMALL.alarm : SMALL.note, box.x, y, box.width);
          underline(frame, box, top + height - 2.5);
        },
      };
    });
  drawRows(frame, rows, box, 'Nothing is blocked.');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-23` as `Mon 23 Nov`. */
export function dayWords(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

export function drawDates(frame: PageFrame, dates: PacketFigures['dates'], box: Box): void {
  const column = 53;
  const width = box.width - column;
  const rows = (most: number) =>
    longestOverdueFirst(dates).map((date): ListRow => {
      const title = fitLines(frame, date.title, SMALL.text, width, most);
      const height = title.lines.length * SMALL.text.leading + SMALL.note.leading + 6;
      return {
        height,
        draw(top) {
          const style = date.late ? { ...SMALL.alarm, leading: SMALL.text.leading } : SMALL.strong;
          drawLine(frame, dayWords(date.day), style, box.x, top, column - 4);
          const y = drawLines(frame, title.lines, SMALL.text, box.x + column, top, width);
          const what = [date.late ? `overdue ${date.what}` : date.what, date.owner]
            .filter(Boolean)
            .join(' · ');
          drawLine(frame, what, SMALL.note, box.x + column, y, width);
          underline(frame, box, top + height - 2.5);
        },
      };
    });
  drawRows(frame, rows, box, 'Nothing falls due in the next seven days.');
}
