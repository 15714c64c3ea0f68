import { readFile } from 'node:fs/promises';
import { StampedBinder } from '../../shared/contract/signing.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { refuse } from '../../shared/fault.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { writeNew } from '../write-new.ts';

export const timestampRequest: Verb = {
  summary: 'Writes what an authority reached by media has to stamp: for the newest signature of a binder',
  words: ['FILE'],
  flags: { out: { value: 'FILE', summary: 'The request (.tsq) to write', required: true } },
  async run({ args, path, workbench }) {
    const client = await workbench.client();
    const { field, query } = await client.binders.timeStampRequest({ file: { path: path(args.word(0)) } });
    const out = path(args.required('out'));
    await writeNew(out, args.required('out'), Buffer.from(query, 'base64'));
    return {
      value: { file: out, field },
      lines: [
        harmless(`${out} asks for a time stamp on the signature as ${field}.`),
        'Take it to the authority, and attach its answer before anybody else signs: bindery timestamp attach.',
      ],
    };
  },
};

export const timestampAttach: Verb = {
  summary: 'Puts the authority’s answer beside the newest signature of a binder',
  words: ['FILE'],
  flags: {
    token: { value: 'FILE', summary: 'The answer (.tsr) or the bare token', required: true },
    out: { value: 'FILE', summary: 'Write to another file instead of the same' },
    force: { summary: 'Replace what is there under another name' },
  },
  async run({ args, path, workbench }) {
    const answer = await readAnswer(path(args.required('token')), args.required('token'));
    const out = args.text('out');
    const client = await workbench.client();
    const job = await client.binders.timeStampAttach({
      file: { path: path(args.word(0)) },
      answer: answer.toString('base64'),
      force: args.has('force'),
      ...(out === undefined ? {} : { out: path(out) }),
    });
    const value = StampedBinder.parse(await workbench.follow(job));
    const { file, field, by, timeStamp } = value;
    return {
      value,
      lines: [
        harmless(
          `${file}: the signature of ${by} as ${field} was there at ${momentWords(timeStamp.at)}, says ${timeStamp.by}.`,
        ),
        'It proves the time to whoever trusts that authority: bindery verify --trust.',
      ],
    };
  },
};

const LARGEST_ANSWER = 512 * 1024;

async function readAnswer(file: string, typed: string): Promise<Buffer> {
  const bytes = await readFile(file).catch(() => refuse({ code: 'not-found', what: 'file', id: typed }));
  return bytes.length > LARGEST_ANSWER
    ? refuse({ code: 'invalid-input', where: typed, detail: 'This is larger than any time stamp.' })
    : bytes;
}
