import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import type { Client, Workbench } from './workbench.ts';

/** One `--name` of a verb. Without `value` it is a switch. */
export interface Flag {
  /** How the value is called in the help: `FILE`. */
  readonly value?: string;
  readonly summary: string;
  /** May be given several times. */
  readonly many?: true;
  /** Whether a bare word right after the flag's value is one more value of it: `--framework A B`. */
  readonly more?: (word: string) => boolean;
  /** The words it takes, in any case. */
  readonly choices?: readonly string[];
  readonly required?: true;
}
export type Flags = Readonly<Record<string, Flag>>;

/** What a verb is given to work with. */
export interface Call {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly workbench: Workbench;
  /** Every verb, for the help. */
  readonly verbs: Readonly<Record<string, Verb>>;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborts when the person or the machine wants it to stop. */
  readonly stop: AbortSignal;
  /** Turns a path as typed into an absolute one. */
  path(typed: string): string;
  /** Opens the workspace in DIR as the member whose passphrase was given. */
  unlock(dir: string): Promise<Client>;
  secrets: {
    /** The passphrase that opens the workspace; asked twice where it is being chosen. */
    passphrase(choosing?: 'choosing'): Promise<string>;
    newPassphrase(question: string): Promise<string>;
    /** Of a bundle: null where none was given; asked for only where it is being chosen. */
    bundlePassphrase(choosing?: 'choosing'): Promise<string | null>;
    recoveryKit(): Promise<string>;
    /** What opens a key that is not of the workspace: a password or a PIN. */
    keyPassword(question: string): Promise<string>;
    /** The passphrase to set by a recovery, where no old one is known. */
    recoveredPassphrase(): Promise<string>;
  };
}

/** What a verb came to: `value` is what `--json` prints, `lines` the same for people. */
export interface Outcome {
  readonly value: unknown;
  readonly lines: readonly string[];
  /** 1: something was refused while the rest was done; 3: it ran and found something bad. */
  readonly exit?: 0 | 1 | 3;
  /** The verb printed its result itself while it ran. */
  readonly silent?: true;
}

/** One entry in the record of `cli/verbs/index.ts`. */
export interface Verb {
  readonly summary: string;
  /** The words after the verb, in order: `DIR`, `FILE…` for one or more, `[ID]` for an optional one. */
  readonly words: readonly string[];
  readonly flags: Flags;
  run(call: Call): Promise<Outcome>;
}
