import { num, ref, textString } from './pdf-objects.ts';
import type { EmbeddedFace, PdfFile } from './pdfkit-internals.ts';
import { drawRunningText, type RunningText } from './running-text.ts';
import { INK, type Ink, MARGIN, PAGE_SIZES, type PageSize, type TextStyle, TYPE } from './style.ts';
import { type Leaf, Structure, type Tag } from './tags.ts';
import { showLine } from './text/draw-line.ts';
import { type Line, linesOf, oneLine } from './text/lines.ts';
import { portionsOf } from './text/portions.ts';
import { Typefaces } from './text/typefaces.ts';

/** Where a named destination is: its page's object, the height on it, and the number printed on that page. */
export interface Place {
  readonly page: number;
  readonly top: number;
  readonly printed: number;
}

/** Space around what is drawn on a page. */
export interface Margin {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface OpenPage {
  readonly object: number;
  readonly printed: number;
  /** What its running head names: what it begins with. */
  head: string | null;
  readonly ops: string[];
  readonly faces: Map<string, EmbeddedFace>;
  readonly images: Map<string, number>;
  readonly annotations: number[];
}

export interface Box {
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface ParagraphOptions {
  readonly indent?: number;
  readonly tag?: Tag;
  readonly after?: number;
  readonly width?: number;
}

/**
 * The pages and the cursor on them. Coordinates are points from the top left corner. Text flows from page to page;
 * each page carries the running head and foot, and is handed to the PDF when the next one begins.
 */
export class PageFrame {
  readonly pdf: PdfFile;
  readonly faces: Typefaces;
  readonly structure: Structure;
  readonly places = new Map<string, Place>();
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  y: number;
  /** Shown at the right of the running head. */
  chapter = '';
  /** Added to the order of writing to give the printed page number: the contents are written last. */
  shift = 0;
  readonly #height: number;
  readonly #running: RunningText;
  /** The operands of the colour of rules and links. */
  readonly accent: string;
  readonly #ofTotal: number;
  #page: OpenPage | null = null;
  #leaf: Leaf | null = null;
  /** Whether a stretch of the leaf's marked content is open; it begins with the first thing drawn. */
  #marked = false;

  constructor(pdf: PdfFile, size: PageSize, running: RunningText, margin: Margin = MARGIN) {
    this.pdf = pdf;
    this.faces = new Typefaces(pdf, running.look?.face);
    this.accent = running.look?.accent ?? INK.accent;
    this.structure = new Structure(pdf);
    this.#running = running;
    this.#height = PAGE_SIZES[size].height;
    this.left = margin.left;
    this.top = margin.top;
    this.y = margin.top;
    this.width = PAGE_SIZES[size].width - margin.left - margin.right;
    this.bottom = this.#height - margin.bottom;
    this.#ofTotal = pdf.reserve();
  }

  get right(): number {
    return this.left + this.width;
  }

  /** Begins a page; an open element of the structure goes on there. */
  newPage(): void {
    this.#closePage();
    const printed = this.pdf.pageCount + 1 + this.shift;
    this.#page = {
      object: this.pdf.startPage(),
      printed,
      head: null,
      ops: [],
      faces: new Map(),
      images: new Map(),
      annotations: [],
    };
    this.y = this.top;
  }

  /** Head and foot stand before all else on the page; what the head names is known by the end of it. */
  #drawRunningText({ printed, head, ops }: OpenPage): void {
    const leaf = this.#leaf;
    this.#leaf = null;
    const body = ops.splice(0);
    const chapter = head ?? this.chapter;
    drawRunningText(this, this.#running, { printed, height: this.#height, chapter });
    ops.push(...body);
    this.#leaf = leaf;
  }

  #closePage(): void {
    const page = this.#page;
    if (!page) return;
    this.#closeMark();
    this.#drawRunningText(page);
    this.pdf.fillPage({
      content: page.ops.join('\n'),
      fonts: [...page.faces.values()],
      forms: { Of: this.#ofTotal, ...Object.fromEntries(page.images) },
      annotations: page.annotations,
      structParents: this.structure.endPage(),
    });
    this.#page = null;
  }

