import { basename } from 'node:path';
import type { ImportedFile } from '../../shared/contract/frameworks.ts';
import { countsInWords } from '../../shared/domain/count-words.ts';
import { refuse } from '../../shared/fault.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

/** The contract takes so many files a call. */
const FILES_A_CALL = 100;

export const importFiles: Verb = {
  summary: 'Takes frameworks and plans in, one transaction a file',
  words: ['DIR', 'FILE…'],
  flags: {
    as: { value: 'FORMAT', summary: 'Read the files as this format instead of detecting it' },
    engagement: { value: 'E', summary: 'For files that carry results' },
    'dry-run': { summary: 'Only report' },
  },
  async run({ args, path, unlock }) {
    if (args.has('engagement')) {
      refuse({
        code: 'usage',
        detail:
          'Frameworks and plans are taken in for the whole workspace; name them in "engagement new" afterwards.',
      });
    }
    const typed = args.words.slice(1);
    const as = args.text('as');
    const client = await unlock(args.word(0));
    const files: ImportedFile[] = [];
    for (let from = 0; from < typed.length; from += FILES_A_CALL) {
      const batch = typed.slice(from, from + FILES_A_CALL);
      const report = await client.frameworks.import({
        files: batch.map((file) => ({ path: path(file), name: basename(file) })),
        dryRun: args.has('dry-run'),
        ...(as === undefined ? {} : { as }),
      });
      files.push(...report.files.map((file, at) => ({ ...file, file: batch[at] ?? file.file })));
    }
    return {
      value: { files },
      lines: files.flatMap(linesOf),
      exit: files.some((file) => file.outcome === 'refused') ? 1 : 0,
    };
  },
};

const OUTCOMES: Readonly<Record<ImportedFile['outcome'], string>> = {
  imported: 'taken in',
  'would-import': 'would be taken in',
  unchanged: 'already here, nothing changed',
  refused: 'refused',
};

function linesOf(file: ImportedFile): string[] {
  const counts = countsInWords(file.counts);
  const title = file.framework ? ` as "${file.framework.title}"` : '';
  return [
    harmless(`${file.file}: ${OUTCOMES[file.outcome]}${title}`),
    ...(counts.length > 0 ? [`  ${counts.join(', ')}`] : []),
    ...file.problems.map((problem) =>
      harmless(`  ${problem.severity} at ${problem.where}: ${problem.message}`),
    ),
  ];
}
