import { basename } from 'node:path';
import { refuse } from '../../shared/fault.ts';
import { count, table } from '../lines.ts';
import { harmless, harmlessName } from '../terminal.ts';
import type { Call, Flags, Verb } from '../verb.ts';
import { PLACE_FLAGS, place } from './engagements.ts';

/** The contract takes so many files a call. */
const FILES_A_CALL = 500;

/** The details of evidence and the flags they are given by; `systems` is a flag of its own, given once for each. */
const DETAIL_FLAGS = {
  title: { value: 'TEXT', summary: 'Title; the file name where it is left out' },
  note: { value: 'TEXT', summary: 'What it shows' },
  owner: { value: 'NAME', summary: 'Who answers for it' },
  collected: { value: 'DAY', summary: 'When it was collected, YYYY-MM-DD' },
  expires: { value: 'DAY', summary: 'Next review: when it stops counting' },
  'period-from': { value: 'DAY', summary: 'First day of the period it covers' },
  'period-to': { value: 'DAY', summary: 'Last day of the period it covers' },
  verified: { value: 'DAY', summary: 'When it was last verified' },
  system: { value: 'S', summary: 'A system in scope', many: true },
  verification: { value: 'HOW', summary: 'How it was verified: test, runbook, demo, or in words' },
  source: { value: 'TEXT', summary: 'Where it comes from' },
  link: { value: 'URL|PATH', summary: 'Where the proof stands outside' },
  reviewer: { value: 'NAME', summary: 'Who reviews or approves it' },
  risk: { value: 'TEXT', summary: 'The risk if it goes stale' },
  marking: { value: 'TEXT', summary: 'Classification marking' },
  'retain-until': { value: 'DAY', summary: 'Nothing removes it up to and on this day; it only moves later' },
} as const satisfies Flags;

const DAYS = {
  collected: 'collected',
  expires: 'expires',
  'period-from': 'periodFrom',
  'period-to': 'periodTo',
  verified: 'lastVerified',
  'retain-until': 'retainUntil',
} as const;
const WORDS = {
  note: 'note',
  owner: 'owner',
  verification: 'verification',
  source: 'source',
  link: 'proofLink',
  reviewer: 'reviewer',
  risk: 'riskIfStale',
  marking: 'marking',
} as const;

/** The details that were given, as the contract takes them; an empty day takes one away. */
function details(args: Call['args']) {
  const title = args.text('title');
  const systems = args.list('system').filter((name) => name !== '');
  const pick = <K extends string, V>(names: Readonly<Record<string, K>>, of: (text: string) => V) =>
    Object.fromEntries(
      Object.entries(names).flatMap(([flag, field]) => {
        const text = args.text(flag);
        return text === undefined ? [] : [[field, of(text)] as const];
      }),
    ) as { [P in K]?: V };
  return {
    ...pick(DAYS, (text) => (text === '' ? null : text)),
    ...pick(WORDS, (text) => text),
    ...(title === undefined ? {} : { title }),
    ...(args.list('system').length === 0 ? {} : { systems }),
  };
}

export const evidenceAdd: Verb = {
  summary: 'Takes files into the vault and links them to controls',
  words: ['DIR', 'FILE…'],
  flags: {
    control: { value: 'C', summary: 'Id or label of a control it supports', many: true },
    ...PLACE_FLAGS,
    ...DETAIL_FLAGS,
    together: { summary: 'One evidence record for all the files' },
  },
  async run({ args, path, unlock }) {
    const files = args.words.slice(1).map((file) => ({ path: path(file), name: basename(file) }));
    const told = details(args);
    const together = args.has('together');
    const links = args.list('control').map((control) => ({ control, ...place(args) }));
    const client = await unlock(args.word(0));
    const evidence = [];
    const warnings = [];
    const step = together ? files.length : FILES_A_CALL;
    for (let from = 0; from < files.length; from += step) {
      const batch = files.slice(from, from + step);
      const added = await client.evidence.add({ files: batch, together, links, ...told });
      evidence.push(...added.evidence);
      warnings.push(...added.warnings);
    }
    return {
      value: { evidence, warnings },
      lines: [
        ...evidence.flatMap((record) => [
          harmless(`${record.reference}  ${harmlessName(record.title)}  (${record.id})`),
          ...record.files.map((file) =>
            harmless(`  ${harmlessName(file.name)}  ${file.bytes} bytes  ${file.sha256}`),
          ),
        ]),
        ...warnings.map((warning) => harmless(`Take a second look: ${warning}`)),
      ],
    };
  },
};

export const evidenceSet: Verb = {
  summary: 'Changes details of evidence: dates, owner, systems, retention and the like',
  words: ['DIR', 'ID'],
  flags: DETAIL_FLAGS,
  async run({ args, unlock }) {
    const told = details(args);
    if (Object.keys(told).length === 0)
      refuse({ code: 'usage', detail: 'Name at least one detail to change.' });
    const client = await unlock(args.word(0));
    const value = await client.evidence.update({ evidence: args.word(1), ...told });
    return { value, lines: [`${value.evidence.reference}  ${harmlessName(value.evidence.title)}`] };
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
