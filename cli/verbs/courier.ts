import { readdir, stat } from 'node:fs/promises';
import {
  CourierExported,
  CourierImported,
  type CourierReport,
  type CourierState,
} from '../../shared/contract/courier.ts';
import { Session } from '../../shared/contract/workspace.ts';
import { sentenceFor } from '../../shared/domain/courier.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { count, facts, table } from '../lines.ts';
import { BUNDLE_PASSPHRASE_FLAG } from '../secrets.ts';
import { sizeIn } from '../size.ts';
import { harmless } from '../terminal.ts';
import type { Call, Outcome, Verb } from '../verb.ts';
import { readable } from './verify.ts';

export const courierExport: Verb = {
  summary: 'Writes one encrypted, signed and numbered bundle with what the other side lacks',
  words: ['DIR'],
  flags: {
    for: { value: 'DEVICE|MEMBER', summary: 'Whom it is for; not needed with --first' },
    out: { value: 'FILE', summary: 'The file to write, of several volumes their common name' },
    first: { summary: 'With the key slots: a device that has nothing yet can begin with it' },
    'only-new': { summary: 'Only what was not sent before, trusting that all of it arrived' },
    'volume-size': { value: 'SIZE', summary: 'Split over several media of at most this size' },
    force: { summary: 'Replace a file that is there' },
    ...BUNDLE_PASSPHRASE_FLAG,
  },
  async run({ args, path, unlock, secrets, workbench }) {
    const client = await unlock(args.word(0));
    const first = args.has('first');
    // What is in the environment opens bundles; that one for somebody is not for their key alone has to be said.
    const chosen = first || args.text('bundle-passphrase-file') !== undefined;
    const passphrase = chosen ? await secrets.bundlePassphrase(first ? 'choosing' : undefined) : null;
    const whom = args.text('for');
    const out = args.text('out');
    const volume = args.text('volume-size');
    const job = await client.courier.export({
      first,
      onlyNew: args.has('only-new'),
      force: args.has('force'),
      ...(whom === undefined ? {} : { for: whom }),
      ...(out === undefined ? {} : { out: path(out) }),
      ...(passphrase === null ? {} : { passphrase }),
      ...(volume === undefined ? {} : { volumeBytes: sizeIn('volume-size', volume) }),
    });
    const value = CourierExported.parse(await workbench.follow(job));
    return {
      value,
      lines: [
        ...facts([
          ['Bundle', `number ${value.number} for ${value.to}`],
          ['Opens with', passphrase === null ? `the key of ${value.to}` : 'its passphrase'],
          ['Holds', `${count(value.entries, 'entry', 'entries')}, ${count(value.evidence, 'file')}`],
          ...value.files.map((file, index) => [index === 0 ? 'Written' : '', file] as const),
        ]),
        ...(value.empty ? ['There is nothing in it that the other side is not known to hold.'] : []),
      ],
    };
  },
};

export const courierImport: Verb = {
  summary: 'Takes bundles in, or begins a new copy where DIR is empty; --dry-run says what would happen',
  words: ['DIR', 'FILE…'],
  flags: {
    'dry-run': { summary: 'Only say from whom, what, and which conflicts' },
    replayed: { summary: 'Also take in what bears a number that another bundle had' },
    device: { value: 'NAME', summary: 'Name of this device, where a new copy begins' },
    ...BUNDLE_PASSPHRASE_FLAG,
  },
  async run(call) {
    const { args, path, unlock, secrets, workbench } = call;
    const dir = args.word(0);
    const words = args.words.slice(1);
    for (const file of words) await readable(path(file), file);
    if (await isNothing(path(dir))) return begin(call, words);
    const client = await unlock(dir);
    const passphrase = await secrets.bundlePassphrase();
    const job = await client.courier.import({
      files: words.map((file) => ({ path: path(file) })),
      dryRun: args.has('dry-run'),
      replayed: args.has('replayed'),
      ...(passphrase === null ? {} : { passphrase }),
    });
    const value = CourierImported.parse(await workbench.follow(job));
    // What was looked at alone and would be taken in has a content.
    const refused = value.bundles.some(({ verdict, content }) => content === null && !FINE.includes(verdict));
    return {
      value,
      lines: value.bundles.flatMap((report) => reportLines(report)),
      exit: refused ? 1 : 0,
    };
  },
};

/** What is nothing to worry about although nothing was taken in. */
const FINE: readonly string[] = ['duplicate', 'own'];

