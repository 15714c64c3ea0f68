import type { Attack, Family } from '../attack.ts';
import { Pdf } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

type Edit = (dictionary: string) => string;

/** The reviewer's signature written again by an update, without what there would be to check. */
function rewritten(edit: Edit): Attack['file'] {
  return ({ twice }) => {
    const pdf = new Pdf(twice);
    const value = pdf.signature('Reviewer');
    return pdf.update({ [value]: edit(pdf.text(value)) }).bytes;
  };
}

/** The same in place, where everything stays where it was. */
function inPlace(from: string, to: string): Attack['file'] {
  return ({ twice }) => new Pdf(twice).patch(from, to, { last: true }).bytes;
}

/** The numbers of the byte range, written over in place. */
function rangeInPlace(edit: (numbers: readonly number[]) => string): Attack['file'] {
  return ({ twice }) => {
    const pdf = new Pdf(twice);
    const all = [...pdf.bytes.toString('latin1').matchAll(/\/ByteRange \[([\d ]+)\] */g)];
    const [text = '', numbers = ''] = all.at(-1) ?? [];
    const edited = `/ByteRange ${edit(numbers.split(' ').map(Number))}`;
    return pdf.patch(text, edited.padEnd(text.length), { last: true }).bytes;
  };
}

const contents =
  (to: string): Edit =>
  (text) =>
    text.replace(/\/Contents\s*<[0-9a-f]*>/, to);
const range =
  (to: string): Edit =>
  (text) =>
    text.replace(/\/ByteRange\s*\[[^\]]*\]/, to);
const TOUCHED = ['signature-changed @ signature Reviewer', 'appended @ end of the file'];
const REVIEWER = 'byte-range @ signature Reviewer';

/** Hides the rest of the dictionary's value in a place of the same length. */
const blanked = (binder: RealBinder): Buffer => {
  const pdf = new Pdf(binder.twice);
  const at = pdf.bytes.lastIndexOf('/Contents <') + '/Contents <'.length;
  pdf.bytes.write('0'.repeat(pdf.bytes.indexOf('>', at) - at), at, 'latin1');
  return pdf.bytes;
};

export const UNIVERSAL: Family = {
  name: 'Universal signature forgery (USF)',
  about:
    'The signature loses what there is to check, so that a reader that checks nothing finds nothing wrong.',
  attacks: [
    { title: 'Contents left out', file: rewritten(contents('')), found: [REVIEWER, ...TOUCHED] },
    { title: 'Contents null', file: rewritten(contents('/Contents null')), found: [REVIEWER, ...TOUCHED] },
    { title: 'Contents empty', file: rewritten(contents('/Contents <>')), found: [REVIEWER, ...TOUCHED] },
    {
      title: 'Contents of garbage',
      file: rewritten(contents('/Contents <00deadbeef00>')),
      found: [REVIEWER, ...TOUCHED],
    },
    {
      title: 'Contents by reference',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const value = pdf.signature('Reviewer');
        const hex = /\/Contents\s*(<[0-9a-f]*>)/.exec(pdf.text(value))?.[1] ?? '';
        const text = contents(`/Contents ${pdf.free} 0 R`)(pdf.text(value));
        return pdf.update({ [value]: text, [pdf.free]: hex }).bytes;
      },
      found: [REVIEWER, ...TOUCHED],
    },
    {
      title: 'Contents given twice',
      file: rewritten((text) => text.replace('/Contents', '/Contents <00> /Contents')),
      found: ['damaged-object @ signature Reviewer'],
    },
    { title: 'ByteRange left out', file: rewritten(range('')), found: [REVIEWER, ...TOUCHED] },
    { title: 'ByteRange null', file: rewritten(range('/ByteRange null')), found: [REVIEWER, ...TOUCHED] },
    { title: 'ByteRange empty', file: rewritten(range('/ByteRange []')), found: [REVIEWER, ...TOUCHED] },
    {
      title: 'ByteRange given twice',
      file: rewritten((text) => text.replace('/ByteRange', '/ByteRange [0 0 0 0] /ByteRange')),
      found: ['damaged-object @ signature Reviewer'],
    },
    {
      title: 'Contents of zeros, in place',
      file: blanked,
      found: ['signature-format @ signature Reviewer'],
    },
    {
      title: 'Contents under another key, in place',
      file: inPlace('/Contents <', '/Contentz <'),
      found: [REVIEWER],
    },
    {
      title: 'ByteRange under another key, in place',
      file: inPlace('/ByteRange [', '/Byterange ['),
      found: [REVIEWER],
    },
    { title: 'ByteRange of zeros, in place', file: rangeInPlace(() => '[0 0 0 0]'), found: [REVIEWER] },
    {
      title: 'ByteRange with a negative length, in place',
      file: rangeInPlace(([a, b, c]) => `[${a} ${b} ${c} -1]`),
      found: [REVIEWER],
    },
    {
      title: 'ByteRange that covers its own value, in place',
      file: rangeInPlace(([a, b, c = 0, d = 0]) => `[${a} ${b} ${b} ${c + d}]`),
      found: [REVIEWER],
    },
    {
      title: 'ByteRange with overlapping parts, in place',
      file: rangeInPlace(([a, b, c = 0, d]) => `[${a} ${c} ${b} ${d}]`),
      found: [REVIEWER],
    },
    {
      title: 'ByteRange of two numbers, in place',
      file: rangeInPlace(([a, b]) => `[${a} ${b}]`),
      found: [REVIEWER],
    },
    {
      title: 'The kind of signature made unknown, in place',
      file: inPlace('/ETSI.CAdES.detached', '/ETSI.CAdES.detachee'),
      found: ['signature-format @ signature Reviewer', 'digest-mismatch @ signature Reviewer'],
    },
    {
      title: 'The field’s value taken out',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const field = pdf.field('Reviewer');
        return pdf.update({ [field]: pdf.text(field).replace(/\/V\s+\d+ 0 R/, '') }).bytes;
      },
      found: ['signature-removed @ signature Reviewer', 'appended @ end of the file'],
    },
    {
      title: 'The field’s value null',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        const field = pdf.field('Preparer');
        return pdf.update({ [field]: pdf.text(field).replace(/\/V\s+\d+ 0 R/, '/V null') }).bytes;
      },
      found: ['signature-removed @ signature Preparer'],
    },
    {
      title: 'The form taken out of the catalog',
      file: ({ twice }) => {
        const pdf = new Pdf(twice);
        return pdf.update({ [pdf.catalog]: pdf.text(pdf.catalog).replace(/\/AcroForm\s+\d+ 0 R/, '') }).bytes;
      },
      found: ['document-changed @ document catalog', 'signature-removed @ signature Reviewer'],
    },
  ],
};
