import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSignatureFields, signPdf } from '../../../../../core/binder/sign/sign-pdf.ts';
import { FaultError } from '../../../../../shared/fault.ts';
import { plainPdf } from '../../../../support/plain-pdf.ts';
import { memberSigner } from '../../../../support/signers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sound = plainPdf().toString('latin1');

async function codeFor(text: string): Promise<string> {
  const path = join(folder, 'hostile.pdf');
  await writeFile(path, text, 'latin1');
  try {
    await listSignatureFields(path);
    return 'accepted';
  } catch (error) {
    if (error instanceof FaultError) return error.fault.code;
    throw error;
  }
}

/** The sound document with one thing exchanged; offsets of what follows still hold where lengths are equal. */
function withChange(from: string | RegExp, to: string): string {
  const changed = sound.replace(from, to);
  if (changed === sound) throw new Error('the change does not apply');
  return changed;
}

const xrefAt = Number(/startxref\n(\d+)/.exec(sound)?.[1]);
const withTail = (section: string) => `${sound}${section}\nstartxref\n${sound.length}\n%%EOF\n`;

/** Two tables after the sound one, each of which calls the other the one before it. */
function tablesInACircle(): string {
  const table = (previous: number) => `xref\n0 0\ntrailer\n<< /Prev ${String(previous).padStart(10)} >>\n`;
  const [first, second] = [sound.length, sound.length + table(0).length];
  return `${sound}${table(second)}${table(first)}startxref\n${second}\n%%EOF\n`;
}

/** Hundreds of tables, each with many empty runs: every look-up would have to walk them all. */
function chainOfManyRuns(): string {
  const tables = 900;
  const previous = (at: number) => `trailer\n<< /Prev ${at} /Root 1 0 R >>\n`;
  const heads = Array.from(
    { length: tables },
    (_, i) => `xref\n${'0 0\n'.repeat(30)}${previous(sound.length + (i + 1) * HEAD)}`,
  );
  return `${sound}${heads.map((head) => head.padEnd(HEAD)).join('')}startxref\n${sound.length}\n%%EOF\n`;
}

const HEAD = 200;

describe('a file that is no binder is refused with its reason', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'invalid-input'],
    ['a picture', '\x89PNG\r\n\x1a\n', 'invalid-input'],
    ['a header alone', '%PDF-1.7\n', 'corrupt'],
    ['a file cut in half', sound.slice(0, sound.length / 2), 'corrupt'],
    ['a file without its last line', sound.slice(0, -6), 'corrupt'],
    ['junk after the end', `${sound}junk`, 'corrupt'],
    ['a table said to be behind the end', withChange(/startxref\n\d+/, 'startxref\n9999999999'), 'corrupt'],
    [
      'a cross-reference stream',
      withTail('9 0 obj << /Type /XRef >> stream endstream endobj'),
      'invalid-input',
    ],
    [
      'an encrypted document',
      plainPdf({ extraTrailer: '/Encrypt 9 0 R' }).toString('latin1'),
      'invalid-input',
    ],
    ['a hybrid table', plainPdf({ extraTrailer: '/XRefStm 17' }).toString('latin1'), 'invalid-input'],
    ['a document without signature fields', plainPdf({ fields: [] }).toString('latin1'), 'invalid-input'],
    ['two fields of one name', plainPdf({ fields: ['Preparer', 'Preparer'] }).toString('latin1'), 'corrupt'],
    ['a table that leads to itself', withTail(`xref\n0 0\ntrailer\n<< /Prev ${sound.length} >>`), 'corrupt'],
    ['two tables that lead to each other', tablesInACircle(), 'corrupt'],
    ['more tables than a binder can have', chainOfManyRuns(), 'corrupt'],
    ['a table longer than the file', withTail('xref\n0 8000000\ntrailer\n<< >>'), 'corrupt'],
    ['a table with absurd numbers', withTail('xref\n99999999999999999999 1\ntrailer\n<< >>'), 'corrupt'],
    ['a table of negative length', withTail('xref\n0 -1\ntrailer\n<< >>'), 'corrupt'],
    [
      'a pointer back that is no number',
      withTail('xref\n0 0\ntrailer\n<< /Prev /Here /Root 1 0 R >>'),
      'corrupt',
    ],
    ['no catalog', withTail(`xref\n0 0\ntrailer\n<< /Prev ${xrefAt} /Root 99 0 R >>`), 'corrupt'],
    ['an object that is not where the table says', withChange('4 0 obj', '9 0 obj'), 'corrupt'],
    ['an object that does not end', withChange('>>\nendobj', '>>\nendxxx'), 'corrupt'],
    ['a damaged entry', withChange(' 00000 n \n', ' 0000x n \n'), 'corrupt'],
    ['a key given twice', withChange('/SigFlags 3', '/Fields   3'), 'corrupt'],
    [
      'a dictionary nested without end',
      withTail(`xref\n0 0\ntrailer\n${'<< /A '.repeat(50_000)}`),
      'corrupt',
    ],
    ['a string without end', withTail('xref\n0 0\ntrailer\n<< /A ('), 'corrupt'],
  ])('%s', async (_, text, code) => {
    expect(await codeFor(text)).toBe(code);
  });

  it('accepts the document that all these were made from', async () => {
    expect(await codeFor(sound)).toBe('accepted');
  });
});

describe('whatever bytes are changed', () => {
  it('the answer is a signature or a fault, never a crash', async () => {
    const { signer } = memberSigner('Ada');
    const change = fc.record({ at: fc.nat(sound.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    const path = join(folder, 'changed.pdf');
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(sound, 'latin1');
      for (const { at, byte } of changes) bytes[at] = byte;
      await writeFile(path, bytes);
      const request = { field: 'Preparer', signer, reason: 'r', at: new Date(), capacityText: 'c' } as const;
      await signPdf(path, request).catch((error: unknown) => {
        if (!(error instanceof FaultError)) throw error;
      });
    });
    await fc.assert(property, { seed: 20_260_304, numRuns: 150 });
  });
});
