import {
  type Caption,
  type LegendEntry,
  type Measure,
  type PictureTile,
  type Sheet,
  sheetOf,
  sheetOfTiles,
  signPath,
} from './picture-layout.ts';

const COPIED = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'fill-opacity',
  'opacity',
] as const;
/** Dots of the picture for each of the screen, so that it stays sharp on paper. */
const DENSITY = 2;

/** A drawing taken off the screen: its shapes as an image of their own, its words apart. */
interface Taken {
  readonly width: number;
  readonly height: number;
  readonly source: string;
  readonly words: readonly {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly font: string;
    readonly ink: string;
  }[];
}

/** The drawing with all its words, its title and its legend, on white whatever the screen looks like. */
export async function pictureOfDrawing(svg: SVGSVGElement, caption: Caption): Promise<Blob> {
  const taken = inDaylight(() => takenFrom(svg));
  const shapes = await loaded(taken.source);
  return painted((context) => {
    const sheet = sheetOf(caption, taken, measureOn(context));
    const { x, y } = sheet.drawing;
    return {
      sheet,
      paint: () => {
        context.drawImage(shapes, x, y, taken.width, taken.height);
        for (const word of taken.words) write(context, { ...word, x: x + word.x, y: y + word.y });
      },
    };
  });
}

/** A chart made of many small ones: every tile in full. */
export function pictureOfTiles(tiles: readonly PictureTile[], caption: Caption): Promise<Blob> {
  return painted((context) => {
    const sheet = sheetOfTiles(caption, tiles, measureOn(context));
    return { sheet, paint: () => undefined };
  });
}

function painted(
  plan: (context: CanvasRenderingContext2D) => { sheet: Sheet; paint: () => void },
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures.');
  const { sheet, paint } = plan(context);
  canvas.width = Math.ceil(sheet.width * DENSITY);
  canvas.height = Math.ceil(sheet.height * DENSITY);
  context.scale(DENSITY, DENSITY);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  paint();
  inDaylight(() => paintAround(context, sheet));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob),
    );
  });
}

function paintAround(context: CanvasRenderingContext2D, sheet: Sheet): void {
  for (const { text, x, y, size, bold, ink } of sheet.words)
    write(context, { text, x, y, font: fontOf(size, bold), ink: inkOf(ink) });
  for (const sign of sheet.signs) paintSign(context, sign);
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = inkOf('var(--line)');
  for (const { x, y, width, height } of sheet.frames) context.strokeRect(x, y, width, height);
  for (const line of sheet.lines) paintLine(context, line);
}

function write(
  context: CanvasRenderingContext2D,
  word: { text: string; x: number; y: number; font: string; ink: string },
): void {
  context.font = word.font;
  context.fillStyle = word.ink;
  context.fillText(word.text, word.x, word.y);
}

function paintSign(
  context: CanvasRenderingContext2D,
  sign: LegendEntry & { readonly x: number; readonly y: number },
): void {
  const { x, y } = sign;
  context.strokeStyle = inkOf(sign.ink);
  context.fillStyle = inkOf(sign.fill ?? sign.ink);
  context.setLineDash(sign.mark === 'dashed' ? [4, 3] : []);
  context.lineWidth = sign.mark === 'line' || sign.mark === 'dashed' ? 2 : 1;
  const path = new Path2D(signPath(sign.mark, x, y));
  if (sign.mark === 'square' || sign.mark === 'diamond') context.fill(path);
  context.stroke(path);
}

function paintLine(context: CanvasRenderingContext2D, line: Sheet['lines'][number]): void {
  const { tile, x, y, width, height } = line;
  const { target = null } = tile;
  const least = Math.min(...(tile.scale ?? tile.line), target ?? Number.POSITIVE_INFINITY);
  const most = Math.max(...(tile.scale ?? tile.line), target ?? Number.NEGATIVE_INFINITY);
  const up = (value: number) =>
    most === least ? y + height / 2 : y + height - ((value - least) / (most - least)) * height;
  if (tile.line.length > 1) {
    const step = width / (tile.line.length - 1);
    const points = tile.line.map((value, place) => `${x + place * step} ${up(value)}`);
    context.setLineDash([]);
    context.lineWidth = 1.75;
    context.strokeStyle = inkOf('var(--accent)');
    context.stroke(new Path2D(`M ${points.join(' L ')}`));
    if (target === null) return;
    context.setLineDash([3, 3]);
    context.lineWidth = 1;
    context.strokeStyle = inkOf('var(--line-strong)');
    context.stroke(new Path2D(`M ${x} ${up(target)} h ${width}`));
  }
}

