import { LinkReport, RegisterLane, type RegisterRow } from '../../shared/contract/register.ts';
import { refuse } from '../../shared/fault.ts';
import { count, table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Call, Flags, Verb } from '../verb.ts';

const ENGAGEMENT = {
  engagement: { value: 'E', summary: 'Only what serves in this engagement' },
} as const satisfies Flags;
const OWNER = {
  owner: { value: 'NAME', summary: 'Only what this person owns' },
} as const satisfies Flags;
const SORTS = ['due', 'title', 'owner', 'added'] as const;

/** Flags that narrow the register, for lists and for exports of it. */
export const REGISTER_FLAGS = {
  ...ENGAGEMENT,
  ...OWNER,
  system: { value: 'S', summary: 'Only what is about this system' },
  text: { value: 'TEXT', summary: 'Only what holds these words' },
  only: { value: 'LANE', summary: RegisterLane.options.join(', '), choices: RegisterLane.options },
} as const satisfies Flags;

/** The flags that were given, as an input of the contract. */
export function given<K extends string>(args: Call['args'], names: readonly K[]): { [P in K]?: string } {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = args.text(name);
      return text === undefined ? [] : [[name, text] as const];
    }),
  ) as { [P in K]?: string };
}

/** What narrows the register, as the contract takes it. */
export function registerFilter(args: Call['args']) {
  const only = args.text('only');
  return {
    ...given(args, ['engagement', 'owner', 'system', 'text']),
    ...(only === undefined ? {} : { only: RegisterLane.parse(only) }),
  };
}

const stands = (row: RegisterRow) =>
  [
    row.stale.length > 0 ? 'stale' : row.expiring ? 'expiring' : 'current',
    ...(row.held ? ['held'] : []),
    ...(row.orphaned ? ['orphaned'] : []),
  ].join(', ');

export const registerList: Verb = {
  summary: 'Lists the evidence register, what is due first',
  words: ['DIR'],
  flags: {
    ...REGISTER_FLAGS,
    sort: { value: 'BY', summary: SORTS.join(', '), choices: SORTS },
    limit: { value: 'N', summary: 'At most so many' },
    offset: { value: 'N', summary: 'Leave out so many before' },
  },
  async run({ args, unlock }) {
    const sort = SORTS.find((one) => one === args.text('sort'));
    const [limit, offset] = [args.whole('limit'), args.whole('offset')];
    const client = await unlock(args.word(0));
    const value = await client.register.list({
      ...registerFilter(args),
      ...(sort === undefined ? {} : { sort }),
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    });
    const { counts } = value;
    return {
      value,
      lines: [
        ...table(value.rows, [
          { title: 'reference', of: (row) => row.reference },
          { title: 'title', of: (row) => row.title },
          { title: 'owner', of: (row) => row.owner },
          { title: 'for', of: (row) => row.places.map((place) => place.label).join(', ') },
          { title: 'stands', of: stands },
          { title: 'next', of: (row) => (row.due[0] ? `${row.due[0].on} ${row.due[0].kind}` : '') },
        ]),
        '',
        `${count(value.total, 'piece')} of evidence: ${RegisterLane.options.map((lane) => `${counts[lane] ?? 0} ${lane}`).join(', ')}.`,
      ],
    };
  },
};