async function begin({ args, path, secrets, workbench }: Call, words: readonly string[]): Promise<Outcome> {
  const passphrase = await secrets.passphrase();
  const bundlePassphrase = await secrets.bundlePassphrase();
  const client = await workbench.client();
  const member = args.text('member');
  const device = args.text('device');
  const job = await client.courier.begin({
    dir: path(args.word(0)),
    files: words.map((file) => ({ path: path(file) })),
    passphrase,
    ...(bundlePassphrase === null ? {} : { bundlePassphrase }),
    ...(member === undefined ? {} : { member }),
    ...(device === undefined ? {} : { device }),
  });
  const session = Session.parse(await workbench.follow(job));
  return {
    value: {
      workspace: { id: session.workspace.id, name: session.workspace.name },
      device: session.device,
      member: { id: session.member.id, name: session.member.name },
      sent: 0,
      received: session.ledger.entries,
      conflicts: session.conflicts,
      quarantined: 0,
    },
    lines: [
      harmless(
        `"${session.workspace.name}" is in ${path(args.word(0))} now, on the device ${session.device.name} of ${session.member.name}.`,
      ),
      'Send a bundle back, so that the others know of it.',
    ],
  };
}

/** No folder yet, or an empty one. */
async function isNothing(dir: string): Promise<boolean> {
  const found = await stat(dir).catch(() => null);
  if (found === null) return true;
  if (!found.isDirectory()) return false;
  const names = await readdir(dir);
  return names.length === 0 || (names.includes('unfinished-copy') && !names.includes('keys.json'));
}

function reportLines(report: CourierReport): string[] {
  const { bundle, content } = report;
  const lines = [
    ...(bundle === null
      ? [report.files.join(', ')]
      : [
          `Number ${bundle.number} from ${bundle.from.member} on ${bundle.from.device}, made ${momentWords(bundle.at)}`,
        ]),
    `  ${report.words} ${report.because}`.trimEnd(),
  ];
  if (content !== null) {
    lines.push(
      `  ${report.taken ? 'Taken in' : 'Would be taken in'}: ${sentenceFor(content)}`,
      ...content.news.map(({ what, by, count: n }) => `    ${what}, ${by}: ${n}`),
      ...content.conflicts.map(
        ({ label, field, sides }) =>
          `  Conflict: ${label}, ${field}: ${sides.map((side) => `${JSON.stringify(side.value)} (${side.by})`).join(' against ')}`,
      ),
      ...content.setAside.map(({ because, by, count: n }) => `  Set aside, ${by}: ${n}, ${because}`),
      ...content.waitsFor.map((because) => `  Waits: ${because}`),
      ...content.differs.map((device) => `  The history of ${device} is another one there than here.`),
    );
  }
  return lines.map(harmless);
}

export const courierList: Verb = {
  summary: 'Lists the copies of the workspace: who has them, what they lack, and what waits here',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.courier.state();
    return { value, lines: stateLines(value) };
  },
};

function stateLines({ devices, held, setAside }: CourierState): string[] {
  return [
    ...table(devices, [
      { title: 'device', of: (one) => (one.here ? `${one.name} (this one)` : one.name) },
      { title: 'member', of: (one) => one.member.name },
      { title: 'last entry', of: (one) => one.lastEntry?.slice(0, 16) ?? 'none' },
      { title: 'lacks', of: (one) => one.lacks ?? 'unknown', right: true },
      {
        title: 'carried',
        of: ({ carried }) =>
          carried === null
            ? ''
            : `${carried.act === 'out' ? 'out with' : 'back from'} ${carried.holder} since ${carried.at.slice(0, 10)}`,
      },
    ]),
    ...held.map(({ device, state, because }) => harmless(`${state} from ${device}: ${because}`)),
    ...setAside.map(({ what, by, because }) => harmless(`set aside, ${what} by ${by}: ${because}`)),
  ];
}

const carry = (act: 'out' | 'in', summary: string): Verb => ({
  summary,
  words: ['DIR', 'DEVICE'],
  flags: {
    holder: { value: 'NAME', summary: 'Who has it; the device’s own member where nothing is said' },
    note: { value: 'TEXT', summary: 'What for' },
  },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const holder = args.text('holder');
    const value = await client.courier.carry({
      device: args.word(1),
      act,
      note: args.text('note') ?? '',
      ...(holder === undefined ? {} : { holder }),
    });
    const { carried } = value;
    const words = act === 'out' ? `is out with ${carried.holder}` : `is back from ${carried.holder}`;
    return { value, lines: [harmless(`${value.device} ${words}.`)] };
  },
});

export const courierOut = carry('out', 'Signs a copy of the workspace out: records who takes it away');
export const courierIn = carry('in', 'Signs a copy of the workspace in again');
