import { counted, inDayWords, percent } from '../../../shared/domain/programme/day.ts';
import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { type PageSize, TYPE } from '../../binder/compose/style.ts';
import { burnDownFinding, drawBurnDown } from './burn-down.ts';
import { drawHeader } from './header.ts';
import { drawHeatMap, drawSeverities, hasScores, heatFinding } from './heat-map.ts';
import { drawBlocked, drawDates, drawKpis } from './lists.ts';
import type { Box, PacketModel, PacketPage } from './page.ts';
import { drawPillarTiles, MOST_TILE_ROWS, tilesHeight } from './pillar-tiles.ts';
import { RAG_WORDS } from './rag.ts';
import { drawSignatureBlock, SIGNATURES_HEIGHT } from './signature-block.ts';
import { drawLine, drawLines, fitLines, SMALL, tagged } from './type.ts';

const HEADING = 25;
const BETWEEN = 13;
const GUTTER = 18;
const ROOM_FOR_ALL = 521;
const FOOT = 40;

/** One page does not hold everything: where whoever reads it on paper, or as a file, finds the rest. */
export const REST_IS_ELSEWHERE =
  'What is cut short here stands in full on the Board of the programme in Bindery, and in packet.json, which is attached to this PDF.';

/**
 * The week on one page. What has a fixed height is placed from both ends; charts and lists share what is between, and
 * each list says how much of it did not fit.
 */
export function drawSummaryPage(page: PacketPage, size: PageSize, figures: PacketFigures): void {
  const { frame, model } = page;
  let y = drawHeader(page, size, badgeOf(figures));
  y = drawMessage(page, y);
  const signatures = frame.bottom - SIGNATURES_HEIGHT;
  const foot = signatures - FOOT;
  // Charts and a few rows of each list are worth more than a third row of tiles.
  y = drawPillars(frame, figures, y, foot - y < ROOM_FOR_ALL ? 2 : MOST_TILE_ROWS);
  const room = foot - y - 2 * HEADING - BETWEEN;
  const charts = Math.max(104, Math.min(230, room * 0.41));
  y = drawCharts(frame, figures, y, charts);
  drawListColumns(frame, figures, { x: frame.left, y, width: frame.width, height: foot - y - 6 });
  drawFoot(frame, model, figures, foot);
  drawSignatureBlock(page, signatures);
}

function badgeOf({ overall }: PacketFigures) {
  const share = overall.share === null ? 'nothing to count yet' : `${percent(overall.share)} ready`;
  const plan = overall.planned === null ? '' : `, plan ${percent(overall.planned)}`;
  return { rag: overall.rag, word: RAG_WORDS[overall.rag], note: `${share}${plan}` };
}

/** What somebody wrote about the week; without it the worst reason of the programme stands there. */
function drawMessage({ frame, model }: PacketPage, top: number): number {
  const written = model.content.sections.find(({ key }) => key === 'message')?.text.trim() ?? '';
  const text = written === '' ? inDayWords(model.content.figures?.overall.why ?? '') : written;
  if (text === '') return top;
  const style = { ...TYPE.lead, size: 9.5, leading: 13, ink: 'text' } as const;
  const { lines } = fitLines(frame, text, style, frame.width, 4);
  let y = top;
  tagged(frame, 'P', null, () => {
    y = drawLines(frame, lines, style, frame.left, top - 2, frame.width);
  });
  return y + 8;
}

function heading(
  frame: PageFrame,
  title: string,
  finding: string,
  x: number,
  y: number,
  width: number,
): void {
  tagged(frame, 'H2', null, () => {
    drawLine(frame, title, SMALL.label, x, y, width);
    drawLine(frame, finding, SMALL.finding, x, y + 8.5, width);
  });
}

/** A tile for each pillar under what they come to; answers the height below them. */
export function drawPillars(
  frame: PageFrame,
  { pillars }: PacketFigures,
  top: number,
  most: number = MOST_TILE_ROWS,
): number {
  heading(frame, 'Readiness by pillar', pillarFinding(pillars), frame.left, top, frame.width);
  if (pillars.length === 0) return top + HEADING + BETWEEN;
  const height = tilesHeight(pillars.length, most);
  drawPillarTiles(frame, pillars, { x: frame.left, y: top + HEADING, width: frame.width, height }, most);
  return top + HEADING + height + BETWEEN;
}

