import type { FileBytes } from './file-bytes.ts';
import type { Findings } from './findings.ts';
import { PdfFault } from './pdf/values.ts';
import { PdfView } from './pdf/view.ts';

const SEARCHED = 64 * 1024 * 1024;
const STEP = 1024 * 1024;
const MOST_TRIED = 32;
const NEAR_END = 2048;
const MOST_REVISIONS = 64;

/** The version that ends at `end`, or null where none does. */
export async function openVersion(file: FileBytes, end: number): Promise<PdfView | null> {
  try {
    const view = await PdfView.open(file, end);
    await view.catalog();
    return view;
  } catch (error) {
    if (error instanceof PdfFault) return null;
    throw error;
  }
}

/**
 * The newest version that can be read. Where the end of the file is damaged, an earlier one is looked for; a version
 * whose catalog alone is damaged is better than none, because it still tells what is what.
 */
export async function openNewest(file: FileBytes, findings: Findings): Promise<PdfView | null> {
  try {
    const view = await PdfView.open(file, file.size);
    await nameCatalogDamage(view, findings);
    return view;
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    const near = error.at === null || error.at >= file.size - NEAR_END;
    const place = error.at === null ? '' : ` (near byte ${error.at})`;
    const where = near ? 'end of the file' : 'cross-reference table';
    findings.add('damaged-structure', where, `The file’s structure is damaged: ${error.message}${place}.`);
  }
  let tried = 0;
  for await (const end of endsBackwards(file)) {
    const view = await openVersion(file, end);
    if (view) return view;
    tried += 1;
    if (tried >= MOST_TRIED) return null;
  }
  return null;
}

async function nameCatalogDamage(view: PdfView, findings: Findings): Promise<void> {
  try {
    await view.catalog();
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    findings.add('damaged-object', 'document catalog', `Damaged: the document catalog: ${error.message}.`);
  }
}

/** Positions after each `%%EOF`, from the last one back. */
async function* endsBackwards(file: FileBytes): AsyncGenerator<number> {
  const lowest = Math.max(0, file.size - SEARCHED);
  for (let to = file.size; to > lowest; to -= STEP) {
    const from = Math.max(lowest, to - STEP);
    // A few bytes more, so that a mark across the border is found.
    const text = (await file.read(from, to - from + 8)).toString('latin1');
    for (
      let at = text.lastIndexOf('%%EOF');
      at >= 0;
      at = at === 0 ? -1 : text.lastIndexOf('%%EOF', at - 1)
    ) {
      if (from + at < to) yield from + at + 5 + lineEnd(text, at + 5);
    }
  }
}

function lineEnd(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === '\n' || text[at] === '\r' ? 1 : 0;
}

/** Where earlier revisions end, by the tables of a version; newest first. */
export async function revisionEnds(view: PdfView): Promise<number[]> {
  const ends = new Set<number>();
  for (const section of view.sections.slice(0, MOST_REVISIONS)) {
    const text = (await view.file.read(section.end, 1024)).toString('latin1');
    const at = text.indexOf('%%EOF');
    if (at >= 0) ends.add(section.end + at + 5 + lineEnd(text, at + 5));
  }
  ends.delete(view.end);
  return [...ends].filter((end) => end < view.end).sort((a, b) => b - a);
}
