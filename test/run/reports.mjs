import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './step.mjs';

/** A suite that is there only with the corpus says so where it begins; tests beside it in its file run anyway. */
const CORPUS_SUITE = /describe\.runIf\(corpusDir !== null\)\('([^']+)'/g;

/** Every test of every JSON report in the folder. */
export async function readReports(folder) {
  const suites = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const tests = [];
  for (const suite of suites) {
    const report = JSON.parse(await readFile(join(folder, suite), 'utf8'));
    for (const file of report.testResults ?? []) tests.push(...(await testsOf(file)));
  }
  return { suites, tests };
}

async function testsOf(file) {
  const path = relative(root, file.name);
  const source = await readFile(file.name, 'utf8');
  const suites = [...source.matchAll(CORPUS_SUITE)].map(([, name]) => name);
  const tests = file.assertionResults.map((test) => ({
    file: path,
    name: test.fullName,
    status: test.status,
    corpus: suites.includes(test.ancestorTitles[0]),
    electron: / in Electron\b/.test(test.fullName),
    pdfbox: /^PDFBox /.test(test.fullName),
  }));
  // A file that could not be loaded has no tests of its own to fail.
  if (tests.length === 0 && file.status === 'failed') {
    return [
      {
        file: path,
        name: 'the file itself',
        status: 'failed',
        corpus: false,
        electron: false,
        pdfbox: false,
      },
    ];
  }
  return tests;
}

/** Tests that were skipped although they belong to no suite that may be absent. */
export function strayTests(tests) {
  return tests.filter((test) => isSkipped(test) && !test.corpus && !test.electron && !test.pdfbox);
}

export function totals(tests) {
  const count = (status) => tests.filter((test) => test.status === status).length;
  return { passed: count('passed'), failed: count('failed'), skipped: tests.filter(isSkipped).length };
}

function isSkipped(test) {
  return test.status !== 'passed' && test.status !== 'failed';
}
