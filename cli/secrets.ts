import { readFile } from 'node:fs/promises';
import { refuse } from '../shared/fault.ts';
import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import type { Call, Flags } from './verb.ts';

/** Flags of verbs that take a second passphrase. */
export const NEW_PASSPHRASE_FLAG = {
  'new-passphrase-file': { value: 'FILE', summary: 'Read the new passphrase from a file' },
} as const satisfies Flags;

/** Flags of verbs that open or seal a courier bundle by a passphrase of its own. */
export const BUNDLE_PASSPHRASE_FLAG = {
  'bundle-passphrase-file': { value: 'FILE', summary: 'Read the passphrase of the bundle from a file' },
} as const satisfies Flags;

interface Source {
  readonly variable: string;
  readonly flag: string;
  readonly what: string;
}
const PASSPHRASE: Source = {
  variable: 'BINDERY_PASSPHRASE',
  flag: 'passphrase-file',
  what: 'passphrase',
};
const NEW_PASSPHRASE: Source = {
  variable: 'BINDERY_NEW_PASSPHRASE',
  flag: 'new-passphrase-file',
  what: 'new passphrase',
};
const KEY: Source = {
  variable: 'BINDERY_KEY_PASSWORD',
  flag: 'key-password-file',
  what: 'password of the key',
};
const BUNDLE: Source = {
  variable: 'BINDERY_BUNDLE_PASSPHRASE',
  flag: 'bundle-passphrase-file',
  what: 'passphrase of the bundle',
};
const KIT: Source = { variable: 'BINDERY_RECOVERY_KIT', flag: 'kit-file', what: 'recovery kit' };

/** Where secrets come from: a file named, the environment, or a person who is asked; never an argument. */
export function secretsFrom(
  args: Arguments,
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
  path: (typed: string) => string,
): Call['secrets'] {
  const given = async (source: Source): Promise<string | null> => {
    const file = args.text(source.flag);
    if (file !== undefined) return readSecret(path(file), source);
    return environment[source.variable] || null;
  };
  const asked = async (source: Source, question: string, twice: boolean): Promise<string> => {
    if (!terminal.interactive) return missing(source);
    const typed = await terminal.ask(question);
    if (twice && (await terminal.ask('Once more: ')) !== typed) {
      return refuse({ code: 'usage', detail: 'The two passphrases differ; nothing was changed.' });
    }
    return typed;
  };
  let typed: Promise<string> | null = null;
  return {
    // Asked for once: a verb that needs it again gets what was typed.
    passphrase: async (choosing) => {
      const found = await given(PASSPHRASE);
      if (found !== null) return found;
      typed ??= asked(PASSPHRASE, 'Passphrase: ', choosing !== undefined);
      return typed;
    },
    newPassphrase: async (question) => (await given(NEW_PASSPHRASE)) ?? asked(NEW_PASSPHRASE, question, true),
    recoveredPassphrase: async () =>
      (await given(NEW_PASSPHRASE)) ??
      (await given(PASSPHRASE)) ??
      asked(NEW_PASSPHRASE, 'New passphrase: ', true),
    keyPassword: async (question) => (await given(KEY)) ?? asked(KEY, question, false),
    bundlePassphrase: async (choosing) => {
      const found = await given(BUNDLE);
      if (found !== null || choosing === undefined) return found;
      return asked(BUNDLE, 'Passphrase of the bundle: ', true);
    },
    recoveryKit: async () => (await given(KIT)) ?? asked(KIT, 'Recovery kit: ', false),
  };
}

/** One line end at the end of the file belongs to the editor that wrote it, not to the secret. */
async function readSecret(file: string, source: Source): Promise<string> {
  try {
    const secret = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    return secret || refuse({ code: 'usage', detail: `The file for the ${source.what} is empty.` });
  } catch (error) {
    if (error instanceof Error && 'errno' in error) {
      return refuse({ code: 'not-found', what: `file for the ${source.what}`, id: file });
    }
    throw error;
  }
}

function missing(source: Source): never {
  return refuse({
    code: 'usage',
    detail: `The ${source.what} is missing: set ${source.variable}, give --${source.flag}, or run this on a terminal.`,
  });
}
