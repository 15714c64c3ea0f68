import { basename } from 'node:path';
import type { RequestRow } from '../../shared/contract/register.ts';
import { count, facts, table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Call, Flags, Outcome, Verb } from '../verb.ts';
import { given } from './register.ts';

const ENGAGEMENT = {
  engagement: { value: 'E', summary: 'Id or name of the engagement' },
} as const satisfies Flags;
const STATES = ['open', 'answered', 'accepted', 'returned'] as const;

const which = (args: Call['args']) => ({ request: args.word(1), ...given(args, ['engagement']) });

const words = (value: unknown) => (typeof value === 'string' ? value : '');

function shown(value: { readonly request: RequestRow }): Outcome {
  const { row, place, evidence, overdue } = value.request;
  return {
    value,
    lines: [
      ...facts([
        ['Request', row.title],
        ['Id', row.id],
        ['Asked of', words(row.body.asked)],
        ['Due', `${words(row.body.due)}${overdue ? ' (overdue)' : ''}`],
        ['State', words(row.body.state)],
        ['For', place === null ? '' : `${place.label} ${place.title}`],
        ['Note', words(row.body.note)],
      ]),
      ...evidence.map((one) => harmless(`  ${one.reference}  ${one.title}`)),
    ],
  };
}

export const requestList: Verb = {
  summary: 'Lists evidence requests, the soonest due first',
  words: ['DIR'],
  flags: {
    ...ENGAGEMENT,
    state: { value: 'STATE', summary: STATES.join(', '), choices: STATES },
    overdue: { summary: 'Only those that should have been answered' },
    limit: { value: 'N', summary: 'At most so many' },
    offset: { value: 'N', summary: 'Leave out so many before' },
  },
  async run({ args, unlock }) {
    const state = STATES.find((one) => one === args.text('state'));
    const [limit, offset] = [args.whole('limit'), args.whole('offset')];
    const client = await unlock(args.word(0));
    const value = await client.register.requests({
      ...given(args, ['engagement']),
      ...(state === undefined ? {} : { state }),
      ...(args.has('overdue') ? { overdue: true } : {}),
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    });
    return {
      value,
      lines: table(value.rows, [
        { title: 'id', of: ({ row }) => row.id },
        { title: 'title', of: ({ row }) => row.title },
        { title: 'asked of', of: ({ row }) => words(row.body.asked) },
        { title: 'due', of: ({ row, overdue }) => `${words(row.body.due)}${overdue ? ' overdue' : ''}` },
        { title: 'state', of: ({ row }) => words(row.body.state) },
        { title: 'evidence', of: ({ evidence }) => evidence.length, right: true },
      ]),
    };
  },
};

export const requestNew: Verb = {
  summary: 'Asks somebody for evidence by a day',
  words: ['DIR', 'TITLE'],
  flags: {
    ...ENGAGEMENT,
    of: { value: 'NAME', summary: 'Who is asked' },
    due: { value: 'DAY', summary: 'By when, YYYY-MM-DD' },
    for: { value: 'C', summary: 'The control, item or record it is for' },
    note: { value: 'TEXT', summary: 'What exactly is asked' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    return shown(
      await client.register.ask({
        title: args.word(1),
        asked: args.text('of') ?? '',
        due: args.text('due') ?? null,
        ...given(args, ['engagement', 'for', 'note']),
      }),
    );
  },
};

export const requestAnswer: Verb = {
  summary: 'Answers a request with files, with evidence that is there, or with a note',
  words: ['DIR', 'REQUEST', '[FILE…]'],
  flags: {
    ...ENGAGEMENT,
    evidence: { value: 'E', summary: 'Evidence that is there already', many: true },
    title: { value: 'TEXT', summary: 'Title of one evidence record for all the files' },
    note: { value: 'TEXT', summary: 'What is answered, or why there is nothing' },
  },
  async run({ args, path, unlock }) {
    const files = args.words.slice(2).map((file) => ({ path: path(file), name: basename(file) }));
    const client = await unlock(args.word(0));
    return shown(
      await client.register.answer({
        ...which(args),
        files,
        evidence: [...args.list('evidence')],
        ...given(args, ['title', 'note']),
      }),
    );
  },
};

export const requestAccept: Verb = {
  summary: 'Accepts the answer to a request',
  words: ['DIR', 'REQUEST'],
  flags: { ...ENGAGEMENT, note: { value: 'TEXT', summary: 'What is to be said about it' } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    return shown(await client.register.acceptAnswer({ ...which(args), ...given(args, ['note']) }));
  },
};

export const requestReturn: Verb = {
  summary: 'Returns the answer to a request with what is missing',
  words: ['DIR', 'REQUEST'],
  flags: { ...ENGAGEMENT, note: { value: 'TEXT', summary: 'What is missing', required: true } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    return shown(await client.register.returnAnswer({ ...which(args), note: args.required('note') }));
  },
};

export const requestPackage: Verb = {
  summary: 'Writes the files of an answer with a manifest; exits 3 where something of it is missing',
  words: ['DIR', 'REQUEST'],
  flags: {
    ...ENGAGEMENT,
    out: { value: 'DIR2', summary: 'A new folder to write to', required: true },
  },
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.register.answerPackage({ ...which(args), out: path(args.required('out')) });
    return {
      value,
      exit: value.missing.length > 0 ? 3 : 0,
      lines: [
        harmless(value.summary),
        ...value.files.map((file) => harmless(`  ${file.sha256}  ${file.path}`)),
        '',
        harmless(`${count(value.files.length, 'file')} in ${value.folder}.`),
      ],
    };
  },
};
