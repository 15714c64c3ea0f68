import { resolve } from 'node:path';
import { homeOf } from '../core/door/home.ts';
import { type Fault, refuse } from '../shared/fault.ts';
import { tell } from '../shared/fault-sentences.ts';
import { type Arguments, readArguments, wantsJson } from './arguments.ts';
import { faultOf } from './faults.ts';
import { nearest } from './nearest.ts';
import { secretsFrom } from './secrets.ts';
import { harmless, type Terminal } from './terminal.ts';
import type { Call, Outcome, Verb } from './verb.ts';
import { verbHelp } from './verbs/help.ts';
import { VERBS } from './verbs/index.ts';
import { type CreateCore, workbenchOf } from './workbench.ts';

/** What the command line reaches for outside itself. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly createCore: CreateCore;
  /** Aborts when the person or the machine wants it to stop. */
  readonly stop: AbortSignal;
}

/** Runs one command and gives its exit code: 0 done, 1 refused, 2 usage, 3 ran and found something bad. */
export async function runCommand(argv: readonly string[], around: Surroundings): Promise<number> {
  const json = wantsJson(argv);
  try {
    const outcome = await perform(argv, around);
    if (!outcome.silent)
      await around.terminal.print(json ? document({ ok: true, value: outcome.value }) : prose(outcome.lines));
    return outcome.exit ?? 0;
  } catch (error) {
    const fault = around.stop.aborted ? CANCELLED : faultOf(error, around.environment.BINDERY_LOG);
    await report(fault, json, around.terminal);
    return fault.code === 'usage' ? 2 : 1;
  }
}

const CANCELLED: Fault = { code: 'cancelled' };

async function perform(argv: readonly string[], around: Surroundings): Promise<Outcome> {
  const { name, verb, rest } = findVerb(argv);
  const args = readArguments(name, verb, rest);
  if (args.has('help')) return verbHelp(name, verb);
  const workbench = workbenchOf(around.createCore, homeOf(around.environment), around.terminal, around.stop);
  try {
    return await verb.run(callOf(args, around, workbench));
  } finally {
    around.terminal.endProgress();
    await workbench.close();
  }
}

function callOf(args: Arguments, around: Surroundings, workbench: Call['workbench']): Call {
  const path = (typed: string) => resolve(around.folder, typed);
  const secrets = secretsFrom(args, around.environment, around.terminal, path);
  return {
    args,
    terminal: around.terminal,
    environment: around.environment,
    stop: around.stop,
    verbs: VERBS,
    workbench,
    path,
    secrets,
    async unlock(dir) {
      const passphrase = await secrets.passphrase();
      const client = await workbench.client();
      const member = args.text('member');
      await client.workspace.unlock({ dir: path(dir), passphrase, ...(member ? { member } : {}) });
      const reason = args.text('late');
      const engagement = args.text('engagement');
      if (reason !== undefined)
        await client.periods.addLate({ reason, ...(engagement ? { engagement } : {}) });
      return client;
    },
  };
}

interface Found {
  readonly name: string;
  readonly verb: Verb;
  readonly rest: readonly string[];
}

/** Finds the verb at the start of the line; a group (`evidence`) is followed by one of its own verbs. */
function findVerb(argv: readonly string[]): Found {
  const [first, ...rest] = argv;
  // Both may stand before the verb; they keep their meaning for what follows it.
  if (first === '--json' || (first === '--' && rest.length > 0)) return led(first, rest);
  if (first === undefined || first === '--help' || first === '-h') return named('help', rest);
  if (first === '--version') return named('version', rest);
  // Some verbs have others below them: `binder DIR`, and `binder diff A B`.
  const below = `${first} ${rest[0]}`;
  if (isVerb(below)) return named(below, rest.slice(1));
  if (isVerb(first)) return named(first, rest);
  const subs = subVerbs(first);
  if (subs.length === 0) {
    const near = nearest(first, [...new Set(Object.keys(VERBS).map((name) => name.split(' ')[0] ?? name))]);
    return usage(`There is no verb "${first}".${near ? ` Did you mean "${near}"?` : ''}`);
  }
  // `conflicts DIR list` is the one group whose own verb stands after the folder.
  const at = first === 'conflicts' ? 1 : 0;
  const early = rest.slice(0, at + 1).indexOf('--');
  if (early >= 0) return led('--', [first, ...rest.toSpliced(early, 1)]);
  const sub = rest[at];
  const name = `${first} ${sub}`;
  if (sub === undefined || !isVerb(name)) {
    return usage(`"${first}"${at ? ' DIR' : ''} is followed by one of: ${subs.join(', ')}.`);
  }
  return named(name, rest.toSpliced(at, 1));
}

function led(by: string, argv: readonly string[]): Found {
  const found = findVerb(argv);
  return { ...found, rest: [by, ...found.rest] };
}
function named(name: keyof typeof VERBS, rest: readonly string[]): Found {
  return { name, verb: VERBS[name], rest };
}
function isVerb(name: string): name is keyof typeof VERBS {
  return Object.hasOwn(VERBS, name);
}
function subVerbs(group: string): string[] {
  return Object.keys(VERBS).flatMap((name) =>
    name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : [],
  );
}
function usage(detail: string): never {
  return refuse({ code: 'usage', detail });
}

async function report(fault: Fault, json: boolean, terminal: Terminal): Promise<void> {
  if (json) return terminal.print(document({ ok: false, fault }));
  const { happened, remedy } = tell(fault);
  terminal.tell(harmless(happened));
  terminal.tell(harmless(remedy));
}

function document(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
function prose(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
