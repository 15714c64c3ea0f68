import { parseArgs } from 'node:util';
import { refuse } from '../shared/fault.ts';
import { nearest } from './nearest.ts';
import type { Flag, Flags, Verb } from './verb.ts';

/** What was typed after a verb, checked against what the verb takes. */
export interface Arguments {
  /** The bare words in order. */
  readonly words: readonly string[];
  /** The word at a place the verb declares as required. */
  word(index: number): string;
  /** The value of a flag the verb declares as required. */
  required(flag: string): string;
  text(flag: string): string | undefined;
  list(flag: string): readonly string[];
  has(flag: string): boolean;
  whole(flag: string): number | undefined;
}

/** Flags every verb takes. */
export const COMMON_FLAGS = {
  json: { summary: 'Print one JSON document' },
  help: { summary: 'Say how this verb is used' },
  member: { value: 'NAME', summary: 'Act as this member: only their slot is tried' },
  late: { value: 'REASON', summary: 'Why this is added to an engagement that is locked down' },
  'passphrase-file': { value: 'FILE', summary: 'Read the passphrase from a file' },
} as const satisfies Flags;

/** Whether a JSON document was asked for; what stands after `--` is a word, whatever it looks like. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

interface Collected {
  readonly words: string[];
  readonly values: Map<string, string[]>;
}

/** Reads what was typed; anything the verb does not take is a `usage` fault with a suggestion. */
export function readArguments(name: string, verb: Verb, argv: readonly string[]): Arguments {
  const flags: Flags = { ...COMMON_FLAGS, ...verb.flags };
  const collected = collect(argv, flags);
  if (!collected.values.has('help')) {
    checkWords(name, verb, collected.words);
    checkRequired(name, verb, collected.values);
  }
  return view(collected);
}

/** `bindery evidence add DIR FILE… [--title T]`: the first line of a verb's help. */
export function usageLine(name: string, verb: Verb): string {
  const [group, sub] = name.split(' ');
  const words = group === 'conflicts' ? [group, 'DIR', sub, ...verb.words.slice(1)] : [name, ...verb.words];
  const flags = Object.entries(verb.flags).map(([flag, spec]) => {
    const text = `--${flag}${spec.value ? ` ${spec.value}` : ''}${spec.many ? '…' : ''}`;
    return spec.required ? text : `[${text}]`;
  });
  return ['bindery', ...words, ...flags].join(' ');
}

function collect(argv: readonly string[], flags: Flags): Collected {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [
        name,
        { type: flag.value ? ('string' as const) : ('boolean' as const), multiple: true },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const collected: Collected = { words: [], values: new Map() };
  let open: string | null = null;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') {
      open = null;
    } else if (token.kind === 'option') {
      const flag = known(flags, token.name, token.rawName);
      keep(collected.values, token.name, flag, valueGiven(flag, token));
      open = token.name;
    } else if (open !== null && flags[open]?.more?.(token.value)) {
      collected.values.get(open)?.push(token.value);
    } else {
      collected.words.push(token.value);
      open = null;
    }
  }
  return collected;
}

function known(flags: Flags, name: string, typed: string): Flag {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag) return flag;
  const near = nearest(name, Object.keys(flags));
  return usage(`There is no ${typed} here.${near ? ` Did you mean --${near}?` : ''}`);
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueGiven(flag: Flag, token: OptionToken): string {
  if (!flag.value) {
    return token.value === undefined ? '' : usage(`${token.rawName} is a switch and takes no value.`);
  }
  if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
    return usage(`${token.rawName} needs a value: ${token.rawName} ${flag.value}.`);
  }
  if (!flag.choices) return token.value;
  const typed = token.value.toLowerCase().replace(/[ _]/g, '-');
  const choice = flag.choices.find((one) => one.toLowerCase() === typed);
  if (choice !== undefined) return choice;
  return usage(`${token.rawName} takes one of: ${flag.choices.join(', ')}; not "${token.value}".`);
}

function keep(values: Map<string, string[]>, name: string, flag: Flag, value: string): void {
  const before = values.get(name);
  if (!before) values.set(name, [value]);
  else if (flag.many) before.push(value);
  else if (flag.value) usage(`--${name} was given twice.`);
}

function checkWords(name: string, verb: Verb, words: readonly string[]): void {
  const required = verb.words.filter((word) => !word.startsWith('['));
  const missing = required[words.length];
  if (missing !== undefined) usage(`${missing} is missing: ${usageLine(name, verb)}`);
  const several = verb.words.some((word) => word.includes('…'));
  const extra = words[verb.words.length];
  if (!several && extra !== undefined) usage(`"${extra}" is one word too many: ${usageLine(name, verb)}`);
}

function checkRequired(name: string, verb: Verb, values: ReadonlyMap<string, string[]>): void {
  for (const [flag, spec] of Object.entries(verb.flags)) {
    if (spec.required && !values.has(flag)) usage(`--${flag} is missing: ${usageLine(name, verb)}`);
  }
}

function view({ words, values }: Collected): Arguments {
  const text = (flag: string) => values.get(flag)?.[0];
  return {
    words,
    word: (index) => words[index] ?? usage('A word is missing.'),
    required: (flag) => text(flag) ?? usage(`--${flag} is missing.`),
    text,
    list: (flag) => values.get(flag) ?? [],
    has: (flag) => values.has(flag),
    whole(flag) {
      const typed = text(flag);
      if (typed === undefined) return undefined;
      return /^\d{1,9}$/.test(typed)
        ? Number(typed)
        : usage(`--${flag} takes a whole number, not "${typed}".`);
    },
  };
}

function usage(detail: string): never {
  return refuse({ code: 'usage', detail });
}
