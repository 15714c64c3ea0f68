import { refuse } from '../../shared/fault.ts';
import { count, facts } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';
import { REGISTER_FLAGS, registerFilter } from './register.ts';

const FORMATS = ['register-csv'] as const;

export const exportAs: Verb = {
  summary: `Writes a file for other programs: ${FORMATS.join(', ')}`,
  words: ['DIR', 'FORMAT'],
  flags: {
    out: { value: 'FILE', summary: 'A new file to write', required: true },
    ...REGISTER_FLAGS,
  } satisfies Flags,
  async run({ args, path, unlock }) {
    const typed = args.word(1).toLowerCase();
    if (!FORMATS.some((format) => format === typed))
      refuse({
        code: 'usage',
        detail: `"${args.word(1)}" is no format to write. There are: ${FORMATS.join(', ')}.`,
      });
    const client = await unlock(args.word(0));
    const out = path(args.required('out'));
    const { text: _text, ...value } = await client.register.csv({ ...registerFilter(args), out });
    return {
      value,
      lines: [
        ...facts([
          ['File', value.file],
          ['SHA-256', value.sha256],
          ['Rows', value.counts.rows],
          ['Columns', value.counts.columns],
        ]),
        ...(value.problems.length === 0 ? [] : [count(value.problems.length, 'note')]),
        ...value.problems.map((one) => harmless(`  ${one.where}: ${one.message}`)),
      ],
    };
  },
};
