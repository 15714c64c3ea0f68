import { describe, expect, it } from 'vitest';
import { BinderFile, EVIDENCE, embedded, fileSpec, OBJ, pageContent, stream } from './binder-file.ts';
import { makeSigner, octets, oid, seq, set } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const grace = makeSigner('Grace', { rsa: true });
const mallory = makeSigner('Mallory');

const once = (): BinderFile => BinderFile.make().sign(ada);
const twice = (): BinderFile => once().sign(grace, { field: 1 });
const catalogWith = (file: BinderFile, more: string): string =>
  file.text(OBJ.catalog).replace(/>>$/, `${more} >>`);
const APPROVED =
  '<< /Type /Annot /Subtype /FreeText /Rect [100 100 300 200] /Contents (APPROVED) /DA (/Helv 24 Tf) >>';

type Case = [title: string, make: () => BinderFile, problems: string[]];

async function expectProblems(make: () => BinderFile, problems: readonly string[]): Promise<void> {
  const report = await verifyBytes(make().bytes);
  expect(problemsOf(report)).toEqual(expect.arrayContaining([...problems]));
  expect(report.verdict).toBe('invalid');
}

/** Updates after the last signature, and between two: the second is what standard tools call valid. */
const FORGERIES: [string, (file: BinderFile) => Record<number, string | Buffer>, string][] = [
  [
    'a page’s content',
    () => ({ [OBJ.content(3)]: pageContent('Page 3: the control is NOT satisfied') }),
    'page-changed @ page 3',
  ],
  [
    'a page, pointed to other content',
    (file) => ({
      [OBJ.page(2)]: file.text(OBJ.page(2)).replace('32 0 R', '300 0 R'),
      300: pageContent('Something else'),
    }),
    'page-changed @ page 2',
  ],
  [
    'an annotation put on a page',
    (file) => ({
      [OBJ.page(2)]: file.text(OBJ.page(2)).replace(/>>$/, '/Annots [300 0 R] >>'),
      300: APPROVED,
    }),
    'annotation-changed @ page 2',
  ],
  [
    'a page taken out',
    (file) => ({ [OBJ.pages]: file.text(OBJ.pages).replace('13 0 R ', '').replace('/Count 4', '/Count 3') }),
    'page-changed @ list of pages',
  ],
  [
    'an attachment, replaced in place',
    (file) => ({
      [OBJ.file(file.attachment('access.csv'))]: embedded(Buffer.from('user,role\nmallory,owner\n')),
    }),
    'attachment-changed @ attachment access.csv',
  ],
  [
    'an attachment, pointed to another stream',
    (file) => ({
      [OBJ.spec(file.attachment('access.csv'))]: fileSpec('access.csv', 300),
      300: embedded(Buffer.from('forged')),
    }),
    'attachment-changed @ attachment access.csv',
  ],
  [
    'the manifest',
    (file) => ({ [OBJ.file(file.attachment('manifest.json'))]: embedded(Buffer.from('{}')) }),
    'attachment-changed @ manifest',
  ],
  [
    'an attachment added',
    (file) => ({
      [OBJ.names]: file.text(OBJ.names).replace('[', '[(zzz.txt) 300 0 R '),
      300: fileSpec('zzz.txt', 301),
      301: embedded(Buffer.from('hello')),
    }),
    'attachment-extra @ attachment zzz.txt',
  ],
  [
    'an attachment renamed',
    (_file) => ({ [OBJ.spec(0)]: fileSpec('other.csv', OBJ.file(0)) }),
    'attachment-extra @ attachment other.csv',
  ],
  [
    'the whole list of attachments',
    () => ({ [OBJ.names]: '<< /EmbeddedFiles << /Names [] >> >>' }),
    'attachment-changed @ list of attachments',
  ],
  [
    'the font',
    () => ({ [OBJ.font]: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' }),
    'document-changed @ font Helvetica',
  ],
  ['the title', () => ({ [OBJ.info]: '<< /Title (Other) >>' }), 'document-changed @ document information'],
  [
    'the catalog, with an action',
    (file) => ({
      [OBJ.catalog]: catalogWith(file, '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'),
    }),
    'document-changed @ document catalog',
  ],
  [
    'layers',
    (file) => ({ [OBJ.catalog]: catalogWith(file, '/OCProperties 300 0 R'), 300: '<< /OCGs [] /D << >> >>' }),
    'document-changed @ layers',
  ],
  [
    'the form, with a field more',
    (file) => ({
      [OBJ.form]: file.text(OBJ.form).replace('[', '[300 0 R '),
      300: '<< /FT /Tx /T (Verdict) /V (Passed) >>',
    }),
    'form-changed @ form',
  ],
  [
    'an empty field, moved over a page',
    (file) => ({ [OBJ.field(2)]: file.text(OBJ.field(2)).replace(/\[[\d ]+\]/, '[0 0 595 842]') }),
    'signature-changed @ signature Approver',
  ],
  [
    'the first signature’s field',
    (file) => ({ [OBJ.field(0)]: file.text(OBJ.field(0)).replace(/\/V 200 0 R/, '') }),
    'signature-changed @ signature Preparer',
  ],
  [
    'the first signature’s appearance',
    () => ({
      201: stream('/Type /XObject /Subtype /Form /BBox [0 0 100 20]', Buffer.from('% by the director')),
    }),
    'signature-changed @ signature Preparer',
  ],
  ['an object that nothing shows', () => ({ 300: '<< /Kept (for later) >>' }), 'unused-object @ object 300'],
];

describe('an update after the last signature', () => {
  it.each(FORGERIES)('that changed %s is named', async (_, change, problem) => {
    await expectProblems(() => {
      const file = twice();
      return file.update(change(file));
    }, [problem]);
  });
});

describe('an update between two signatures, which the second signer then covered', () => {
  it.each(FORGERIES)('that changed %s is named', async (_, change, problem) => {
    await expectProblems(() => {
      const file = once();
      return file.update(change(file)).sign(grace, { field: 1 });
    }, [problem]);
  });

  it.each(FORGERIES.slice(0, 14))(
    'that changed %s within the signing revision is named',
    async (_, change, problem) => {
      await expectProblems(() => {
        const file = once();
        return file.sign(grace, { field: 1, extra: change(file) });
      }, [problem]);
    },
  );

  it('leaves both signatures good for themselves, and the binder invalid', async () => {
    const file = once();
    file.update({ [OBJ.file(0)]: embedded(Buffer.from('forged')) }).sign(grace, { field: 1 });
    const report = await verifyBytes(file.bytes);
    expect(report.signatures.map((s) => s.valid)).toEqual([true, true]);
    expect(report.verdict).toBe('invalid');
    expect(report.problems.map((p) => p.message)).toContain(
      'The attachment access.csv was changed after Preparer signed.',
    );
  });
});

describe('a changed byte', () => {
  const CASES: Case[] = [
    [
      'in a compressed page',
      () => twice().flip('endstream', { within: -20 }),
      ['digest-mismatch @ signature Preparer'],
    ],
    [
      'in an attachment',
      () => twice().flip('ada,preparer'),
      ['digest-mismatch @ signature Preparer', 'attachment-mismatch @ attachment access.csv'],
    ],
    ['in the manifest', () => twice().flip('Access review 2026"'), ['attachment-mismatch @ manifest']],
    [
      'in the manifest’s syntax',
      () => twice().flip('"binder":"binder-1"'),
      ['manifest-unreadable @ manifest'],
    ],
    [
      'in the ledger extract',
      () => twice().flip('bindery.extract'),
      ['attachment-mismatch @ attachment ledger-extract.json'],
    ],
    ['in a signed value', () => twice().flip('Payroll'), ['digest-mismatch @ signature Preparer']],
    ['in a page object', () => twice().flip('14 0 obj', { by: 8 }), ['damaged-object @ page 4']],
    [
      'in a key of a page',
      () => twice().flip('/Contents 33 0 R', { within: 3 }),
      ['digest-mismatch @ signature Preparer', 'damaged-object @ page 3'],
    ],
    ['in the header', () => twice().flip('%PDF'), ['damaged-structure @ start of the file']],
    ['in the first table', () => twice().flip('0000000015'), ['digest-mismatch @ signature Preparer']],
    [
      'in the last signature’s dictionary',
      () => twice().flip('(Grace)', { last: true, within: 2 }),
      ['digest-mismatch @ signature Reviewer'],
    ],
    [
      'in the last line',
      () => twice().flip('%%EOF', { last: true }),
      ['damaged-structure @ end of the file'],
    ],
    [
      'in the last startxref',
      () => twice().flip('startxref', { last: true, within: 12 }),
      ['damaged-structure @ end of the file'],
    ],
  ];
  it.each(CASES)('%s is found and named', (_, make, problems) => expectProblems(make, problems));

  it('in a page names the page', async () => {
    for (let n = 1; n <= 4; n += 1) {
      const file = twice();
      const at = file.bytes.indexOf(`${OBJ.content(n)} 0 obj`);
      const from = file.bytes.indexOf('stream\n', at) + 7 + 20;
      file.bytes[from] = (file.bytes[from] ?? 0) ^ 0x10;
      const report = await verifyBytes(file.bytes);
      expect(problemsOf(report)).toContain(`damaged-object @ page ${n}`);
    }
  });

  it('in the padding of the last signature is found, and of an earlier one', async () => {
    const last = twice();
    last.bytes[last.bytes.lastIndexOf('0000>')] = 0x31;
    expect(problemsOf(await verifyBytes(last.bytes))).toEqual(['padding @ signature Reviewer']);
    const first = twice();
    first.bytes[first.bytes.indexOf('0000>')] = 0x31;
    expect(problemsOf(await verifyBytes(first.bytes))).toEqual(
      expect.arrayContaining(['padding @ signature Preparer', 'digest-mismatch @ signature Reviewer']),
    );
  });

  it('that only changes the case of a digit is found', async () => {
    const file = twice();
    const from = file.bytes.lastIndexOf('/Contents <') + 11;
    const at = file.bytes.subarray(from).findIndex((c) => c >= 0x61 && c <= 0x66) + from;
    file.bytes[at] = (file.bytes[at] ?? 0) ^ 0x20;
    expect(problemsOf(await verifyBytes(file.bytes))).toEqual(['padding @ signature Reviewer']);
  });
});

describe('a change after a good signature', () => {
  it('is said to lie behind what that signature covers', async () => {
    const file = once();
    const covered = file.bytes.length;
    file.sign(grace, { field: 1 }).flip('(Grace)', { last: true, within: 2 });
    const report = await verifyBytes(file.bytes);
    expect(report.signatures.map((s) => s.valid)).toEqual([true, false]);
    expect(report.problems[0]?.message).toContain(`between bytes ${covered} and ${file.bytes.length}`);
  });
});

describe('a forged signature', () => {
  const CASES: Case[] = [
    [
      'with a range that starts later',
      () => once().sign(grace, { field: 1, range: ([, ...rest]) => [10, ...rest] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with a range that leaves out more than itself',
      () => once().sign(grace, { field: 1, range: ([a = 0, b = 0, c = 0, d = 0]) => [a, b - 40, c, d] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with a range that ends before the file does',
      () => once().sign(grace, { field: 1, range: ([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, d - 7] }),
      ['appended @ end of the file'],
    ],
    [
      'with a range beyond the file',
      () => once().sign(grace, { field: 1, range: ([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, d + 7] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with negative numbers',
      () => once().sign(grace, { field: 1, range: ([a = 0, b = 0, c = 0]) => [a, b, c, -5] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with overlapping ranges',
      () => once().sign(grace, { field: 1, range: ([a = 0, b = 0, c = 0, d = 0]) => [a, c, b, d] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with six numbers',
      () => once().sign(grace, { field: 1, range: (r) => [...r, 1, 1] }),
      ['byte-range @ signature Reviewer'],
    ],
    [
      'with the range given twice',
      () => once().sign(grace, { field: 1, dict: '/ByteRange [0 1 2 3]' }),
      ['damaged-object @ signature Reviewer'],
    ],
    [
      'of zeros',
      () => once().sign(grace, { field: 1, patch: (hex) => '0'.repeat(hex.length) }),
      ['signature-format @ signature Reviewer'],
    ],
    [
      'with something behind it',
      () => once().sign(grace, { field: 1, patch: (hex) => `${hex.slice(0, -4)}beef` }),
      ['padding @ signature Reviewer'],
    ],
    [
      'with a digest that is not safe',
      () => once().sign(grace, { field: 1, cms: { digestOid: '1.3.14.3.2.26' } }),
      ['signature-value @ signature Reviewer'],
    ],
    [
      'of another kind',
      () => once().sign(grace, { field: 1, dict: '/SubFilter /adbe.pkcs7.detached' }),
      ['signature-format @ signature Reviewer'],
    ],
    [
      'that names another certificate',
      () => once().sign(grace, { field: 1, cms: { named: ada.certificate } }),
      ['certificate @ signature Reviewer'],
    ],
    [
      'that names no certificate',
      () => once().sign(grace, { field: 1, cms: { withoutSigningCertificate: true } }),
      ['certificate @ signature Reviewer'],
    ],
    [
      'over another digest',
      () => once().sign(grace, { field: 1, cms: { messageDigest: Buffer.alloc(32, 7) } }),
      ['digest-mismatch @ signature Reviewer'],
    ],
    [
      'with a certificate that does not belong',
      () => once().sign(grace, { field: 1, cms: { extraCertificate: mallory.certificate } }),
      ['signature-format @ signature Reviewer'],
    ],
    [
      'with additions that nothing covers',
      () =>
        once().sign(grace, {
          field: 1,
          cms: { unsigned: seq(oid('1.2.3.4'), set(octets(Buffer.from('x')))) },
        }),
      ['signature-format @ signature Reviewer'],
    ],
    [
      'made with another key than its certificate’s',
      () => once().sign({ ...ada, key: mallory.key }, { field: 1 }),
      ['signature-value @ signature Reviewer'],
    ],
    [
      'by a certificate that had ended',
      () => once().sign(makeSigner('Old', { to: new Date('2025-01-01') }), { field: 1 }),
      ['certificate @ signature Reviewer'],
    ],
    [
      'by a certificate that is not for signing',
      () => once().sign(makeSigner('Cipher', { usage: 0x20 }), { field: 1 }),
      ['certificate @ signature Reviewer'],
    ],
    [
      'without a time',
      () => once().sign(grace, { field: 1, at: null }),
      ['signature-format @ signature Reviewer'],
    ],
    [
      'that was taken out',
      () => {
        const file = once();
        const field = file.text(OBJ.field(1));
        return file.sign(grace, { field: 1 }).update({ [OBJ.field(1)]: field });
      },
      ['signature-removed @ signature Reviewer'],
    ],
  ];
  it.each(CASES)('%s is named', (_, make, problems) => expectProblems(make, problems));
});

describe('a hidden part', () => {
  it('behind the last signature is named', async () => {
    const file = twice();
    const bytes = Buffer.concat([file.bytes, Buffer.from('junk')]);
    const report = await verifyBytes(bytes);
    expect(report.verdict).toBe('invalid');
    expect(problemsOf(report)).toContain('appended @ end of the file');
    expect(report.signatures.map((s) => s.coversWholeFile)).toEqual([false, false]);
  });

  it('between objects, which no table names, is named', async () => {
    const shadow = Buffer.from('<< /Kids [] >>\nendobj\n32 0 obj\n<< /Shadow (content) >>');
    const file = BinderFile.make({ objects: (objects) => objects.set(40, shadow) }).sign(ada);
    expect(problemsOf(await verifyBytes(file.bytes)).join()).toContain('hidden-bytes @ byte');
  });

  it('as an embedded file that no list names is named', async () => {
    const file = BinderFile.make({
      objects: (objects) => objects.set(400, embedded(Buffer.from('secret'))),
    }).sign(ada);
    expect(problemsOf(await verifyBytes(file.bytes))).toContain('attachment-extra @ object 400');
  });

  it('that runs a script is named', async () => {
    const objects = (all: Map<number, Buffer>): unknown =>
      all.set(400, Buffer.from('<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>'));
    const report = await verifyBytes(BinderFile.make({ objects }).sign(ada).bytes);
    expect(problemsOf(report)).toContain('active-content @ object 400');
  });

  it('by encryption is named', async () => {
    const file = once().update({ 400: '<< /Filter /Standard /V 4 >>' }, '/Encrypt 400 0 R');
    expect(problemsOf(await verifyBytes(file.bytes))).toContain('encrypted @ file');
  });
});

describe('a binder that does not fit its own manifest', () => {
  const forge = (files: NonNullable<Parameters<typeof BinderFile.make>[0]>['files']): BinderFile =>
    BinderFile.make(files ? { files } : {}).sign(ada);
  const CASES: Case[] = [
    [
      'with an attachment less',
      () => forge((files) => files.slice(1)),
      ['attachment-missing @ attachment access.csv'],
    ],
    [
      'with an attachment more',
      () => forge((files) => [...files, { name: 'more.txt', bytes: EVIDENCE, role: 'evidence' }]),
      ['attachment-extra @ attachment more.txt'],
    ],
    [
      'with two attachments swapped',
      () =>
        forge(([a, b, ...rest]) =>
          a && b ? [{ ...a, bytes: b.bytes }, { ...b, bytes: a.bytes }, ...rest] : [],
        ),
      ['attachment-mismatch @ attachment access.csv', 'attachment-mismatch @ attachment screenshot.png'],
    ],
    [
      'with two of one name',
      () => forge((files) => [...files, { name: 'access.csv', bytes: Buffer.from('x'), role: 'evidence' }]),
      ['attachment-duplicate @ attachment access.csv'],
    ],
    [
      'without the ledger extract',
      () => forge((files) => files.filter((file) => file.role !== 'extract')),
      ['attachment-missing @ attachment ledger-extract.json', 'ledger-unreadable @ ledger extract'],
    ],
    [
      'with a name for one reader and another for the next',
      () =>
        BinderFile.make({
          objects: (all) =>
            all.set(
              OBJ.spec(0),
              Buffer.from(fileSpec('access.csv', OBJ.file(0)).replace('/F (access.csv)', '/F (run.exe)')),
            ),
        }).sign(ada),
      ['attachment-name @ attachment access.csv'],
    ],
    [
      'with a file for one reader and another for the next',
      () =>
        BinderFile.make({
          objects: (all) =>
            all.set(
              OBJ.spec(0),
              Buffer.from(fileSpec('access.csv', OBJ.file(0)).replace('/EF << /F 101', '/EF << /F 103')),
            ),
        }).sign(ada),
      ['attachment-duplicate @ attachment access.csv'],
    ],
  ];
  it.each(CASES)('%s is named', (_, make, problems) => expectProblems(make, problems));

  it('lists the expected and the actual hash', async () => {
    const file = forge((files) =>
      files.map((f) => (f.name === 'access.csv' ? { ...f, bytes: Buffer.from('x') } : f)),
    );
    const report = await verifyBytes(file.bytes);
    expect(report.manifest?.mismatches).toEqual([
      {
        name: 'access.csv',
        expected: expect.stringMatching(/^[0-9a-f]{64}$/),
        actual: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      },
    ]);
  });
});

describe('a file whose only signature is broken', () => {
  it('proves nothing by its own manifest, says what merely agrees, and where no checksum tells the place', async () => {
    const bytes = Buffer.from(once().bytes);
    const at = bytes.indexOf('/MediaBox [0 0 ') + '/MediaBox [0 0 '.length;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const report = await verifyBytes(bytes);
    expect(problemsOf(report)).toEqual(['digest-mismatch @ signature Preparer']);
    expect(report.proven).toEqual([]);
    const notProven = report.notProven.join(' ');
    expect(notProven).toContain('no valid signature covers them');
    expect(notProven).toContain('embedded files have the SHA-256');
    expect(notProven).toContain('Where the change is');
  });
});
