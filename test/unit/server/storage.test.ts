import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sweepUploads } from '../../../server/blobs/sweep.ts';
import { readBackup, writeBackup } from '../../../server/commands/backup.ts';
import { withOwner } from '../../../server/database/driver.ts';
import { migrate } from '../../../server/database/migrate.ts';
import { MIGRATIONS } from '../../../server/database/migrations/index.ts';
import { jsonLog } from '../../../server/http/log.ts';
import { serve } from '../../../server/serve.ts';
import { ServerState } from '../../../shared/sync/contract.ts';
import { enrolDevice, makeSegment, pushBody, type TestDevice } from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
let device: TestDevice;
beforeAll(async () => {
  server = await startSyncServer();
  device = await enrolDevice(await server.firstInvite('stored'));
});
afterAll(() => server.stop());

async function state(of: TestDevice, at?: number) {
  return ServerState.parse(
    await (await of.ask('GET', `/state${at === undefined ? '' : `?at=${at}`}`)).json(),
  );
}

test('a full disk is said as such, keeps nothing half, and the file comes whole once there is room', async () => {
  const bytes = randomBytes(1000);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const put = () => device.ask('PUT', `/blobs/${hash}?offset=0&size=1000&sha256=${hash}`, bytes);
  const { blobs } = server.running.services;
  const full = vi
    .spyOn(blobs, 'append')
    .mockRejectedValue(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
  const refused = await put();
  expect([refused.status, await refused.json()]).toMatchObject([507, { code: 'storage-full' }]);
  full.mockRestore();
  expect(await (await device.ask('POST', '/blobs/held', { names: [hash] })).json()).toEqual({ blobs: [] });
  expect(await (await put()).json()).toMatchObject({ whole: true });
});

test('a file that nobody goes on with is swept after a month, and one that somebody does is not', async () => {
  const bytes = randomBytes(1000);
  const put = async (name: string, offset: number) => {
    const query = `offset=${offset}&size=1000&sha256=${createHash('sha256').update(bytes).digest('hex')}`;
    return (await device.ask('PUT', `/blobs/${name}?${query}`, bytes.subarray(offset, offset + 100))).json();
  };
  const [left, kept] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  await put(left, 0);
  await withOwner(server.database, (owner) =>
    owner.query(`UPDATE blob_upload SET updated_at = now() - interval '31 days'`),
  );
  await put(kept, 0);
  const files = () => readdirSync(join(server.folder, 'files'), { recursive: true }).map(String);
  expect(files().filter((path) => path.includes(left)).length).toBe(1);
  expect(await sweepUploads(server.running.services)).toBe(1);
  expect(files().filter((path) => path.includes(left))).toEqual([]);
  expect(await (await device.ask('POST', '/blobs/held', { names: [left, kept] })).json()).toEqual({
    blobs: [{ name: kept, sha256: expect.any(String), bytes: 100, whole: false }],
  });
  expect(await put(left, 0)).toMatchObject({ bytes: 100 });
});

test('a server restored from yesterday’s backup shows that it went back, and is healed by what devices push again', async () => {
  const segments = Array.from({ length: 6 }, (_, at) => makeSegment('f'.repeat(32), at + 1));
  await device.ask('POST', '/segments', pushBody(segments.slice(0, 4)));
  const file = join(server.folder, 'yesterday.gz');
  await withOwner(server.database, (owner) => writeBackup(owner, file, new Date()));
  await device.ask('POST', '/segments', pushBody(segments.slice(4)));
  const before = await state(device);
  const url = server.database.replace(/\/postgres$/, '/restored');
  await withOwner(server.database, (owner) => owner.query('CREATE DATABASE restored'));
  await withOwner(url, async (owner) => {
    await migrate(owner, MIGRATIONS, new Date());
    await readBackup(owner, file);
  });
  const log = jsonLog(
    () => {},
    () => new Date(),
  );
  const restored = await serve(server.settings, url, log);
  try {
    const there = device.at(restored.url);
    expect(await state(there, before.sequence)).toMatchObject({
      epoch: before.epoch,
      sequence: 4,
      rootAt: null,
    });
    await there.ask('POST', '/segments', pushBody(segments));
    expect(await state(there, before.sequence)).toMatchObject({
      sequence: 6,
      root: before.root,
      rootAt: before.root,
    });
  } finally {
    await restored.stop();
  }
});
