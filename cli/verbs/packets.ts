import { z } from 'zod';
import type { PacketView } from '../../shared/contract/packets.ts';
import { ComposedBinder } from '../../shared/contract/proof.ts';
import { momentWords } from '../../shared/domain/moment.ts';
import { PACKET_RULE_WORDS, packetSuite } from '../../shared/domain/programme/packet-report.ts';
import { refuse } from '../../shared/fault.ts';
import { count, facts, table } from '../lines.ts';
import { authority, KEY_FLAGS, signingKey, stampFacts, TSA_FLAG } from '../signing-key.ts';
import { harmless } from '../terminal.ts';
import type { Call, Flag, Outcome, Verb } from '../verb.ts';
import { REPORT_FLAGS, withReport } from './gates.ts';

const ENGAGEMENT: Flag = { value: 'E', summary: 'Id or name of the engagement' };
const SECTION: Flag = { value: 'KEY', summary: 'Key or title of the section', required: true };
const SIZES = ['A4', 'Letter'] as const;

/** The packet a call names as its second word, perhaps narrowed to an engagement. */
function which({ args }: Call): { packet: string; engagement?: string } {
  const engagement = args.text('engagement');
  return { packet: args.word(1), ...(engagement === undefined ? {} : { engagement }) };
}

export const packetList: Verb = {
  summary: 'Lists packets and what is still missing in each; with --templates the kinds there are',
  words: ['DIR'],
  flags: { engagement: ENGAGEMENT, templates: { summary: 'The kinds of packets and what they ask for' } },
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const engagement = args.text('engagement');
    if (args.has('templates')) {
      const value = await client.packets.templates();
      return {
        value,
        lines: table(value.templates, [
          { title: 'id', of: (one) => one.id },
          { title: 'version', of: (one) => one.version },
          { title: 'title', of: (one) => one.title },
          { title: 'sections', of: (one) => one.sections.length, right: true },
          { title: 'for', of: (one) => one.summary },
        ]),
      };
    }
    const value = await client.packets.list(engagement === undefined ? {} : { engagement });
    return {
      value,
      lines: table(value.rows, [
        { title: 'id', of: (one) => one.id },
        { title: 'title', of: (one) => one.title },
        { title: 'template', of: (one) => one.template.id },
        { title: 'state', of: (one) => one.state },
        { title: 'settled', of: (one) => `${one.settled} of ${one.required}` },
        { title: 'customer', of: (one) => one.customer.replace('-', ' ') },
      ]),
    };
  },
};

export const packetShow: Verb = {
  summary: 'Shows a packet: its sections, what is missing, and what changed after it was final',
  words: ['DIR', 'PACKET'],
  flags: { engagement: ENGAGEMENT },
  async run(call) {
    const client = await call.unlock(call.args.word(0));
    return shown((await client.packets.get(which(call))).view);
  },
};

export const packetNew: Verb = {
  summary: 'Opens a packet from a template',
  words: ['DIR', 'TEMPLATE'],
  flags: {
    engagement: ENGAGEMENT,
    title: { value: 'TEXT', summary: 'Its title; without one, its kind with environment and period' },
    about: { value: 'TEXT', summary: 'What it is about' },
    period: { value: 'TEXT', summary: 'The time it is about' },
    environment: { value: 'TEXT', summary: 'The environment it is about' },
  },
  async run({ args, unlock }) {
    const given = (['engagement', 'title', 'about', 'period', 'environment'] as const).flatMap((flag) => {
      const text = args.text(flag);
      return text === undefined ? [] : [[flag, text] as const];
    });
    const client = await unlock(args.word(0));
    const { view } = await client.packets.create({ template: args.word(1), ...Object.fromEntries(given) });
    return shown(view);
  },
};