export const registerDue: Verb = {
  summary: 'Says what has to be done with evidence, by owner and day',
  words: ['DIR'],
  flags: {
    ...ENGAGEMENT,
    ...OWNER,
    until: { value: 'DAY', summary: 'The last day to look at; thirty days from today where none is named' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.register.due(given(args, ['engagement', 'owner', 'until']));
    const lines = value.owners.flatMap(({ owner, count: own, overdue, days }) => [
      harmless(`${owner === '' ? 'Nobody' : owner}: ${count(own, 'thing')} to do, ${overdue} overdue`),
      ...days.flatMap(({ day, items }) =>
        items.map((item) =>
          harmless(
            `  ${day}  ${item.reference}  ${item.title}: ${item.because}${item.overdue ? ' (overdue)' : ''}`,
          ),
        ),
      ),
      '',
    ]);
    const left = value.left === 0 ? [] : [`… and ${value.left} more.`];
    return {
      value,
      lines: lines.length === 0 ? [`Nothing is due until ${value.until}.`] : [...lines, ...left],
    };
  },
};

export const registerAttest: Verb = {
  summary:
    'States in your own name that evidence still shows what it should: some of it, or all of an owner’s',
  words: ['DIR', '[EVIDENCE…]'],
  flags: {
    ...ENGAGEMENT,
    ...OWNER,
    statement: { value: 'TEXT', summary: 'What you state', required: true },
    'not-met': { summary: 'It no longer holds' },
    until: { value: 'DAY', summary: 'The last day your word holds' },
  },
  async run({ args, unlock }) {
    const evidence = args.words.slice(1);
    const client = await unlock(args.word(0));
    const value = await client.register.attest({
      ...given(args, ['engagement', 'owner']),
      ...(evidence.length === 0 ? {} : { evidence }),
      met: !args.has('not-met'),
      statement: args.required('statement'),
      until: args.text('until') ?? null,
    });
    return {
      value,
      lines: [`${count(value.attested, 'piece')} of evidence attested; it stays in the ledger.`],
    };
  },
};

export const registerChange: Verb = {
  summary: 'Declares a material change of systems: evidence about them is due within hours',
  words: ['DIR'],
  flags: {
    system: { value: 'S', summary: 'A system that changed', many: true, required: true },
    what: { value: 'TEXT', summary: 'What changed', required: true },
    on: { value: 'DAY', summary: 'The day it changed; today where none is named' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.register.declareChange({
      systems: [...args.list('system')],
      what: args.required('what'),
      ...given(args, ['on']),
    });
    return {
      value,
      lines: [
        `Declared; it stays in the ledger. About what changed: ${count(value.evidence, 'piece')} of evidence.`,
      ],
    };
  },
};

export const registerCheck: Verb = {
  summary: 'Reads kept files again and looks at links; exits 3 where something is broken',
  words: ['DIR', '[EVIDENCE…]'],
  flags: { ...ENGAGEMENT, urls: { summary: 'Also ask addresses on the web, where this copy allows it' } },
  async run({ args, unlock, workbench }) {
    const evidence = args.words.slice(1);
    const client = await unlock(args.word(0));
    const job = await client.register.checkLinks({
      ...given(args, ['engagement']),
      ...(evidence.length === 0 ? {} : { evidence }),
      urls: args.has('urls'),
    });
    const value = LinkReport.parse(await workbench.follow(job));
    return {
      value,
      exit: value.broken > 0 ? 3 : 0,
      lines: [
        ...value.rows.flatMap((row) =>
          row.findings.map((one) =>
            harmless(
              `${row.reference}  ${row.title}: ${one.target} is ${one.outcome.replace('-', ' ')}. ${one.detail}`,
            ),
          ),
        ),
        `${count(value.checked, 'piece')} of evidence checked: ${value.broken} broken, ${value.notChecked} not checked.`,
      ],
    };
  },
};

export const registerWeb: Verb = {
  summary: 'Allows or forbids this copy to ask addresses on the web: on, off',
  words: ['DIR', 'ON|OFF'],
  flags: {},
  async run({ args, unlock }) {
    const word = args.word(1).toLowerCase();
    if (word !== 'on' && word !== 'off') refuse({ code: 'usage', detail: 'Say on or off.' });
    const client = await unlock(args.word(0));
    const value = await client.register.prefer({ urls: word === 'on' });
    return {
      value,
      lines: [`Addresses on the web ${value.urls ? 'may' : 'may not'} be asked from this copy.`],
    };
  },
};

export const registerHold: Verb = {
  summary: 'Lays a legal hold on evidence; --lift lifts every hold that stands on it',
  words: ['DIR', 'EVIDENCE…'],
  flags: {
    reason: { value: 'TEXT', summary: 'Why', required: true },
    lift: { summary: 'Lift the holds' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.register.hold({
      evidence: args.words.slice(1),
      on: !args.has('lift'),
      reason: args.required('reason'),
    });
    return { value, lines: [`${value.changed} changed; ${value.held} of them under a legal hold.`] };
  },
};
