import { stat } from 'node:fs/promises';
import { BagReport, WrittenBag } from '../../shared/domain/bag.ts';
import { refuse } from '../../shared/fault.ts';
import { count, facts } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { certificate, readable, TRUST_FLAG } from './verify.ts';

export const binderBag: Verb = {
  summary: 'Writes a binder and what is embedded in it as a BagIt bag for an archive; needs no workspace',
  words: ['BINDER.pdf'],
  flags: { out: { value: 'DIR', summary: 'The folder to make', required: true }, ...TRUST_FLAG },
  async run({ args, path, workbench }) {
    const trust = await Promise.all(args.list('trust').map((file) => certificate(path(file))));
    await readable(path(args.word(0)), args.word(0));
    const client = await workbench.client();
    const job = await client.binders.bag({
      file: { path: path(args.word(0)) },
      out: path(args.required('out')),
      trust,
    });
    const value = WrittenBag.parse(await workbench.follow(job));
    return {
      value,
      lines: [
        ...facts([
          ['Bag', value.folder],
          ['Binder', value.binder.name],
          ['SHA-256', value.binder.sha256],
          ['Payload', `${count(value.files, 'file')}, ${count(value.bytes, 'byte')}`],
        ]),
        'Whoever receives it checks it with "bindery bag verify", or any program that knows BagIt.',
      ],
    };
  },
};

export const bagVerify: Verb = {
  summary: 'Verifies a BagIt bag, the binder inside and the files beside it; needs no workspace',
  words: ['DIR'],
  flags: { ...TRUST_FLAG, 'require-trusted': { summary: 'An unknown signer counts as bad (exit 3)' } },
  async run({ args, path, workbench }) {
    const trust = await Promise.all(args.list('trust').map((file) => certificate(path(file))));
    const folder = path(args.word(0));
    if (!(await stat(folder).catch(() => null))?.isDirectory())
      refuse({ code: 'not-found', what: 'folder', id: args.word(0) });
    const client = await workbench.client();
    const job = await client.binders.verifyBag({ folder, trust });
    const value = BagReport.parse(await workbench.follow(job));
    const bad = value.verdict === 'invalid' || (args.has('require-trusted') && value.verdict !== 'valid');
    return { value, lines: linesOf(value), exit: bad ? 3 : 0 };
  },
};

const VERDICTS: Readonly<Record<BagReport['verdict'], string>> = {
  valid: 'valid, and so is the binder inside.',
  'valid-unknown-signer':
    'valid, and so is the binder inside, by signers whose certificates you did not name as trusted.',
  invalid: 'not valid.',
};

function linesOf(report: BagReport): string[] {
  const { payload, beside, binder } = report;
  const yes = (fact: boolean) => (fact ? 'yes' : 'no');
  return [
    harmless(`${report.folder}: ${VERDICTS[report.verdict]}`),
    ...facts([
      ['Payload', `${count(payload.files, 'file')}, ${count(payload.bytes, 'byte')}`],
      ['Checksums', report.algorithms.join(', ')],
      ['Complete', yes(report.complete)],
      ['Valid as a bag', yes(report.valid)],
      ['Beside the binder', `${beside.equal} of ${count(beside.files, 'file')} as embedded`],
      ['Binder', binder === null ? null : `${binder.file}, SHA-256 ${binder.sha256}`],
    ]),
    ...report.problems.map(({ where, message }) => harmless(`  ${where}: ${message}`)),
    ...report.notes.map((note) => harmless(`  ${note}`)),
    ...(binder === null ? [] : ['What the binder proves: bindery verify, with the PDF in data.']),
  ];
}
