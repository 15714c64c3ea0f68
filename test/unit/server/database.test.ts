import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBackup, TABLES, writeBackup } from '../../../server/commands/backup.ts';
import { prove } from '../../../server/commands/drill.ts';
import { openPool, withOwner } from '../../../server/database/driver.ts';
import { startEmbedded } from '../../../server/database/embedded.ts';
import { demandSchema, type Migration, migrate } from '../../../server/database/migrate.ts';
import { MIGRATIONS } from '../../../server/database/migrations/index.ts';
import { SERVER_TABLES, TENANT_TABLES } from '../../../server/database/schema.ts';
import { enrolDevice, makeSegment, pushBody } from '../../support/sync-device.ts';
import {
  startSyncServer,
  startTestDatabase,
  type TestDatabase,
  type TestServer,
} from '../../support/sync-server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase(Buffer.alloc(32, 1));
});
afterAll(() => database.stop());

/** A database of its own in the same PostgreSQL. */
async function fresh(): Promise<string> {
  const name = `fresh_${randomBytes(6).toString('hex')}`;
  await withOwner(database.embedded.url, (owner) => owner.query(`CREATE DATABASE ${name}`));
  return database.embedded.url.replace(/\/postgres$/, `/${name}`);
}

const at = new Date('2026-03-01T10:00:00Z');
const step = (number: number, kind: Migration['kind'], sql: string): Migration => ({
  number,
  name: `step-${number}`,
  kind,
  sql,
});

