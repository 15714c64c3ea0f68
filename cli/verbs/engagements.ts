import { METHODS, Method, RESULTS, Result } from '../../shared/domain/results.ts';
import { count } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';

/** Flags that say where a result belongs; both may be left out where there is exactly one. */
export const PLACE_FLAGS = {
  engagement: { value: 'E', summary: 'Id or name of the engagement' },
  subject: { value: 'S', summary: 'Id or name of the subject' },
} as const satisfies Flags;

/** The place flags as an input of the contract. */
export function place(args: { text(flag: string): string | undefined }): {
  engagement?: string;
  subject?: string;
} {
  const engagement = args.text('engagement');
  const subject = args.text('subject');
  return {
    ...(engagement === undefined ? {} : { engagement }),
    ...(subject === undefined ? {} : { subject }),
  };
}

export const engagementNew: Verb = {
  summary: 'Opens an engagement over frameworks and subjects',
  words: ['DIR'],
  flags: {
    name: { value: 'NAME', summary: 'Name of the engagement', required: true },
    framework: {
      value: 'F',
      summary: 'Id or title of a framework',
      many: true,
      more: () => true,
      required: true,
    },
    subject: { value: 'S', summary: 'A system or asset in scope', many: true, more: () => true },
    from: { value: 'DAY', summary: 'First day of the period, YYYY-MM-DD' },
    to: { value: 'DAY', summary: 'Last day of the period' },
  },
  async run({ args, unlock }) {
    const from = args.text('from');
    const to = args.text('to');
    const client = await unlock(args.word(0));
    const value = await client.engagements.create({
      name: args.required('name'),
      frameworks: [...args.list('framework')],
      subjects: [...args.list('subject')],
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    const { engagement } = value;
    const subjects = engagement.subjects.map((subject) => subject.name).join(', ');
    return {
      value,
      lines: [
        harmless(`Engagement "${engagement.name}" is open (${engagement.id}).`),
        harmless(
          `${count(engagement.controls, 'control')}, ${count(engagement.items, 'item')}; ${subjects}.`,
        ),
      ],
    };
  },
};

export const assess: Verb = {
  summary: 'Records a result for a control and a subject',
  words: ['DIR', 'CONTROL'],
  flags: {
    ...PLACE_FLAGS,
    result: { value: 'RESULT', summary: RESULTS.join(', '), choices: RESULTS, required: true },
    method: { value: 'METHOD', summary: METHODS.join(', '), choices: METHODS },
    note: { value: 'TEXT', summary: 'What was found' },
  },
  async run({ args, unlock }) {
    const method = args.text('method');
    const note = args.text('note');
    const client = await unlock(args.word(0));
    const value = await client.assessments.set({
      control: args.word(1),
      ...place(args),
      result: Result.parse(args.required('result')),
      ...(method === undefined ? {} : { method: Method.parse(method) }),
      ...(note === undefined ? {} : { note }),
    });
    const { assessment } = value;
    return {
      value,
      lines: [
        harmless(
          `${args.word(1)} for ${assessment.subject.name}: ${assessment.result} (${assessment.status}).`,
        ),
      ],
    };
  },
};
