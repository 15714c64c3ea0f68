import type { PageFrame } from './page-frame.ts';
import { num } from './pdf-objects.ts';
import type { PlanEntry } from './plan.ts';
import { INK, type TextStyle, TYPE } from './style.ts';

interface ContentsLine {
  readonly entry: PlanEntry;
  readonly depth: number;
}

const STYLES: readonly TextStyle[] = [TYPE.strong, TYPE.body, TYPE.small];
const SPACE_ABOVE = [8, 0.5, 0];
const HEADING = 40;
const NUMBER_WIDTH = 40;

function linesOfContents(plan: readonly PlanEntry[], depth = 0): ContentsLine[] {
  return plan.flatMap((entry) =>
    entry.inContents ? [{ entry, depth }, ...linesOfContents(entry.children, depth + 1)] : [],
  );
}

function heightOf(line: ContentsLine): number {
  return (STYLES[line.depth]?.leading ?? 0) + (SPACE_ABOVE[line.depth] ?? 0);
}

/** How far lines move together, at most, in percent, where a few would stand on a page of their own. */
const TIGHTEST = 86;
const FEW = 8;

interface ContentsPages {
  readonly pages: ContentsLine[][];
  /** What every height is multiplied by. */
  readonly squeeze: number;
}

/** The lines of each page of contents: one line an entry, so the number of pages follows from the plan alone. */
function contentsPages(plan: readonly PlanEntry[], pageHeight: number): ContentsPages {
  const pages = pagesAt(plan, pageHeight, 1);
  if (pages.length > 1 && (pages.at(-1)?.length ?? 0) <= FEW) {
    for (let percent = 98; percent >= TIGHTEST; percent -= 2) {
      const squeeze = percent / 100;
      const tighter = pagesAt(plan, pageHeight, squeeze);
      if (tighter.length < pages.length) return { pages: tighter, squeeze };
    }
  }
  return { pages: balanced(pages, pageHeight), squeeze: 1 };
}

/** The least of a page that its last lines fill. */
const LEAST_END = 0.3;

/** Where the last page would stand nearly empty, it begins with an earlier chapter. */
function balanced(pages: ContentsLine[][], pageHeight: number): ContentsLine[][] {
  const [end = [], before = []] = pages.toReversed();
  const heightFrom = (at: number) =>
    [...before.slice(at), ...end].reduce((sum, line) => sum + heightOf(line), 0);
  if (pages.length < 2 || heightFrom(before.length) >= pageHeight * LEAST_END) return pages;
  const at = before.findLastIndex(
    ({ depth }, i) => i > 0 && depth === 0 && heightFrom(i) >= pageHeight * LEAST_END,
  );
  if (at < 0 || heightFrom(at) > pageHeight) return pages;
  return [...pages.slice(0, -2), before.slice(0, at), [...before.slice(at), ...end]];
}

function pagesAt(plan: readonly PlanEntry[], pageHeight: number, squeeze: number): ContentsLine[][] {
  const pages: ContentsLine[][] = [[]];
  let used = HEADING;
  for (const line of linesOfContents(plan)) {
    const height = heightOf(line) * squeeze;
    if (used + height > pageHeight) {
      pages.push([]);
      used = 0;
    }
    used += height;
    pages.at(-1)?.push(line);
  }
  return pages;
}

export function contentsPageCount(plan: readonly PlanEntry[], frame: PageFrame): number {
  return contentsPages(plan, frame.bottom - frame.top).pages.length;
}

/** Draws the contents; every entry's page is known by now. */
export async function drawContents(
  frame: PageFrame,
  plan: readonly PlanEntry[],
  breathe: () => Promise<void>,
): Promise<void> {
  frame.structure.beginChapter();
  frame.chapter = 'Contents';
  const { pages, squeeze } = contentsPages(plan, frame.bottom - frame.top);
  for (const [i, lines] of pages.entries()) {
    frame.newPage();
    if (i === 0) drawHeading(frame);
    if (i === 0) frame.structure.beginGroup('TOC');
    for (const line of lines) drawEntry(frame, line, squeeze);
    await breathe();
  }
  frame.structure.endGroup();
}

function drawHeading(frame: PageFrame): void {
  frame.place('contents');
  frame.paragraph('Contents', TYPE.title, { tag: 'H1' });
  frame.y = frame.top + HEADING;
}

function drawEntry(frame: PageFrame, { entry, depth }: ContentsLine, squeeze: number): void {
  const style = STYLES[depth] ?? TYPE.small;
  const place = frame.places.get(entry.destination);
  if (!place) throw new Error(`Nothing was drawn at ${entry.destination}`);
  frame.space((SPACE_ABOVE[depth] ?? 0) * squeeze);
  const indent = depth * 16;
  const room = frame.width - indent - NUMBER_WIDTH;
  const title = frame.oneLine(entry.title, style, room);
  const number = frame.oneLine(String(place.printed), style, NUMBER_WIDTH);
  const from = title.rtl ? 0 : indent + (title.width * style.size) / 1000 + 6;
  const to = frame.width - (number.width * style.size) / 1000 - 6;
  if (!title.rtl && to > from) drawLeader(frame, from, to, frame.y + style.leading / 2 + style.size * 0.36);
  const height = style.leading * squeeze;
  const box = { x: frame.left, top: frame.y, width: frame.width, height };
  frame.beginTag('TOCI');
  frame.link(box, { to: entry.destination, words: `${entry.title}, page ${place.printed}` }, () => {
    frame.line(title, style, frame.left + indent, frame.y, room);
    frame.line(number, style, frame.right - NUMBER_WIDTH, frame.y, NUMBER_WIDTH, 'end');
  });
  frame.endTag();
  frame.space(height);
}

function drawLeader(frame: PageFrame, from: number, to: number, at: number): void {
  const [start, end] = [frame.left + from, frame.left + to].map(num);
  frame.artifact(() =>
    frame.draw(`q ${INK.rule} RG 0.5 w [0.5 3] 0 d 1 J ${start} ${num(at)} m ${end} ${num(at)} l S Q`),
  );
}
