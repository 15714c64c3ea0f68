import type { ProgrammeFactRow, ProgrammeRow } from '../../shared/contract/programme.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import {
  isProgrammeKind,
  PROGRAMME_FIELDS,
  PROGRAMME_KINDS,
  type ProgrammeKind,
} from '../../shared/domain/programme/shapes.ts';
import { refuse } from '../../shared/fault.ts';
import { facts, table } from '../lines.ts';
import { nearest } from '../nearest.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';

const ENGAGEMENT = {
  engagement: { value: 'E', summary: 'Id or name of the engagement' },
} as const satisfies Flags;
const FIELD = {
  field: { value: 'NAME=VALUE', summary: 'A field to set; an empty value clears it', many: true },
} as const satisfies Flags;

const which = (args: { text(flag: string): string | undefined }) => {
  const engagement = args.text('engagement');
  return engagement === undefined ? {} : { engagement };
};

function programmeKind(typed: string): ProgrammeKind {
  const word = typed.toLowerCase();
  const kind = [
    word,
    word.replace(/s$/, ''),
    word.replace(/ies$/, 'y'),
    word === 'criteria' ? 'criterion' : word,
  ].find(isProgrammeKind);
  if (kind !== undefined) return kind;
  const near = nearest(word, PROGRAMME_KINDS);
  const hint = near ? ` Did you mean "${near}"?` : ` There are: ${PROGRAMME_KINDS.join(', ')}.`;
  return refuse({ code: 'usage', detail: `A programme has no "${typed}".${hint}` });
}

/** `NAME=VALUE` in the type its field has: words as they are, numbers and lists as JSON, nothing as no value. */
function fieldsOf(kind: ProgrammeKind, typed: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    typed.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) return refuse({ code: 'usage', detail: `--field takes NAME=VALUE, not "${text}".` });
      const [field, value] = [text.slice(0, at), text.slice(at + 1)];
      return [field, typedValue(kind, field, value)];
    }),
  );
}

