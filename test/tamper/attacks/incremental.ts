import type { Attack, Family } from '../attack.ts';
import { type Body, drawing, embedded, fileSpec, latin, Pdf, stream, type UpdateOptions } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

type Edit = (pdf: Pdf, binder: RealBinder) => Readonly<Record<number, Body>>;

/** An update appended to the countersigned binder. */
function appended(edit: Edit, options: UpdateOptions | ((pdf: Pdf) => UpdateOptions) = {}): Attack['file'] {
  return (binder) => {
    const pdf = new Pdf(binder.twice);
    return pdf.update(edit(pdf, binder), typeof options === 'function' ? options(pdf) : options).bytes;
  };
}

const page = (pdf: Pdf, n: number): number => pdf.pages[n - 1] ?? -1;
const forgedPage: Edit = (pdf) => ({ [pdf.refIn(page(pdf, 3), 'Contents')]: drawing('satisfied') });
const END = 'appended @ end of the file';

/** Pages in another order, or fewer. */
const treeOf =
  (edit: (pages: number[]) => number[], count?: number): Edit =>
  (pdf) => {
    const kids = edit([...pdf.pages]);
    const list = kids.map((num) => `${num} 0 R`).join(' ');
    return { [pdf.tree]: `<< /Type /Pages /Count ${count ?? kids.length} /Kids [${list}] >>` };
  };

const inCatalog =
  (more: string): Edit =>
  (pdf) => ({ [pdf.catalog]: pdf.with(pdf.catalog, more) });
const inPage =
  (n: number, from: RegExp, to: string): Edit =>
  (pdf) => ({
    [page(pdf, n)]: pdf.text(page(pdf, n)).replace(from, to),
  });

