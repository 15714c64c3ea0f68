import type { Attack, Family } from '../attack.ts';
import { type Body, latin, Pdf, type SignOptions, stream } from '../pdf.ts';

type Edit = (pdf: Pdf) => Readonly<Record<number, Body>>;

const page = (pdf: Pdf, n: number): number => pdf.pages[n - 1] ?? -1;
const ANNOTATION = 5_000;

/** An annotation over a page that the preparer certified. */
const annotated =
  (kind: string, more = ''): Edit =>
  (pdf) => ({
    ...pdf.annotated(page(pdf, 3), ANNOTATION),
    [ANNOTATION]: `<< /Type /Annot /Subtype /${kind} /Rect [40 40 560 800] /F 4 /Contents (satisfied) ${more} /AP << /N ${ANNOTATION + 1} 0 R >> >>`,
    [ANNOTATION + 1]: stream(
      '/Type /XObject /Subtype /Form /BBox [0 0 520 760]',
      latin('1 g 0 0 520 760 re f'),
    ),
  });

/** Appended to the certified binder, before anybody countersigned. */
const appended =
  (edit: Edit): Attack['file'] =>
  ({ once }) => {
    const pdf = new Pdf(once);
    return pdf.update(edit(pdf)).bytes;
  };

/** Appended, and then covered by a stranger who signs in a free field; all in one revision or in two. */
const covered =
  (edit: Edit, inOne = false): Attack['file'] =>
  ({ once, stranger }) => {
    const pdf = new Pdf(once);
    if (inOne) return pdf.sign(stranger, { field: 'Reviewer', extra: edit(pdf) }).bytes;
    return pdf.update(edit(pdf)).sign(stranger, { field: 'Reviewer' }).bytes;
  };

/** A stranger fills a free field of the countersigned binder. */
const filled =
  (options: (pdf: Pdf) => Omit<SignOptions, 'field'>, field = 'Spare1'): Attack['file'] =>
  ({ twice, stranger }) => {
    const pdf = new Pdf(twice);
    return pdf.sign(stranger, { field, ...options(pdf) }).bytes;
  };

const CHANGED = ['annotation-changed @ page 3'];
const SPARE = 'signature-changed @ signature Spare1';
const wide = (text: string): string => text.replace(/\/Rect \[[^\]]*\]/, '/Rect [0 0 595 842]');

export const CERTIFICATION: Family = {
  name: 'Certification: evil annotations (EAA) and sloppy signatures (SSA)',
  about: 'A certified document allows some changes; more is made of them than they are for.',
  attacks: [
    {
      title: 'A FreeText annotation',
      file: appended(annotated('FreeText', '/DA (/Helv 24 Tf)')),
      found: CHANGED,
    },
    { title: 'A Stamp', file: appended(annotated('Stamp')), found: CHANGED },
    {
      title: 'A Redact annotation',
      file: appended(annotated('Redact', '/OverlayText (none)')),
      found: CHANGED,
    },
    {
      title: 'A FreeText annotation, then countersigned',
      file: covered(annotated('FreeText')),
      found: CHANGED,
    },
    {
      title: 'A Stamp in the revision that countersigns',
      file: covered(annotated('Stamp'), true),
      found: CHANGED,
    },
    {
      title: 'A link’s rectangle widened',
      file: appended((pdf) => {
        const link = pdf.refsIn(page(pdf, 1), 'Annots')[0] ?? -1;
        return { [link]: wide(pdf.text(link)) };
      }),
      found: ['annotation-changed @ page 1'],
    },
    {
      title: 'A signature field more, over the page',
      file: ({ once, stranger }) => {
        const pdf = new Pdf(once);
        const more = `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Director) /F 4 /Rect [40 40 560 800] /P ${page(pdf, 3)} 0 R >>`;
        const form = pdf.text(pdf.form).replace('/Fields [', `/Fields [${ANNOTATION} 0 R `);
        pdf.update({ [ANNOTATION]: more, [pdf.form]: form, ...pdf.annotated(page(pdf, 3), ANNOTATION) });
        return pdf.sign(stranger, { field: 'Director' }).bytes;
      },
      found: ['form-changed @ form', ...CHANGED],
    },
    {
      title: 'A free field’s panel widened while it is signed',
      file: filled(() => ({ widget: wide })),
      found: [SPARE],
    },
    {
      title: 'A free field moved to another page while it is signed',
      file: filled((pdf) => ({
        widget: (text) => text.replace(/\/P \d+ 0 R/, `/P ${page(pdf, 3)} 0 R`),
        extra: pdf.annotated(page(pdf, 3), pdf.field('Spare1')),
      })),
      found: [SPARE, 'annotation-changed @ page 3'],
    },
    {
      title: 'A free field that is hidden while it is signed',
      file: filled(() => ({ widget: (text) => text.replace('/F 4', '/F 2') })),
      found: [SPARE],
    },
    {
      title: 'A free field with an action when it is signed',
      file: filled(() => ({
        widget: (text) => text.replace(/>>$/, '/AA << /E << /S /JavaScript /JS (1) >> >> >>'),
      })),
      found: [SPARE, 'active-content @ signature Spare1'],
    },
    {
      title: 'A free field with children of its own on other pages',
      file: filled((pdf) => ({
        widget: (text) => text.replace(/>>$/, `/Kids [${ANNOTATION} 0 R] >>`),
        extra: {
          [ANNOTATION]: `<< /Type /Annot /Subtype /Widget /Parent ${pdf.field('Spare1')} 0 R /Rect [0 0 595 842] /F 4 >>`,
          ...pdf.annotated(page(pdf, 3), ANNOTATION),
        },
      })),
      found: [SPARE, 'annotation-changed @ page 3'],
    },
    {
      title: 'Another field’s appearance drawn anew while one is signed',
      file: filled((pdf) => {
        const appearance = pdf.refIn(pdf.field('Reviewer'), 'N');
        return {
          extra: { [appearance]: stream('/Type /XObject /Subtype /Form /BBox [0 0 9 9]', latin('')) },
        };
      }),
      found: ['signature-changed @ signature Reviewer'],
    },
    {
      title: 'A page drawn anew while a field is signed',
      file: filled((pdf) => ({ extra: { [pdf.refIn(page(pdf, 3), 'Contents')]: stream('', latin('1 g')) } })),
      found: ['page-changed @ page 3'],
    },
    {
      title: 'A signature after the one that was declared the last',
      file: ({ once, accomplice, stranger }) => {
        const lock =
          '/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 /Action /All >> >>]';
        const pdf = new Pdf(once).sign(accomplice, { field: 'Reviewer', dict: lock });
        return pdf.sign(stranger, { field: 'Approver' }).bytes;
      },
      found: ['signature-changed @ signature Approver'],
    },
    {
      title: 'A signature after a certification that allows none',
      file: ({ unsigned, accomplice, stranger }) => {
        const lock =
          '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P 1 >> >>]';
        const pdf = new Pdf(unsigned).sign(accomplice, { field: 'Preparer', dict: lock });
        return pdf.sign(stranger, { field: 'Reviewer' }).bytes;
      },
      found: ['signature-changed @ signature Reviewer'],
    },
    {
      title: 'A stranger who signs in a free field and draws whatever they like in it',
      file: filled(() => ({
        appearance: stream(
          '/Type /XObject /Subtype /Form /BBox [0 0 200 90]',
          latin('1 0 0 rg 0 0 200 90 re f'),
        ),
      })),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'What stands in the panels of the signatures',
    },
  ],
};