function typedValue(kind: ProgrammeKind, field: string, value: string): unknown {
  const shapes: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> =
    PROGRAMME_FIELDS[kind];
  const shape = Object.hasOwn(shapes, field) ? shapes[field] : undefined;
  if (shape === undefined || shape.safeParse(value).success) return value;
  if (value === '') return null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function rowLines(row: ProgrammeRow): string[] {
  return [
    harmless(`${row.kind} ${row.id}`),
    ...facts(
      Object.entries(row.body).map(([name, value]) => [
        name,
        value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    ),
  ];
}

function factLines(fact: ProgrammeFactRow): string[] {
  return [harmless(`${fact.kind} by ${fact.by.name} at ${momentWords(fact.at)}; it stays in the ledger.`)];
}

export const programmeTemplates: Verb = {
  summary: 'Lists the templates a programme can start from',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.programme.templates();
    return {
      value,
      lines: table(value.templates, [
        { title: 'id', of: (row) => row.id },
        { title: 'title', of: (row) => row.title },
        { title: 'days', of: (row) => String(row.days) },
      ]),
    };
  },
};

export const programmeStart: Verb = {
  summary:
    'Starts a programme from a template: its catalog, its plan with dates, and an engagement over both',
  words: ['DIR'],
  flags: {
    template: { value: 'T', summary: 'Id or title of a template', required: true },
    name: { value: 'NAME', summary: 'Name of the engagement', required: true },
    from: {
      value: 'DAY',
      summary: 'The day it starts, YYYY-MM-DD; every date moves with it',
      required: true,
    },
    subject: { value: 'S', summary: 'A system or asset in scope', many: true, more: () => true },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.programme.start({
      template: args.required('template'),
      name: args.required('name'),
      start: args.required('from'),
      subjects: [...args.list('subject')],
    });
    return { value, lines: [harmless(`"${args.required('name')}" has started.`)] };
  },
};

export const programmeAdd: Verb = {
  summary: `Adds a record to a programme: ${PROGRAMME_KINDS.slice(0, 9).join(', ')} …`,
  words: ['DIR', 'KIND'],
  flags: { ...ENGAGEMENT, ...FIELD, title: { value: 'TEXT', summary: 'Its title' } },
  async run({ args, unlock }) {
    const kind = programmeKind(args.word(1));
    const title = args.text('title');
    const fields = { ...(title === undefined ? {} : { title }), ...fieldsOf(kind, args.list('field')) };
    const client = await unlock(args.word(0));
    const value = await client.programme.put({ kind, ...which(args), fields });
    return { value, lines: rowLines(value.row) };
  },
};

export const programmeSet: Verb = {
  summary: 'Changes fields of a record of a programme, named by id or title',
  words: ['DIR', 'KIND', 'RECORD'],
  flags: { ...ENGAGEMENT, ...FIELD },
  async run({ args, unlock }) {
    const kind = programmeKind(args.word(1));
    const fields = fieldsOf(kind, args.list('field'));
    const client = await unlock(args.word(0));
    const value = await client.programme.put({ kind, record: args.word(2), ...which(args), fields });
    return { value, lines: rowLines(value.row) };
  },
};

export const measure: Verb = {
  summary: 'Records a value of a KPI or a maturity dimension',
  words: ['DIR', 'RECORD', 'VALUE'],
  flags: {
    ...ENGAGEMENT,
    day: { value: 'DAY', summary: 'The day it was measured, YYYY-MM-DD; today where none is named' },
    note: { value: 'TEXT', summary: 'How it was measured' },
  },
  async run({ args, unlock }) {
    const measured = Number(args.word(2));
    if (args.word(2).trim() === '' || !Number.isFinite(measured))
      refuse({ code: 'usage', detail: `"${args.word(2)}" is no number.` });
    const day = args.text('day');
    const note = args.text('note');
    const client = await unlock(args.word(0));
    const value = await client.programme.measure({
      record: args.word(1),
      ...which(args),
      value: measured,
      ...(day === undefined ? {} : { day }),
      ...(note === undefined ? {} : { note }),
    });
    return { value, lines: factLines(value.fact) };
  },
};

export const attest: Verb = {
  summary: 'States in your own name that a criterion or gate is met, or with --not-met that it is not',
  words: ['DIR', 'RECORD'],
  flags: {
    ...ENGAGEMENT,
    statement: { value: 'TEXT', summary: 'What you state', required: true },
    'not-met': { summary: 'It is not met' },
    until: { value: 'DAY', summary: 'The last day your word holds' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.programme.attest({
      record: args.word(1),
      ...which(args),
      met: !args.has('not-met'),
      statement: args.required('statement'),
      until: args.text('until') ?? null,
    });
    return { value, lines: factLines(value.fact) };
  },
};

export const accept: Verb = {
  summary: 'Accepts a risk until a day, with compensating controls; --exception approves an exception',
  words: ['DIR', 'RECORD'],
  flags: {
    ...ENGAGEMENT,
    reason: { value: 'TEXT', summary: 'Why it is accepted', required: true },
    compensating: { value: 'TEXT', summary: 'What keeps it bearable until then', required: true },
    expires: { value: 'DAY', summary: 'The last day it holds, within a year', required: true },
    exception: { summary: 'An exception from what the record asks, not a risk' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.programme.accept({
      record: args.word(1),
      ...which(args),
      as: args.has('exception') ? 'exception' : 'risk-acceptance',
      reason: args.required('reason'),
      compensating: args.required('compensating'),
      expires: args.required('expires'),
    });
    return { value, lines: factLines(value.fact) };
  },
};

export const prove: Verb = {
  summary: 'Shows evidence as proof on a record of the programme; --off takes it off',
  words: ['DIR', 'RECORD', 'EVIDENCE'],
  flags: { ...ENGAGEMENT, off: { summary: 'Take it off' } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.programme.prove({
      record: args.word(1),
      ...which(args),
      evidence: args.word(2),
      on: !args.has('off'),
    });
    return { value, lines: [`${value.proofs} shown as proof.`] };
  },
};