export const INCREMENTAL: Family = {
  name: 'Incremental saving (ISA)',
  about: 'Something is appended behind the last signature, which stays good for the bytes before it.',
  attacks: [
    { title: 'What a page shows', file: appended(forgedPage), found: ['page-changed @ page 3', END] },
    {
      title: 'A new body without a table',
      file: appended(forgedPage, { without: ['xref', 'trailer', 'startxref', 'eof'] }),
      found: [END, 'damaged-structure @ end of the file'],
    },
    {
      title: 'A new body and table without a trailer',
      file: appended(forgedPage, { without: ['trailer', 'startxref', 'eof'] }),
      found: [END, 'damaged-structure @ end of the file'],
    },
    {
      title: 'A new body with an end mark alone',
      file: appended(forgedPage, { without: ['xref', 'trailer', 'startxref'] }),
      found: [END, 'damaged-structure @ end of the file'],
    },
    {
      title: 'A new trailer that points to the old table',
      file: appended(forgedPage, (pdf) => ({ prev: pdf.xref, without: ['xref'] })),
      found: [END, 'damaged-structure @ *'],
    },
    {
      title: 'An update whose Prev skips a revision',
      file: appended(forgedPage, (pdf) => ({
        prev: Number(/\/Prev (\d+)/.exec(pdf.bytes.toString('latin1', pdf.xref))?.[1]),
      })),
      found: ['page-changed @ page 3', END, 'hidden-bytes @ byte *'],
    },
    {
      title: 'An update whose Prev leads into itself',
      file: appended(forgedPage, (pdf) => ({ prev: pdf.bytes.length + 400 })),
      found: [END, 'damaged-structure @ *'],
    },
    {
      title: 'An update with a copy of the reviewer’s signature',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const [field, value] = [pdf.field('Spare1'), pdf.text(pdf.signature('Reviewer'))];
        return pdf.update({
          ...forgedPage(pdf, {} as RealBinder),
          [pdf.free]: value,
          [field]: pdf.with(field, `/V ${pdf.free} 0 R`),
        }).bytes;
      },
      found: ['byte-range @ signature Spare1', 'page-changed @ page 3', END],
    },
    {
      title: 'An update that points a second field to the reviewer’s signature',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const field = pdf.field('Spare1');
        return pdf.update({ [field]: pdf.with(field, `/V ${pdf.signature('Reviewer')} 0 R`) }).bytes;
      },
      found: ['signature-changed @ signature Spare1', END],
    },
    {
      title: 'Another catalog',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const root = pdf.free;
        return pdf.update({ [root]: pdf.text(pdf.catalog) }, { root }).bytes;
      },
      found: ['document-changed @ trailer', END],
    },
    {
      title: 'A page’s content pointed elsewhere',
      file: appended((pdf) => ({
        [page(pdf, 2)]: pdf.text(page(pdf, 2)).replace(/\/Contents \d+ 0 R/, `/Contents ${pdf.free} 0 R`),
        [pdf.free]: drawing('x'),
      })),
      found: ['page-changed @ page 2', END],
    },
    {
      title: 'The order of the pages',
      file: appended(treeOf((pages) => pages.reverse())),
      found: ['page-changed @ list of pages', END],
    },
    {
      title: 'A page taken out',
      file: appended(treeOf((pages) => pages.slice(1))),
      found: ['page-changed @ list of pages', END],
    },
    {
      title: 'A page put in',
      file: appended((pdf) => ({
        ...treeOf((pages) => [...pages, pdf.free])(pdf, {} as RealBinder),
        [pdf.free]: '<< /Type /Page /MediaBox [0 0 595 842] /Resources << >> >>',
      })),
      found: ['page-changed @ list of pages', END],
    },
    {
      title: 'The count of pages',
      file: appended(treeOf((pages) => pages, 3)),
      found: ['page-changed @ list of pages', END],
    },
    {
      title: 'The part of a page that is shown (MediaBox)',
      file: appended(inPage(4, /\/MediaBox \[[^\]]*\]/, '/MediaBox [0 0 595.28 100]')),
      found: ['page-changed @ page 4', END],
    },
    {
      title: 'A page turned (Rotate)',
      file: appended(inPage(4, />>\s*$/, '/Rotate 180 >>')),
      found: ['page-changed @ page 4', END],
    },
    {
      title: 'The title of the document',
      file: appended((pdf) => ({ [pdf.info]: '<< /Title (Passed) >>' })),
      found: ['document-changed @ document information', END],
    },
    {
      title: 'The document’s metadata (XMP)',
      file: appended((pdf) => ({
        [pdf.refIn(pdf.catalog, 'Metadata')]: stream('/Type /Metadata /Subtype /XML', latin('<x/>')),
      })),
      found: ['document-changed @ document metadata', END],
    },
    {
      title: 'An attachment replaced in place',
      file: appended((pdf, { evidence }) => ({
        [pdf.attachment(evidence).file]: embedded(latin('user,role\nmallory,owner\n')),
      })),
      found: ['attachment-changed @ attachment * access.csv', END],
    },
    {
      title: 'An attachment pointed to another file',
      file: appended((pdf, { evidence }) => ({
        [pdf.attachment(evidence).spec]: fileSpec(evidence, pdf.free),
        [pdf.free]: embedded(latin('forged')),
      })),
      found: ['attachment-changed @ attachment * access.csv', END],
    },
    {
      title: 'An attachment renamed',
      file: appended((pdf, { evidence }) => ({
        [pdf.attachment(evidence).spec]: fileSpec('other.csv', pdf.attachment(evidence).file),
      })),
      found: ['attachment-extra @ attachment other.csv', 'attachment-missing @ attachment * access.csv', END],
    },
    {
      title: 'An attachment added',
      file: appended((pdf) => ({
        [pdf.names]: pdf.text(pdf.names).replace('/Names [', `/Names [(0) ${pdf.free} 0 R `),
        [pdf.free]: fileSpec('more.txt', pdf.free + 1),
        [pdf.free + 1]: embedded(latin('hello')),
      })),
      found: ['attachment-extra @ attachment more.txt', END],
    },
    {
      title: 'The list of attachments re-pointed',
      file: appended((pdf, { evidence, picture }) => ({
        [pdf.names]: swapped(
          pdf.text(pdf.names),
          `${pdf.attachment(evidence).spec} 0 R`,
          `${pdf.attachment(picture).spec} 0 R`,
        ),
      })),
      found: ['attachment-changed @ list of attachments', END],
    },
    {
      title: 'The list of attachments emptied',
      file: appended((pdf) => ({ [pdf.names]: '<< /Names [] >>' })),
      found: ['attachment-changed @ list of attachments', END],
    },
    {
      title: 'The associated files (AF) pointed elsewhere',
      file: appended((pdf, { evidence }) => ({
        [pdf.catalog]: pdf
          .text(pdf.catalog)
          .replace(`${pdf.attachment(evidence).spec} 0 R`, `${pdf.free} 0 R`),
        [pdf.free]: fileSpec(evidence, pdf.free + 1),
        [pdf.free + 1]: embedded(latin('forged')),
      })),
      found: ['document-changed @ document catalog', 'attachment-duplicate @ attachment * access.csv', END],
    },
    {
      title: 'The manifest',
      file: appended((pdf) => ({ [pdf.attachment('manifest.json').file]: embedded(latin('{}')) })),
      found: ['attachment-changed @ manifest', END],
    },
    {
      title: 'The checkpoint',
      file: appended((pdf) => ({ [pdf.attachment('checkpoint.json').file]: embedded(latin('{}')) })),
      found: ['attachment-changed @ attachment checkpoint.json', END],
    },
    {
      title: 'The bookmarks',
      file: appended((pdf) => ({ [pdf.refIn(pdf.catalog, 'Outlines')]: '<< /Type /Outlines >>' })),
      found: ['document-changed @ bookmarks', END],
    },
    {
      title: 'A script that runs when the file is opened',
      file: appended(inCatalog('/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')),
      found: ['active-content @ document catalog', 'document-changed @ document catalog', END],
    },
    {
      title: 'A script among the names of the document',
      file: appended((pdf) => ({
        [pdf.refIn(pdf.catalog, 'Names')]: pdf.with(
          pdf.refIn(pdf.catalog, 'Names'),
          '/JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >>',
        ),
      })),
      found: ['active-content @ *', END],
    },
    {
      title: 'A program started from a page (AA, Launch)',
      file: appended(inPage(1, />>\s*$/, '/AA << /O << /S /Launch /F (run.exe) >> >> >>')),
      found: ['active-content @ page 1', 'page-changed @ page 1', END],
    },
    {
      title: 'A link to the network (URI)',
      file: appended((pdf) => ({
        ...pdf.annotated(page(pdf, 2), pdf.free),
        [pdf.free]:
          '<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (http://localhost/) >> >>',
      })),
      found: ['annotation-changed @ page 2', END],
    },
    {
      title: 'Encryption announced in the trailer',
      file: appended(() => ({}), {
        trailer: '/Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O (x) /U (y) >>',
      }),
      found: ['encrypted @ file'],
    },
    {
      title: 'A second table for other readers (XRefStm)',
      file: hybrid,
      found: ['hidden-bytes @ cross-reference table', END],
    },
    { title: 'Objects in a stream of objects', file: inObjectStream, found: ['page-changed @ page 3', END] },
    {
      title: 'The certification’s permissions widened',
      file: appended((pdf) => ({
        [pdf.signature('Preparer')]: pdf.text(pdf.signature('Preparer')).replace('/P 2', '/P 3'),
      })),
      found: ['signature-changed @ signature Preparer', 'signature-removed @ signature Preparer', END],
    },
    {
      title: 'The certification taken out of the catalog',
      file: appended((pdf) => ({ [pdf.catalog]: pdf.text(pdf.catalog).replace(/\/Perms\s*<<[^>]*>>/, '') })),
      found: ['document-changed @ document catalog', END],
    },
    {
      title: 'The identifier of the document',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const id = /\/ID\s*\[<([0-9a-f]+)>/.exec(pdf.bytes.toString('latin1'))?.[1] ?? '';
        pdf.update({});
        return pdf.patch(`/ID [<${id}>`, `/ID [<${'0'.repeat(id.length)}>`, { last: true }).bytes;
      },
      found: ['document-changed @ trailer', END],
    },
    {
      title: 'White space behind the end',
      file: ({ twice }) => Buffer.concat([twice, latin('\n\n')]),
      found: [END],
    },
    {
      title: 'Junk behind the end',
      file: ({ twice }) => Buffer.concat([twice, latin('junk')]),
      found: [END, 'damaged-structure @ end of the file'],
    },
    {
      title: 'A whole second file behind the end',
      file: ({ twice, unsigned }) => Buffer.concat([twice, unsigned]),
      found: ['not-signed @ file', 'hidden-bytes @ byte *'],
    },
    {
      title: 'A second file before the beginning',
      file: ({ twice, unsigned }) => Buffer.concat([unsigned, twice]),
      found: ['damaged-structure @ *'],
    },
    {
      title: 'Bytes before %PDF',
      file: ({ twice }) => Buffer.concat([latin('MZ\n'), twice]),
      found: ['damaged-structure @ start of the file'],
    },
  ],
};

