import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReports, strayTests } from '../../run/reports.mjs';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-reports-'));
  const name = join(folder, 'some.test.ts');
  await writeFile(
    name,
    "import { corpusDir } from '../support/corpus.ts';\ndescribe.runIf(corpusDir !== null)('the real files', () => {});\ndescribe('made files', () => {});\n",
  );
  const result = (suite: string, status: string) => ({
    ancestorTitles: [suite],
    fullName: `${suite} are read`,
    status,
  });
  const assertionResults = [
    result('the real files', 'skipped'),
    result('made files', 'passed'),
    result('PDFBox preflight', 'skipped'),
  ];
  await writeFile(
    join(folder, 'unit.json'),
    JSON.stringify({ testResults: [{ name, status: 'passed', assertionResults }] }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

test('a test that runs without the corpus is not counted as one of the corpus, though it stands in the same file', async () => {
  const { tests } = await readReports(folder);
  expect(tests.map(({ name, corpus }) => [name, corpus])).toEqual([
    ['the real files are read', true],
    ['made files are read', false],
    ['PDFBox preflight are read', false],
  ]);
});

test('a suite of the corpus may be absent, and PDFBox; nothing else may', async () => {
  const { tests } = await readReports(folder);
  expect(strayTests(tests)).toEqual([]);
  const absent = tests.map((one) => ({ ...one, status: 'skipped' }));
  expect(strayTests(absent).map(({ name }) => name)).toEqual(['made files are read']);
});
