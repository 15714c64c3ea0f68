import { basename } from 'node:path';
import { count, table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';
import { PLACE_FLAGS, place } from './engagements.ts';

/** The contract takes so many files a call. */
const FILES_A_CALL = 500;

const DATE_FLAGS = {
  collected: { value: 'DAY', summary: 'When it was collected, YYYY-MM-DD' },
  expires: { value: 'DAY', summary: 'When it stops counting' },
} as const satisfies Flags;

export const evidenceAdd: Verb = {
  summary: 'Takes files into the vault and links them to controls',
  words: ['DIR', 'FILE…'],
  flags: {
    control: { value: 'C', summary: 'Id or label of a control it supports', many: true },
    ...PLACE_FLAGS,
    ...DATE_FLAGS,
    title: { value: 'TEXT', summary: 'Title; the file name where it is left out' },
    note: { value: 'TEXT', summary: 'What it shows' },
    together: { summary: 'One evidence record for all the files' },
  },
  async run({ args, path, unlock }) {
    const files = args.words.slice(1).map((file) => ({ path: path(file), name: basename(file) }));
    const details = Object.fromEntries(
      ['title', 'note', 'collected', 'expires'].flatMap((name) => {
        const text = args.text(name);
        return text === undefined ? [] : [[name, text] as const];
      }),
    );
    const together = args.has('together');
    const links = args.list('control').map((control) => ({ control, ...place(args) }));
    const client = await unlock(args.word(0));
    const evidence = [];
    const step = together ? files.length : FILES_A_CALL;
    for (let from = 0; from < files.length; from += step) {
      const batch = files.slice(from, from + step);
      evidence.push(...(await client.evidence.add({ files: batch, together, links, ...details })).evidence);
    }
    return {
      value: { evidence },
      lines: evidence.flatMap((record) => [
        harmless(`${record.reference}  ${record.title}  (${record.id})`),
        ...record.files.map((file) => harmless(`  ${file.name}  ${file.bytes} bytes  ${file.sha256}`)),
      ]),
    };
  },
};

export const evidenceExport: Verb = {
  summary: 'Writes the files of evidence back, byte for byte',
  words: ['DIR', 'ID'],
  flags: { out: { value: 'DIR2', summary: 'Folder to write to; nothing there is replaced', required: true } },
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.evidence.export({
      evidence: args.word(1),
      out: path(args.required('out')),
    });
    return {
      value,
      lines: [
        ...table(value.files, [
          { title: 'file', of: (file) => file.path },
          { title: 'bytes', of: (file) => file.bytes, right: true },
          { title: 'sha-256', of: (file) => file.sha256 },
        ]),
        '',
        count(value.files.length, 'file'),
      ],
    };
  },
};
