import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuse } from '../../../shared/fault.ts';
import { command } from '../../support/command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-key-'));
  writeFileSync(join(folder, 'me.p12'), 'key');
  writeFileSync(join(folder, 'secret.txt'), 'from the file\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the core was asked to sign with. */
async function asked(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  typed?: readonly string[],
) {
  let key: unknown = 'not asked';
  const run = await command(
    ['countersign', 'b.pdf', '--workspace', 'w', ...argv],
    {
      'workspace.unlock': () => SESSION,
      'binders.countersign': ({ input }) => {
        key = input.key;
        return refuse({ code: 'cancelled' });
      },
    },
    { folder, environment: { BINDERY_PASSPHRASE: 'opens it', ...environment }, ...(typed ? { typed } : {}) },
  );
  return { key, ...run };
}

const SESSION = {
  workspace: { id: 'w', name: 'W', dir: '/w', marking: '' },
  member: { id: 'm', name: 'Ada', role: 'owner', passphraseSetByOther: false },
  device: { id: 'd', name: 'Desk' },
  lockAfterMinutes: 0,
  ledger: { entries: 1, unsealed: 0, sealedAt: null },
  conflicts: 0,
};

test('without a key named, or by its name, the member’s own is meant', async () => {
  for (const argv of [[], ['--key', 'member']]) expect((await asked(argv)).key).toEqual({ kind: 'member' });
});

test('the password of a key file comes from the environment, a file, or whoever is asked', async () => {
  const content = Buffer.from('key').toString('base64');
  const named = ['--key', 'p12:me.p12'];
  const by = (password: string) => ({ kind: 'file', content, password });
  expect((await asked(named, { BINDERY_KEY_PASSWORD: 'from outside' })).key).toEqual(by('from outside'));
  expect((await asked([...named, '--key-password-file', 'secret.txt'])).key).toEqual(by('from the file'));
  const typed = await asked(named, {}, ['typed']);
  expect([typed.key, typed.questions]).toEqual([by('typed'), ['Password of the key file: ']]);
});

test('a key that is not there, or of no kind, is refused before anybody is asked for a password', async () => {
  const gone = await asked(['--key', 'p12:gone.p12']);
  expect(gone.err).toContain('There is no key file "gone.p12"');
  for (const named of ['p12:', 'gpg:me', 'me.p12']) {
    const run = await asked(['--key', named]);
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('names no key')]);
  }
});

test('without a password given or a person to ask, the key is not used', async () => {
  const run = await asked(['--key', 'p12:me.p12']);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('set BINDERY_KEY_PASSWORD')]);
});

test('a key on a token is named by its module, and by token and id where there are several', async () => {
  const by = async (typed: string) => (await asked(['--key', typed], { BINDERY_KEY_PASSWORD: '1234' })).key;
  expect(await by('pkcs11:lib/token.so')).toEqual({
    kind: 'token',
    module: join(folder, 'lib/token.so'),
    pin: '1234',
  });
  expect(await by('pkcs11:/usr/lib/token.so;token=My card;id=0a:0B')).toMatchObject({
    module: '/usr/lib/token.so',
    token: 'My card',
    id: '0a:0B',
  });
  const odd = await asked(['--key', 'pkcs11:/usr/lib/token.so;pin=1234'], {}, []);
  expect([odd.code, odd.questions]).toEqual([2, []]);
});
