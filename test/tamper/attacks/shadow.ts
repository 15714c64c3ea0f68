import type { Attack, Family } from '../attack.ts';
import { type Body, drawing, latin, Pdf, type SignOptions, stream, type UpdateOptions } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

type Edit = (pdf: Pdf) => Readonly<Record<number, Body>>;
const page = (pdf: Pdf, n: number): number => pdf.pages[n - 1] ?? -1;
const NOTHING: Edit = () => ({});

/** What a preparer plants before anybody signs, what both signers sign, and what is then done to it. */
function planted(
  plant: Edit,
  after: (pdf: Pdf, binder: RealBinder) => Pdf,
  signing: Partial<SignOptions> = {},
): Attack['file'] {
  return (binder) => {
    const pdf = new Pdf(binder.unsigned).update(plant(new Pdf(binder.unsigned)));
    pdf
      .sign(binder.stranger, { field: 'Preparer', ...signing })
      .sign(binder.accomplice, { field: 'Reviewer' });
    return after(pdf, binder).bytes;
  };
}

const update =
  (edit: Edit, options: (pdf: Pdf) => UpdateOptions = () => ({})) =>
  (pdf: Pdf): Pdf =>
    pdf.update(edit(pdf), options(pdf));
const asIs = (pdf: Pdf): Pdf => pdf;

/** A picture over a page: an annotation that shows it. */
const COVER = 5_000;
const coverWith =
  (dict: string): Edit =>
  (pdf) => ({
    ...pdf.annotated(page(pdf, 3), COVER),
    [COVER]: `<< /Type /Annot ${dict} /Rect [0 0 595 842] /F 4 /AP << /N ${COVER + 1} 0 R >> >>`,
    [COVER + 1]: stream('/Type /XObject /Subtype /Form /BBox [0 0 595 842]', latin('1 g 0 0 595 842 re f')),
  });
/** A page that also shows an object which is not there yet. */
const dangling: Edit = (pdf) => ({
  [page(pdf, 3)]: pdf.text(page(pdf, 3)).replace(/\/Contents (\d+ 0 R)/, `/Contents [$1 ${COVER} 0 R]`),
});
const MISSING = 'missing-object @ page 3';
const END = 'appended @ end of the file';

