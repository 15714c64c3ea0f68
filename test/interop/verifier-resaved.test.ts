import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBytes } from '../../core/binder/verify/file-bytes.ts';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { PdfView } from '../../core/binder/verify/pdf/view.ts';
import { signatureFields } from '../../core/binder/verify/signatures/fields.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { runTool } from '../support/outside-tools.ts';
import { BinderFile, pageContent } from '../unit/core/binder/verify/binder-file.ts';
import { makeSigner } from '../unit/core/binder/verify/signer.ts';
import { problemsOf } from '../unit/core/binder/verify/verify.ts';

const ada = makeSigner('Ada');
const grace = makeSigner('Grace', { rsa: true });

/** How another program may write the same document: other numbers, other order, other tables. */
const REWRITES: [string, string[]][] = [
  ['rewritten', []],
  ['linearized', ['--linearize']],
  ['with object streams', ['--object-streams=generate']],
  ['linearized with object streams', ['--linearize', '--object-streams=generate']],
  ['with its streams unpacked', ['--stream-data=uncompress']],
  ['with everything packed again', ['--recompress-flate', '--compression-level=9']],
];

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-resaved-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function qpdf(bytes: Buffer, options: readonly string[]): Promise<Buffer> {
  await writeFile(path('in.pdf'), bytes);
  const { code, output } = await runTool('qpdf', ...options, path('in.pdf'), path('out.pdf'));
  // 3: it succeeded with warnings.
  if (code !== 0 && code !== 3) throw new Error(`qpdf: ${output}`);
  return readFile(path('out.pdf'));
}

async function verify(bytes: Buffer): Promise<VerifyReport> {
  await writeFile(path('binder.pdf'), bytes);
  return verifyBinder(path('binder.pdf'));
}

/** Takes bytes written elsewhere as a binder to go on with, with the fields wherever they now are. */
async function adopt(bytes: Buffer): Promise<BinderFile> {
  await writeFile(path('adopted.pdf'), bytes);
  const file = await FileBytes.open(path('adopted.pdf'));
  try {
    const view = await PdfView.open(file, file.size);
    const fields = await signatureFields(view);
    return BinderFile.adopt(bytes, view, fields);
  } finally {
    await file.close();
  }
}

describe('a signed binder saved again by another program', () => {
  it.each(REWRITES)('%s is invalid, and says that the signatures no longer fit', async (_, options) => {
    const { bytes } = BinderFile.make().sign(ada).sign(grace, { field: 1 });
    const report = await verify(await qpdf(bytes, options));
    expect(report.verdict).toBe('invalid');
    expect(problemsOf(report)).toEqual([
      'byte-range @ signature Preparer',
      'byte-range @ signature Reviewer',
    ]);
    expect(report.problems[0]?.message).toContain('saved again by another program');
    expect(report.manifest).toMatchObject({ files: 5, mismatches: [] });
    expect(report.signOffs.recomputed).toBe(1);
  });

  it('encrypted is named so', async () => {
    const { bytes } = BinderFile.make().sign(ada);
    const report = await verify(await qpdf(bytes, ['--encrypt', '', 'owner', '256', '--']));
    expect(problemsOf(report)).toEqual(['encrypted @ file']);
  });

  it.each([['clean'], ['clean', '-gggg', '-z'], ['clean', '-d']])(
    'by mutool %s %s is invalid',
    async (...options) => {
      const { bytes } = BinderFile.make().sign(ada).sign(grace, { field: 1 });
      await writeFile(path('in.pdf'), bytes);
      await runTool('mutool', ...options, path('in.pdf'), path('out.pdf'));
      const report = await verify(await readFile(path('out.pdf')));
      expect(problemsOf(report)).toEqual([
        'byte-range @ signature Preparer',
        'byte-range @ signature Reviewer',
      ]);
      expect(report.manifest).toMatchObject({ files: 5, mismatches: [] });
    },
  );

  it('without some of its pages is invalid', async () => {
    const { bytes } = BinderFile.make().sign(ada);
    await writeFile(path('in.pdf'), bytes);
    await runTool('qpdf', path('in.pdf'), '--pages', path('in.pdf'), '1-2', '--', path('out.pdf'));
    expect((await verify(await readFile(path('out.pdf')))).verdict).toBe('invalid');
  });
});

describe('a binder written by another program and then signed', () => {
  it.each(REWRITES)('%s is valid', async (_, options) => {
    const file = await adopt(await qpdf(BinderFile.make().bytes, options));
    const report = await verify(file.sign(ada).sign(grace, { field: 1 }).bytes);
    expect(problemsOf(report)).toEqual([]);
    expect(report.verdict).toBe('valid-unknown-signer');
  });

  it.each(REWRITES)('%s and changed between the signatures is invalid and says where', async (_, options) => {
    const file = await adopt(await qpdf(BinderFile.make().bytes, options));
    file.sign(ada);
    const content = file.contentOf(3);
    const report = await verify(
      file.update({ [content]: pageContent('Forged') }).sign(grace, { field: 1 }).bytes,
    );
    expect(problemsOf(report)).toEqual(['page-changed @ page 3']);
  });
});
