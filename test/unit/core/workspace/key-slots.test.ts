import { createDecipheriv, hkdfSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { argon2id } from 'hash-wasm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../../core/ports.ts';
import type { WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { ARGON2_COST, type KeyFile, readKeyFile, writeKeyFile } from '../../../../core/workspace/key-file.ts';
import {
  addPassphraseSlot,
  createKeyFile,
  newRecoverySlot,
  openByPassphrase,
  openByRecoveryKit,
  removeSlot,
} from '../../../../core/workspace/key-slots.ts';
import {
  currentEpoch,
  eraseKeyring,
  type Keyring,
  storedKeyring,
  withNewEpoch,
} from '../../../../core/workspace/keyring.ts';
import { CHEAP, faultOf, removeWorkspace, secretsOf, temporaryWorkspace } from './workspace-fixture.ts';

const workspace = 'a1'.repeat(16);
const ada = secretsOf('ada');
const bo = secretsOf('bo');

let paths: WorkspacePaths;
let file: KeyFile;
let keyring: Keyring;
let owner: string;
let recoveryKit: string;

beforeEach(async () => {
  paths = temporaryWorkspace();
  const first = { workspace, passphrase: 'correct horse', secrets: ada };
  ({ file, keyring, recoveryKit, slot: owner } = await createKeyFile(systemPorts, first, CHEAP));
});
afterEach(() => removeWorkspace(paths));

const addBo = (passphrase: string) =>
  addPassphraseSlot(systemPorts, file, {
    keyring,
    secrets: { ...bo, passphraseSetByOther: true },
    passphrase,
  });

describe('a key file', () => {
  test('opens with the passphrase, after it was written and read again', async () => {
    writeKeyFile(paths.keys, file);
    const opened = await openByPassphrase(readKeyFile(paths.keys), 'correct horse');
    expect(opened).toEqual([{ slot: owner, keyring, secrets: ada }]);
    expect(currentEpoch(keyring).databaseKey).toHaveLength(32);
  });

  test('opens with the real cost of a guess, which is the default and is stored', async () => {
    const made = await createKeyFile(systemPorts, { workspace, passphrase: 'slow', secrets: ada });
    expect(made.file.argon2).toMatchObject(ARGON2_COST);
    expect(await openByPassphrase(made.file, 'slow')).toHaveLength(1);
  });

  test('opens with the same letters composed another way', async () => {
    const { file: both } = await addBo('caf\u00e9');
    expect(await openByPassphrase(both, 'cafe\u0301')).toHaveLength(1);
  });

  test('refuses another passphrase', async () => {
    expect(await faultOf(() => openByPassphrase(file, 'correct house'))).toEqual({ code: 'wrong-key' });
  });

  test('gives each member their own keys, by their own passphrase only', async () => {
    const { file: both, slot } = await addBo('battery staple');
    expect(await openByPassphrase(both, 'battery staple')).toEqual([
      { slot, keyring, secrets: { ...bo, passphraseSetByOther: true } },
    ]);
    expect(await openByPassphrase(both, 'correct horse')).toEqual([{ slot: owner, keyring, secrets: ada }]);
  });

  test('names every slot that opens where two members chose the same passphrase', async () => {
    const { file: both } = await addBo('correct horse');
    const members = (await openByPassphrase(both, 'correct horse')).map((open) => open.secrets.member);
    expect(members.sort()).toEqual(['ada', 'bo']);
  });

  test('says in the clear neither who has a slot nor any key', async () => {
    writeKeyFile(paths.keys, (await addBo('battery staple')).file);
    const text = readFileSync(paths.keys, 'utf8');
    for (const { databaseKey, vaultKey, nameKey } of keyring.epochs) {
      for (const key of [databaseKey, vaultKey, nameKey]) {
        expect(text).not.toContain(key.toString('base64'));
        expect(text).not.toContain(key.toString('hex'));
      }
    }
    for (const word of ['"ada"', '"bo"', ada.ledgerKey, ada.pdfKey, 'correct'])
      expect(text).not.toContain(word);
  });

  test('has slots of one length, whatever their member is called and whoever set the passphrase', async () => {
    const { file: both } = await addBo('x');
    const long = await addPassphraseSlot(systemPorts, both, {
      keyring,
      secrets: { ...secretsOf('ada'), member: 'c'.repeat(20) },
      passphrase: 'y',
    });
    const lengths = long.file.slots
      .filter(({ kind }) => kind === 'passphrase')
      .map(({ wrapped }) => wrapped.length);
    expect(new Set(lengths).size).toBe(1);
  });
});

describe('a slot', () => {
  test('takes a new passphrase and new keys; the old passphrase opens nothing any more', async () => {
    const fresh = { ...secretsOf('ada'), ledgerKey: Buffer.from('another').toString('base64') };
    const added = await addPassphraseSlot(systemPorts, file, {
      keyring,
      secrets: fresh,
      passphrase: 'new one',
    });
    const changed = removeSlot(added.file, owner);
    expect(await faultOf(() => openByPassphrase(changed, 'correct horse'))).toEqual({ code: 'wrong-key' });
    expect(await openByPassphrase(changed, 'new one')).toEqual([
      { slot: added.slot, keyring, secrets: fresh },
    ]);
  });

  test('can be taken away, but not the last one', async () => {
    const { file: both, slot } = await addBo('battery staple');
    const without = removeSlot(both, slot);
    expect(await faultOf(() => openByPassphrase(without, 'battery staple'))).toEqual({ code: 'wrong-key' });
    expect(await faultOf(() => removeSlot(without, owner))).toMatchObject({ code: 'rule-broken' });
    expect(await faultOf(() => removeSlot(without, slot))).toMatchObject({ code: 'not-found' });
  });

  test.each([
    ['under the id of another slot', (slot: object) => ({ ...slot, id: 'b'.repeat(32) })],
    ['as another kind of slot', (slot: object) => ({ ...slot, kind: 'recovery' })],
  ])('does not open %s', async (_how, change) => {
    const moved = { ...file, slots: file.slots.map((slot) => change(slot) as typeof slot) };
    expect(await faultOf(() => openByPassphrase(moved, 'correct horse'))).toEqual({ code: 'wrong-key' });
  });

  test('does not open in the key file of another workspace', async () => {
    const moved = { ...file, workspace: 'c3'.repeat(16) };
    expect(await faultOf(() => openByPassphrase(moved, 'correct horse'))).toEqual({ code: 'wrong-key' });
    expect(await faultOf(() => openByRecoveryKit(moved, recoveryKit))).toEqual({ code: 'wrong-key' });
  });

  test('carries the keys of every epoch', async () => {
    const rotated = withNewEpoch(keyring, systemPorts.random);
    const added = await addPassphraseSlot(systemPorts, file, {
      keyring: rotated,
      secrets: ada,
      passphrase: 'p',
    });
    const [opened] = await openByPassphrase(added.file, 'p');
    expect(opened?.keyring.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(opened?.keyring).toEqual(rotated);
  });
});

test('a slot reads as its format is written down', async () => {
  const [slot] = file.slots;
  if (slot === undefined) throw new Error('no slot');
  const stretched = await argon2id({
    password: 'correct horse',
    salt: Buffer.from(file.argon2.salt, 'base64'),
    memorySize: CHEAP.memoryKiB,
    iterations: CHEAP.passes,
    parallelism: CHEAP.lanes,
    hashLength: 32,
    outputType: 'binary',
  });
  const key = Buffer.from(hkdfSync('sha256', stretched, '', `bindery key slot 1 ${slot.id}`, 32));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(slot.nonce, 'base64'));
  decipher.setAAD(Buffer.from(`["bindery key slot",1,"${workspace}","${slot.id}","passphrase"]`));
  const wrapped = Buffer.from(slot.wrapped, 'base64');
  decipher.setAuthTag(wrapped.subarray(-16));
  const payload = Buffer.concat([decipher.update(wrapped.subarray(0, -16)), decipher.final()]);
  expect(payload.length % 256).toBe(0);
  expect(JSON.parse(payload.toString())).toEqual({ keyring: storedKeyring(keyring), secrets: ada });
});

describe('a recovery kit', () => {
  test('opens the data and no member’s keys', () => {
    expect(openByRecoveryKit(file, recoveryKit)).toEqual({ slot: expect.any(String), keyring });
  });

  test('of another workspace opens nothing', async () => {
    const other = await createKeyFile(systemPorts, { workspace, passphrase: 'p', secrets: ada }, CHEAP);
    expect(await faultOf(() => openByRecoveryKit(file, other.recoveryKit))).toEqual({ code: 'wrong-key' });
  });

  test('that was replaced opens nothing any more', async () => {
    const renewed = newRecoverySlot(systemPorts, file, keyring);
    expect(await faultOf(() => openByRecoveryKit(renewed.file, recoveryKit))).toEqual({ code: 'wrong-key' });
    expect(openByRecoveryKit(renewed.file, renewed.recoveryKit).keyring).toEqual(keyring);
    expect(renewed.file.slots).toHaveLength(2);
  });
});

describe('a damaged key file is told from a wrong passphrase', () => {
  const change = (edit: (text: string) => string) => {
    writeKeyFile(paths.keys, file);
    writeFileSync(paths.keys, edit(readFileSync(paths.keys, 'utf8')));
  };
  const otherLetter = (letter: string) => (letter === 'A' ? 'B' : 'A');

  test.each<[string, (text: string) => string]>([
    ['empty', () => ''],
    ['cut in the middle', (text) => text.slice(0, text.length / 2)],
    ['not JSON', (text) => text.replace('{', '')],
    ['JSON of something else', () => '[1, 2, 3]'],
    ['without its slots', (text) => text.replace('"slots"', '"shots"')],
    [
      'with a flipped letter in a slot',
      (text) => text.replace(/("wrapped": ".{40})(.)/, (_, a, b) => a + otherLetter(b)),
    ],
    [
      'with a flipped letter in the salt',
      (text) => text.replace(/("salt": ")(.)/, (_, a, b) => a + otherLetter(b)),
    ],
    ['with another cost', (text) => text.replace('"passes": 1', '"passes": 2')],
    ['with a cost no machine can pay', (text) => text.replace('"memoryKiB": 64', '"memoryKiB": 67108864')],
    ['with something added', (text) => text.replace('{', '{"extra": 1,')],
  ])('%s', async (_how, edit) => {
    change(edit);
    const before = readFileSync(paths.keys);
    expect(await faultOf(() => readKeyFile(paths.keys))).toMatchObject({ code: 'corrupt', what: 'key file' });
    expect(readFileSync(paths.keys)).toEqual(before);
  });

  test('at every single byte', async () => {
    writeKeyFile(paths.keys, file);
    const bytes = readFileSync(paths.keys);
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(paths.keys, changed);
      const fault = await faultOf(() => readKeyFile(paths.keys)).catch(() => null);
      if (fault === null) expect(readKeyFile(paths.keys)).toEqual(file);
      else if (['corrupt', 'newer-schema'].includes(fault.code)) refused++;
    }
    // What is not refused is white space between the tokens, which changes nothing.
    const meaningful = bytes.toString().replace(/\s/g, '').length;
    expect(refused).toBeGreaterThanOrEqual(meaningful - 1);
  });

  test('a newer version of it is told from a damaged one', async () => {
    change((text) => text.replace('"version": 1', '"version": 2'));
    expect(await faultOf(() => readKeyFile(paths.keys))).toEqual({
      code: 'newer-schema',
      found: 2,
      supported: 1,
    });
  });
});

test('an erased keyring holds no key any more', () => {
  eraseKeyring(keyring);
  expect(currentEpoch(keyring).databaseKey.equals(Buffer.alloc(32))).toBe(true);
  expect(currentEpoch(keyring).vaultKey.equals(Buffer.alloc(32))).toBe(true);
  expect(currentEpoch(keyring).nameKey.equals(Buffer.alloc(32))).toBe(true);
});