function swapped(text: string, a: string, b: string): string {
  return text.replace(new RegExp(`\\b(${a}|${b})\\b`, 'g'), (found) => (found === a ? b : a));
}

/** A table whose trailer names a second one, a stream, which readers of newer files follow first. */
function hybrid({ twice }: RealBinder): Buffer {
  const pdf = new Pdf(twice);
  const content = pdf.refIn(page(pdf, 3), 'Contents');
  const [forged, table] = [pdf.free, pdf.free + 1];
  const start = pdf.bytes.length;
  const body = drawing('satisfied');
  const at = start + latin(`${forged} 0 obj\n`).length + body.length + latin('\nendobj\n').length;
  const row = Buffer.alloc(7);
  row[0] = 1;
  row.writeUInt32BE(start, 1);
  const dict = `/Type /XRef /Size ${table + 1} /W [1 4 2] /Index [${content} 1] /Root ${pdf.catalog} 0 R`;
  return pdf.update({ [forged]: body, [table]: stream(dict, row) }, { trailer: `/XRefStm ${at}` }).bytes;
}

/** The page’s content replaced through a stream of objects and a table in the form of a stream. */
function inObjectStream({ twice }: RealBinder): Buffer {
  const pdf = new Pdf(twice);
  const [third, container, table] = [page(pdf, 3), pdf.free, pdf.free + 1];
  const member = pdf.text(third).replace(/\/MediaBox \[[^\]]*\]/, '/MediaBox [0 0 10 10]');
  const head = `${third} 0 `;
  const start = pdf.bytes.length;
  const objects = stream(`/Type /ObjStm /N 1 /First ${head.length}`, latin(head + member));
  const first = Buffer.concat([latin(`${container} 0 obj\n`), objects, latin('\nendobj\n')]);
  const at = start + first.length;
  const rows = Buffer.alloc(21);
  const row = (i: number, kind: number, where: number, more: number): void => {
    rows[i * 7] = kind;
    rows.writeUInt32BE(where, i * 7 + 1);
    rows.writeUInt16BE(more, i * 7 + 5);
  };
  row(0, 2, container, 0);
  row(1, 1, start, 0);
  row(2, 1, at, 0);
  const keys = `/Size ${table + 1} /Root ${pdf.catalog} 0 R /Info ${pdf.info} 0 R /Prev ${pdf.xref}`;
  const id = /\/ID\s*\[[^\]]*\]/.exec(pdf.bytes.toString('latin1', pdf.xref))?.[0] ?? '';
  const dict = `/Type /XRef ${keys} ${id} /W [1 4 2] /Index [${third} 1 ${container} 1 ${table} 1]`;
  const second = Buffer.concat([
    latin(`${table} 0 obj\n`),
    stream(dict, rows),
    latin(`\nendobj\nstartxref\n${at}\n%%EOF\n`),
  ]);
  return Buffer.concat([pdf.bytes, first, second]);
}
