import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import type { GateVerdict } from '../../shared/domain/programme/gate.ts';
import { RULE_WORDS, suiteOf } from '../../shared/domain/programme/gate-report.ts';
import {
  junitReport,
  type ReportAbout,
  type ReportedSuite,
  sarifReport,
} from '../../shared/domain/programme/report.ts';
import { refuse } from '../../shared/fault.ts';
import { writeReport } from '../report-file.ts';
import { harmless } from '../terminal.ts';
import type { Call, Flags, Outcome, Verb } from '../verb.ts';
import type { Client } from '../workbench.ts';

const FORMATS = ['json', 'junit', 'sarif'] as const;
const Format = z.enum(FORMATS);

/** Flags of the commands that pipelines ask. */
export const REPORT_FLAGS = {
  format: { value: 'FORMAT', summary: `Report as ${FORMATS.join(', ')}`, choices: FORMATS },
  out: {
    value: 'FILE',
    summary: 'Write the report to FILE; an earlier report is replaced, any other file stays',
  },
} as const satisfies Flags;

export const gate: Verb = {
  summary: 'Judges a gate or phase by its criteria: exit 0 when it is met, 3 when it is not',
  words: ['DIR'],
  flags: {
    gate: {
      value: 'NAME',
      summary: 'Id, title or beginning of the title of a gate or phase; all gates where left out',
    },
    engagement: { value: 'E', summary: 'Id or name of the engagement' },
    'as-of': { value: 'DAY', summary: 'As the ledger stood at the end of a past day, YYYY-MM-DD' },
    ...REPORT_FLAGS,
  },
  async run(call) {
    const { args, unlock } = call;
    const name = args.text('gate');
    const engagement = args.text('engagement');
    const asOf = args.text('as-of');
    const client = await unlock(args.word(0));
    const judged = await client.board.gates({
      ...(name === undefined ? {} : { gate: name }),
      ...(engagement === undefined ? {} : { engagement }),
      ...(asOf === undefined ? {} : { asOf }),
    });
    const gates = name === undefined ? gatesOf(judged.gates) : judged.gates;
    const [only] = gates;
    if (only === undefined) return refuse({ code: 'not-found', what: 'gate' });
    const met = gates.every((one) => one.met);
    const value = {
      engagement: judged.engagement,
      day: judged.day,
      gate: gates.length === 1 ? nameOf(only) : null,
      met,
      because:
        gates.length === 1
          ? only.because
          : `${gates.filter((one) => one.met).length} of ${gates.length} gates met`,
      criteria: gates.flatMap((one) => one.criteria.map((criterion) => ({ gate: one.record, ...criterion }))),
      gates,
    };
    const outcome: Outcome = { value, lines: gates.flatMap(linesOf), exit: met ? 0 : 3 };
    return withReport(call, client, outcome, gates.map(suiteOf), RULE_WORDS);
  },
};

/** Gates; a plan without gates is gated by its phases. */
function gatesOf(all: readonly GateVerdict[]): readonly GateVerdict[] {
  const gates = all.filter((one) => one.kind === 'gate');
  return gates.length > 0 ? gates : all;
}

const nameOf = ({ id, record, kind, title, verdict }: GateVerdict) => ({ id, record, kind, title, verdict });

const MARKS = { met: 'met', 'not-met': 'NOT MET', unknown: 'NOT KNOWN' } as const;

function linesOf(one: GateVerdict): string[] {
  return [
    harmless(`${one.title}: ${MARKS[one.verdict]}`),
    ...one.criteria.map((criterion) => {
      const { met, exception } = criterion;
      const mark = exception !== null ? 'excepted' : met === null ? 'not known' : met ? 'met' : 'not met';
      return harmless(`  ${mark.padEnd(9)}  ${criterion.title}: ${criterion.because}`);
    }),
  ];
}

/** Adds the report that the flags ask for: into a file, or instead of the prose. */
export async function withReport(
  { args, path }: Call,
  client: Client,
  outcome: Outcome,
  suites: readonly ReportedSuite[],
  rules: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const out = args.text('out');
  const asked = args.text('format');
  if (asked === undefined && out === undefined) return outcome;
  const format = Format.parse(asked ?? 'json');
  const { version } = await client.system.about();
  const about: ReportAbout = {
    version,
    at: new Date().toISOString(),
    where: whereOf(args.word(0), path('.')),
    rules,
  };
  const report = REPORTS[format](suites, about, outcome.value);
  if (out === undefined) {
    const value = format === 'json' ? outcome.value : { ...Object(outcome.value), report };
    return { ...outcome, value, lines: [report.trimEnd()] };
  }
  const file = path(out);
  writeReport(file, report, path(args.word(0) ?? '.'));
  return {
    ...outcome,
    value: { ...Object(outcome.value), file },
    lines: [...outcome.lines, harmless(`The report is in ${file}.`)],
  };
}

const REPORTS: Readonly<
  Record<
    z.infer<typeof Format>,
    (suites: readonly ReportedSuite[], about: ReportAbout, value: unknown) => string
  >
> = {
  json: (_suites, _about, value) => `${JSON.stringify({ ok: true, value }, null, 2)}\n`,
  junit: junitReport,
  sarif: sarifReport,
};

/** The workspace as pipelines name files: relative to the folder they run in. */
function whereOf(dir: string, here: string): string {
  const inside = isAbsolute(dir) ? relative(here, dir) : dir;
  return inside.startsWith('..') || isAbsolute(inside)
    ? (dir.split(/[\\/]/).findLast((part) => part !== '') ?? '')
    : inside;
}
