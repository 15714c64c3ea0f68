import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sweepUploads } from '../../../server/blobs/sweep.ts';
import { readBackup, writeBackup } from '../../../server/commands/backup.ts';
import { withOwner } from '../../../server/database/driver.ts';
import { migrate } from '../../../server/database/migrate.ts';
import { MIGRATIONS } from '../../../server/database/migrations/index.ts';
import { ServerFault } from '../../../server/fault.ts';
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

test('a backup that cannot be written says so, and leaves nothing behind', async () => {
  const out = join(server.folder, 'no-such-folder', 'backup.gz');
  const written = withOwner(server.database, (owner) => writeBackup(owner, out, new Date()));
  await expect(written).rejects.toThrow(ServerFault);
  await expect(written).rejects.toThrow(`${out} cannot be written (ENOENT). Nothing was backed up.`);
  // Of a folder the name is taken only once all is written.
  await expect(
    withOwner(server.database, (owner) => writeBackup(owner, server.folder, new Date())),
  ).rejects.toThrow(ServerFault);
  expect(readdirSync(join(server.folder, '..')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a backup that is missing, no backup, cut or changed is told as such, and nothing is restored', async () => {
  const file = join(server.folder, 'sound.gz');
  await withOwner(server.database, (owner) => writeBackup(owner, file, new Date()));
  const bytes = readFileSync(file);
  const lines = gunzipSync(bytes).toString('utf8');
  const flipped = Buffer.from(bytes);
  flipped[bytes.length >> 1] = (flipped[bytes.length >> 1] ?? 0) ^ 0x10;
  const damaged: readonly (readonly [name: string, bytes: Buffer | null, says: RegExp])[] = [
    ['missing', null, /cannot be read \(ENOENT\)/],
    ['other', Buffer.from('not packed at all'), /no backup/],
    ['cut', bytes.subarray(0, bytes.length - 20), /cut short/],
    ['flipped', flipped, /no backup|was changed|damaged/],
    ['empty', gzipSync(''), /cut short/],
    ['no-json', gzipSync('hello\n'), /was changed/],
    ['shorter', gzipSync(lines.split('\n').slice(0, -2).join('\n')), /cut short/],
    ['renamed', gzipSync(lines.replace('"name":"', '"name":"Another ')), /was changed/],
  ];
  const url = server.database.replace(/\/postgres$/, '/emptied');
  await withOwner(server.database, (owner) => owner.query('CREATE DATABASE emptied'));
  await withOwner(url, async (owner) => {
    await migrate(owner, MIGRATIONS, new Date());
    for (const [name, content, says] of damaged) {
      const source = join(server.folder, name);
      if (content !== null) writeFileSync(source, content);
      const read = readBackup(owner, source);
      await expect(read, name).rejects.toThrow(ServerFault);
      await expect(read, name).rejects.toThrow(says);
      expect((await owner.query('SELECT FROM tenant')).rowCount, name).toBe(0);
    }
    await readBackup(owner, file);
  });
});
