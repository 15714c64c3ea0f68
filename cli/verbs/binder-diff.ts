import { type BinderDiff, BinderDiffResult } from '../../shared/domain/binder-diff.ts';
import { diffParts } from '../../shared/domain/binder-diff-report.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { count, table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { certificate, readable, TRUST_FLAG } from './verify.ts';

export const binderDiff: Verb = {
  summary: 'Says what changed between two binders; needs no workspace',
  words: ['BEFORE.pdf', 'AFTER.pdf'],
  flags: {
    out: { value: 'FILE', summary: 'A new file to write: .html to read and print, .csv or .json' },
    ...TRUST_FLAG,
  },
  async run({ args, path, workbench }) {
    const trust = await Promise.all(args.list('trust').map((file) => certificate(path(file))));
    for (const file of args.words) await readable(path(file), file);
    const out = args.text('out');
    const client = await workbench.client();
    const job = await client.binders.diff({
      before: { path: path(args.word(0)) },
      after: { path: path(args.word(1)) },
      trust,
      ...(out === undefined ? {} : { out: path(out) }),
    });
    const value = BinderDiffResult.parse(await workbench.follow(job));
    const written = value.written ? [`${value.written.file} holds the report.`] : [];
    return { value, lines: [...linesOf(value.diff), ...written.map(harmless)] };
  },
};

function linesOf(diff: BinderDiff): string[] {
  const sides = (['before', 'after'] as const).map((name) => ({ name, ...diff[name] }));
  const parts = diffParts(diff).flatMap(({ title, rows }) => [
    `${title} (${rows.length})`,
    ...table(rows, [
      { title: 'change', of: (row) => row.change },
      { title: 'what', of: (row) => row.label },
      { title: 'before', of: (row) => row.before ?? '–' },
      { title: 'after', of: (row) => row.after ?? '–' },
    ]).map((line) => `  ${line}`),
    '',
  ]);
  return [
    ...table(sides, [
      { title: '', of: (side) => side.name },
      { title: 'file', of: (side) => side.file },
      { title: 'made', of: (side) => side.at && momentWords(side.at) },
      { title: 'profile', of: (side) => side.profile },
      { title: 'signed by', of: (side) => side.signedBy.join(', ') },
    ]),
    '',
    ...[...diff.ledger.sentences, ...diff.notes].map(harmless),
    '',
    ...parts,
    diff.rows.length === 0 ? 'Nothing differs.' : `${count(diff.rows.length, 'difference')}.`,
  ];
}
