import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PdfParser } from '../../../../../core/binder/verify/pdf/parser.ts';
import { PdfFault, sameValue } from '../../../../../core/binder/verify/pdf/values.ts';
import { BinderFile, EVIDENCE, OBJ, stream } from './binder-file.ts';
import { makeSigner } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const withObject = (num: number, body: string | Buffer): Promise<string[]> =>
  verifyBytes(
    BinderFile.make({ objects: (all) => all.set(num, Buffer.from(body as string)) }).sign(ada).bytes,
  ).then(problemsOf);

const read = (text: string): unknown => new PdfParser(Buffer.from(text, 'latin1'), null, true).value();

describe('a file made to harm its reader', () => {
  it('with tables that form a loop ends in a report', async () => {
    const file = BinderFile.make().sign(ada);
    const text = file.bytes.toString('latin1');
    const startxref = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    const looped = text.replace(/\/Prev \d+/, `/Prev ${startxref}`);
    const report = await verifyBytes(Buffer.from(looped, 'latin1'));
    expect(report.verdict).toBe('invalid');
    expect(report.problems[0]?.message).toMatch(/loop|damaged/);
  });

  it('with an attachment that unpacks without end is cut short', { timeout: 30_000 }, async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const again = stream(
      '/Type /EmbeddedFile /Filter /FlateDecode',
      deflateSync(Buffer.concat([bomb, EVIDENCE])),
    );
    expect(await withObject(OBJ.file(5), again)).toContain('manifest-unreadable @ manifest');
    const twice = stream('/Type /EmbeddedFile /Filter [/FlateDecode /FlateDecode]', deflateSync(bomb));
    expect(await withObject(OBJ.file(0), twice)).toContain('attachment-mismatch @ attachment access.csv');
  });

  it('with a list of attachments that contains itself ends in a report', async () => {
    const problems = await withObject(OBJ.names, '<< /EmbeddedFiles 6 0 R /Kids [6 0 R 6 0 R] >>');
    expect(problems).not.toContain('not-a-binder @ manifest');
    expect(problems).toEqual([]);
  });

  it('with pages that contain themselves ends in a report', async () => {
    const file = BinderFile.make({
      objects: (all) =>
        all.set(OBJ.pages, Buffer.from('<< /Type /Pages /Kids [2 0 R 2 0 R 11 0 R] /Count 3 >>')),
    }).sign(ada);
    file.flip('ada,preparer');
    expect(problemsOf(await verifyBytes(file.bytes))).toContain(
      'attachment-mismatch @ attachment access.csv',
    );
  });

  it('with values nested without end is named', async () => {
    const problems = await withObject(400, `${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(problems).toEqual(['damaged-object @ object 400']);
  });

  it.each(['ledger-extract.json', 'manifest.json'])(
    'with values nested without end in %s is named',
    async (name) => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const file = BinderFile.make({
        files: (files) =>
          files.map((one) => {
            const text = one.bytes.toString('utf8');
            return one.name === name
              ? { ...one, bytes: Buffer.from(text.replace('{', `{"deep":${deep},`)) }
              : one;
          }),
      });
      const found =
        name === 'manifest.json'
          ? 'manifest-unreadable @ manifest'
          : `ledger-unreadable @ attachment ${name}`;
      expect(problemsOf(await verifyBytes(file.sign(ada).bytes))).toContain(found);
    },
  );

  it('with a stream as long as the file claims to be is named', async () => {
    const problems = await withObject(400, '<< /Length 99999999999 >>\nstream\nabc\nendstream');
    expect(problems).toEqual(['damaged-object @ object 400']);
  });

  it('with a stream whose length is itself is named', async () => {
    const problems = await withObject(400, '<< /Length 400 0 R >>\nstream\nabc\nendstream');
    expect(problems).toEqual(['damaged-object @ object 400']);
  });

  it('with a table of a million millions of objects is named', async () => {
    const text = BinderFile.make()
      .sign(ada)
      .bytes.toString('latin1')
      .replace('xref\n0 1\n', 'xref\n0 9999999999\n');
    const report = await verifyBytes(Buffer.from(text, 'latin1'));
    expect(report.verdict).toBe('invalid');
  });

  it('with an object stream whose members overlap ends in a report', { timeout: 10_000 }, async () => {
    const value = `[${'0 '.repeat(50_000)}]`;
    const header = Array.from({ length: 20_000 }, (_, i) => `${1000 + i} 0`).join(' ');
    const packed = deflateSync(Buffer.from(`${header} ${value}`));
    const container = stream(
      `/Type /ObjStm /N 20000 /First ${header.length + 1} /Filter /FlateDecode`,
      packed,
    );
    // A table in the form of a stream that puts the catalog into that container.
    const base = BinderFile.make({ objects: (all) => all.set(400, container) }).bytes;
    const startxref = base.toString('latin1').match(/startxref\n(\d+)/)?.[1];
    const table = stream(
      `/Type /XRef /W [1 2 2] /Index [1 1] /Size 1000 /Root 1 0 R /Prev ${startxref}`,
      Buffer.of(2, 1, 144, 0, 0),
    );
    const update = `401 0 obj\n${table.toString('latin1')}\nendobj\nstartxref\n${base.length}\n%%EOF\n`;
    const report = await verifyBytes(Buffer.concat([base, Buffer.from(update, 'latin1')]));
    expect(report.problems.map(({ message }) => message).join()).toContain(
      'members of an object stream overlap',
    );
  });

  it('with two tables for one version is named', async () => {
    const file = BinderFile.make().sign(ada);
    const at = file.bytes.indexOf('xref\n');
    const problems = problemsOf(await verifyBytes(file.update({}, `/XRefStm ${at}`).bytes));
    expect(problems).toContain('hidden-bytes @ cross-reference table');
  });
});

describe('values as PDF writes them', () => {
  it('are read by their meaning, however they are spelt', () => {
    const same: [string, string][] = [
      ['(a\\(b\\)\\101\\n)', '<61286229410A>'],
      ['/A#42C', '/ABC'],
      ['[1 2 R 3 0 R]', '[1 2 R  3\n0 R]'],
      ['<< /A 1 /B [true null] >>', '<</B[true null]/A 1>>'],
      ['(line\\\nbreak)', '(linebreak)'],
      ['(a\r\nb)', '(a\nb)'],
      ['<414>', '<4140>'],
      ['% comment\n-.5', '-0.5'],
    ];
    for (const [a, b] of same) {
      const [left, right] = [read(a), read(b)] as Parameters<typeof sameValue>;
      expect(sameValue(left, right), `${a} = ${b}`).toBe(true);
    }
  });

  it.each(['<< /A 1 /A 2 >>', '<< /A >>', '<4x>', '(open', '[1', 'obj', '/A#zz x', '>>', '1.2.3', ''])(
    '%s is refused',
    (text) => {
      expect(() => read(text)).toThrow(PdfFault);
    },
  );
});
