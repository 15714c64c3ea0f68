import { ref, textString } from './pdf-objects.ts';
import type { PdfFile } from './pdfkit-internals.ts';

export type Tag =
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'TOC'
  | 'TOCI'
  | 'Figure'
  | 'Link'
  | 'Form';

/** An element that holds other elements alone. */
interface Group {
  readonly id: number;
  readonly tag: Tag;
  readonly parent: number;
  readonly kids: number[];
}

/** An element that holds what is drawn, and links in it. */
export interface Leaf {
  readonly id: number;
  readonly tag: Tag;
  readonly parent: number;
  /** What is said in place of a figure. */
  readonly alternative: string | null;
  /** The page that numbers among the kids are of. */
  page: number | null;
  /** As they are written, in the order of reading. */
  readonly kids: string[];
}

const NUMBERS_PER_NODE = 256;

/**
 * The structure tree: chapters hold headings, paragraphs, figures and tables of rows and cells. Each element is
 * written as soon as it ends; only object numbers stay in memory.
 */
export class Structure {
  readonly #pdf: PdfFile;
  readonly #root: number;
  readonly #document: number;
  readonly #chapters: number[] = [];
  readonly #groups: Group[] = [];
  /** By key of the parent tree: the elements of a page's marks, or the element of an annotation. */
  readonly #parents: number[] = [];
  #chapter: { readonly id: number; readonly kids: number[] } | null = null;
  #marks: number[] = [];

  constructor(pdf: PdfFile) {
    this.#pdf = pdf;
    this.#root = pdf.reserve();
    this.#document = pdf.reserve();
  }

  beginChapter(): void {
    this.#endChapter();
    this.#chapter = { id: this.#pdf.reserve(), kids: [] };
  }

  #endChapter(): void {
    if (!this.#chapter) return;
    if (this.#groups.length > 0) throw new Error('A chapter ended inside of a table');
    const { id, kids } = this.#chapter;
    this.#pdf.write(
      id,
      `<< /Type /StructElem /S /Sect /P ${ref(this.#document)} /K [${kids.map(ref).join(' ')}] >>`,
    );
    this.#chapters.push(id);
    this.#chapter = null;
  }

  /** Elements begun until `endGroup` stand in this one. */
  beginGroup(tag: Tag): void {
    const group = { ...this.#child(), tag, kids: [] };
    this.#groups.push(group);
  }

  endGroup(): void {
    const group = this.#groups.pop();
    if (!group) throw new Error('No element is open');
    const { id, tag, parent, kids } = group;
    this.#pdf.write(
      id,
      `<< /Type /StructElem /S /${tag} /P ${ref(parent)} /K [${kids.map(ref).join(' ')}] >>`,
    );
  }

  begin(tag: Tag, alternative: string | null = null): Leaf {
    return { ...this.#child(), tag, alternative, page: null, kids: [] };
  }

  #child(): { id: number; parent: number } {
    if (!this.#chapter) this.beginChapter();
    const around = this.#groups.at(-1) ?? this.#chapter;
    const id = this.#pdf.reserve();
    around?.kids.push(id);
    return { id, parent: around?.id ?? this.#document };
  }

  /** An element in the middle of what another one holds. */
  beginInside(leaf: Leaf, tag: Tag): Leaf {
    const id = this.#pdf.reserve();
    leaf.kids.push(ref(id));
    return { id, tag, parent: leaf.id, alternative: null, page: null, kids: [] };
  }

  /** Another stretch of marked content of the element, on the page being drawn; answers its number there. */
  mark(leaf: Leaf, page: number): number {
    const mcid = this.#marks.push(leaf.id) - 1;
    leaf.page ??= page;
    leaf.kids.push(leaf.page === page ? String(mcid) : `<< /Type /MCR /Pg ${ref(page)} /MCID ${mcid} >>`);
    return mcid;
  }

  /** Makes an annotation part of the element; answers the key that the annotation has to carry. */
  annotation(leaf: Leaf, annotation: number, page: number): number {
    leaf.kids.push(`<< /Type /OBJR /Pg ${ref(page)} /Obj ${ref(annotation)} >>`);
    return this.#parents.push(leaf.id) - 1;
  }

  end(leaf: Leaf): void {
    const { id, tag, parent, alternative, page, kids } = leaf;
    const entries = [
      `/Type /StructElem /S /${tag} /P ${ref(parent)}`,
      ...(tag === 'TH' ? ['/A << /O /Table /Scope /Column >>'] : []),
      ...(alternative === null ? [] : [`/Alt ${textString(alternative)}`]),
      ...(page === null ? [] : [`/Pg ${ref(page)}`]),
      ...(kids.length === 0 ? [] : [`/K ${kids.length === 1 ? kids[0] : `[${kids.join(' ')}]`}`]),
    ];
    this.#pdf.write(id, `<< ${entries.join(' ')} >>`);
  }

  /** Closes the marks of a page; answers the page's key in the parent tree. */
  endPage(): number {
    const key = this.#parents.push(this.#pdf.add(`[${this.#marks.map(ref).join(' ')}]`)) - 1;
    this.#marks = [];
    return key;
  }

  finish(): void {
    this.#endChapter();
    const kids = this.#chapters.map(ref).join(' ');
    this.#pdf.write(
      this.#document,
      `<< /Type /StructElem /S /Document /P ${ref(this.#root)} /K [${kids}] >>`,
    );
    this.#pdf.write(
      this.#root,
      `<< /Type /StructTreeRoot /K ${ref(this.#document)} /RoleMap << >> /ParentTree ${ref(this.#writeParents())} /ParentTreeNextKey ${this.#parents.length} >>`,
    );
    this.#pdf.catalog('StructTreeRoot', ref(this.#root));
    this.#pdf.catalog('MarkInfo', '<< /Marked true >>');
  }

  /** A number tree of two levels (ISO 32000-2, 7.9.7). */
  #writeParents(): number {
    const nodes: number[] = [];
    for (let from = 0; from < this.#parents.length; from += NUMBERS_PER_NODE) {
      const part = this.#parents.slice(from, from + NUMBERS_PER_NODE);
      const numbers = part.map((id, i) => `${from + i} ${ref(id)}`).join(' ');
      nodes.push(this.#pdf.add(`<< /Limits [${from} ${from + part.length - 1}] /Nums [${numbers}] >>`));
    }
    return this.#pdf.add(nodes.length === 0 ? '<< /Nums [] >>' : `<< /Kids [${nodes.map(ref).join(' ')}] >>`);
  }
}