  get #open(): OpenPage {
    if (!this.#page) this.newPage();
    if (!this.#page) throw new Error('No page is open');
    return this.#page;
  }

  /** Adds operators to the page being drawn. */
  draw(operators: string): void {
    const page = this.#open;
    page.head ??= this.chapter;
    this.#openMark();
    page.ops.push(operators);
  }

  /** Makes room for something this high, on the next page if need be. */
  need(height: number): void {
    if (this.y + height > this.bottom && this.y > this.top) this.newPage();
  }

  get room(): number {
    return this.bottom - this.y;
  }

  space(height: number): void {
    this.y += height;
  }

  /** Everything drawn until `endTag` belongs to one element of the structure. */
  beginTag(tag: Tag, alternative: string | null = null): void {
    this.endTag();
    this.#leaf = this.structure.begin(tag, alternative);
  }

  endTag(): void {
    if (!this.#leaf) return;
    this.#closeMark();
    this.structure.end(this.#leaf);
    this.#leaf = null;
  }

  /** What is drawn meanwhile belongs to an element that was begun before and goes on afterwards. */
  within(leaf: Leaf, draw: () => void): void {
    const around = this.#leaf;
    this.#closeMark();
    this.#leaf = leaf;
    draw();
    this.#closeMark();
    this.#leaf = around;
  }

  /** What is drawn meanwhile says nothing that is not said elsewhere. */
  artifact(draw: () => void): void {
    this.endTag();
    this.draw('/Artifact << /Type /Pagination >> BDC');
    draw();
    this.draw('EMC');
  }

  #openMark(): void {
    if (!this.#leaf || this.#marked) return;
    const { ops, object } = this.#open;
    ops.push(`/${this.#leaf.tag} << /MCID ${this.structure.mark(this.#leaf, object)} >> BDC`);
    this.#marked = true;
  }

  #closeMark(): void {
    if (this.#marked) this.#page?.ops.push('EMC');
    this.#marked = false;
  }

  lines(text: string, style: TextStyle, width: number): Line[] {
    return linesOf(this.faces, style.voice, text, (width * 1000) / style.size);
  }

  oneLine(text: string, style: TextStyle, width: number): Line {
    return oneLine(this.faces, style.voice, text, (width * 1000) / style.size);
  }

  /** Draws one line inside a column whose first line begins at `top`; right-to-left lines end at its right edge. */
  line(
    line: Line,
    style: TextStyle,
    x: number,
    top: number,
    width: number,
    align: 'start' | 'end' = 'start',
  ): void {
    if (line.runs.length === 0) return;
    const slack = width - (line.width * style.size) / 1000;
    const at = (align === 'end') !== line.rtl ? x + Math.max(0, slack) : x;
    const baseline = top + style.leading / 2 + style.size * 0.36;
    const page = this.#open;
    const { ops, faces } = page;
    page.head ??= this.chapter;
    this.#openMark();
    ops.push(`${this.#operandsOf(style.ink)} rg`);
    ops.push(showLine(line, style.size, at, baseline, (face) => faces.set(face.resource, face)));
  }

  /** A paragraph that flows over as many pages as it takes. */
  paragraph(text: string, style: TextStyle = TYPE.body, options: ParagraphOptions = {}): void {
    for (const _portion of this.#portions(text, style, options));
  }

  /** The same for a text of any length: between portions others may run, and the work may be ended. */
  async flow(
    text: string,
    style: TextStyle,
    options: ParagraphOptions,
    breathe: () => Promise<void>,
  ): Promise<void> {
    for (const _portion of this.#portions(text, style, options)) await breathe();
  }

  *#portions(text: string, style: TextStyle, options: ParagraphOptions): Generator<void> {
    const indent = options.indent ?? 0;
    const width = options.width ?? this.width - indent;
    let begun = false;
    for (const portion of portionsOf(text)) {
      const lines = this.lines(portion, style, width);
      // Two lines at least stay together at the foot of a page.
      if (!begun) this.need(style.leading * Math.min(2, lines.length));
      if (!begun) this.beginTag(options.tag ?? 'P');
      begun = true;
      for (const line of lines) {
        this.need(style.leading);
        this.line(line, style, this.left + indent, this.y, width);
        this.y += style.leading;
      }
      yield;
    }
    this.endTag();
    this.y += options.after ?? 0;
  }

  rect(x: number, top: number, width: number, height: number, ink: Ink): void {
    this.#ornament(`${this.#operandsOf(ink)} rg ${num(x)} ${num(top)} ${num(width)} ${num(height)} re f`);
  }

  frame(x: number, top: number, width: number, height: number, ink: Ink, weight = 0.6): void {
    this.#ornament(
      `${this.#operandsOf(ink)} RG ${weight} w ${num(x)} ${num(top)} ${num(width)} ${num(height)} re S`,
    );
  }

  rule(top: number, ink: Ink = 'rule', weight = 0.6, x = this.left, width = this.width): void {
    this.#ornament(
      `${this.#operandsOf(ink)} RG ${weight} w ${num(x)} ${num(top)} m ${num(x + width)} ${num(top)} l S`,
    );
  }

  #operandsOf(ink: Ink): string {
    return ink === 'accent' ? this.accent : INK[ink];
  }

  /** An image of the document in a box; `words` say what it shows. */
  image(object: number, box: Box, words: string): void {
    this.beginTag('Figure', words);
    this.#open.images.set(`I${object}`, object);
    const matrix = [box.width, 0, 0, -box.height, box.x, box.top + box.height].map(num).join(' ');
    this.draw(`q ${matrix} cm /I${object} Do Q`);
    this.endTag();
  }

  /** What carries no text of its own stands outside the structure. */
  #ornament(operators: string): void {
    this.draw(this.#leaf ? operators : `/Artifact BMC ${operators} EMC`);
  }

  /** What `draw` draws leads to a named destination; `words` say where to, for those who do not see it. */
  link(box: Box, { to, words }: { to: string; words: string }, draw: () => void): void {
    const around = this.#leaf;
    this.#closeMark();
    const leaf = around ? this.structure.beginInside(around, 'Link') : this.structure.begin('Link');
    this.within(leaf, draw);
    const { object, annotations } = this.#open;
    const annotation = this.pdf.reserve();
    const key = this.structure.annotation(leaf, annotation, object);
    this.structure.end(leaf);
    const rect = this.rectangle(box.x, box.top, box.width, box.height);
    this.pdf.write(
      annotation,
      `<< /Type /Annot /Subtype /Link /Rect ${rect} /Border [0 0 0] /F 4 /Dest ${textString(to)} /Contents ${textString(words)} /StructParent ${key} >>`,
    );
    annotations.push(annotation);
  }

  /** Puts a field of the form on the page, as an element of its own; `write` gets its object number and its key. */
  field(write: (annotation: number, key: number) => void): number {
    this.endTag();
    const leaf = this.structure.begin('Form');
    const { object, annotations } = this.#open;
    const annotation = this.pdf.reserve();
    write(annotation, this.structure.annotation(leaf, annotation, object));
    this.structure.end(leaf);
    annotations.push(annotation);
    return annotation;
  }

  /** A box in the page's own coordinates, as annotations want it. */
  rectangle(x: number, top: number, width: number, height: number): string {
    return `[${[x, this.#height - top - height, x + width, this.#height - top].map(num).join(' ')}]`;
  }

  get pageObject(): number {
    return this.#open.object;
  }

  /** Names the place where the cursor is. */
  place(destination: string, above = 6): void {
    const { object, printed } = this.#open;
    this.places.set(destination, { page: object, top: this.#height - this.y + above, printed });
  }

  /** Closes the last page, and only now, when the number of pages is known, writes the “of m” that all share. */
  finish(): void {
    this.endTag();
    this.#closePage();
    const line = this.oneLine(`of ${this.pdf.pageCount}`, TYPE.note, this.width);
    this.writeForm(this.#ofTotal, '[0 -5 80 10]', (used) => [
      `${INK[TYPE.note.ink]} rg`,
      showLine(line, TYPE.note.size, 0, 0, used, false),
    ]);
  }

  /** Writes a form XObject whose y axis points up. */
  writeForm(
    id: number,
    box: string,
    content: (used: (face: EmbeddedFace) => void) => readonly string[],
  ): void {
    const faces = new Map<string, EmbeddedFace>();
    const drawn = content((face) => faces.set(face.resource, face));
    const data = Buffer.from(drawn.join('\n'), 'latin1');
    const fonts = [...faces.values()].map((face) => `/${face.resource} ${ref(face.object)}`).join(' ');
    this.pdf.beginStream(
      id,
      `/Type /XObject /Subtype /Form /BBox ${box} /Resources << /Font << ${fonts} >> >> /Length ${data.length}`,
    );
    this.pdf.streamBytes(data);
    this.pdf.endStream();
  }
}