export const packetSet: Verb = {
  summary: 'Writes in a section of a packet; values of its own by --value KEY=VALUE',
  words: ['DIR', 'PACKET'],
  flags: {
    engagement: ENGAGEMENT,
    section: SECTION,
    text: { value: 'TEXT', summary: 'The words of the section' },
    value: {
      value: 'KEY=VALUE',
      summary: 'A value of the section: minutes=12',
      many: true,
      more: (word) => /^[\w-]+=/.test(word),
    },
  },
  async run(call) {
    const { args } = call;
    const text = args.text('text');
    const values = Object.fromEntries(args.list('value').map(pair));
    const client = await call.unlock(args.word(0));
    const { view } = await client.packets.setSection({
      ...which(call),
      section: args.required('section'),
      ...(text === undefined ? {} : { text }),
      ...(Object.keys(values).length === 0 ? {} : { values }),
    });
    return shown(view);
  },
};

function pair(typed: string): readonly [string, string] {
  const at = typed.indexOf('=');
  if (at < 1) refuse({ code: 'usage', detail: `--value takes KEY=VALUE, not "${typed}".` });
  return [typed.slice(0, at), typed.slice(at + 1)];
}

export const packetAttach: Verb = {
  summary: 'Attaches evidence to a section of a packet, or takes it off',
  words: ['DIR', 'PACKET', 'EVIDENCE'],
  flags: { engagement: ENGAGEMENT, section: SECTION, off: { summary: 'Take it off again' } },
  async run(call) {
    const { args } = call;
    const client = await call.unlock(args.word(0));
    const { view } = await client.packets.attach({
      ...which(call),
      section: args.required('section'),
      evidence: args.word(2),
      on: !args.has('off'),
    });
    return shown(view);
  },
};

export const packetWaive: Verb = {
  summary: 'Lets a packet go without a section, in your name and with a reason',
  words: ['DIR', 'PACKET'],
  flags: {
    engagement: ENGAGEMENT,
    section: SECTION,
    reason: { value: 'TEXT', summary: 'Why it goes without', required: true },
  },
  async run(call) {
    const { args } = call;
    const client = await call.unlock(args.word(0));
    const asked = { section: args.required('section'), reason: args.required('reason') };
    return shown((await client.packets.waive({ ...which(call), ...asked })).view);
  },
};

export const packetFinalise: Verb = {
  summary: 'Makes a packet final; refused with everything that is missing',
  words: ['DIR', 'PACKET'],
  flags: { engagement: ENGAGEMENT },
  async run(call) {
    const client = await call.unlock(call.args.word(0));
    return shown((await client.packets.finalise(which(call))).view);
  },
};

export const packetHandover: Verb = {
  summary: 'Captures the customer’s word on a packet that is final',
  words: ['DIR', 'PACKET'],
  flags: {
    engagement: ENGAGEMENT,
    name: { value: 'NAME', summary: 'Who signed for the customer', required: true },
    organisation: { value: 'NAME', summary: 'The customer', required: true },
    statement: { value: 'TEXT', summary: 'What was said or signed', required: true },
    on: { value: 'DAY', summary: 'The day, YYYY-MM-DD; today where left out' },
    evidence: { value: 'ID', summary: 'The signed paper as evidence', many: true },
  },
  async run(call) {
    const { args } = call;
    const on = args.text('on');
    const client = await call.unlock(args.word(0));
    const { view } = await client.packets.signOff({
      ...which(call),
      name: args.required('name'),
      organisation: args.required('organisation'),
      statement: args.required('statement'),
      evidence: [...args.list('evidence')],
      ...(on === undefined ? {} : { on }),
    });
    return shown(view);
  },
};

