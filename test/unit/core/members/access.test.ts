import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { idsFrom, systemPorts } from '../../../../core/ports.ts';
import { readKeyFile, writeKeyFile } from '../../../../core/workspace/key-file.ts';
import { openByPassphrase } from '../../../../core/workspace/key-slots.ts';
import { databaseKeyHex } from '../../../../core/workspace/keyring.ts';
import { sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { MIGRATIONS } from '../../../../db/migrations/index.ts';
import { openDatabase } from '../../../../db/open.ts';
import { tell } from '../../../../shared/fault-sentences.ts';
import {
  type Api,
  faultOf,
  finish,
  makeCore,
  makeWorkspace,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeEach(async () => {
  ws = await makeWorkspace({ Ben: 'auditor', Dora: 'admin' });
});
afterEach(() => ws.close());

const unlock = (passphrase: string, member?: string) =>
  ws.api.workspace.unlock({ dir: ws.dir, passphrase, ...(member === undefined ? {} : { member }) });
const verified = async () =>
  await finish<{ intact: boolean; unsealed: number }>(ws.api, ws.api.ledger.verify({ rebuild: false }));

describe('members', () => {
  test('have a name of their own', async () => {
    const again = { name: 'ben', role: 'viewer', passphrase: 'x' } as const;
    const fault = await faultOf(ws.api.members.add(again));
    expect(fault.code).toBe('conflict');
    expect(tell(fault).remedy).toContain('another name');
    expect((await ws.api.members.list()).total).toBe(3);
  });

  test('an administrator makes no owner, an auditor nobody', async () => {
    await ws.as('Dora');
    expect(await faultOf(ws.api.members.add({ name: 'X', role: 'owner', passphrase: 'x' }))).toMatchObject({
      code: 'forbidden',
    });
    await ws.as('Ben');
    expect(await faultOf(ws.api.members.add({ name: 'X', role: 'viewer', passphrase: 'x' }))).toMatchObject({
      code: 'forbidden',
    });
    expect(await faultOf(ws.api.workspace.configure({ name: 'Mine' }))).toMatchObject({ code: 'forbidden' });
    expect(await faultOf(ws.api.workspace.clone({ target: join(ws.home, 'c') }))).toMatchObject({
      code: 'forbidden',
    });
    expect(await ws.api.workspace.configure({ lockAfterMinutes: 3 })).toMatchObject({
      lockAfterMinutes: 3,
      name: 'Payroll',
    });
  });

  test('never have one passphrase, and nobody learns whose it is', async () => {
    const eve = { name: 'Eve', role: 'viewer', passphrase: passphraseOf('Ben') } as const;
    const fault = await faultOf(ws.api.members.add(eve));
    expect(fault).toMatchObject({ code: 'conflict', remedy: 'Choose another passphrase.' });
    expect(JSON.stringify(fault)).not.toContain('Ben');
    expect((await ws.api.members.list()).rows.map(({ name }) => name)).not.toContain('Eve');
    await ws.api.members.add({ ...eve, passphrase: 'of Eve alone' });
    expect((await unlock('of Eve alone')).member.name).toBe('Eve');
  });
});

test('whose role was taken from them is listed as such, and opens nothing', async () => {
  const { rows } = await ws.api.members.list();
  const ben = rows.find(({ name }) => name === 'Ben')?.id ?? '';
  await ws.api.workspace.lock({});
  const { random } = systemPorts;
  const ports = { clock: { now: () => Date.now() }, random, ids: idsFrom(random) };
  const open = await unlockWorkspace(ports, { dir: ws.dir, passphrase: passphraseOf(OWNER) });
  append(open, 'member.role@1', [
    { record: `member:${ben}`, field: 'role', value: { role: 'none', cutoff: {} } },
  ]);
  sealAndClose(open);
  expect(await faultOf(unlock(passphraseOf('Ben')))).toMatchObject({ code: 'forbidden' });
  await ws.as(OWNER);
  expect((await ws.api.members.list()).rows.find(({ id }) => id === ben)).toMatchObject({ role: 'none' });
  await ws.api.workspace.lock({});
  // As somebody else opened the copy since, their slot has gone from it.
  expect(await faultOf(unlock(passphraseOf('Ben')))).toMatchObject({ code: 'wrong-key' });
});

describe('a new passphrase', () => {
  test('opens, the old one does not, and everything still verifies', async () => {
    await ws.as('Ben');
    expect((await ws.api.workspace.session())?.member.passphraseSetByOther).toBe(true);
    const before = (await ws.api.members.list()).rows.find((m) => m.name === 'Ben');
    const current = passphraseOf('Ben');
    await ws.api.members.changePassphrase({ current, passphrase: 'only Ben knows' });
    expect((await ws.api.workspace.session())?.member.passphraseSetByOther).toBe(false);
    const after = (await ws.api.members.list()).rows.find((m) => m.name === 'Ben');
    expect(after?.id).toBe(before?.id);
    expect(after?.keyFingerprint).not.toBe(before?.keyFingerprint);
    await ws.api.workspace.lock();
    expect(await faultOf(unlock(passphraseOf('Ben')))).toMatchObject({ code: 'wrong-key' });
    expect((await unlock('only Ben knows')).member.name).toBe('Ben');
    expect(await verified()).toMatchObject({ intact: true, unsealed: 0 });
  });
});

describe('a change of passphrase', () => {
  test('is for whoever knows the one there is, and guesses cost time', async () => {
    await ws.as('Ben');
    const change = (current: string) =>
      faultOf(ws.api.members.changePassphrase({ current, passphrase: 'of a passer-by' }));
    for (const guess of ['a', 'b', passphraseOf(OWNER)]) expect((await change(guess)).code).toBe('wrong-key');
    expect(await change('d')).toMatchObject({ code: 'wrong-key', retryAfterSeconds: 1 });
    ws.clock.ahead += 60_000;
    await ws.api.workspace.lock();
    expect((await unlock(passphraseOf('Ben'))).member.name).toBe('Ben');
  });

  test('does not take what another member has; one’s own may stay, with new keys', async () => {
    await ws.as('Ben');
    const current = passphraseOf('Ben');
    const taken = ws.api.members.changePassphrase({ current, passphrase: passphraseOf(OWNER) });
    expect(await faultOf(taken)).toMatchObject({ code: 'conflict', remedy: 'Choose another passphrase.' });
    await ws.api.members.changePassphrase({ current, passphrase: current });
    await ws.api.workspace.lock();
    expect((await unlock(current)).member.name).toBe('Ben');
  });
});

describe('an earlier key file', () => {
  const keys = () => join(ws.dir, 'keys.json');

  test('brings no replaced passphrase back: nobody signs with a key that was given up', async () => {
    const before = readFileSync(keys());
    await ws.as('Ben');
    await ws.api.members.changePassphrase({ current: passphraseOf('Ben'), passphrase: 'only Ben knows' });
    await ws.api.workspace.lock();
    const after = readFileSync(keys());
    writeFileSync(keys(), before);
    const fault = await faultOf(unlock(passphraseOf('Ben')));
    expect(fault).toMatchObject({ code: 'conflict', detail: expect.stringContaining('earlier one') });
    expect(readFileSync(keys()).equals(before)).toBe(true);
    // Whoever changed nothing since is let in.
    expect((await unlock(passphraseOf(OWNER))).member.name).toBe(OWNER);
    await ws.api.workspace.lock();
    writeFileSync(keys(), after);
    expect((await unlock('only Ben knows')).member.name).toBe('Ben');
  });

  test('with a change that was cut off opens by the passphrase there was, and the change can be made again', async () => {
    await ws.as('Ben');
    await ws.api.workspace.lock();
    const before = readKeyFile(keys());
    const database = readFileSync(join(ws.dir, 'workspace.db'));
    await unlock(passphraseOf('Ben'));
    await ws.api.members.changePassphrase({ current: passphraseOf('Ben'), passphrase: 'only Ben knows' });
    await ws.api.workspace.lock();
    // As a kill between the key file and the ledger leaves it: both slots, and a ledger that knows the first.
    const added = readKeyFile(keys()).slots.filter(({ id }) => !before.slots.some((slot) => slot.id === id));
    writeKeyFile(keys(), { ...before, slots: [...before.slots, ...added] });
    writeFileSync(join(ws.dir, 'workspace.db'), database);
    for (const rest of ['-wal', '-shm']) rmSync(join(ws.dir, `workspace.db${rest}`), { force: true });
    expect(await faultOf(unlock('only Ben knows'))).toMatchObject({
      detail: expect.stringContaining('cut off'),
    });
    expect((await unlock(passphraseOf('Ben'))).member.name).toBe('Ben');
    await ws.api.members.changePassphrase({ current: passphraseOf('Ben'), passphrase: 'only Ben knows' });
    await ws.api.workspace.lock();
    expect((await unlock('only Ben knows')).member.name).toBe('Ben');
    expect(await verified()).toMatchObject({ intact: true });
  });
});

describe('the recovery kit', () => {
  test('gives an owner a new passphrase and new keys; the lost one opens nothing', async () => {
    await ws.api.workspace.configure({ name: 'Renamed' });
    await ws.api.workspace.lock();
    const { member } = await ws.api.workspace.recover({
      dir: ws.dir,
      kit: ws.kit,
      passphrase: 'found again',
    });
    expect(member.name).toBe(OWNER);
    await ws.api.workspace.configure({ marking: 'After' });
    expect(await verified()).toMatchObject({ intact: true });
    await ws.api.workspace.lock();
    expect(await faultOf(unlock(passphraseOf(OWNER)))).toMatchObject({ code: 'wrong-key' });
    expect((await unlock('found again')).workspace).toMatchObject({ name: 'Renamed', marking: 'After' });
    expect((await ws.as('Ben')) && (await ws.api.workspace.session())?.member.name).toBe('Ben');
  });

  test('recovers whoever is named, and seals what their lost key left open', async () => {
    await ws.as('Ben');
    await ws.api.workspace.lock();
    await ws.api.workspace.recover({ dir: ws.dir, kit: ws.kit, passphrase: 'Ben anew', member: 'Ben' });
    expect((await ws.api.workspace.session())?.member).toMatchObject({ name: 'Ben', role: 'auditor' });
    await ws.api.workspace.lock();
    expect(await faultOf(unlock(passphraseOf('Ben')))).toMatchObject({ code: 'wrong-key' });
    expect((await unlock(passphraseOf(OWNER))).member.name).toBe(OWNER);
    expect(await verified()).toMatchObject({ intact: true });
  });

  test('is refused where it is another’s, names nobody, or somebody unknown; the folder stays free', async () => {
    await ws.api.workspace.lock();
    const stranger = await makeWorkspace();
    const { kit } = stranger;
    await stranger.close();
    const recover = (more: { kit?: string; member?: string }) =>
      faultOf(ws.api.workspace.recover({ dir: ws.dir, kit: ws.kit, passphrase: 'x', ...more }));
    expect(await recover({ kit })).toMatchObject({ code: 'wrong-key' });
    expect((await recover({ kit: 'not a kit' })).code).toMatch(/invalid-input|wrong-key/);
    expect(await recover({ member: 'Nobody' })).toMatchObject({ code: 'not-found' });
    expect((await unlock(passphraseOf(OWNER))).member.name).toBe(OWNER);
  });
});

describe('who may not come in is told why', () => {
  test('a wrong passphrase costs time after the third', async () => {
    await ws.api.workspace.lock();
    for (let wrong = 1; wrong <= 4; wrong += 1)
      expect(await faultOf(unlock('guess'))).toMatchObject({ code: 'wrong-key', attempts: wrong });
    expect(await faultOf(unlock(passphraseOf(OWNER)))).toMatchObject({
      code: 'wrong-key',
      retryAfterSeconds: 1,
    });
    ws.clock.ahead += 2000;
    expect((await unlock(passphraseOf(OWNER))).member.name).toBe(OWNER);
  });

  test('a second program finds it in use', async () => {
    const second = await makeCore();
    try {
      const opening = second.api.workspace.unlock({ dir: ws.dir, passphrase: passphraseOf(OWNER) });
      expect(await faultOf(opening)).toMatchObject({ code: 'in-use' });
      await ws.api.workspace.lock();
      expect(
        await second.api.workspace.unlock({ dir: ws.dir, passphrase: passphraseOf(OWNER) }),
      ).toMatchObject({ member: { name: OWNER } });
    } finally {
      await second.close();
    }
  });

  test('nothing works while it is locked', async () => {
    await ws.api.workspace.lock();
    expect(await ws.api.workspace.session()).toBeNull();
    expect(await faultOf(ws.api.workspace.info())).toEqual({ code: 'locked' });
    expect(await faultOf(ws.api.ledger.undo())).toEqual({ code: 'locked' });
    expect(await ws.api.workspace.lock()).toEqual({ locked: false });
  });

  const damaged = async (harm: () => void) => {
    await ws.api.workspace.lock();
    harm();
    return faultOf(unlock(passphraseOf(OWNER)));
  };
  const database = () => {
    const name = readdirSync(ws.dir).find((file) => /\.db$/.test(file)) ?? '';
    return join(ws.dir, name);
  };

  test('a damaged key file', async () => {
    const keys = join(ws.dir, 'keys.json');
    expect(
      await damaged(() =>
        writeFileSync(keys, readFileSync(keys, 'utf8').replace('"wrapped": "', '"wrapped": "A')),
      ),
    ).toMatchObject({ code: 'corrupt', what: 'key file' });
  });

  test('a key file of a newer build', async () => {
    const keys = join(ws.dir, 'keys.json');
    expect(
      await damaged(() =>
        writeFileSync(keys, readFileSync(keys, 'utf8').replace('"version": 1', '"version": 2')),
      ),
    ).toMatchObject({ code: 'newer-schema', found: 2 });
  });

  test('a damaged database, and one that is gone', async () => {
    const file = database();
    expect(
      await damaged(() => truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096 + 100)),
    ).toMatchObject({ code: 'corrupt' });
    expect(await damaged(() => writeFileSync(file, 'not a database at all'.repeat(400)))).toMatchObject({
      code: 'corrupt',
    });
  });

  test('a folder that is none', async () => {
    await ws.api.workspace.lock();
    expect(
      (await faultOf(ws.api.workspace.unlock({ dir: join(ws.home, 'none'), passphrase: 'x' }))).code,
    ).toBe('not-found');
    expect(
      (await faultOf(ws.api.workspace.create({ name: 'Again', member: 'A', passphrase: 'x', dir: ws.dir })))
        .code,
    ).toMatch(/conflict|in-use|invalid-input|rule-broken/);
    expect(existsSync(database())).toBe(true);
  });

  test('a database of a newer build, which is left as it is', async () => {
    await ws.api.workspace.lock();
    const [slot] = await openByPassphrase(readKeyFile(join(ws.dir, 'keys.json')), passphraseOf(OWNER));
    if (slot === undefined) throw new Error('no slot');
    const db = openDatabase(database(), databaseKeyHex(slot.keyring), { migrations: MIGRATIONS });
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(database());
    expect(await faultOf(unlock(passphraseOf(OWNER)))).toEqual({
      code: 'newer-schema',
      found: 99,
      supported: MIGRATIONS.length,
    });
    expect(readFileSync(database()).equals(before)).toBe(true);
    // It was let go: nobody finds it in use.
    expect((await faultOf(unlock(passphraseOf(OWNER)))).code).toBe('newer-schema');
  });
});

describe('a recovery that arrives from another copy', () => {
  const flags = async (api: Api) =>
    (await api.members.list()).rows.filter((row) => row.formerPassphraseOpens).map((row) => row.name);

  test('names the member whose former passphrase still opens this one, until a new one is set', async () => {
    const here = await makeWorkspace({ Ben: 'auditor' });
    const target = join(here.home, 'copy');
    await here.api.workspace.clone({ target, device: 'Laptop' });
    await here.api.workspace.lock();
    await here.api.workspace.recover({ dir: here.dir, kit: here.kit, passphrase: 'anew', member: OWNER });
    expect(await flags(here.api)).toEqual([]);
    const out = join(here.home, 'carried');
    await here.api.ledger.export({ out });
    const there = await makeCore(here);
    try {
      await there.api.workspace.unlock({ dir: target, passphrase: passphraseOf(OWNER) });
      expect(await there.api.ledger.import({ from: out })).toMatchObject({ formerPassphrases: [OWNER] });
      await there.api.workspace.lock();
      // It is the only way in that its member has here, so it still opens.
      await there.api.workspace.unlock({ dir: target, passphrase: passphraseOf(OWNER) });
      expect(await flags(there.api)).toEqual([OWNER]);
      await there.api.members.changePassphrase({ current: passphraseOf(OWNER), passphrase: 'another' });
      expect(await flags(there.api)).toEqual([]);
      expect(await there.api.ledger.import({ from: out })).toMatchObject({ formerPassphrases: [] });
    } finally {
      await there.close();
      await here.close();
    }
  });

  test('names nobody in a copy that was recovered itself', async () => {
    const here = await makeWorkspace();
    const target = join(here.home, 'copy');
    await here.api.workspace.clone({ target, device: 'Laptop' });
    await here.api.workspace.lock();
    await here.api.workspace.recover({ dir: here.dir, kit: here.kit, passphrase: 'anew' });
    const out = join(here.home, 'carried');
    await here.api.ledger.export({ out });
    const there = await makeCore(here);
    try {
      await there.api.workspace.unlock({ dir: target, passphrase: passphraseOf(OWNER) });
      await there.api.ledger.import({ from: out });
      await there.api.workspace.lock();
      await there.api.workspace.recover({ dir: target, kit: here.kit, passphrase: 'here too' });
      expect(await flags(there.api)).toEqual([]);
    } finally {
      await there.close();
      await here.close();
    }
  });
});
