import { inDayWords, percent } from '../../../shared/domain/programme/day.ts';
import type { PacketFigures } from '../../../shared/domain/programme/packet-content.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { num } from '../../binder/compose/pdf-objects.ts';
import { INK } from '../../binder/compose/style.ts';
import type { Box } from './page.ts';
import { RAG_GROUND, RAG_INK, RAG_WORDS, type RagWord, ragMark } from './rag.ts';
import { drawLine, drawLines, fitLines, inked, path, rounded, SMALL, tagged } from './type.ts';

type Pillar = PacketFigures['pillars'][number];

const GAP = 7;
const TILE = 60;
export const MOST_TILE_ROWS = 3;

export function tileColumns(count: number): number {
  if (count <= 3) return Math.max(1, count);
  return count === 5 || count === 6 || count === 9 ? 3 : 4;
}

/** How high the tiles of so many pillars are, in at most so many rows. */
export function tilesHeight(count: number, most: number): number {
  const rows = Math.min(most, Math.ceil(count / tileColumns(count)));
  return rows === 0 ? 0 : rows * TILE + (rows - 1) * GAP;
}

/** Where the tiles of a page do not suffice, the last row makes room for two rows of small ones. */
const SMALL_GAP = 4;
const SMALL_TILE = (TILE - SMALL_GAP) / 2;
const MOST_SMALL = 10;

/**
 * A tile for each pillar in the plan's order. Where there are too many the worst come first and whole, the others
 * small, and one tile counts what is left even then.
 */
export function drawPillarTiles(
  frame: PageFrame,
  pillars: readonly Pillar[],
  box: Box,
  mostRows: number,
): void {
  const columns = tileColumns(pillars.length);
  const tight = pillars.length > mostRows * columns;
  const ordered = tight ? worstFirst(pillars) : pillars;
  const whole = ordered.slice(0, (tight ? mostRows - 1 : mostRows) * columns);
  whole.forEach((pillar, i) => {
    drawTile(frame, pillar, tilePlace(box, columns, GAP, TILE, i));
  });
  const top = box.y + (mostRows - 1) * (TILE + GAP);
  if (tight) drawSmallTiles(frame, ordered.slice(whole.length), { ...box, y: top, height: TILE });
}

function tilePlace(box: Box, columns: number, gap: number, height: number, i: number): Box {
  const width = (box.width - gap * (columns - 1)) / columns;
  const [column, row] = [i % columns, Math.floor(i / columns)];
  return { x: box.x + column * (width + gap), y: box.y + row * (height + gap), width, height };
}

function drawSmallTiles(frame: PageFrame, pillars: readonly Pillar[], box: Box): void {
  const shown = pillars.length <= MOST_SMALL ? pillars : pillars.slice(0, MOST_SMALL - 1);
  const columns = Math.ceil(Math.min(pillars.length, MOST_SMALL) / 2);
  const place = (i: number) => tilePlace(box, columns, SMALL_GAP, SMALL_TILE, i);
  shown.forEach((pillar, i) => {
    drawSmallTile(frame, pillar, place(i));
  });
  if (shown.length < pillars.length) drawRest(frame, pillars.slice(shown.length), place(shown.length));
}

/** The pillar and its share; why it stands so is said beside those that stand worse. */
function drawSmallTile(frame: PageFrame, pillar: Pillar, { x, y, width, height }: Box): void {
  const { rag, share, title, why } = pillar;
  tagged(frame, 'Figure', `${title}: ${RAG_WORDS[rag]}. ${inDayWords(why)}`, () => {
    frame.draw(`${RAG_GROUND[rag]} rg ${rounded(x, y, width, height, 3)} f`);
    frame.draw(`${INK[RAG_INK[rag]]} rg ${num(x)} ${num(y + 3)} 2.2 ${num(height - 6)} re f`);
    frame.draw(ragMark(rag, x + 11, y + height / 2, 4));
    const number = share === null ? '' : percent(share);
    const used = drawLine(frame, number, SMALL.strong, x + width - 40, y + height / 2 - 5.2, 35, 'end');
    const room = width - 19 - used - 9;
    const { lines } = fitLines(frame, title, inked(SMALL.note, 'text'), room, 2);
    const above = (height - lines.length * SMALL.note.leading) / 2;
    drawLines(frame, lines, inked(SMALL.note, 'text'), x + 19, y + above, room);
  });
}

