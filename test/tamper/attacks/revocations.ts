import { createHash } from 'node:crypto';
import { makeList, makeSigner } from '../../unit/core/binder/verify/signer.ts';
import type { Attack, Family } from '../attack.ts';
import { type Body, drawing, embedded, latin, Pdf, stream } from '../pdf.ts';
import type { RealBinder } from '../real-binder.ts';

/** A company whose authority is certified by another, and whose people signed on the first of June 2026 at noon. */
const top = makeSigner('Company Root', { authority: true });
const house = makeSigner('Company CA', { authority: true, issuer: top });
const ada = makeSigner('Ada Company', { issuer: house });
const rita = makeSigner('Rita Company', { issuer: house, rsa: true });
const stranger = makeSigner('Other CA', { authority: true });

const BEFORE = new Date('2026-05-01T00:00:00Z');
const AFTER = new Date('2026-07-01T00:00:00Z');
const good = [makeList(house, { from: AFTER }), makeList(top, { from: AFTER })];

interface Data {
  readonly lists?: readonly Buffer[];
  readonly certificates?: readonly Buffer[];
  /** More of the dictionary. */
  readonly more?: string;
  /** The streams, once they are written. */
  readonly written?: (bytes: Buffer) => Body;
  /** Written in the same revision. */
  readonly extra?: (pdf: Pdf) => Readonly<Record<number, Body>>;
  /** Changed in the catalog besides. */
  readonly catalog?: (text: string) => string;
}

/** An update with validation data, as the product would write it but for what is named. */
function withData(pdf: Pdf, data: Data): Pdf {
  const { lists = good, certificates = ada.chain, more = '', catalog = (text) => text } = data;
  const { written = (bytes: Buffer) => stream('', bytes), extra = () => ({}) } = data;
  const store = pdf.free;
  const pieces = [...certificates, ...lists];
  const refs = pieces.map((_, i) => `${store + 1 + i} 0 R`);
  const split = certificates.length;
  const own = pdf.text(pdf.catalog).replace(/\/DSS \d+ 0 R/, '');
  return pdf.update({
    [pdf.catalog]: catalog(own.replace(/>>$/, `/DSS ${store} 0 R >>`)),
    [store]: `<< /Type /DSS /Certs [${refs.slice(0, split).join(' ')}] /CRLs [${refs.slice(split).join(' ')}] ${more} >>`,
    ...Object.fromEntries(pieces.map((bytes, i) => [store + 1 + i, written(bytes)])),
    ...extra(pdf),
  });
}

const signedOnce = ({ unsigned }: RealBinder): Pdf =>
  new Pdf(unsigned).update({}).sign(ada, { field: 'Preparer' });

const bringing =
  (data: Data): Attack['file'] =>
  (binder) =>
    withData(signedOnce(binder), data).bytes;

/** Honest data, and what is done to the file after them. */
const then =
  (after: (pdf: Pdf) => Pdf): Attack['file'] =>
  (binder) =>
    after(withData(signedOnce(binder), {})).bytes;

const page = (pdf: Pdf): number => pdf.pages[2] ?? -1;
const HIDDEN = 5_000;
const END = 'appended @ end of the file';
const WRONG = 'validation-data @ validation data';
const CHANGED = 'document-changed @ validation data';

/** The list as the file holds it, by its place among the objects. */
const listIn = (pdf: Pdf): number => pdf.refsIn(pdf.refIn(pdf.catalog, 'DSS'), 'CRLs')[0] ?? -1;

