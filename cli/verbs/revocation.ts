import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { LongTermBinder, type RevocationFile } from '../../shared/contract/signing.ts';
import { refuse } from '../../shared/fault.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

export const revocationAttach: Verb = {
  summary:
    'Puts lists and answers on revoked certificates into a binder, for whoever verifies it in ten years',
  words: ['FILE'],
  flags: {
    crl: { value: 'FILE', summary: 'A list of revoked certificates (.crl), by an issuer', many: true },
    ocsp: { value: 'FILE', summary: 'An authority’s answer on a certificate (OCSP, DER)', many: true },
    cert: { value: 'FILE', summary: 'An issuer’s certificate that did not come with the key', many: true },
    out: { value: 'FILE', summary: 'Write to another file instead of the same' },
    force: { summary: 'Replace what is there under another name' },
  },
  async run({ args, path, workbench }) {
    const read = (flag: string) => Promise.all(args.list(flag).map((typed) => readGiven(path(typed), typed)));
    const out = args.text('out');
    const client = await workbench.client();
    const job = await client.binders.revocationAttach({
      file: { path: path(args.word(0)) },
      certificates: await read('cert'),
      lists: await read('crl'),
      answers: await read('ocsp'),
      force: args.has('force'),
      ...(out === undefined ? {} : { out: path(out) }),
    });
    const value = LongTermBinder.parse(await workbench.follow(job));
    const { certificates, lists, answers } = value.added;
    return {
      value,
      lines: [
        `${value.file}: put in ${counted(lists, 'list')}, ${counted(answers, 'answer')} and ${counted(certificates, 'certificate')}.`,
        ...value.signatures.map((one) => `${one.field}, ${one.by}: ${STATES[one.state](one)}`),
      ].map(harmless),
    };
  },
};

type Standing = LongTermBinder['signatures'][number];
const STATES: Readonly<Record<Standing['state'], (one: Standing) => string>> = {
  good: ({ authority }) => `not revoked when it signed, says ${authority}.`,
  'good-before': ({ authority, at }) =>
    `not revoked at ${at}, says ${authority}; that is before it signed. Bring a newer list later.`,
  missing: ({ of }) => `nothing is known of the certificate of ${of}.`,
  'revoked-later': ({ authority, at }) => `revoked at ${at}, after it signed, says ${authority}.`,
  revoked: ({ authority, at }) => `revoked at ${at}, says ${authority}.`,
  'self-issued': () => 'vouches for itself, so no authority lists it.',
};

const counted = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`;

const LARGEST_GIVEN = 12 * 1024 * 1024;

async function readGiven(file: string, typed: string): Promise<RevocationFile> {
  const bytes = await readFile(file).catch(() => refuse({ code: 'not-found', what: 'file', id: typed }));
  if (bytes.length > LARGEST_GIVEN)
    refuse({
      code: 'invalid-input',
      where: typed,
      detail: 'This is larger than any that is put into a binder.',
    });
  return { name: basename(typed), content: bytes.toString('base64') };
}