function pillarFinding(pillars: PacketFigures['pillars']): string {
  const count = (rag: string) => pillars.filter((pillar) => pillar.rag === rag).length;
  const [red, amber] = [count('red'), count('amber')];
  const total = pillars.length;
  if (total === 0) return 'No pillar is named yet';
  const of = total === 1 ? 'the only pillar' : `${total} pillars`;
  if (red + amber === 0)
    return total === 1 ? 'The only pillar is not in trouble' : `None of ${of} is in trouble`;
  const parts = [red > 0 ? `${red} red` : '', amber > 0 ? `${amber} amber` : ''].filter(Boolean);
  return total === 1 ? `The only pillar is ${red > 0 ? 'red' : 'amber'}` : `${parts.join(' and ')} of ${of}`;
}

/** Open gaps over time beside the risks; answers the height below them. */
export function drawCharts(frame: PageFrame, figures: PacketFigures, top: number, height: number): number {
  const right = frame.width * 0.43;
  const left = frame.width - right - GUTTER;
  const x = frame.left + left + GUTTER;
  heading(frame, 'Open gaps', burnDownFinding(figures.burnDown), frame.left, top, left);
  const scored = hasScores(figures.heat);
  const by = scored ? 'Risks by likelihood and impact' : 'Risks by severity';
  heading(frame, by, heatFinding(figures.heat), x, top, right);
  const y = top + HEADING;
  drawBurnDown(frame, figures.burnDown, { x: frame.left, y, width: left, height });
  const draw = scored ? drawHeatMap : drawSeverities;
  draw(frame, figures.heat, { x, y, width: right, height });
  return y + height + BETWEEN;
}

function drawListColumns(frame: PageFrame, figures: PacketFigures, box: Box): void {
  const width = (box.width - 2 * GUTTER) / 3;
  const at = (i: number): Box => ({
    x: box.x + i * (width + GUTTER),
    y: box.y + HEADING,
    width,
    height: box.height - HEADING,
  });
  const late = figures.dates.filter(({ late: overdue }) => overdue).length;
  const soon = figures.dates.length - late;
  const kpis = figures.kpis.filter(({ reached }) => reached !== null);
  const reached = kpis.filter((kpi) => kpi.reached === true).length;
  const columns = [
    ['KPIs', figures.kpis.length === 0 ? 'None tracked' : `${reached} of ${figures.kpis.length} at target`],
    ['Blocked', figures.blocked.length === 0 ? 'Nothing' : `${figures.blocked.length} waiting`],
    [
      late === 0 ? 'Next week' : 'Overdue, then next week',
      late === 0 ? `${soon} due` : `${soon} due, ${late} overdue`,
    ],
  ] as const;
  columns.forEach(([title, finding], i) => {
    heading(frame, title, finding, at(i).x, box.y, width);
  });
  drawKpis(frame, figures.kpis, at(0));
  drawBlocked(frame, figures.blocked, at(1));
  drawDates(frame, figures.dates, at(2));
}

/** What everything above leans on, and whether this page still moves. */
function drawFoot(frame: PageFrame, model: PacketModel, figures: PacketFigures, top: number): void {
  const { current, expiring, stale, results } = figures.evidence;
  const { met, total } = figures.gates;
  const words = [
    total === 0 ? '' : `Gates met: ${met} of ${total}`,
    `Evidence: ${current} current, ${expiring} expiring, ${stale} stale`,
    results === 0
      ? ''
      : `${counted(results, 'accepted result leans', 'accepted results lean')} on what is stale`,
  ];
  frame.rule(top, 'rule', 0.6);
  const state =
    model.final === null
      ? 'Draft, not final'
      : `Final since ${inDayWords(model.final.at.slice(0, 10))} by ${model.final.by}, digest ${model.final.digest.slice(0, 16)}`;
  tagged(frame, 'P', null, () => {
    drawLine(frame, words.filter(Boolean).join('  ·  '), SMALL.note, frame.left, top + 3.5, frame.width);
    drawLine(frame, state, SMALL.note, frame.left, top + 12.5, frame.width);
    drawLine(frame, REST_IS_ELSEWHERE, SMALL.note, frame.left, top + 21.5, frame.width);
  });
}