export const REVOCATIONS: Family = {
  name: 'What tells of revocations',
  about:
    'Lists and answers may follow a signature, so that they are a place to hide things in, and something to forge.',
  attacks: [
    {
      title: 'Nothing but lists that are good, after the last signature',
      file: bringing({}),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'The certificate of Ada Company was not revoked when it signed as Preparer',
    },
    {
      title: 'A certificate that was revoked before it signed',
      file: bringing({ lists: [makeList(house, { from: AFTER, revokedAt: BEFORE }), ...good.slice(1)] }),
      found: ['revoked @ signature Preparer'],
    },
    {
      title: 'An authority above it that was revoked before',
      file: bringing({ lists: [...good.slice(0, 1), makeList(top, { from: AFTER, revokedAt: BEFORE })] }),
      found: ['revoked @ signature Preparer'],
    },
    {
      title: 'A certificate revoked later, by a signer who may have put the clock back',
      file: bringing({
        lists: [makeList(house, { from: new Date('2026-09-01'), revokedAt: AFTER }), ...good.slice(1)],
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'Whoever had the key later could have put it back.',
    },
    {
      title: 'A list from before it signed, told as if it were from after',
      file: bringing({ lists: [makeList(house, { from: BEFORE }), ...good.slice(1)] }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'was revoked between 2026-05-01',
    },
    {
      title: 'A list in the authority’s name, by another key',
      file: bringing({ lists: [makeList(house, { from: AFTER }, ada.key), ...good.slice(1)] }),
      found: [WRONG],
    },
    {
      title: 'A list of an authority that nobody’s certificate is of',
      file: bringing({ lists: [...good, makeList(stranger, { from: AFTER })] }),
      found: [WRONG],
    },
    {
      title: 'A certificate that belongs to no signature',
      file: bringing({ certificates: [...ada.chain, stranger.certificate] }),
      found: [WRONG],
    },
    {
      title: 'A byte of a list',
      file: bringing({
        lists: good.map((list) => {
          const forged = Buffer.from(list);
          const at = forged.indexOf('260701');
          return forged.fill('270701', at, at + 6);
        }),
      }),
      found: [WRONG],
    },
    {
      title: 'Something else behind a list',
      file: bringing({
        lists: [Buffer.concat([good[0] ?? latin(''), latin('and a letter')]), ...good.slice(1)],
      }),
      found: [WRONG],
    },
    {
      title: 'Data for a signature that is not in the file',
      file: bringing({ more: `/VRI << /${createHash('sha1').digest('hex').toUpperCase()} << >> >>` }),
      found: [WRONG],
    },
    {
      title: 'A dictionary of another kind among the data',
      file: bringing({
        more: `/Extra ${HIDDEN} 0 R`,
        extra: () => ({ [HIDDEN]: stream('/Type /XObject /Subtype /Form /BBox [0 0 9 9]', latin('f')) }),
      }),
      found: [WRONG, 'document-changed @ document catalog', CHANGED, END],
    },
    {
      title: 'An embedded file told as a certificate',
      file: bringing({ written: (bytes) => embedded(bytes) }),
      found: [WRONG, CHANGED, 'attachment-extra @ object *', END],
    },
    {
      title: 'A page written anew in the revision that brings the data',
      file: bringing({
        extra: (pdf) => ({ [pdf.refIn(page(pdf), 'Contents')]: drawing('something else') }),
      }),
      found: ['page-changed @ page 3', END],
    },
    {
      title: 'An object beside the data that nothing shows',
      file: bringing({ extra: () => ({ [HIDDEN]: drawing('for later') }) }),
      found: [`unused-object @ object ${HIDDEN}`, END],
    },
    {
      title: 'Another list of attachments, in the catalog that names the data',
      file: bringing({ catalog: (text) => text.replace(/\/AF \[[^\]]*\]/, '/AF []') }),
      found: ['document-changed @ document catalog', END],
    },
    {
      title: 'The list that revokes taken out again',
      file: (binder) => {
        const lists = [makeList(house, { from: AFTER, revokedAt: BEFORE }), ...good.slice(1)];
        return withData(withData(signedOnce(binder), { lists }), {}).bytes;
      },
      found: [CHANGED, 'document-changed @ document catalog', END],
    },
    {
      title: 'A list exchanged for another in its place',
      file: then((pdf) =>
        pdf.update({ [listIn(pdf)]: stream('', makeList(house, { from: new Date('2026-08-01') })) }),
      ),
      found: [CHANGED, END],
    },
    {
      title: 'All of the data taken out of the catalog',
      file: then((pdf) => pdf.update({ [pdf.catalog]: pdf.text(pdf.catalog).replace(/\/DSS \d+ 0 R/, '') })),
      found: ['document-changed @ document catalog', END],
    },
    {
      title: 'An empty revision behind the data',
      file: then((pdf) => pdf.update({})),
      found: [END],
    },
    {
      title: 'Bytes behind the data',
      file: then((pdf) => {
        pdf.bytes = Buffer.concat([pdf.bytes, latin('% and a letter\n')]);
        return pdf;
      }),
      found: [`damaged-structure @ end of the file`],
    },
    {
      title: 'A page exchanged and put back, in revisions that nobody signed',
      file: (binder) => {
        const pdf = signedOnce(binder);
        const content = pdf.refIn(page(pdf), 'Contents');
        const own = pdf.body(content);
        pdf.update({ [content]: drawing('for a moment') }).update({ [content]: own });
        return pdf.sign(rita, { field: 'Reviewer' }).bytes;
      },
      found: ['page-changed @ page 3'],
    },
  ],
};
