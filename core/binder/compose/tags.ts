import { ref, textString } from './pdf-objects.ts';
import type { PdfFile } from './pdfkit-internals.ts';

export type Tag = 'H1' | 'H2' | 'H3' | 'P' | 'Table' | 'Figure';

interface Leaf {
  readonly id: number;
  readonly tag: Tag;
  /** What is said in place of a figure. */
  readonly alternative: string | null;
  readonly marks: { readonly page: number; readonly mcid: number }[];
}

/**
 * The structure tree, kept light on purpose: chapters hold headings, paragraphs and whole tables. Each element is
 * written as soon as it ends; only object numbers stay in memory.
 */
export class Structure {
  readonly #pdf: PdfFile;
  readonly #root: number;
  readonly #document: number;
  readonly #chapters: number[] = [];
  readonly #pages: number[] = [];
  #chapter: { readonly id: number; readonly kids: number[] } | null = null;
  #parents: number[] = [];

  constructor(pdf: PdfFile) {
    this.#pdf = pdf;
    this.#root = pdf.reserve();
    this.#document = pdf.reserve();
  }

  /** The key of the page being drawn in the parent tree. */
  get pageKey(): number {
    return this.#pages.length;
  }

  beginChapter(): void {
    this.#endChapter();
    this.#chapter = { id: this.#pdf.reserve(), kids: [] };
  }

  #endChapter(): void {
    if (!this.#chapter) return;
    const { id, kids } = this.#chapter;
    this.#pdf.write(
      id,
      `<< /Type /StructElem /S /Sect /P ${ref(this.#document)} /K [${kids.map(ref).join(' ')}] >>`,
    );
    this.#chapters.push(id);
    this.#chapter = null;
  }

  begin(tag: Tag, alternative: string | null): Leaf {
    if (!this.#chapter) this.beginChapter();
    const leaf: Leaf = { id: this.#pdf.reserve(), tag, alternative, marks: [] };
    this.#chapter?.kids.push(leaf.id);
    return leaf;
  }

  /** Another stretch of marked content of the element, on the page being drawn; answers its number there. */
  mark(leaf: Leaf, page: number): number {
    const mcid = this.#parents.push(leaf.id) - 1;
    leaf.marks.push({ page, mcid });
    return mcid;
  }

  end(leaf: Leaf): void {
    const kids = leaf.marks.map(({ page, mcid }) => `<< /Type /MCR /Pg ${ref(page)} /MCID ${mcid} >>`);
    const parent = this.#chapter?.id ?? this.#document;
    const alternative = leaf.alternative === null ? '' : `/Alt ${textString(leaf.alternative)}`;
    this.#pdf.write(
      leaf.id,
      `<< /Type /StructElem /S /${leaf.tag} /P ${ref(parent)} ${alternative} /K [${kids.join(' ')}] >>`,
    );
  }

  endPage(): void {
    this.#pages.push(this.#pdf.add(`[${this.#parents.map(ref).join(' ')}]`));
    this.#parents = [];
  }

  finish(): void {
    this.#endChapter();
    const kids = this.#chapters.map(ref).join(' ');
    this.#pdf.write(
      this.#document,
      `<< /Type /StructElem /S /Document /P ${ref(this.#root)} /K [${kids}] >>`,
    );
    const parents = this.#pdf.add(
      `<< /Nums [${this.#pages.map((id, key) => `${key} ${ref(id)}`).join(' ')}] >>`,
    );
    this.#pdf.write(
      this.#root,
      `<< /Type /StructTreeRoot /K ${ref(this.#document)} /ParentTree ${ref(parents)} /ParentTreeNextKey ${this.#pages.length} >>`,
    );
    this.#pdf.catalog('StructTreeRoot', ref(this.#root));
    this.#pdf.catalog('MarkInfo', '<< /Marked true >>');
  }
}
export type { Leaf };