const ORDER: readonly RagWord[] = ['red', 'amber', 'green', 'none'];

function worstFirst(pillars: readonly Pillar[]): Pillar[] {
  return [...pillars].sort((a, b) => ORDER.indexOf(a.rag) - ORDER.indexOf(b.rag));
}

function drawTile(frame: PageFrame, pillar: Pillar, { x, y, width, height }: Box): void {
  const ink = INK[RAG_INK[pillar.rag]];
  const spoken = `${pillar.title}: ${RAG_WORDS[pillar.rag]}. ${inDayWords(pillar.why)}`;
  tagged(frame, 'Figure', spoken, () => {
    frame.draw(`${RAG_GROUND[pillar.rag]} rg ${rounded(x, y, width, height, 4)} f`);
    frame.draw(`${ink} rg ${num(x)} ${num(y + 4)} 2.6 ${num(height - 8)} re f`);
    frame.draw(ragMark(pillar.rag, x + 15, y + 13.5, 5.2));
    const word = drawLine(frame, RAG_WORDS[pillar.rag], SMALL.label, x + width - 58, y + 5, 52, 'end');
    const room = width - 28 - word - 10;
    const title = fitLines(frame, pillar.title, SMALL.strong, room, 2);
    let below = drawLines(frame, title.lines, SMALL.strong, x + 26, y + 4.5, room);
    below = Math.max(below, y + 20.5);
    const lines = Math.floor((y + height - 21 - below + 1) / SMALL.note.leading) >= 2 ? 2 : 1;
    const why = fitLines(frame, inDayWords(pillar.why) || ownerOf(pillar), SMALL.note, width - 18, lines);
    drawLines(frame, why.lines, SMALL.note, x + 9, below, width - 18);
    drawFoot(frame, pillar, { x: x + 9, y: y + height - 17, width: width - 18, height: 13 });
  });
}

const ownerOf = ({ owner, due }: Pillar) =>
  [owner, due === null ? '' : `due ${inDayWords(due)}`].filter(Boolean).join(', ');

/** The share as a bar with its number; behind it, small, how it came there. */
function drawFoot(frame: PageFrame, pillar: Pillar, { x, y, width }: Box): void {
  const { share } = pillar;
  const number = share === null ? 'nothing to count' : `${Math.round(share * 100)} %`;
  const label = drawLine(frame, number, SMALL.strong, x, y + 1, width);
  const spark = pillar.trend.length >= 3 ? 30 : 0;
  const left = x + Math.max(26, label + 6);
  const bar = x + width - spark - (spark > 0 ? 6 : 0) - left;
  if (share !== null && bar > 20) {
    frame.draw(`1 1 1 rg ${rounded(left, y + 4, bar, 4.4, 2.2)} f`);
    if (share > 0)
      frame.draw(
        `${INK[RAG_INK[pillar.rag]]} rg ${rounded(left, y + 4, Math.max(4.4, bar * share), 4.4, 2.2)} f`,
      );
  }
  if (spark > 0) drawTrend(frame, pillar.trend, { x: x + width - spark, y: y + 1, width: spark, height: 9 });
}

/** A line of shares from 0 to 1, so that tiles can be compared with each other. */
function drawTrend(frame: PageFrame, trend: readonly number[], { x, y, width, height }: Box): void {
  const points = trend.map(
    (share, i) => [x + (i / (trend.length - 1)) * width, y + height - share * height] as const,
  );
  frame.draw(`q ${INK.quiet} RG 0.8 w 1 J 1 j ${path(points)} S Q`);
}

function drawRest(frame: PageFrame, rest: readonly Pillar[], { x, y, width, height }: Box): void {
  const counts = ORDER.flatMap((rag) => {
    const count = rest.filter((pillar) => pillar.rag === rag).length;
    return count > 0 ? [{ rag, count }] : [];
  });
  tagged(frame, 'P', null, () => {
    frame.draw(`${INK.rule} RG 0.7 w [2 2] 0 d ${rounded(x, y, width, height, 3)} S [] 0 d`);
    const more = `and ${rest.length} more on the Board`;
    drawLine(frame, more, SMALL.note, x + 7, y + 4, width - 12);
    let at = x + 11;
    for (const { rag, count } of counts) {
      frame.draw(ragMark(rag, at, y + height - 8.5, 3.4));
      at += 6 + drawLine(frame, String(count), SMALL.note, at + 5.5, y + height - 13.2, 30) + 7;
    }
  });
}