export const packetCheck: Verb = {
  summary: 'Checks a packet for a pipeline: exit 0 when nothing is missing, 3 when something is',
  words: ['DIR'],
  flags: {
    packet: { value: 'NAME', summary: 'Id or title of the packet', required: true },
    engagement: ENGAGEMENT,
    final: { summary: 'Ask also that it is final, and signed off by the customer where that is needed' },
    ...REPORT_FLAGS,
  },
  async run(call) {
    const { args, unlock } = call;
    const engagement = args.text('engagement');
    const client = await unlock(args.word(0));
    const { view } = await client.packets.get({
      packet: args.required('packet'),
      ...(engagement === undefined ? {} : { engagement }),
    });
    const suite = packetSuite(view, args.has('final'));
    const failing = suite.cases.filter(({ outcome }) => outcome === 'not-met' || outcome === 'unknown');
    const met = failing.length === 0;
    const { id, record, title, state, template } = view.packet;
    const value = {
      packet: { id, record, title, state, template: `${template.id}@${template.version}` },
      day: view.day,
      met,
      because: met
        ? 'Every section is filled or waived'
        : `${failing.length} of ${count(suite.cases.length, 'question')} not met`,
      criteria: suite.cases.map(({ outcome, ...one }) => ({
        ...one,
        met: outcome === 'met' || outcome === 'excepted',
        outcome,
      })),
    };
    const lines = [
      harmless(`${title}: ${met ? 'met' : 'NOT MET'}`),
      ...suite.cases.map((one) =>
        harmless(`  ${MARKS[one.outcome].padEnd(8)}  ${one.title}: ${one.because}`),
      ),
    ];
    const outcome: Outcome = { value, lines, exit: met ? 0 : 3 };
    return withReport(call, client, outcome, [suite], PACKET_RULE_WORDS);
  },
};

const MARKS = { met: 'met', 'not-met': 'not met', unknown: 'unknown', excepted: 'waived' } as const;

export const packetExport: Verb = {
  summary: 'Composes, signs as preparer and writes a packet as PDF',
  words: ['DIR', 'PACKET'],
  flags: {
    engagement: ENGAGEMENT,
    out: { value: 'FILE', summary: 'The PDF to write', required: true },
    page: { value: 'SIZE', summary: SIZES.join(', '), choices: SIZES },
    ...KEY_FLAGS,
    ...TSA_FLAG,
    force: { summary: 'Replace what is there; without it only a packet nobody else signed is replaced' },
  },
  async run(call) {
    const { args, path, unlock, workbench } = call;
    const key = await signingKey(call);
    const page = args.text('page');
    const client = await unlock(args.word(0));
    const job = await client.packets.compose({
      ...which(call),
      out: path(args.required('out')),
      force: args.has('force'),
      ...(page === undefined ? {} : { page: z.enum(SIZES).parse(page) }),
      ...key,
      ...authority(call),
    });
    const value = ComposedBinder.parse(await workbench.follow(job));
    return {
      value,
      lines: facts([
        ['Packet', value.file],
        ['SHA-256', value.sha256],
        ['Pages', value.pages],
        ['Attachments', value.attachments],
        ['Signed by', value.signatures.map((signature) => signature.by).join(', ')],
        ['Left out', value.manifest.omitted.length],
        ...stampFacts(value),
      ]),
    };
  },
};

const STATES: Readonly<Record<PacketView['packet']['state'], string>> = {
  open: 'open: something is missing',
  complete: 'complete, not final',
  final: 'final',
  changed: 'changed after finalisation',
};

function shown(view: PacketView): Outcome {
  const { packet, sections, finalisation, differences, handovers } = view;
  return {
    value: view,
    lines: [
      ...facts([
        ['Packet', packet.title],
        ['Id', packet.id],
        ['Template', `${packet.template.title} ${packet.template.version}`],
        ['State', STATES[packet.state]],
        ['Digest', view.digest],
        ...(finalisation === null
          ? []
          : [['Final since', `${momentWords(finalisation.at)} by ${finalisation.by}`] as const]),
      ]),
      '',
      ...table(sections, [
        { title: 'section', of: (one) => one.key },
        { title: 'title', of: (one) => one.title },
        { title: 'state', of: (one) => one.state },
        { title: 'evidence', of: (one) => one.evidence.length, right: true },
        { title: 'by', of: (one) => one.writers.join(', ') },
      ]),
      ...titled(
        'Missing',
        view.missing.map(({ title, because }) => `${title}: ${because}`),
      ),
      ...titled(
        'Changed after finalisation',
        differences.map(
          ({ title, what, before, after }) => `${title}, ${what}: “${before}” became “${after}”`,
        ),
      ),
      ...titled(
        'Customer',
        handovers.map(
          (one) =>
            `${one.name}, ${one.organisation}, ${one.on}: ${one.statement}${one.current ? '' : ' (about an earlier state)'}`,
        ),
      ),
    ],
  };
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => harmless(`  ${line}`))];
}
