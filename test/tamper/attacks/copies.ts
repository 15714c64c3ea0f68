import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../support/outside-tools.ts';
import type { Attack, Family } from '../attack.ts';
import { latin, Pdf } from '../pdf.ts';

/** Saved again by another program. */
const saved =
  (tool: 'qpdf' | 'mutool', ...options: readonly string[]): Attack['file'] =>
  async ({ twice }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bindery-saved-'));
    const [from, to] = [join(folder, 'in.pdf'), join(folder, 'out.pdf')];
    try {
      await writeFile(from, twice);
      const args = tool === 'qpdf' ? [...options, from, to] : ['clean', ...options, from, to];
      await runTool(tool, ...args);
      return await readFile(to);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

/** A byte changed at the middle of what stands between two texts. */
const flipped =
  (from: string, { last = false, by = 1, within = 0 } = {}): Attack['file'] =>
  ({ twice }) => {
    const bytes = Buffer.from(twice);
    const at = (last ? bytes.lastIndexOf(from) : bytes.indexOf(from)) + within;
    bytes[at] = (bytes[at] ?? 0) ^ by;
    return bytes;
  };

const BOTH = ['byte-range @ signature Preparer', 'byte-range @ signature Reviewer'];
const FIRST = 'digest-mismatch @ signature Preparer';
const cutTo =
  (end: (twice: Buffer, once: Buffer) => number): Attack['file'] =>
  ({ twice, once }) =>
    twice.subarray(0, end(twice, once));

export const COPIES: Family = {
  name: 'Damaged, cut and saved again',
  about: 'The file is no longer the bytes that were signed, by ill will or by a program that means well.',
  attacks: [
    { title: 'Saved again by qpdf', file: saved('qpdf'), found: BOTH },
    { title: 'Saved again by qpdf, linearized', file: saved('qpdf', '--linearize'), found: BOTH },
    {
      title: 'Saved again by qpdf with streams of objects',
      file: saved('qpdf', '--object-streams=generate'),
      found: BOTH,
    },
    {
      title: 'Saved again by qpdf, encrypted',
      file: saved('qpdf', '--encrypt', '', 'x', '256', '--'),
      found: ['encrypted @ file'],
    },
    { title: 'Saved again by mutool', file: saved('mutool'), found: BOTH },
    {
      title: 'Saved again by mutool, unpacked and renumbered',
      file: saved('mutool', '-d', '-gggg'),
      found: BOTH,
    },
    { title: 'A byte of the header', file: flipped('%PDF-1.7', { within: 7 }), found: [FIRST] },
    { title: 'A byte of a page’s box', file: flipped('/MediaBox [0 0 595', { within: 15 }), found: [FIRST] },
    {
      title: 'A byte of the evidence',
      file: ({ twice, picture }) => {
        const pdf = new Pdf(twice);
        const at = twice.indexOf('PNG not really');
        pdf.bytes[at] = 0x51;
        return picture === '' ? twice : pdf.bytes;
      },
      found: [FIRST, 'attachment-mismatch @ attachment * screen.png'],
    },
    {
      title: 'A byte of the first table: an object said to be elsewhere',
      file: ({ twice }) => {
        const bytes = Buffer.from(twice);
        const at = bytes.indexOf('\nxref') + 40;
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        return bytes;
      },
      found: [FIRST],
    },
    {
      title: 'The places of two pages exchanged in the first table',
      file: placesExchanged,
      found: [FIRST, 'damaged-object @ *'],
    },
    {
      title: 'A byte of the preparer’s signature',
      file: flipped('/Contents <', { within: 400 }),
      found: ['* @ signature Preparer', 'digest-mismatch @ signature Reviewer'],
    },
    {
      title: 'A byte of the reviewer’s signature',
      file: flipped('/Contents <', { last: true, within: 1500, by: 1 }),
      found: ['* @ signature Reviewer'],
    },
    {
      title: 'A digit of a signature in another case',
      file: upperCase,
      found: ['padding @ signature Reviewer'],
    },
    {
      title: 'The certification’s permissions in place',
      file: ({ twice }) => new Pdf(twice).patch('/P 2\n', '/P 3\n').bytes,
      found: [FIRST],
    },
    {
      title: 'The last trailer’s Prev',
      file: flipped('/Prev ', { last: true, within: 7 }),
      found: ['damaged-structure @ *'],
    },
    {
      title: 'The last startxref',
      file: flipped('startxref', { last: true, within: 12 }),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'The last %%EOF',
      file: flipped('%%EOF', { last: true, within: 2 }),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'Cut by one byte',
      file: cutTo((twice) => twice.length - 1),
      found: ['byte-range @ signature Reviewer'],
    },
    {
      title: 'Cut within the last lines',
      file: cutTo((twice) => twice.length - 30),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'Cut within the reviewer’s signature',
      file: cutTo((twice) => twice.lastIndexOf('/Contents <') + 500),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'Cut within the preparer’s revision',
      file: cutTo((_, once) => once.length - 100),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'Cut to what was composed, before anybody signed',
      file: ({ unsigned }) => unsigned,
      found: ['not-signed @ file'],
    },
    {
      title: 'Cut in half',
      file: cutTo((twice) => Math.floor(twice.length / 2)),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'A byte left out of a page',
      file: ({ twice }) => Buffer.concat([twice.subarray(0, 5_000), twice.subarray(5_001)]),
      found: ['damaged-structure @ end of the file'],
    },
    {
      title: 'Line ends changed on the way (CR LF)',
      file: ({ twice }) => latin(twice.toString('latin1').replace(/\n/g, '\r\n')),
      found: ['damaged-structure @ *'],
    },
    {
      title: 'Cut back to what the preparer signed',
      file: ({ once }) => once,
      found: [],
      verdict: 'valid',
      told: 'signed the whole file as Preparer',
    },
  ],
};

/** Two pages’ lines in the table of the first revision, exchanged. */
function placesExchanged({ twice }: { readonly twice: Buffer }): Buffer {
  const pdf = new Pdf(twice);
  const [a, b] = [pdf.pages[2], pdf.pages[3]].map((num) => String(pdf.at(num ?? 0)).padStart(10, '0'));
  const text = pdf.bytes.toString('latin1');
  const [i, j] = [text.indexOf(`${a} 00000 n`), text.indexOf(`${b} 00000 n`)];
  pdf.bytes.write(b ?? '', i, 'latin1');
  pdf.bytes.write(a ?? '', j, 'latin1');
  return pdf.bytes;
}

function upperCase({ twice }: { readonly twice: Buffer }): Buffer {
  const bytes = Buffer.from(twice);
  const from = bytes.lastIndexOf('/Contents <') + 11;
  const at = bytes.subarray(from).findIndex((c) => c >= 0x61 && c <= 0x66) + from;
  bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  return bytes;
}
