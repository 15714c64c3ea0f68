import { refuse } from '../../shared/fault.ts';
import { COMMON_FLAGS, usageLine } from '../arguments.ts';
import { nearest } from '../nearest.ts';
import { type Procedure, procedures } from '../procedures.ts';
import type { Call, Flags, Outcome, Verb } from '../verb.ts';

export const help: Verb = {
  summary: 'Explains a verb, or the procedures of an area of the contract',
  words: ['[AREA]', '[VERB]'],
  flags: {},
  async run({ args, verbs }) {
    const topic = args.words.join(' ');
    const verb = Object.hasOwn(verbs, topic) ? verbs[topic] : undefined;
    if (topic === '') return overview(verbs);
    const area = procedures().filter((procedure) => procedure.area === topic || procedure.path === topic);
    if (verb && area.length === 0) return verbHelp(topic, verb);
    const group = Object.entries(verbs).filter(([name]) => name === topic || name.startsWith(`${topic} `));
    if (area.length > 0 || group.length > 0) return areaHelp(topic, area, group);
    return unknown(topic, verbs);
  },
};

/** What `bindery VERB --help` says. */
export function verbHelp(name: string, verb: Verb): Outcome {
  const taken: Flags = { ...verb.flags, ...COMMON_FLAGS };
  const flags = Object.entries(taken);
  const terms = flags.map(([flag, spec]) => `--${flag}${spec.value ? ` ${spec.value}` : ''}`);
  const width = Math.max(...terms.map((term) => term.length));
  return {
    value: {
      verb: name,
      summary: verb.summary,
      usage: usageLine(name, verb),
      flags: Object.fromEntries(flags),
    },
    lines: [
      usageLine(name, verb),
      '',
      `${verb.summary}.`,
      '',
      ...flags.map(([, spec], at) => `  ${(terms[at] ?? '').padEnd(width)}  ${spec.summary}`),
    ],
  };
}

function overview(verbs: Call['verbs']): Outcome {
  const all = procedures();
  const areas = [...new Set(all.map((procedure) => procedure.area))];
  const width = Math.max(...Object.keys(verbs).map((name) => name.length));
  return {
    value: {
      verbs: Object.entries(verbs).map(([name, verb]) => ({
        verb: name,
        summary: verb.summary,
        usage: usageLine(name, verb),
      })),
      areas: areas.map((area) => ({
        area,
        procedures: all.flatMap((one) => (one.area === area ? [one.path] : [])),
      })),
    },
    lines: [
      'Bindery: an offline audit workbench.',
      '',
      ...Object.entries(verbs).map(([name, verb]) => `  ${name.padEnd(width)}  ${verb.summary}`),
      '',
      `Areas of the contract, for "bindery call" and "bindery help AREA": ${areas.join(', ')}.`,
      'The passphrase comes from BINDERY_PASSPHRASE, --passphrase-file, or a prompt; never from an argument.',
      'Exit codes: 0 done, 1 refused, 2 usage, 3 ran and found something bad.',
    ],
  };
}

function areaHelp(
  topic: string,
  area: readonly Procedure[],
  group: readonly (readonly [string, Verb])[],
): Outcome {
  const width = Math.max(0, ...area.map((procedure) => procedure.path.length));
  const single = area.length === 1 && area[0]?.path === topic ? area[0] : undefined;
  return {
    value: {
      topic,
      verbs: group.map(([name, verb]) => ({
        verb: name,
        summary: verb.summary,
        usage: usageLine(name, verb),
      })),
      procedures: area,
    },
    lines: [
      ...group.map(([name, verb]) => usageLine(name, verb)),
      ...(group.length > 0 && area.length > 0 ? [''] : []),
      ...area.map(
        ({ path, summary, access, answers }) =>
          `  ${path.padEnd(width)}  ${summary} (${access}${answers === 'value' ? '' : `, ${answers}`})`,
      ),
      ...(single ? ['', 'Input:', JSON.stringify(single.input, null, 2)] : []),
      ...(area.length > 0 && !single
        ? [
            '',
            `Call one with: bindery call DIR ${topic}.VERB --input '{…}'; its input: bindery help ${topic}.VERB`,
          ]
        : []),
    ],
  };
}

function unknown(topic: string, verbs: Call['verbs']): never {
  const known = [...Object.keys(verbs), ...procedures().map((procedure) => procedure.area)];
  const near = nearest(topic, known);
  return refuse({
    code: 'usage',
    detail: `There is no verb or area "${topic}".${near ? ` Did you mean "${near}"?` : ''}`,
  });
}
