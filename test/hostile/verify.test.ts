import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPdf } from '../support/plain-pdf.ts';
import { makeCore, type TestCore } from '../support/workspaces.ts';
import { judged } from './judged.ts';

let test: TestCore;

beforeAll(async () => {
  test = await makeCore();
});

afterAll(() => test.close());

const JUNK: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  'a header alone': '%PDF-1.7\n',
  'a header and the end': '%PDF-1.7\n%%EOF\n',
  'a plain PDF': plainPdf(),
  'a plain PDF cut in the middle': plainPdf().subarray(0, 700),
  'a table that points nowhere':
    '%PDF-1.7\nxref\n0 1\n9999999999 65535 f\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF',
  'an encrypted PDF': plainPdf({ extraTrailer: '/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 >>' }),
  'noise behind a header': Buffer.concat([Buffer.from('%PDF-2.0\n'), Buffer.alloc(300_000, 0xa5)]),
  text: 'Dear auditor,\n',
};

describe('a file that is no binder of ours', () => {
  it.each(Object.keys(JUNK))('is never called valid, and never a crash: %s', async (kind) => {
    expect(await judged(test.api, test.file('junk.pdf', JUNK[kind] ?? ''))).toMatch(
      /^(invalid|invalid-input|corrupt)$/,
    );
  });

  it('is answered, however large it says it is', { timeout: 180_000 }, async () => {
    const path = join(test.home, 'huge.pdf');
    const file = openSync(path, 'w');
    writeSync(file, '%PDF-1.7\n');
    ftruncateSync(file, 3_000_000_000);
    closeSync(file);
    expect(await judged(test.api, path)).toMatch(/^(invalid|invalid-input|corrupt)$/);
  });

  it.each(['nothing here.pdf', '.'])('is not found or no file: %s', async (name) => {
    expect(await judged(test.api, join(test.home, name))).toMatch(/^(not-found|invalid-input|unavailable)$/);
  });
});
