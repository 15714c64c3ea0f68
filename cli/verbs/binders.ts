import { z } from 'zod';
import { ComposedBinder, type RedactionRequest } from '../../shared/contract/proof.ts';
import type { Omission } from '../../shared/domain/binder.ts';
import { BINDER_PROFILES, PAPER_SIZES } from '../../shared/domain/binder-profile.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { refuse } from '../../shared/fault.ts';
import { count, facts, table } from '../lines.ts';
import { authority, KEY_FLAGS, signingKey, stampFacts, TSA_FLAG } from '../signing-key.ts';
import { sizeIn } from '../size.ts';
import { harmless } from '../terminal.ts';
import type { Flags, Verb } from '../verb.ts';

const BINDER_KINDS = ['evidence', 'release', 'handover'] as const;
const SIGNER_PARTS = ['reviewer', 'approver', 'recipient'] as const;

const FORCE_FLAG = {
  force: { summary: 'Replace what is there; without it only a binder nobody else signed is replaced' },
} as const satisfies Flags;

export const binder: Verb = {
  summary: 'Composes, signs as preparer and writes the PDF',
  words: ['DIR'],
  flags: {
    engagement: { value: 'E', summary: 'Id or name of the engagement' },
    out: { value: 'FILE', summary: 'The PDF to write', required: true },
    kind: { value: 'KIND', summary: BINDER_KINDS.join(', '), choices: BINDER_KINDS },
    title: { value: 'TEXT', summary: 'Title on the cover' },
    profile: { value: 'PROFILE', summary: BINDER_PROFILES.join(', '), choices: BINDER_PROFILES },
    redact: {
      value: 'WHAT',
      summary:
        '"note CONTROL: REASON", "return CONTROL: REASON" or "file EVIDENCE/NAME: REASON"; the binder lists each',
      many: true,
    },
    'redact-subject': {
      value: 'S',
      summary: 'The subject whose notes and returns are meant, where there are several',
    },
    page: { value: 'SIZE', summary: PAPER_SIZES.join(', '), choices: PAPER_SIZES },
    'volume-size': {
      value: 'SIZE',
      summary: 'How large a volume may get (2GiB; up to 9GiB): evidence beyond it goes into further ones',
    },
    ...KEY_FLAGS,
    ...TSA_FLAG,
    ...FORCE_FLAG,
  },
  async run(call) {
    const { args, path, unlock, workbench } = call;
    const key = await signingKey(call);
    const engagement = args.text('engagement');
    const kind = args.text('kind');
    const title = args.text('title');
    const profile = args.text('profile');
    const page = args.text('page');
    const volumeSize = args.text('volume-size');
    const client = await unlock(args.word(0));
    const job = await client.binders.compose({
      out: path(args.required('out')),
      force: args.has('force'),
      ...(engagement === undefined ? {} : { engagement }),
      ...(kind === undefined ? {} : { kind: z.enum(BINDER_KINDS).parse(kind) }),
      ...(title === undefined ? {} : { title }),
      redact: args.list('redact').map((text) => redaction(text, args.text('redact-subject'))),
      ...(profile === undefined ? {} : { profile: z.enum(BINDER_PROFILES).parse(profile) }),
      ...(page === undefined ? {} : { page: z.enum(PAPER_SIZES).parse(page) }),
      ...(volumeSize === undefined ? {} : { volumeBytes: sizeIn('volume-size', volumeSize) }),
      ...key,
      ...authority(call),
    });
    const value = ComposedBinder.parse(await workbench.follow(job));
    const { omitted } = value.manifest;
    const { volumes = [] } = value;
    return {
      value,
      lines: [
        ...facts([
          ['Binder', value.file],
          ['SHA-256', value.sha256],
          ['Pages', value.pages],
          ['Attachments', value.attachments],
          ...(volumes.length === 0 ? [] : [['Volumes', volumes.length + 1] as const]),
          ['Signed by', value.signatures.map((signature) => signature.by).join(', ')],
          ['Included', value.manifest.included],
          ['Left out', omitted.length],
          ...stampFacts(value),
        ]),
        ...(volumes.length === 0
          ? []
          : table(volumes, [
              { title: 'volume', of: (one) => one.volume },
              { title: 'file', of: (one) => harmless(one.file) },
              { title: 'attachments', of: (one) => one.attachments },
              { title: 'SHA-256', of: (one) => one.sha256 },
            ])),
        ...omitted.slice(0, 20).map(omissionLine),
        ...(omitted.length > 20 ? [`  … and ${omitted.length - 20} more; the manifest names them all.`] : []),
      ],
    };
  },
};

/** What is left out, why, and where that is known what it comes to. */
export function omissionLine({ kind, label, reason, detail }: Omission): string {
  return harmless(`  ${kind} ${label}: ${reason}${detail ? `: ${detail}` : ''}`);
}

/** `note AC-2: names of staff`, `return AC-2: names of staff`, `file E-1234/list.csv: salaries`; without a name every file of the evidence. */
function redaction(text: string, subject: string | undefined): RedactionRequest {
  const [, what, named = '', reason] = /^(note|return|file)\s+([\s\S]+?):\s+([\s\S]*\S)\s*$/.exec(text) ?? [];
  if (reason === undefined)
    return refuse({
      code: 'usage',
      detail:
        '--redact takes "note CONTROL: REASON", "return CONTROL: REASON" or "file EVIDENCE/NAME: REASON".',
    });
  const of = named.trim();
  if (what === 'note' || what === 'return')
    return { what, of, reason, ...(subject === undefined ? {} : { subject }) };
  const slash = of.indexOf('/');
  if (slash < 0) return { what: 'file', of, reason };
  return { what: 'file', of: of.slice(0, slash), name: of.slice(slash + 1), reason };
}

/** What a countersigning says at least. */
const Countersigned = z.looseObject({
  file: z.string(),
  signatures: z.array(z.looseObject({ by: z.string(), at: z.string().nullable() })),
});

export const countersign: Verb = {
  summary: 'Verifies a binder, refuses what is not valid, and adds your signature',
  words: ['FILE'],
  flags: {
    workspace: { value: 'DIR', summary: 'The workspace you are a member of', required: true },
    as: { value: 'PART', summary: SIGNER_PARTS.join(', '), choices: SIGNER_PARTS },
    final: { summary: 'No signature may follow' },
    out: { value: 'FILE', summary: 'Write to another file instead of the same' },
    ...KEY_FLAGS,
    ...TSA_FLAG,
    ...FORCE_FLAG,
  },
  async run(call) {
    const { args, path, unlock, workbench } = call;
    const key = await signingKey(call);
    const file = path(args.word(0));
    const as = args.text('as');
    const client = await unlock(args.required('workspace'));
    const job = await client.binders.countersign({
      file: { path: file },
      out: path(args.text('out') ?? file),
      final: args.has('final'),
      force: args.has('force'),
      ...(as === undefined ? {} : { as: z.enum(SIGNER_PARTS).parse(as) }),
      ...key,
      ...authority(call),
    });
    const value = Countersigned.parse(await workbench.follow(job));
    return {
      value,
      lines: [
        harmless(`${value.file} carries ${count(value.signatures.length, 'signature')}.`),
        ...table(value.signatures, [
          { title: 'by', of: (signature) => signature.by },
          { title: 'at', of: ({ at }) => at && momentWords(at) },
        ]),
      ],
    };
  },
};
