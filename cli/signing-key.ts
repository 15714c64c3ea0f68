import { readFile, stat } from 'node:fs/promises';
import type { SigningKey } from '../shared/contract/proof.ts';
import { refuse } from '../shared/fault.ts';
import type { Call, Flags } from './verb.ts';

/** Flags of verbs that sign a PDF. */
export const KEY_FLAGS = {
  key: { value: 'KEY', summary: 'What to sign with: p12:FILE; your own key in the workspace without it' },
  'key-password-file': { value: 'FILE', summary: 'Read the password of that key from a file' },
} as const satisfies Flags;

/** No key file is larger; a mistyped name is not read whole. */
const LARGEST = 512 * 1024;

/** The key that was named, with its secret from where secrets come from. */
export async function signingKey({ args, path, secrets }: Call): Promise<{ key: SigningKey } | undefined> {
  const named = args.text('key');
  if (named === undefined || named === 'member') return undefined;
  const [kind, rest] = [named.slice(0, named.indexOf(':')), named.slice(named.indexOf(':') + 1)];
  if (kind === 'p12' && rest !== '') return { key: await keyFile(path(rest), rest, secrets) };
  return refuse({ code: 'usage', detail: `"${named}" names no key. It is one of: member, p12:FILE.` });
}

async function keyFile(file: string, typed: string, secrets: Call['secrets']): Promise<SigningKey> {
  const found = await stat(file).catch(() => null);
  if (found === null) return refuse({ code: 'not-found', what: 'key file', id: typed });
  if (!found.isFile() || found.size > LARGEST)
    return refuse({ code: 'invalid-input', where: typed, detail: 'This is no key file.' });
  const content = (await readFile(file)).toString('base64');
  return { kind: 'file', content, password: await secrets.keyPassword('Password of the key file: ') };
}
