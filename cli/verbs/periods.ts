import { diagnosisLines } from '../../shared/domain/lockdown.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { OUTCOMES } from '../../shared/domain/roll-forward.ts';
import { count, table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';

const ENGAGEMENT = {
  engagement: { value: 'E', summary: 'Id or name of the engagement' },
} as const satisfies Flags;

const which = (args: { text(flag: string): string | undefined }) => {
  const engagement = args.text('engagement');
  return engagement === undefined ? {} : { engagement };
};

export const diagnose: Verb = {
  summary: 'Says what to clean up before an engagement is made final; exit 3 while something is open',
  words: ['DIR'],
  flags: ENGAGEMENT,
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.periods.diagnose(which(args));
    const lines = value.clean
      ? ['Nothing is open. The engagement can be locked down.']
      : [
          ...diagnosisLines(value.counts),
          '',
          ...table(value.items, [
            { title: 'what', of: (item) => item.what },
            { title: 'check', of: (item) => harmless(item.label || item.kind) },
            { title: 'title', of: (item) => harmless(item.title) },
            { title: 'subject', of: (item) => harmless(item.subject) },
          ]),
          ...unlisted(value),
        ];
    return { value, lines, exit: value.clean ? 0 : 3 };
  },
};

function unlisted({
  counts,
  items,
}: {
  counts: Readonly<Record<string, number>>;
  items: readonly unknown[];
}) {
  const more = Object.values(counts).reduce((sum, n) => sum + n, 0) - items.length;
  return more > 0 ? [`${count(more, 'more point is', 'more points are')} open and not listed here.`] : [];
}

export const lockdown: Verb = {
  summary: 'Makes an engagement final; what comes later needs --late REASON and is marked',
  words: ['DIR'],
  flags: {
    ...ENGAGEMENT,
    reason: { value: 'TEXT', summary: 'Why it is made final', required: true },
    'accept-open': { summary: 'Lock down although the diagnosis is not clean; the reason says why' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.periods.lock({
      ...which(args),
      reason: args.required('reason'),
      acceptOpen: args.has('accept-open'),
    });
    const open = diagnosisLines({ ...NOTHING_OPEN, ...value.open });
    return { value, lines: [harmless(`Locked down at ${momentWords(value.at)} by ${value.by}.`), ...open] };
  },
};

const NOTHING_OPEN = { unsigned: 0, unreviewed: 0, unresolved: 0, changed: 0, missing: 0, stale: 0 };

export const roll: Verb = {
  summary: 'Opens the next period from an engagement; --dry-run only says what would become of each check',
  words: ['DIR'],
  flags: {
    ...ENGAGEMENT,
    name: { value: 'NAME', summary: 'Name of the next engagement', required: true },
    from: { value: 'DAY', summary: 'First day of the next period, YYYY-MM-DD', required: true },
    to: { value: 'DAY', summary: 'Last day of the next period' },
    framework: {
      value: 'F',
      summary: 'Frameworks of the next period; the same ones where none is named',
      many: true,
      more: () => true,
    },
    'dry-run': { summary: 'Write nothing' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const to = args.text('to');
    const asked = { ...which(args), from: args.required('from'), frameworks: [...args.list('framework')] };
    if (args.has('dry-run')) {
      const value = await client.periods.previewRoll({ ...asked, limit: 1000 });
      return { value, lines: outcomeLines(value.counts) };
    }
    const value = await client.periods.roll({
      ...asked,
      name: args.required('name'),
      ...(to === undefined ? {} : { to }),
    });
    return { value, lines: [harmless(`"${args.required('name')}" is open.`), ...outcomeLines(value.counts)] };
  },
};

function outcomeLines(counts: Readonly<Record<(typeof OUTCOMES)[number], number>>): string[] {
  return OUTCOMES.map((outcome) => `${outcome}: ${count(counts[outcome], 'check')}`);
}