const family = () => getComputedStyle(document.body).fontFamily;
const fontOf = (size: number, bold: boolean) => `${bold ? 600 : 400} ${size}px ${family()}`;

function measureOn(context: CanvasRenderingContext2D): Measure {
  return (text, size, bold) => {
    context.font = fontOf(size, bold);
    return context.measureText(text).width;
  };
}

/** A colour of the page as the canvas knows it. */
function inkOf(colour: string): string {
  const probe = document.createElement('i');
  probe.style.color = colour;
  document.body.append(probe);
  const ink = getComputedStyle(probe).color;
  probe.remove();
  return ink;
}

/** Colours are asked for as in the light scheme; the page is back in its own before it is drawn again. */
function inDaylight<Result>(ask: () => Result): Result {
  const root = document.documentElement;
  const scheme = root.getAttribute(SCHEME);
  root.setAttribute(SCHEME, 'light');
  try {
    return ask();
  } finally {
    if (scheme === null) root.removeAttribute(SCHEME);
    else root.setAttribute(SCHEME, scheme);
  }
}
const SCHEME = 'data-mantine-color-scheme';

function takenFrom(svg: SVGSVGElement): Taken {
  const own = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll<SVGTextContentElement>('text, tspan')].filter(
    (one) => one.childElementCount === 0 && (one.textContent ?? '').trim() !== '',
  );
  // Words may stand out over the edge of a drawing; the picture grows until it holds them.
  const boxes = [own, ...texts.map((one) => one.getBoundingClientRect())];
  // So may half the width of a line along the edge.
  const left = Math.floor(Math.min(...boxes.map((box) => box.left))) - 1;
  const top = Math.floor(Math.min(...boxes.map((box) => box.top))) - 1;
  const width = Math.ceil(Math.max(...boxes.map((box) => box.right)) - left) + 1;
  const height = Math.ceil(Math.max(...boxes.map((box) => box.bottom)) - top) + 1;
  const place = { x: own.left - left, y: own.top - top, width: own.width, height: own.height };
  return {
    width,
    height,
    source: shapesOf(svg, place, { width, height }),
    words: texts.map((one) => wordOf(one, left, top)),
  };
}

function wordOf(text: SVGTextContentElement, left: number, top: number): Taken['words'][number] {
  const style = getComputedStyle(text);
  const onScreen = text.getScreenCTM() ?? new DOMMatrix();
  const start = text.getStartPositionOfChar(0);
  const at = new DOMPoint(start.x, start.y).matrixTransform(onScreen);
  const size = Number.parseFloat(style.fontSize) * onScreen.a;
  return {
    text: (text.textContent ?? '').trim(),
    x: at.x - left,
    y: at.y - top,
    font: `${style.fontWeight} ${size}px ${style.fontFamily}`,
    ink: style.fill,
  };
}

/** The drawing without its words as an image: a picture on its own knows neither colours nor fonts of the page. */
function shapesOf(
  svg: SVGSVGElement,
  place: { x: number; y: number; width: number; height: number },
  whole: { width: number; height: number },
): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copyStyles(svg, copy);
  for (const text of copy.querySelectorAll('text')) text.remove();
  copy.removeAttribute('style');
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
  const outer = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  outer.setAttribute('width', String(whole.width));
  outer.setAttribute('height', String(whole.height));
  outer.append(copy);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(outer))}`;
}

function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const property of COPIED) {
    const value = style.getPropertyValue(property);
    if (value !== '') to.setAttribute(property, value);
  }
  for (const [index, child] of [...from.children].entries()) {
    const twin = to.children[index];
    if (twin !== undefined) copyStyles(child, twin);
  }
}

function loaded(source: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('The drawing could not be read.'));
    image.src = source;
  });
}
