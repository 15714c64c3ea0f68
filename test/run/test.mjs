// `npm test`: everything, in order, stopping at the first thing that is wrong. Its last lines say what ran.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readReports, strayTests, totals } from './reports.mjs';
import { CommandFailed, root, run } from './step.mjs';
import { provideTools } from './tools.mjs';
import { typecheck } from './typecheck.mjs';

const LONG = process.argv.includes('--long');
const CI = ['1', 'true'].includes(process.env.CI ?? '');
// Colour codes make a log that nobody reads on a terminal unreadable.
const PLAIN = process.stdout.isTTY ? [] : ['--colors=off'];
const reports = join(root, 'test-results');

const STEPS = LONG
  ? [
      ['tools', provideTools],
      ['screens', buildScreens],
      ['long tests', () => vitest('long', 'test/run/long.config.ts')],
    ]
  : [
      ['corpus', demandCorpus],
      ['tools', provideTools],
      ['types', typecheck],
      [
        'lint',
        () => node('node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', ...PLAIN, '.'),
      ],
      ['screens', buildScreens],
      // Counting which lines are reached takes the tests half as long again; it is CI that holds them to the bound.
      ['tests', () => vitest('unit', 'vitest.config.ts', ...(CI ? ['--coverage'] : []))],
      ['end to end', () => vitest('e2e', 'test/run/e2e.config.ts')],
    ];

process.exit(await main());

async function main() {
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  let broken = null;
  for (const [name, step] of STEPS) {
    const begun = Date.now();
    console.log(`\n── ${name}`);
    try {
      await step();
      console.log(`── ${name}: passed in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    } catch (error) {
      broken = name;
      console.error(
        `── ${name}: FAILED. ${error instanceof CommandFailed ? error.message : (error.stack ?? error)}`,
      );
      break;
    }
  }
  return conclude(broken);
}

/** Says what ran and counts it: a step that is no test suite and failed counts as one failure. */
async function conclude(broken) {
  const { suites, tests } = await readReports(reports);
  const stray = strayTests(tests);
  for (const test of stray) console.error(`Skipped, and nothing may be: ${test.file}: ${test.name}`);
  console.log('');
  for (const line of optionalSuites(tests, broken)) console.log(line);
  const { passed, failed, skipped } = totals(tests);
  const failures = failed + stray.length + (broken !== null && failed === 0 ? 1 : 0);
  if (broken === null && suites.length === 0) throw new Error('No test ran.');
  console.log(`${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failures === 0 ? 0 : 1;
}

/** The suites that may be absent. */
function optionalSuites(tests, broken) {
  const line = (name, chosen, reason) => {
    const ran = chosen.filter((test) => test.status === 'passed' || test.status === 'failed').length;
    const because = broken !== null && ran === 0 ? `the run stopped at "${broken}"` : reason;
    return ran > 0 ? `${name}: ran (${ran} tests)` : `${name}: absent (0 tests): ${because}`;
  };
  return [
    line(
      'Corpus',
      tests.filter((test) => test.corpus),
      `there is no folder at ${corpusFolder()}`,
    ),
    line(
      'Real Electron',
      tests.filter((test) => test.electron),
      'its binary is not on this disk, or there is no display; "npm run electron:install" fetches it',
    ),
    line(
      'PDFBox preflight',
      tests.filter((test) => test.pdfbox),
      'Java or its jars are not on this machine; on Debian libpdfbox2-java has them',
    ),
  ];
}

function demandCorpus() {
  const present = existsSync(corpusFolder());
  console.log(present ? 'The corpus is here.' : 'The corpus is not here: its tests will be absent.');
  if (CI && !present)
    throw new CommandFailed(`In CI the corpus has to be there, and ${corpusFolder()} is not.`);
}

function corpusFolder() {
  return process.env.BINDERY_CORPUS || join(root, '../shared/corpus');
}

function buildScreens() {
  return node(
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
  );
}

function vitest(name, config, ...more) {
  const report = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${name}.json`)}`,
  ];
  return node('node_modules/vitest/vitest.mjs', 'run', '--config', config, ...report, ...more);
}

function node(script, ...args) {
  return run(process.execPath, [join(root, script), ...args]);
}
