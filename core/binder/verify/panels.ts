import type { Findings } from './findings.ts';
import { isArray, isDict, isRef, nameOf, type PdfValue } from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import { type SignatureField, signatureFields } from './signatures/fields.ts';

/** A panel takes no larger part of its page: what is drawn in it comes after those who signed before. */
const LARGEST_SHARE = 1 / 6;
const MAX_FIELDS = 10_000;

/**
 * Judges the form and the layers of a signed version. Whoever fills a signature field draws its panel, after the
 * others signed: so a panel may not lie where there is anything to cover.
 */
export async function checkForm(
  view: PdfView,
  pagesOf: ReadonlyMap<number, ReadonlySet<number>>,
  findings: Findings,
): Promise<void> {
  const catalog = await view.catalog();
  if (catalog.entries.has('OCProperties')) {
    const message = 'The document has layers, of which readers show some and hide others; a binder has none.';
    findings.add('foreign-content', 'layers', message);
  }
  if (catalog.entries.has('Collection')) {
    const message = 'The document opens as a portfolio of other files; a binder is read by its own pages.';
    findings.add('foreign-content', 'document catalog', message);
  }
  const form = await view.dictAt(catalog, 'AcroForm');
  if (form?.entries.get('NeedAppearances') === true) {
    const message = 'The form has readers draw it anew, so that it can look different from what was signed.';
    findings.add('foreign-content', 'form', message);
  }
  if (form && (await hasOtherFields(view, await view.arrayAt(form, 'Fields')))) {
    const message = 'The form has fields that are no signatures; a binder has none.';
    findings.add('foreign-content', 'form', message);
  }
  await checkPanels(view, pagesOf, findings);
}

async function hasOtherFields(view: PdfView, fields: readonly PdfValue[]): Promise<boolean> {
  const seen = new Set<number>();
  const queue = [...fields];
  for (const field of queue) {
    if (isRef(field) && (seen.has(field.num) || seen.size > MAX_FIELDS)) continue;
    if (isRef(field)) seen.add(field.num);
    const dict = await view.resolve(field);
    if (!isDict(dict)) continue;
    const type = await view.resolve(dict.entries.get('FT'));
    if (type !== null && nameOf(type) !== 'Sig') return true;
    queue.push(...(await view.arrayAt(dict, 'Kids')));
  }
  return false;
}

interface Panel {
  readonly where: string;
  readonly page: number;
  readonly box: Box;
}

async function checkPanels(
  view: PdfView,
  pagesOf: ReadonlyMap<number, ReadonlySet<number>>,
  findings: Findings,
): Promise<void> {
  const panels: Panel[] = [];
  const names = new Set<string>();
  for (const field of await signatureFields(view)) {
    const where = `signature ${field.name}`;
    if (names.has(field.name)) {
      findings.add('foreign-content', where, `There are two signature fields named ${field.name}.`);
    }
    names.add(field.name);
    const [page, ...more] = pagesOf.get(field.num) ?? [];
    const box = boxOf(await view.arrayAt(field.dict, 'Rect'));
    if (page === undefined || box === null) continue;
    if (more.length > 0 || (await shareOf(view, page, box)) > LARGEST_SHARE) nameCover(findings, field);
    panels.push({ where, page, box });
  }
  for (const [i, { where, page, box }] of panels.entries()) {
    const earlier = panels.slice(0, i);
    const apart = earlier.some((other) => other.page !== page);
    if (!apart && !earlier.some((other) => overlap(other.box, box))) continue;
    const what = apart ? 'stands on another page than those before it' : 'lies over another one';
    findings.add(
      'foreign-content',
      where,
      `The panel of this signature ${what}: it could cover what others signed.`,
    );
  }
}

function nameCover(findings: Findings, { name }: SignatureField): void {
  const message = `The panel of the signature ${name} is so large that it could cover what others signed.`;
  findings.add('foreign-content', `signature ${name}`, message);
}

/** The part of the page that a panel takes. */
async function shareOf(view: PdfView, page: number, box: Box): Promise<number> {
  const dict = await view.resolve({ kind: 'ref', num: page, gen: 0 });
  const media = isDict(dict) ? await view.resolve(dict.entries.get('MediaBox')) : null;
  const whole = areaOf(isArray(media) ? boxOf(media) : null);
  return whole > 0 ? areaOf(box) / whole : 0;
}

type Box = readonly [left: number, bottom: number, right: number, top: number];

const areaOf = (box: Box | null): number => (box === null ? 0 : (box[2] - box[0]) * (box[3] - box[1]));

/** A rectangle by its lower left and upper right corner, whichever two opposite ones it gives. */
function boxOf(corners: readonly PdfValue[]): Box | null {
  const [a, b, c, d] = corners;
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Whether two rectangles have more than an edge in common. */
function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
