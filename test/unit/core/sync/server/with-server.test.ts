import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storedLength } from '../../../../../core/workspace/vault-frames.ts';
import type { SyncReport } from '../../../../../shared/contract/sync.ts';
import { enrolDevice } from '../../../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../../../support/sync-server.ts';
import {
  type Api,
  faultOf,
  finish,
  makeCore,
  makeEngagement,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../../../../support/workspaces.ts';

let server: TestServer;
let desk: TestWorkspace;
let laptop: TestCore;
let workspace: string;
const meet = (api: Api) => finish<SyncReport>(api, api.sync.now());

beforeAll(async () => {
  server = await startSyncServer();
  desk = await makeEngagement({ Rita: 'reviewer' });
  laptop = await makeCore();
  workspace = (await desk.api.sync.status()).workspace;
});
afterAll(async () => {
  await desk?.close();
  await laptop?.close();
  await server?.stop();
});

describe('a workspace and its server', () => {
  test('before there is one, the copy says what to ask for', async () => {
    expect(await desk.api.sync.status()).toMatchObject({ connection: null, workspace });
    expect(await faultOf(desk.api.sync.now())).toMatchObject({
      code: 'unavailable',
      detail: 'this copy is not connected to a server',
    });
    expect(await faultOf(desk.api.sync.connect({ invite: 'nonsense' }))).toMatchObject({
      code: 'invalid-input',
    });
  });

  test('an invite to another workspace is refused before the server hears of it', async () => {
    const invite = await server.firstInvite('f'.repeat(32));
    expect(await faultOf(desk.api.sync.connect({ invite }))).toMatchObject({ code: 'invalid-input' });
    expect(await desk.api.sync.status()).toMatchObject({ connection: null });
  });

  test('the first device connects by the operator’s invite, once, and sends everything', async () => {
    const invite = await server.firstInvite(workspace);
    const status = await desk.api.sync.connect({ invite });
    expect(status.connection?.url).toBe(server.url);
    expect(status.toSend.entries).toBeGreaterThan(0);
    const file = desk.file('scan.bin', randomBytes(3_000_000));
    await desk.api.evidence.add({ files: [{ path: file }], title: 'Scan' });
    const report = await meet(desk.api);
    expect(report).toMatchObject({ contact: 'first', quarantined: 0, waiting: 0, missing: 0 });
    expect(report.files.sent).toBeGreaterThan(1);
    expect(await desk.api.sync.status()).toMatchObject({ toSend: { segments: 0 }, problem: null });
    expect(
      await faultOf(laptop.api.workspace.join({ invite, passphrase: 'x', dir: join(laptop.home, 'n') })),
    ).toMatchObject({ code: 'invalid-input' });
  });

  test('the server holds nothing that can be read', async () => {
    const known = (text: string) => server.log.some((line) => JSON.stringify(line).includes(text));
    for (const text of ['Payroll', 'Scan', 'Ada', 'scan.bin']) expect(known(text)).toBe(false);
  });

  test('a second device joins by an invite and a passphrase, and has the same workspace', async () => {
    const { invite } = await desk.api.sync.invite({});
    const dir = join(laptop.home, 'joined');
    const session = await laptop.api.workspace.join({
      invite,
      passphrase: passphraseOf('Rita'),
      dir,
      device: 'Laptop',
    });
    expect(session).toMatchObject({ member: { name: 'Rita' }, device: { name: 'Laptop' } });
    await meet(laptop.api);
    await meet(desk.api);
    const [here, there] = await Promise.all([desk.api.workspace.info(), laptop.api.workspace.info()]);
    expect(there.counts).toEqual(here.counts);
    for (const api of [desk.api, laptop.api]) {
      const report = await finish<{ intact: boolean; rebuild: { differences: unknown[] } }>(
        api,
        api.ledger.verify({ rebuild: true }),
      );
      expect(report.intact).toBe(true);
      expect(report.rebuild.differences).toEqual([]);
    }
    const again = await faultOf(
      laptop.api.workspace.join({
        invite,
        passphrase: passphraseOf('Rita'),
        dir: join(laptop.home, 'again'),
      }),
    );
    expect(again).toMatchObject({ code: 'forbidden' });
    expect(existsSync(join(laptop.home, 'again'))).toBe(false);
  });

  test('its evidence came along, byte for byte', async () => {
    const { rows } = await laptop.api.evidence.list({});
    const [scan] = rows.filter((row) => row.title === 'Scan');
    const [original] = (await desk.api.evidence.list({})).rows.filter((row) => row.title === 'Scan');
    expect(scan?.id).toBe(original?.id);
    const pieces = createHash('sha256');
    const opened = await laptop.core.files.open(`/files/evidence/${scan?.id}/0`, {});
    for await (const piece of opened.body) pieces.update(piece);
    const there = createHash('sha256');
    const source = await desk.core.files.open(`/files/evidence/${original?.id}/0`, {});
    for await (const piece of source.body) there.update(piece);
    expect(pieces.digest('hex')).toBe(there.digest('hex'));
  });

  test('a device that stores rubbish under the name of a file keeps nobody from the file', async () => {
    const stored = () =>
      readdirSync(join(desk.dir, 'vault'), { recursive: true }).map((path) => basename(String(path)));
    const before = new Set(stored());
    await desk.api.evidence.add({
      files: [{ path: desk.file('late.bin', randomBytes(100_000)) }],
      title: 'Late',
    });
    const name = stored().find((one) => one.length === 64 && !before.has(one)) ?? '';
    const liar = await enrolDevice((await desk.api.sync.invite({})).invite);
    // One is as long as the file would be, the other is not.
    for (const rubbish of [randomBytes(storedLength(100_000)), randomBytes(5000)]) {
      const sha256 = createHash('sha256').update(rubbish).digest('hex');
      const query = `offset=0&size=${rubbish.length}&sha256=${sha256}`;
      expect((await liar.ask('PUT', `/blobs/${name}?${query}`, rubbish)).status).toBe(200);
    }
    await meet(desk.api);
    expect(await meet(laptop.api)).toMatchObject({ missing: 0, damaged: 1, files: { received: 1 } });
    // What was found false is not fetched again, whenever the file is wanted.
    const vault = join(laptop.home, 'joined', 'vault');
    for (const path of readdirSync(vault, { recursive: true }))
      if (basename(String(path)) === name) rmSync(join(vault, String(path)));
    expect(await meet(laptop.api)).toMatchObject({ missing: 0, damaged: 0, files: { received: 1 } });
  });

  test('the server lists both devices, and shuts one out on an administrator’s word', async () => {
    const { devices } = await desk.api.sync.devices();
    const names = devices.map((row) => row.name);
    expect(names).toEqual(expect.arrayContaining(['Desk', 'Laptop']));
    const other = devices.find((row) => row.name === 'Laptop');
    expect(await faultOf(laptop.api.sync.revoke({ device: other?.id ?? '' }))).toMatchObject({
      code: 'forbidden',
    });
    await desk.api.sync.revoke({ device: other?.id ?? '' });
    expect(await faultOf(meet(laptop.api))).toMatchObject({ code: 'forbidden' });
    expect((await laptop.api.sync.status()).problem).toMatch(/does not let this device in/);
  });

  test('disconnecting forgets the server and keeps the work', async () => {
    const before = await desk.api.workspace.info();
    expect(await desk.api.sync.disconnect()).toMatchObject({ connection: null, toSend: { segments: 0 } });
    expect((await desk.api.workspace.info()).counts).toEqual(before.counts);
  });
});