export const SHADOW: Family = {
  name: 'Shadow attacks',
  about: 'What is shown later is planted before anybody signs, and only switched on afterwards.',
  attacks: [
    {
      title: 'Hide: a cover over a page, taken away by an update',
      file: planted(
        coverWith('/Subtype /Stamp'),
        update((pdf) => ({ [page(pdf, 3)]: pdf.text(page(pdf, 3)).replace(`${COVER} 0 R`, '') })),
      ),
      found: ['annotation-changed @ page 3', 'foreign-content @ page 3', END],
    },
    {
      title: 'Hide: a cover over a page, set free by the table alone',
      file: planted(
        coverWith('/Subtype /Stamp'),
        update(NOTHING, () => ({ free: [COVER] })),
      ),
      found: ['annotation-changed @ page 3', 'foreign-content @ page 3', END],
    },
    {
      title: 'Replace: the font of a page, by an update',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const fonts = [
          ...pdf.bytes.toString('latin1').matchAll(/\n(\d+) 0 obj\n<<\s*\/Type \/Font\s*\/Subtype \/Type0/g),
        ];
        const font = Number(fonts[0]?.[1]);
        return pdf.update({ [font]: pdf.text(font).replace('/Identity-H', '/Identity-V') }).bytes;
      },
      found: ['document-changed @ font *', END],
    },
    {
      title: 'Replace: a form field’s value under its appearance',
      file: planted(
        (pdf) => ({
          [pdf.form]: pdf.text(pdf.form).replace('/Fields [', `/Fields [${COVER} 0 R `),
          ...pdf.annotated(page(pdf, 3), COVER),
          [COVER]:
            '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Result) /V (satisfied) /Rect [100 100 300 130] /F 4 >>',
        }),
        asIs,
      ),
      found: ['foreign-content @ form'],
    },
    {
      title: 'Replace: appearances that the reader draws anew (NeedAppearances)',
      file: planted((pdf) => ({ [pdf.form]: pdf.with(pdf.form, '/NeedAppearances true') }), asIs),
      found: ['foreign-content @ form'],
    },
    {
      title: 'Hide and replace: a second body of a page, which a table finds later',
      file: ({ unsigned, stranger, accomplice }) => {
        const first = new Pdf(unsigned);
        const content = first.refIn(page(first, 3), 'Contents');
        const hidden = first.bytes.length;
        const second = Buffer.concat([
          latin(`${content} 0 obj\n`),
          drawing('satisfied'),
          latin('\nendobj\n'),
        ]);
        first.bytes = Buffer.concat([first.bytes, second]);
        const pdf = first.update({});
        pdf.sign(stranger, { field: 'Preparer' }).sign(accomplice, { field: 'Reviewer' });
        return pdf.update({}, { places: { [content]: hidden } }).bytes;
      },
      found: ['page-changed @ page 3', END],
    },
    {
      title: 'Hide and replace: the second body alone, before any table finds it',
      file: ({ unsigned, stranger, accomplice }) => {
        const pdf = new Pdf(unsigned);
        const content = pdf.refIn(page(pdf, 3), 'Contents');
        const second = Buffer.concat([
          latin(`${content} 0 obj\n`),
          drawing('satisfied'),
          latin('\nendobj\n'),
        ]);
        pdf.bytes = Buffer.concat([pdf.bytes, second]);
        return pdf.update({}).sign(stranger, { field: 'Preparer' }).sign(accomplice, { field: 'Reviewer' })
          .bytes;
      },
      found: ['hidden-bytes @ byte *'],
    },
    {
      title: 'Hide and replace: a whole second document, reached by another catalog',
      file: planted(
        (pdf) => ({ [COVER]: pdf.text(pdf.catalog) }),
        update(NOTHING, () => ({ root: COVER })),
      ),
      found: ['document-changed @ trailer', END],
    },
    {
      title: 'A reference to an object that is not there yet',
      file: planted(dangling, asIs),
      found: [MISSING],
    },
    {
      title: 'A reference to an object that comes with the appearance of a later signature',
      file: planted(dangling, (pdf, { stranger }) => {
        const shown = { [COVER]: drawing('satisfied') };
        const appearance = stream(
          `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${COVER} 0 R >> >>`,
          latin(''),
        );
        return pdf.sign(stranger, { field: 'Spare1', appearance, extra: shown });
      }),
      found: [MISSING],
    },
    {
      title: 'A reference to an object that comes as the container of others',
      file: planted(dangling, (pdf, { stranger }) => {
        const container = stream('/Type /ObjStm /N 0 /First 0', latin('1 g 0 0 595 842 re f'));
        return pdf.sign(stranger, { field: 'Spare1', extra: { [COVER]: container } });
      }),
      found: [MISSING],
    },
    {
      title: 'Layers, of which one is hidden',
      file: planted(
        (pdf) => ({
          [pdf.catalog]: pdf.with(
            pdf.catalog,
            `/OCProperties << /OCGs [${COVER} 0 R] /D << /OFF [${COVER} 0 R] >> >>`,
          ),
          [COVER]: '<< /Type /OCG /Name (x) >>',
        }),
        asIs,
      ),
      found: ['foreign-content @ layers'],
    },
    {
      title: 'The panel of a free signature field, as large as the page',
      file: planted(
        (pdf) => ({
          [pdf.field('Spare1')]: pdf
            .text(pdf.field('Spare1'))
            .replace(/\/Rect \[[^\]]*\]/, '/Rect [0 0 595 842]'),
        }),
        asIs,
      ),
      found: ['foreign-content @ signature Spare1'],
    },
    {
      title: 'The panel of a free signature field, over another’s',
      file: planted(
        (pdf) => ({
          [pdf.field('Spare1')]: pdf
            .text(pdf.field('Spare1'))
            .replace(
              /\/Rect \[[^\]]*\]/,
              /\/Rect \[[^\]]*\]/.exec(pdf.text(pdf.field('Reviewer')))?.[0] ?? '',
            ),
        }),
        asIs,
      ),
      found: ['foreign-content @ signature *'],
    },
    {
      title: 'The panel of a free signature field, put on another page',
      file: planted(
        (pdf) => ({
          ...pdf.annotated(page(pdf, 3), pdf.field('Spare1')),
          [pdf.field('Spare1')]: pdf
            .text(pdf.field('Spare1'))
            .replace(/\/P \d+ 0 R/, `/P ${page(pdf, 3)} 0 R`),
        }),
        asIs,
      ),
      found: ['foreign-content @ signature Spare1'],
    },
    {
      title: 'A script that waits in the document',
      file: planted(
        (pdf) => ({
          [page(pdf, 3)]: pdf
            .text(page(pdf, 3))
            .replace(/>>$/, '/AA << /O << /S /JavaScript /JS (1) >> >> >>'),
        }),
        asIs,
      ),
      found: ['active-content @ page 3'],
    },
    {
      title: 'A script that waits in a stream of objects',
      file: scriptInObjectStream,
      found: ['active-content @ *'],
    },
    {
      title: 'A file that is embedded and in no list',
      file: planted(() => ({ [COVER]: stream('/Type /EmbeddedFile', latin('secret')) }), asIs),
      found: [`attachment-extra @ object ${COVER}`],
    },
    {
      title: 'A file that hangs on an annotation',
      file: planted(
        (pdf) => ({
          ...coverWith(
            `/Subtype /FileAttachment /FS << /Type /Filespec /F (run.exe) /EF << /F ${COVER + 2} 0 R >> >>`,
          )(pdf),
          [COVER + 2]: stream('', latin('secret')),
        }),
        asIs,
      ),
      found: ['attachment-extra @ *', 'foreign-content @ page 3'],
    },
  ],
};

