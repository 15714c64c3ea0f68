import { LedgerReport } from '../../shared/contract/proof.ts';
import { count, facts } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

export const ledgerVerify: Verb = {
  summary: 'Checks chains, signatures and authority; with --rebuild also replays and compares every table',
  words: ['DIR'],
  flags: { rebuild: { summary: 'Replay the ledger and compare every table' } },
  async run({ args, unlock, workbench }) {
    const client = await unlock(args.word(0));
    const job = await client.ledger.verify({ rebuild: args.has('rebuild') });
    const value = LedgerReport.parse(await workbench.follow(job));
    const sound = value.intact && (value.rebuild?.differences.length ?? 0) === 0;
    return { value, lines: linesOf(value), exit: sound ? 0 : 3 };
  },
};

function linesOf(report: LedgerReport): string[] {
  const { rebuild } = report;
  return [
    report.intact ? 'The ledger is intact.' : 'The ledger is not intact.',
    `${count(report.entries, 'entry', 'entries')} in ${count(report.segments, 'sealed segment')} from ${count(report.devices, 'device')}; ${report.unsealed} not yet sealed.`,
    ...report.problems.map((problem) => harmless(`  ${problem.where}: ${problem.message}`)),
    ...(rebuild
      ? [
          `Replayed and compared ${count(rebuild.tables, 'table')}: ${count(rebuild.differences.length, 'difference')}.`,
        ]
      : []),
    ...(rebuild?.differences ?? []).map((one) => harmless(`  ${one.table} ${one.key}: ${one.what}`)),
  ];
}

export const ledgerExport: Verb = {
  summary: 'Writes sealed segments and the blobs they need as a plain folder, still encrypted',
  words: ['DIR'],
  flags: {
    out: { value: 'DIR2', summary: 'Folder to write to', required: true },
    force: { summary: 'Replace files there that are no export of this workspace' },
  },
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.ledger.export({
      out: path(args.required('out')),
      force: args.has('force'),
    });
    return { value, lines: carried(value) };
  },
};

export const ledgerImport: Verb = {
  summary: 'Takes the segments of another copy of this workspace in',
  words: ['DIR', 'DIR2'],
  flags: {},
  async run({ args, path, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.ledger.import({ from: path(args.word(1)) });
    const { formerPassphrases, ...report } = value;
    const warnings = formerPassphrases.map((name) =>
      harmless(
        `${name} recovered in another copy; the passphrase they had before still opens this one. Set a new one here by "member passphrase", or by "recover" if it is lost.`,
      ),
    );
    return { value, lines: [...carried(report), ...warnings] };
  },
};

function carried(report: Readonly<Record<string, number>>): string[] {
  return facts(Object.entries(report).map(([name, number]) => [name, number] as const));
}
