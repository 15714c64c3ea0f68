import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { append } from '../../core/ledger/append.ts';
import { systemPorts } from '../../core/ports.ts';
import { sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import { withOwner } from '../../server/database/driver.ts';
import type { SyncReport } from '../../shared/contract/sync.ts';
import { inspect, type KillAfter, runAndKill, WHOLE } from '../support/kill-run.ts';
import { dice } from '../support/replicas.ts';
import { startSyncServer, type TestServer } from '../support/sync-server.ts';
import {
  type Api,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../support/workspaces.ts';

const TIMES = 20;
/** Kills while so many entries are taken in by one transaction that pages go to their place before it ends. */
const BULKY = { times: 8, entries: 6000 };
const SEED = Number(process.env.BINDERY_SEED ?? Date.now());

let server: TestServer;
let desk: TestWorkspace;
let laptop: TestCore;
let laptopDir: string;
const meet = (api: Api) => finish<SyncReport>(api, api.sync.now());

beforeAll(async () => {
  server = await startSyncServer();
  desk = await makeEngagement({ Rita: 'auditor' });
  laptop = await makeCore();
  laptopDir = join(laptop.home, 'joined');
  const { workspace } = await desk.api.sync.status();
  await desk.api.sync.connect({ invite: await server.firstInvite(workspace) });
  await meet(desk.api);
  const { invite } = await desk.api.sync.invite({});
  await laptop.api.workspace.join({ invite, passphrase: passphraseOf('Rita'), dir: laptopDir });
  await meet(laptop.api);
});
afterAll(async () => {
  await desk?.close();
  await laptop?.close();
  await server?.stop();
});

/** Some work of one round at one place: many segments, and a file that takes a while. */
async function work(at: TestCore, name: string): Promise<void> {
  const { rows } = await at.api.controls.list({ limit: 3, withdrawn: false });
  for (let part = 0; part < 12; part += 1) {
    for (const { id } of rows)
      await at.api.assessments.set({
        control: id,
        note: `${name}, part ${part}: ${randomBytes(40).toString('hex')}`,
      });
    await at.api.ledger.seal();
  }
  await at.api.evidence.add({
    files: [{ path: at.file(`${name}.bin`, randomBytes(6_000_000)) }],
    title: name,
  });
  await at.api.ledger.seal();
}

/** Ends the copy in here, lets a process of its own meet the server, and kills it after so long. */
async function meetAndKill(at: TestCore, dir: string, who: string, after: KillAfter) {
  await at.api.workspace.lock();
  const ended = await runAndKill(['exchange', dir, '', passphraseOf(who)], after);
  const left = await inspect(dir, passphraseOf(who));
  expect(left).toMatchObject({ intact: true, problems: [], differences: [] });
  // A file may still be on its way; what is there is whole.
  expect(left.damaged.map((fault) => fault.code === 'not-found' && fault.id)).toEqual(left.missing);
  await at.api.workspace.unlock({ dir, passphrase: passphraseOf(who) });
  return ended;
}

describe('a device that is killed -9 in the middle of an exchange', () => {
  test(`loses nothing and takes in nothing twice (${TIMES} times on each side, seed ${SEED})`, async () => {
    const roll = dice(SEED);
    const killed = { sending: 0, taking: 0 };
    let [sends, takes] = [0, 0];
    for (let n = 0; n < TIMES; n += 1) {
      await desk.api.sync.pause({ paused: true });
      await laptop.api.sync.pause({ paused: true });
      await work(desk, `desk ${n}`);
      if (n % 3 === 0) await work(laptop, `laptop ${n}`);
      const sent = await meetAndKill(desk, desk.dir, OWNER, n === 0 ? null : roll(sends));
      if (n === 0) sends = Math.ceil(sent.after);
      if (!sent.finished) killed.sending += 1;
      await meet(desk.api);
      const taken = await meetAndKill(laptop, laptopDir, 'Rita', n === 0 ? null : roll(takes));
      if (n === 0) takes = Math.ceil(taken.after);
      if (!taken.finished) killed.taking += 1;
      await meet(laptop.api);
    }
    await meet(desk.api);
    await meet(laptop.api);
    console.log(`killed while sending ${killed.sending}, while taking ${killed.taking} times of ${TIMES}`);
    expect(Math.min(killed.sending, killed.taking)).toBeGreaterThan(TIMES / 4);

    const [here, there] = await Promise.all([desk.api.workspace.info(), laptop.api.workspace.info()]);
    expect(there.counts).toEqual(here.counts);
    expect([here.quarantined, there.quarantined]).toEqual([0, 0]);
    expect(here.counts.evidence).toBe(TIMES + Math.ceil(TIMES / 3));
    await withOwner(server.database, async (owner) => {
      const { rows } = await owner.query(
        'SELECT count(*)::int n, count(DISTINCT (workspace, writer, first))::int distinct_n FROM segment',
      );
      expect(rows[0].n).toBe(rows[0].distinct_n);
    });
    for (const [at, dir, who] of [
      [desk, desk.dir, OWNER],
      [laptop, laptopDir, 'Rita'],
    ] as const) {
      await at.api.workspace.lock();
      expect(await inspect(dir, passphraseOf(who))).toMatchObject(WHOLE);
      await at.api.workspace.unlock({ dir, passphrase: passphraseOf(who) });
    }
  });

  test(`that takes much in at once begins again where it was (${BULKY.times} times, seed ${SEED})`, async () => {
    const roll = dice(SEED + 1);
    const records = await writeMuch();
    await meet(desk.api);
    const before = (await laptop.api.workspace.info()).counts;
    const journal = join(laptopDir, 'workspace.db-journal');
    const isWriting = () => existsSync(journal) && statSync(journal).size > 0;
    let cut = 0;
    for (let n = 0; n < BULKY.times; n += 1) {
      let asked = n === 0 ? 0 : roll(400);
      const { finished } = await meetAndKill(laptop, laptopDir, 'Rita', () => isWriting() && --asked < 0);
      if (finished) break;
      cut += 1;
      expect((await laptop.api.workspace.info()).counts).toEqual(before);
    }
    console.log(`killed while taking much in ${cut} times of ${BULKY.times}`);
    expect(cut).toBeGreaterThan(0);
    await meet(laptop.api);
    expect((await laptop.api.workspace.info()).counts).toMatchObject({ evidence: before.evidence + records });
    await laptop.api.workspace.lock();
    expect(await inspect(laptopDir, passphraseOf('Rita'))).toMatchObject(WHOLE);
    await laptop.api.workspace.unlock({ dir: laptopDir, passphrase: passphraseOf('Rita') });
  });
});

/** Pieces of evidence without files, changed and changed again; answers how many. */
async function writeMuch(): Promise<number> {
  await desk.api.workspace.lock();
  const ws = await unlockWorkspace(systemPorts, { dir: desk.dir, passphrase: passphraseOf(OWNER) });
  const records = 600;
  ws.db.transaction(() => {
    for (let n = 0; n < BULKY.entries; n += 1) {
      const record = `evidence:much-${n % records}`;
      const title = { record, field: 'title', value: `What was seen ${n}` };
      const files = { record, field: 'files', value: { revision: 1, files: [] } };
      if (n < records) append(ws, 'evidence.add@2', [title, files]);
      else append(ws, 'evidence.update@2', [title]);
    }
  })();
  sealAndClose(ws);
  await desk.api.workspace.unlock({ dir: desk.dir, passphrase: passphraseOf(OWNER) });
  return records;
}
