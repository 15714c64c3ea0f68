import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNWATCHED } from '../../../../core/jobs.ts';
import { exportLedger, importLedger } from '../../../../core/ledger/carry.ts';
import { verifyWorkspace } from '../../../../core/ledger/verify-workspace.ts';
import { systemPorts } from '../../../../core/ports.ts';
import { type NewCopy, newCopy } from '../../../../core/sync/new-copy.ts';
import type { OpenWorkspace } from '../../../../core/workspace/open-workspace.ts';
import { sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { devices } from '../../../../db/queries/people.ts';
import { PROJECTION_TABLES } from '../../../../db/schema.ts';
import {
  faultOf,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let source: TestWorkspace;
let carried: string;
const open: OpenWorkspace[] = [];

beforeEach(async () => {
  source = await makeEngagement({ Ben: 'auditor', Vi: 'viewer' });
  await source.api.assessments.set({
    control: 'AC-1',
    result: 'satisfied',
    note: 'Read it',
  });
  await source.api.evidence.add({
    files: [{ path: source.file('policy.txt', 'The policy.') }],
    links: [{ control: 'AC-1' }],
    together: true,
  });
  carried = join(source.home, 'carried');
  await source.api.ledger.export({ out: carried });
  await source.api.workspace.lock();
});
afterEach(async () => {
  for (const ws of open.splice(0)) ws.close();
  await source.close();
});

const target = () => join(source.home, 'copy');

function make(wish: Partial<NewCopy> = {}): Promise<OpenWorkspace> {
  return newCopy(systemPorts, {
    dir: target(),
    keyFile: readFileSync(join(source.dir, 'keys.json')),
    passphrase: passphraseOf('Ben'),
    deviceName: 'Field laptop',
    fill: async (ws) => void (await importLedger(ws, carried)),
    ...wish,
  }).then((ws) => {
    open.push(ws);
    return ws;
  });
}

const unlock = async (dir: string, name: string) => {
  const ws = await unlockWorkspace(systemPorts, { dir, passphrase: passphraseOf(name) });
  open.push(ws);
  return ws;
};

function tables(ws: OpenWorkspace): Record<string, string[]> {
  return Object.fromEntries(
    [...PROJECTION_TABLES, 'entry', 'operation', 'segment'].map((table) => [
      table,
      ws.db
        .prepare(`SELECT * FROM "${table}"`)
        .all()
        .map((row) => JSON.stringify(row))
        .sort(),
    ]),
  );
}

async function expectWhole(ws: OpenWorkspace): Promise<void> {
  const report = await verifyWorkspace(ws, true, UNWATCHED);
  expect({ intact: report.intact, problems: report.problems }).toEqual({ intact: true, problems: [] });
  expect(report.rebuild?.differences).toEqual([]);
}

describe('a new copy', () => {
  it('holds what its source holds, on a device its member added, and the two go on together', async () => {
    const copy = await make();
    expect(copy.member()).toMatchObject({ name: 'Ben', role: 'auditor' });
    expect(devices(copy.db).map((device) => device.name)).toEqual(['Desk', 'Field laptop']);
    expect(copy.db.prepare('SELECT note FROM assessment').pluck().all()).toEqual(['Read it']);
    await expectWhole(copy);
    const back = join(source.home, 'back');
    await exportLedger(copy, back);
    const original = await unlock(source.dir, OWNER);
    expect(await importLedger(original, back)).toMatchObject({ applied: 1, quarantined: 0, waiting: 0 });
    expect(tables(original)).toEqual(tables(copy));
    await expectWhole(original);
  });

  it('opens afterwards by the passphrases of its key slots, for other members too', async () => {
    const copy = await make();
    sealAndClose(copy);
    open.length = 0;
    const again = await unlock(target(), 'Ben');
    expect(again.device.name).toBe('Field laptop');
    again.close();
    open.length = 0;
    expect((await unlock(target(), OWNER)).member().name).toBe(OWNER);
    expect(readdirSync(target())).not.toContain('unfinished-copy');
  });

  it('is a viewer’s to make as well', async () => {
    const copy = await make({ passphrase: passphraseOf('Vi') });
    expect(devices(copy.db).find((d) => d.name === 'Field laptop')?.member).toBe(copy.secrets.member);
  });

  it('takes only the member who was named', async () => {
    expect(await faultOf(make({ member: OWNER }))).toEqual({ code: 'wrong-key' });
    expect(existsSync(target())).toBe(false);
    expect((await make({ member: 'ben' })).member().name).toBe('Ben');
  });
});

describe('a new copy that comes to nothing leaves nothing', () => {
  it.each([
    ['a wrong passphrase', { passphrase: 'no' }, 'wrong-key'],
    ['a damaged key file', { keyFile: Buffer.from('{}') }, 'corrupt'],
    ['a ledger without its beginning', { fill: async () => {} }, 'corrupt'],
    [
      'a fault while it is filled',
      { fill: async (ws: OpenWorkspace) => void (await importLedger(ws, `${ws.paths.dir}-none`)) },
      'not-found',
    ],
  ])('after %s', async (_what, wish, code) => {
    expect((await faultOf(make(wish))).code).toBe(code);
    expect(existsSync(target())).toBe(false);
    expect((await make()).member().name).toBe('Ben');
  });

  it('and an empty folder that was there stays', async () => {
    mkdirSync(target());
    expect((await faultOf(make({ fill: async () => {} }))).code).toBe('corrupt');
    expect(readdirSync(target())).toEqual([]);
  });

  it('and a folder with something in it is not touched', async () => {
    mkdirSync(target());
    writeFileSync(join(target(), 'mine.txt'), 'mine');
    expect((await faultOf(make())).code).toBe('invalid-input');
    expect(readdirSync(target())).toEqual(['mine.txt']);
  });

  it('and one that another is making right now is in use', async () => {
    const copy = await make({
      fill: async (ws) => {
        expect((await faultOf(make())).code).toBe('in-use');
        await importLedger(ws, carried);
      },
    });
    await expectWhole(copy);
  });
});

describe('a new copy that was killed', () => {
  it('is no workspace, and is made anew in the same folder', async () => {
    await fillAndKill([target(), join(source.dir, 'keys.json'), carried, passphraseOf('Ben')]);
    expect(readdirSync(target())).toContain('workspace.db');
    expect(await faultOf(unlock(target(), 'Ben'))).toMatchObject({ code: 'unavailable' });
    const copy = await make();
    await expectWhole(copy);
    expect(devices(copy.db)).toHaveLength(2);
    expect(readdirSync(target())).not.toContain('unfinished-copy');
  });
});

const CHILD = fileURLToPath(new URL('../../../support/copying.ts', import.meta.url));

/** Makes the copy in a process of its own, and kills it -9 when all is in it but the key file. */
function fillAndKill(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', () => child.kill('SIGKILL'));
    child.on('close', (code, signal) =>
      signal === 'SIGKILL' ? resolve() : reject(new Error(`it ended with ${code}`)),
    );
  });
}
