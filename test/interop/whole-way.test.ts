import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../support/outside-tools.ts';
import {
  type Binder,
  type Disk,
  emptyDisk,
  NOTES,
  ODD_FILES,
  OWN_CATALOG,
  OWNER,
  REVIEWER,
  sha256,
  TITLE,
  toCountersigned,
  twoMembersQuickly,
} from '../support/whole-way.ts';

let disk: Disk;
let binder: Binder;
let certificates: string[];

beforeAll(async () => {
  disk = emptyDisk();
  await twoMembersQuickly(disk);
  await disk.done('import', ['ws', OWN_CATALOG]);
  binder = await toCountersigned(disk, 'Προβλήτα audit', 'Harbour controls', { control: 'LG-1' });
  const { files } = await disk.done('verify', [binder.file]);
  certificates = (files[0]?.signatures ?? []).map((one, at) => disk.write(`${at}.pem`, one.certificatePem));
}, 240_000);

afterAll(() => disk.remove());

/** A page's text as words, whatever the layout did to the lines. */
const flat = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ');

describe('a binder from the command line, in the hands of programs that do not know Bindery', () => {
  it('has two valid signatures for pdfsig, the last of which is over the whole document', async () => {
    const { output } = await runTool('pdfsig', '-nocert', binder.file);
    const [, first = '', second = ''] = output.split(/Signature #\d+:/);
    expect(first).toContain(`Common Name: ${OWNER}`);
    expect(first).toContain('Signature is Valid.');
    expect(first).toContain('Not total document signed');
    expect(second).toContain(`Common Name: ${REVIEWER}`);
    expect(second).toContain('Signature is Valid.');
    expect(second).toContain('- Total document signed');
  });

  it('has a first signature that covers its own revision and nothing behind it', async () => {
    const { files } = await disk.done('verify', [binder.file, '--trust', ...certificates]);
    expect(files[0]).toMatchObject({
      verdict: 'valid',
      signatures: [
        { valid: true, coversRevision: true, coversWholeFile: false },
        { valid: true, coversRevision: true, coversWholeFile: true },
      ],
    });
  });

  it('is a clean file for qpdf and mutool', async () => {
    const qpdf = await runTool('qpdf', '--check', binder.file);
    expect(qpdf.output).toContain('No syntax or stream encoding errors found');
    expect(qpdf.code).toBe(0);
    expect((await runTool('mutool', 'info', binder.file)).output).not.toMatch(/error|warning/i);
  });

  it.each([0, 1])(
    'gives OpenSSL signature %i, which verifies by the certificate of its member',
    async (nth) => {
      const { cms, content } = takenOut(nth);
      const verified = (certificate: string) =>
        runTool(
          'openssl',
          ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content],
          ...['-CAfile', certificate, '-partial_chain', '-purpose', 'any', '-cades', '-out', '/dev/null'],
        );
      expect(await verified(certificates[nth] ?? '')).toMatchObject({
        code: 0,
        output: expect.stringContaining('successful'),
      });
      expect((await verified(certificates[1 - nth] ?? '')).code).not.toBe(0);
    },
  );

  it('gives every file of evidence back to pdfdetach, byte for byte', async () => {
    const { output } = await runTool('pdfdetach', '-list', binder.file);
    const names = [...output.matchAll(/^(\d+): (.+)$/gm)];
    const back = new Set<string>();
    for (const [, number = ''] of names) {
      const out = disk.path(`attachment-${number}`);
      await runTool('pdfdetach', '-save', number, '-o', out, binder.file);
      back.add(sha256(readFileSync(out)));
    }
    expect(names).toHaveLength(binder.composed.attachments);
    expect(binder.files).toHaveLength(Object.keys(ODD_FILES).length);
    expect(binder.files.filter((file) => !back.has(file.sha256))).toEqual([]);
    // Poppler cannot print names beyond the first plane of Unicode; qpdf can.
    const listed = (await runTool('qpdf', '--list-attachments', binder.file)).output;
    for (const file of binder.files) expect(listed).toContain(file.name);
  });

  it('lets pdftotext find what was written, in every script', async () => {
    const { output } = await runTool('pdftotext', binder.file, '-');
    const text = flat(output);
    for (const word of ['façade', 'έλεγχος', 'проверка', '監査証跡', 'مراجعة', 'الحسابات', 'Προβλήτα']) {
      expect({ word, found: text.includes(word) }).toEqual({ word, found: true });
    }
    for (const word of ['Beleg für', 'проверка', REVIEWER, OWNER]) expect(text).toContain(word);
    expect(NOTES.control + TITLE).toMatch(/✅.*📎/s);
    for (const emoji of ['✅', '📎']) expect(text.includes(emoji) || /U\+(2705|1F4CE)/.test(text)).toBe(true);
  });
});

/** A signature and the bytes it is over, by its byte range alone. */
function takenOut(nth: number): { cms: string; content: string } {
  const bytes = readFileSync(binder.file);
  const range = [...bytes.toString('latin1').matchAll(/\/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) ?\]/g)][nth];
  const [, end = 0, restart = 0, length = 0] = (range ?? []).map(Number);
  const [cms, content] = [disk.path(`${nth}.der`), disk.path(`${nth}.bin`)];
  writeFileSync(cms, Buffer.from(bytes.toString('latin1', end + 1, restart - 1), 'hex'));
  writeFileSync(content, Buffer.concat([bytes.subarray(0, end), bytes.subarray(restart, restart + length)]));
  return { cms, content };
}

interface Place {
  at(file: string): number;
  /** What the report has to speak of. */
  readonly named: RegExp;
}

/** Where a single byte is turned over, found in the plain structure of the file. */
const PLACES: Readonly<Record<string, Place>> = {
  'a page': { at: (file) => file.indexOf('/MediaBox') + 1, named: /page 1\b/ },
  'an attachment': { at: (file) => streamAfter(file, file.indexOf(EMBEDDED)) + 20, named: /attachment E-/ },
  'the manifest': { at: (file) => streamAfter(file, file.lastIndexOf(EMBEDDED)) + 40, named: /manifest/ },
  'the first signature': { at: (file) => file.indexOf('/Contents <') + 400, named: /signature Preparer/ },
  'the second signature': {
    at: (file) => file.lastIndexOf('/Contents <') + 400,
    named: /signature Reviewer/,
  },
  'the end': { at: (file) => file.lastIndexOf('startxref') + 11, named: /end of the file/ },
};
const EMBEDDED = '/Type /EmbeddedFile';

function streamAfter(file: string, at: number): number {
  return file.indexOf('stream', at) + 8;
}

describe('one changed byte', () => {
  it.each(Object.keys(PLACES))('in %s is found, and named', async (place) => {
    const bytes = readFileSync(binder.file);
    const { at: find, named } = PLACES[place] ?? { at: () => -1, named: /^$/ };
    const at = find(bytes.toString('latin1'));
    expect(at).toBeGreaterThan(0);
    bytes[at] = (bytes[at] ?? 0) === 0x61 ? 0x62 : 0x61;
    const file = disk.write(join('changed', `${at}.pdf`), bytes);
    const { code, value, fault } = await disk.run(['verify', file], { passphrase: null });
    expect({ place, code, fault }).toEqual({ place, code: 3, fault: null });
    const { files } = value as {
      files: { verdict: string; problems: { where: string; message: string }[] }[];
    };
    expect(files[0]?.verdict).toBe('invalid');
    expect(files[0]?.problems.some((problem) => named.test(problem.where))).toBe(true);
  });
});
