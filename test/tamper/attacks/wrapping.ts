import type { Attack, Family } from '../attack.ts';
import { drawing, latin, Pdf } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

type Range = readonly [start: number, gap: number, rest: number, length: number];

/** The byte range of the last signature and the bytes of its dictionary. */
function lastSignature(pdf: Pdf): { range: Range; dictionary: string; num: number } {
  const num = pdf.signature('Reviewer');
  const dictionary = pdf.text(num);
  const numbers = /\/ByteRange\s*\[([\d ]+)\]/.exec(dictionary)?.[1]?.split(' ').map(Number) ?? [];
  const [start = 0, gap = 0, rest = 0, length = 0] = numbers;
  return { range: [start, gap, rest, length], dictionary, num };
}

/**
 * The second signed part moved to the end of the file, with room before it for other objects, a copy of the
 * signature that names the moved range, and a table where the moved lines say that one is.
 */
function moved(build: (pdf: Pdf, at: number) => readonly [num: number, body: Buffer][]): Attack['file'] {
  return ({ twice }) => {
    const pdf = new Pdf(twice);
    const { range, dictionary, num } = lastSignature(pdf);
    const [start, gap, rest, length] = range;
    const xref = pdf.xref;
    const prev = Number(/\/Prev (\d+)/.exec(twice.toString('latin1', xref))?.[1]);
    const trailer = /trailer\s*<<([\s\S]*?)>>\s*startxref/.exec(twice.toString('latin1', xref))?.[1] ?? '';
    // The table comes at its old place; the objects behind it, where it has the room that it needs.
    const room = 8192;
    const placed: Buffer[] = [];
    const lines: string[] = [];
    let at = xref + room;
    const put = (id: number, body: Buffer): void => {
      const object = Buffer.concat([latin(`${id} 0 obj\n`), body, latin('\nendobj\n')]);
      lines.push(`${id} 1\n${String(at).padStart(10, '0')} 00000 n \n`);
      placed.push(object);
      at += object.length;
    };
    for (const [id, body] of build(pdf, at)) put(id, body);
    const copy = (second: number): Buffer =>
      latin(
        dictionary.replace(
          /\/ByteRange\s*\[[^\]]*\]/,
          `/ByteRange [${start} ${gap} ${second} ${length}]`.padEnd(60),
        ),
      );
    const second = at + latin(`${num} 0 obj\n`).length + copy(99_999_999).length + latin('\nendobj\n').length;
    put(num, copy(second));
    const table = latin(
      `xref\n${lines.join('')}${fieldLine(pdf)}trailer\n<< ${trailer.replace(/\/Prev \d+/, '')} /Prev ${prev} >>\nstartxref\n${xref}\n%%EOF\n`,
    );
    const filler = Buffer.alloc(room - table.length, 0x20);
    return Buffer.concat([twice.subarray(0, xref), table, filler, ...placed, twice.subarray(rest)]);
  };
}

/** The reviewer's field as the signed revision has it. */
const fieldLine = (pdf: Pdf): string =>
  ['Reviewer']
    .map((name) => `${pdf.field(name)} 1\n${String(pdf.at(pdf.field(name))).padStart(10, '0')} 00000 n \n`)
    .join('');

/** A stranger signs, with a range that leaves out what the numbers say. */
function strange(range: (usual: number[], binder: RealBinder) => number[]): Attack['file'] {
  return (binder) =>
    new Pdf(binder.once).sign(binder.stranger, { field: 'Reviewer', range: (usual) => range(usual, binder) })
      .bytes;
}

const REVIEWER = 'byte-range @ signature Reviewer';

export const WRAPPING: Family = {
  name: 'Signature wrapping (SWA)',
  about:
    'What was signed is moved within the file, so that the signature still holds and something else is shown.',
  attacks: [
    {
      title: 'The second signed part moved, with another page before it',
      file: moved((pdf) => [[pdf.refIn(pdf.pages[2] ?? 0, 'Contents'), drawing('satisfied')]]),
      found: [REVIEWER, 'hidden-bytes @ byte *'],
    },
    {
      title: 'The second signed part moved, with a second table alone',
      file: moved(() => []),
      found: [REVIEWER, 'hidden-bytes @ byte *'],
    },
    {
      title: 'The value of the signature shortened to make room in its gap',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const [, gap, rest] = lastSignature(pdf).range;
        const at = rest - 2000;
        pdf.bytes.write('>', at, 'latin1');
        pdf.bytes.write(` /Hidden (${'x'.repeat(rest - at - 12)})`, at + 1, 'latin1');
        return gap < at ? pdf.bytes : twice;
      },
      found: [REVIEWER],
    },
    {
      title: 'Zeros behind the value of the signature filled',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const [, , rest] = lastSignature(pdf).range;
        pdf.bytes.write('beef', rest - 5, 'latin1');
        return pdf.bytes;
      },
      found: ['padding @ signature Reviewer'],
    },
    {
      title: 'Zeros behind the value of the first signature filled',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        pdf.bytes.write('beef', pdf.bytes.indexOf('0000>') - 8, 'latin1');
        return pdf.bytes;
      },
      found: ['padding @ signature Preparer', 'digest-mismatch @ signature Reviewer'],
    },
    {
      title: 'A range that begins behind the start',
      file: strange(([, gap = 0, rest = 0, length = 0]) => [9, gap - 9, rest, length]),
      found: [REVIEWER],
    },
    {
      title: 'A range with a big hole',
      file: strange(([start = 0, gap = 0, rest = 0, length = 0]) => [start, gap - 5000, rest, length]),
      found: [REVIEWER],
    },
    {
      title: 'A range with a hole behind the value',
      file: strange(([start = 0, gap = 0, rest = 0, length = 0]) => [start, gap, rest + 40, length - 40]),
      found: [REVIEWER],
    },
    {
      title: 'A range that ends before the file does',
      file: strange(([start = 0, gap = 0, rest = 0, length = 0]) => [start, gap, rest, length - 7]),
      found: ['appended @ end of the file'],
    },
    {
      title: 'A range of six numbers',
      file: strange(([start = 0, gap = 0, rest = 0, length = 0]) => [
        start,
        gap,
        rest,
        length - 100,
        rest + length - 50,
        50,
      ]),
      found: [REVIEWER],
    },
    {
      title: 'A range of two numbers',
      file: strange(([start = 0, gap = 0]) => [start, gap]),
      found: [REVIEWER],
    },
    {
      title: 'A range that leaves out the preparer’s revision alone',
      file: strange(([, gap = 0, rest = 0, length = 0], { unsigned }) => [
        unsigned.length,
        gap - unsigned.length,
        rest,
        length,
      ]),
      found: [REVIEWER],
    },
  ],
};