/** The planted objects in a stream of objects, as other programs write them. */
function scriptInObjectStream({ unsigned, stranger, accomplice }: RealBinder): Buffer {
  const pdf = new Pdf(unsigned);
  const [script, container, table] = [pdf.free, pdf.free + 1, pdf.free + 2];
  const head = `${script} 0 `;
  const start = pdf.bytes.length;
  const objects = stream(
    `/Type /ObjStm /N 1 /First ${head.length}`,
    latin(`${head}<< /S /JavaScript /JS (1) >>`),
  );
  const first = Buffer.concat([latin(`${container} 0 obj\n`), objects, latin('\nendobj\n')]);
  const at = start + first.length;
  const rows = Buffer.alloc(21);
  for (const [i, [kind, where]] of [
    [2, container],
    [1, start],
    [1, at],
  ].entries()) {
    rows[i * 7] = kind ?? 0;
    rows.writeUInt32BE(where ?? 0, i * 7 + 1);
  }
  const id = /\/ID\s*\[[^\]]*\]/.exec(pdf.bytes.toString('latin1', pdf.xref))?.[0] ?? '';
  const keys = `/Size ${table + 1} /Root ${pdf.catalog} 0 R /Info ${pdf.info} 0 R /Prev ${pdf.xref} ${id}`;
  const second = stream(`/Type /XRef ${keys} /W [1 4 2] /Index [${script} 3]`, rows);
  const end = latin(`\nendobj\nstartxref\n${at}\n%%EOF\n`);
  const bytes = Buffer.concat([pdf.bytes, first, latin(`${table} 0 obj\n`), second, end]);
  return new Pdf(bytes).sign(stranger, { field: 'Preparer' }).sign(accomplice, { field: 'Reviewer' }).bytes;
}
