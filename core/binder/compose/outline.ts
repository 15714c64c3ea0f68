import { readableName } from '../../../shared/domain/spell-out.ts';
import type { Place } from './page-frame.ts';
import { num, ref, textString } from './pdf-objects.ts';
import type { PdfFile } from './pdfkit-internals.ts';
import type { PlanEntry } from './plan.ts';

/** Writes the bookmarks: chapters are open as far as they have few children, everything below is closed. */
export function writeOutline(pdf: PdfFile, plan: readonly PlanEntry[]): void {
  const root = pdf.outlineRoot;
  const { first, last } = writeLevel(pdf, plan, root);
  pdf.writeOutlineRoot(`/Type /Outlines /First ${ref(first)} /Last ${ref(last)} /Count ${plan.length}`);
  pdf.catalog('Outlines', ref(root));
  pdf.catalog('PageMode', '/UseOutlines');
}

function writeLevel(
  pdf: PdfFile,
  entries: readonly PlanEntry[],
  parent: number,
): { first: number; last: number } {
  const ids = entries.map(() => pdf.reserve());
  entries.forEach((entry, i) => {
    const id = ids[i] ?? 0;
    const neighbours = [
      i > 0 ? `/Prev ${ref(ids[i - 1] ?? 0)}` : '',
      i + 1 < ids.length ? `/Next ${ref(ids[i + 1] ?? 0)}` : '',
    ];
    const title = textString(readableName(entry.title.replace(/\s+/gu, ' ').trim()));
    const destination = textString(entry.destination);
    pdf.write(
      id,
      `<< /Title ${title} /Parent ${ref(parent)} /Dest ${destination} ${neighbours.join(' ')} ${children(pdf, entry, id)} >>`,
    );
  });
  return { first: ids[0] ?? 0, last: ids.at(-1) ?? 0 };
}

/** A negative count keeps the branch closed until the reader opens it. */
function children(pdf: PdfFile, entry: PlanEntry, id: number): string {
  if (entry.children.length === 0) return '';
  const { first, last } = writeLevel(pdf, entry.children, id);
  return `/First ${ref(first)} /Last ${ref(last)} /Count -${entry.children.length}`;
}

/** The name tree of all destinations. */
export function writeDestinations(pdf: PdfFile, places: ReadonlyMap<string, Place>): number {
  const entries = [...places].map(([name, { page, top }]) => ({
    key: name,
    written: textString(name),
    value: `[${ref(page)} /XYZ null ${num(top)} null]`,
  }));
  return writeNameTree(pdf, entries);
}

export interface NameTreeEntry {
  /** Orders the tree. */
  readonly key: string;
  /** The key as a PDF string; its bytes have to sort as the keys do. */
  readonly written: string;
  readonly value: string;
}

const LEAF_SIZE = 64;

/** A name tree of two levels (ISO 32000-2, 7.9.6). */
export function writeNameTree(pdf: PdfFile, entries: readonly NameTreeEntry[]): number {
  const sorted = [...entries].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const leaves: string[] = [];
  for (let from = 0; from < sorted.length; from += LEAF_SIZE) {
    const leaf = sorted.slice(from, from + LEAF_SIZE);
    const names = leaf.map(({ written, value }) => `${written} ${value}`).join(' ');
    const limits = `${leaf[0]?.written} ${leaf.at(-1)?.written}`;
    leaves.push(ref(pdf.add(`<< /Limits [${limits}] /Names [${names}] >>`)));
  }
  return pdf.add(leaves.length === 0 ? '<< /Names [] >>' : `<< /Kids [${leaves.join(' ')}] >>`);
}
