import { readFile, stat } from 'node:fs/promises';
import type { SigningKey, Unstamped } from '../shared/contract/signing.ts';
import { refuse } from '../shared/fault.ts';
import type { Call, Flags } from './verb.ts';

/** Flags of verbs that sign a PDF. */
export const KEY_FLAGS = {
  key: {
    value: 'KEY',
    summary: 'p12:FILE, or pkcs11:MODULE[;token=LABEL][;id=HEX]; without it your own key in the workspace',
  },
  'key-password-file': { value: 'FILE', summary: 'Read the password or PIN of that key from a file' },
} as const satisfies Flags;

export const TSA_FLAG = {
  tsa: {
    value: 'URL',
    summary:
      'Ask this time-stamping authority over the network; BINDERY_TSA names it for all, "none" for nobody',
  },
} as const satisfies Flags;

/** The authority that was named; without one nothing is called. */
export function authority({ args, environment }: Call): { tsa: string } | undefined {
  const named = args.text('tsa') ?? environment.BINDERY_TSA;
  if (!named || named === 'none') return undefined;
  if (URL.canParse(named) && /^https?:$/.test(new URL(named).protocol)) return { tsa: named };
  return usage(`"${named}" is no address of a time-stamping authority: http://… or https://….`);
}

/** What is said where the authority that was named gave no time stamp. */
export function stampFacts({
  unstamped,
}: {
  readonly unstamped?: Unstamped | undefined;
}): [string, string][] {
  return unstamped === undefined ? [] : [['No time stamp', `${unstamped.because} ${unstamped.remedy}`]];
}

/** No key file is larger; a mistyped name is not read whole. */
const LARGEST = 512 * 1024;

/** The key that was named, with its secret from where secrets come from. */
export async function signingKey({ args, path, secrets }: Call): Promise<{ key: SigningKey } | undefined> {
  const named = args.text('key');
  if (named === undefined || named === 'member') return undefined;
  const [kind, rest] = [named.slice(0, named.indexOf(':')), named.slice(named.indexOf(':') + 1)];
  if (kind === 'p12' && rest !== '') return { key: await keyFile(path(rest), rest, secrets) };
  if (kind === 'pkcs11' && rest !== '') {
    const place = tokenPlace(rest, path);
    return { key: { kind: 'token', ...place, pin: await secrets.keyPassword('PIN of the token: ') } };
  }
  return usage(
    `"${named}" names no key. It is one of: member, p12:FILE, pkcs11:MODULE[;token=LABEL][;id=HEX].`,
  );
}

/** `MODULE[;token=LABEL][;id=HEX]`. */
function tokenPlace(typed: string, path: Call['path']): { module: string; token?: string; id?: string } {
  const [module = '', ...parts] = typed.split(';');
  const place: { module: string; token?: string; id?: string } = { module: path(module) };
  for (const part of parts) {
    const [, name, value = ''] = /^(token|id)=(.+)$/.exec(part) ?? [];
    if (name === 'token') place.token = value;
    else if (name === 'id' && /^([0-9a-f]{2}:?)+$/i.test(value)) place.id = value;
    else usage(`"${part}" is no part of a token’s name; they are token=LABEL and id=HEX.`);
  }
  return place;
}

function usage(detail: string): never {
  return refuse({ code: 'usage', detail });
}

async function keyFile(file: string, typed: string, secrets: Call['secrets']): Promise<SigningKey> {
  const found = await stat(file).catch(() => null);
  if (found === null) return refuse({ code: 'not-found', what: 'key file', id: typed });
  if (!found.isFile() || found.size > LARGEST)
    return refuse({ code: 'invalid-input', where: typed, detail: 'This is no key file.' });
  const content = (await readFile(file)).toString('base64');
  return { kind: 'file', content, password: await secrets.keyPassword('Password of the key file: ') };
}