describe('the schema', () => {
  test('is made by two servers that start together, once', async () => {
    const url = await fresh();
    const ran = await Promise.all(
      [1, 2, 3].map(() => withOwner(url, (owner) => migrate(owner, MIGRATIONS, at))),
    );
    expect(ran.map((names) => names.length).sort()).toEqual([0, 0, MIGRATIONS.length]);
    await withOwner(url, (owner) => demandSchema(owner, MIGRATIONS));
  });

  test('that is not there yet, or was made by an edited step, is refused', async () => {
    const url = await fresh();
    const refused = (steps: readonly Migration[]) => withOwner(url, (owner) => demandSchema(owner, steps));
    await expect(refused(MIGRATIONS)).rejects.toThrow('migrate');
    await withOwner(url, (owner) => migrate(owner, MIGRATIONS, at));
    const edited = MIGRATIONS.map((one) => (one.number === 1 ? { ...one, sql: `${one.sql} ` } : one));
    await expect(refused(edited)).rejects.toThrow('not the one this server knows');
    await expect(withOwner(url, (owner) => migrate(owner, edited, at))).rejects.toThrow('not the one');
  });

  test('of a newer server does for an older one while it only added, and no longer when it took away', async () => {
    const url = await fresh();
    const next = MIGRATIONS.length + 1;
    const added = [...MIGRATIONS, step(next, 'expand', 'ALTER TABLE device ADD COLUMN model text')];
    await withOwner(url, (owner) => migrate(owner, added, at));
    await withOwner(url, (owner) => demandSchema(owner, MIGRATIONS));
    const taken = [...added, step(next + 1, 'contract', 'ALTER TABLE device DROP COLUMN model')];
    await withOwner(url, (owner) => migrate(owner, taken, at));
    await expect(withOwner(url, (owner) => demandSchema(owner, MIGRATIONS))).rejects.toThrow('newer server');
  });

  test('a step that fails leaves nothing, and those before it', async () => {
    const url = await fresh();
    const next = MIGRATIONS.length + 1;
    const bad = [...MIGRATIONS, step(next, 'expand', 'CREATE TABLE half (a int); SELECT 1/0')];
    await expect(withOwner(url, (owner) => migrate(owner, bad, at))).rejects.toThrow('division by zero');
    await withOwner(url, async (owner) => {
      expect((await owner.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
      await demandSchema(owner, MIGRATIONS);
    });
  });
});

describe('PostgreSQL of our own', () => {
  test('runs as nobody of importance, takes its password alone, and flushes', async () => {
    const { url, pid } = database.embedded;
    const user = execFileSync('ps', ['-o', 'user=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    expect(user).not.toBe('root');
    await withOwner(url, async (owner) => {
      expect((await owner.query('SHOW fsync')).rows).toEqual([{ fsync: 'on' }]);
      expect((await owner.query('SHOW listen_addresses')).rows).toEqual([{ listen_addresses: '127.0.0.1' }]);
    });
    const wrong = url.replace(/:[^:@]*@/, ':wrong@');
    await expect(withOwner(wrong, async () => {})).rejects.toThrow('password authentication failed');
    const none = openPool(wrong, 1, () => {});
    await expect(none.query('SELECT 1')).rejects.toThrow('password authentication failed');
    await none.end();
  });

  test('that still runs is taken over, not started twice', async () => {
    const { url } = database.embedded;
    const password = decodeURIComponent(new URL(url).password);
    const again = await startEmbedded(join(database.folder, 'postgres'), password);
    expect([again.pid, again.url, again.wasRunning]).toEqual([database.embedded.pid, url, true]);
  });
});

describe('a backup', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startSyncServer();
    const device = await enrolDevice(await server.firstInvite('kept'));
    await device.ask(
      'POST',
      '/segments',
      pushBody([makeSegment('a'.repeat(32), 1), makeSegment('a'.repeat(32), 2)]),
    );
  });
  afterAll(() => server.stop());

  test('restores every row into an empty database, and into no other', async () => {
    const file = join(server.folder, 'backup.gz');
    const written = await withOwner(server.database, (owner) => writeBackup(owner, file, at));
    const url = await fresh();
    await withOwner(url, async (owner) => {
      await migrate(owner, MIGRATIONS, at);
      expect(await readBackup(owner, file)).toBe(written);
      await expect(readBackup(owner, file)).rejects.toThrow('not empty');
    });
    for (const table of TABLES) {
      const all = (from: string) =>
        withOwner(from, async (owner) => (await owner.query(`SELECT * FROM ${table} ORDER BY 1, 2`)).rows);
      expect([table, await all(url)]).toEqual([table, await all(server.database)]);
    }
    expect(written).toBeGreaterThan(5);
  });

  test('leaves no table out but those whose rows expire', () => {
    const expiring = ['blob_upload', 'idempotency', 'limit_bucket', 'nonce', 'session'];
    const all = [...Object.values(TENANT_TABLES), ...Object.values(SERVER_TABLES)].map(
      (one) => getTableConfig(one).name,
    );
    expect([...TABLES, ...expiring].sort()).toEqual(all.sort());
  });

  test('is proved by the drill: every segment, every root, every vault file', async () => {
    const device = await enrolDevice(await server.firstInvite('proved'));
    await device.ask(
      'POST',
      '/segments',
      pushBody([makeSegment('c'.repeat(32), 1), makeSegment('c'.repeat(32), 2)]),
    );
    const [bytes, name] = [randomBytes(500), randomBytes(32).toString('hex')];
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await device.ask('PUT', `/blobs/${name}?offset=0&size=500&sha256=${sha256}`, bytes);
    const file = join(server.folder, 'proved.gz');
    await withOwner(server.database, (owner) => writeBackup(owner, file, at));
    const url = await fresh();
    await withOwner(url, async (owner) => {
      await migrate(owner, MIGRATIONS, at);
      await readBackup(owner, file);
      const files = join(server.folder, 'files');
      expect(await prove(owner, files)).toMatchObject({ files: 1, workspaces: 2, segments: 4 });
      await expect(prove(owner, join(server.folder, 'elsewhere'))).rejects.toThrow('is missing');
      await owner.query(`UPDATE segment SET body = '\\x00' WHERE workspace = 'proved' AND sequence = 2`);
      await expect(prove(owner, files)).rejects.toThrow(
        'Segment 2 of workspace proved is not what was pushed',
      );
      await owner.query(`DELETE FROM segment WHERE workspace = 'proved' AND sequence = 2`);
      await expect(prove(owner, files)).rejects.toThrow('lacks segments after 1');
    });
  });

  test('that is cut short or changed restores nothing', async () => {
    const file = join(server.folder, 'other.gz');
    await withOwner(server.database, (owner) => writeBackup(owner, file, at));
    const lines = gunzipSync(readFileSync(file)).toString();
    const url = await fresh();
    await withOwner(url, (owner) => migrate(owner, MIGRATIONS, at));
    const bad = {
      short: lines.split('\n').slice(0, -2).join('\n'),
      changed: lines.replace('Laptop', 'Labtop'),
    };
    for (const [name, text] of Object.entries(bad)) {
      const path = join(server.folder, `${name}.gz`);
      writeFileSync(path, gzipSync(text));
      await expect(withOwner(url, (owner) => readBackup(owner, path))).rejects.toThrow(
        name === 'short' ? 'cut short' : 'was changed',
      );
    }
    const { rows } = await withOwner(url, (owner) => owner.query('SELECT count(*)::int AS n FROM segment'));
    expect(rows).toEqual([{ n: 0 }]);
  });
});
