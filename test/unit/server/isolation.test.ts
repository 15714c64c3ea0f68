import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool, withOwner } from '../../../server/database/driver.ts';
import { SERVER_TABLES, TENANT_TABLES } from '../../../server/database/schema.ts';
import { createApp } from '../../../server/http/app.ts';
import { openApiDocument } from '../../../server/http/open-api.ts';
import { tenantContract } from '../../../shared/sync/tenant-contract.ts';
import { askSigned, enrolDevice, makeSegment, pushBody, type TestDevice } from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

interface Call {
  readonly method: string;
  readonly path: string;
}

/** Every call the server's own description knows; so a new one is in here on its own. */
const document = (await openApiDocument()) as {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters?: unknown[] }>>;
};
const CALLS: Call[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })),
);
const BELOW = CALLS.filter((call) => call.path.includes('{workspace}'));

let server: TestServer;
let ours: TestDevice;
let theirs: TestDevice;
const blob = randomBytes(32).toString('hex');
const bytes = randomBytes(1000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  server = await startSyncServer();
  ours = await enrolDevice(await server.firstInvite('ours'));
  theirs = await enrolDevice(await server.firstInvite('theirs'));
  await theirs.ask('POST', '/segments', pushBody([makeSegment('b'.repeat(32), 1)]));
  await theirs.ask('PUT', `/blobs/${blob}?offset=0&size=1000&sha256=${sha256}`, bytes);
});
afterAll(() => server.stop());

function bodyOf(call: Call): unknown {
  if (call.method === 'PUT') return bytes;
  if (call.path.endsWith('/segments/fetch')) return { ids: ['0'.repeat(64)] };
  if (call.path.endsWith('/segments') && call.method === 'POST')
    return pushBody([makeSegment('c'.repeat(32), 1)]);
  if (call.path.endsWith('/held')) return call.path.includes('blobs') ? { names: [blob] } : { vector: {} };
  if (call.path.endsWith('/invites')) return { parcel: 'cA==', expiresInHours: 1 };
  return undefined;
}

async function asked(call: Call, workspace: string, id: string) {
  const path = call.path
    .replace('{workspace}', workspace)
    .replace('{name}', blob)
    .replace('{device}', theirs.id);
  const query = call.method === 'PUT' ? `?offset=0&size=1000&sha256=${'1'.repeat(64)}` : '';
  const answer = await askSigned(
    { id, privateKey: ours.privateKey },
    call.method,
    `${server.url}/v1${path}${query}`,
    bodyOf(call),
  );
  const { instance: _instance, ...said } = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, said, requestId: answer.headers.get('x-request-id') };
}

async function everythingOf(workspace: string): Promise<string> {
  return withOwner(server.database, async (owner) => {
    const rows: unknown[] = [];
    for (const table of ['workspace', 'device', 'invite', 'segment', 'writer_chain', 'blob', 'blob_upload']) {
      const column = table === 'workspace' ? 'id' : 'workspace';
      const found = await owner.query(`SELECT * FROM ${table} WHERE ${column} = $1 ORDER BY 1, 2, 3`, [
        workspace,
      ]);
      rows.push(found.rows);
    }
    return JSON.stringify(rows);
  });
}

describe('a device of one tenant that asks for another tenant’s workspace', () => {
  test.each(BELOW)('$method $path: hears what one hears of a workspace that does not exist', async (call) => {
    const before = await everythingOf('theirs');
    const answer = await asked(call, 'theirs', ours.id);
    const absent = await asked(call, 'nowhere', ours.id);
    expect(answer.status).toBe(401);
    expect(answer.said).toEqual({ ...absent.said, code: 'unknown-device' });
    expect(answer.status).toBe(absent.status);
    const line = server.log.find((one) => one.event === 'refused' && one.requestId === answer.requestId);
    expect(line).toMatchObject({ reason: 'other-workspace', workspace: 'theirs', device: ours.id });
    expect(await everythingOf('theirs')).toBe(before);
  });

  test('even under the other device’s id', async () => {
    for (const call of BELOW) {
      expect(await asked(call, 'theirs', theirs.id)).toMatchObject({
        status: 401,
        said: { code: 'bad-signature' },
      });
    }
  });
});

describe('the API’s description', () => {
  test('is OpenAPI 3.1 and names every route that the server has, and no other', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const routes = createApp(server.running.services)
      .routes.filter((route) => !['ALL'].includes(route.method) && route.path.startsWith('/v1/'))
      .map((route) => `${route.method} ${route.path.replace('/v1', '').replace(/:(\w+)/g, '{$1}')}`);
    const described = CALLS.map((call) => `${call.method} ${call.path}`);
    expect(described).toEqual(expect.arrayContaining(routes.filter((route) => !route.includes('openapi'))));
    expect(new Set(described).size).toBe(described.length);
    expect(described.length).toBe(16 + Object.keys(tenantContract).length);
  });

  test('every described call is answered by the device whose workspace it is', async () => {
    const { rows } = (await (await theirs.ask('GET', '/segments')).json()) as { rows: { id: string }[] };
    for (const call of BELOW.filter((one) => !one.path.endsWith('/live') && one.method !== 'DELETE')) {
      const path = call.path.replace('/workspaces/{workspace}', '').replace('{name}', blob);
      const query = call.method === 'PUT' ? `?offset=0&size=1000&sha256=${sha256}` : '';
      const body = path.endsWith('/fetch') ? { ids: rows.map((row) => row.id) } : bodyOf(call);
      const answer = await theirs.ask(call.method, `${path}${query}`, body);
      expect([call, answer.status]).toEqual([call, 200]);
      await answer.arrayBuffer();
    }
  });
});

describe('in PostgreSQL itself', () => {
  test('the server’s role sees nothing where no tenant is named, and can write nothing', async () => {
    const pool = openPool(server.database, 1, () => {});
    try {
      for (const table of Object.values(TENANT_TABLES)) {
        const { name } = getTableConfig(table);
        expect([name, (await pool.query(`SELECT count(*)::int AS n FROM "${name}"`)).rows]).toEqual([
          name,
          [{ n: 0 }],
        ]);
      }
      expect((await pool.query('SELECT count(*)::int AS n FROM tenant')).rows).toEqual([{ n: 0 }]);
      await expect(pool.query(`INSERT INTO nonce VALUES ('x', 'theirs', 'd', 'n', now())`)).rejects.toThrow(
        /row-level security/,
      );
      await expect(pool.query('ALTER TABLE segment DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/owner/);
      await expect(pool.query('SELECT * FROM pg_authid')).rejects.toThrow(/permission denied/);
    } finally {
      await pool.end();
    }
  });

  test('as one tenant it sees that tenant alone, writes for no other, and forgets with the transaction', async () => {
    const { tenancy } = server.running.services;
    const home = (await tenancy.tenantOf('ours')) ?? '';
    const away = (await tenancy.tenantOf('theirs')) ?? '';
    const seen = await tenancy.asTenant(home, (tx) => tx.execute(sql`SELECT id FROM workspace`));
    expect(seen.rows).toEqual([{ id: 'ours' }]);
    const move = tenancy.asTenant(home, (tx) => tx.execute(sql`UPDATE device SET tenant = ${away}`));
    await expect(move).rejects.toThrow();
    const audit = tenancy.asTenant(home, (tx) => tx.execute(sql`DELETE FROM audit`));
    await expect(audit).rejects.toThrow();
    await expect(tenancy.asTenant("'; DROP TABLE segment; --", async () => {})).rejects.toThrow(
      'not the id of a tenant',
    );
    expect(await tenancy.tenantOf('nowhere')).toBeNull();
  });

  test('every table is isolated by its tenant, or named as the server’s own', async () => {
    const rows = await withOwner(
      server.database,
      async (owner) =>
        (
          await owner.query<{ name: string; isolated: boolean }>(
            `SELECT relname AS name, relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS isolated
           FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
          )
        ).rows,
    );
    const isolated = [...Object.values(TENANT_TABLES), SERVER_TABLES.tenant].map(
      (table) => getTableConfig(table).name,
    );
    expect(rows.filter((row) => row.isolated).map((row) => row.name)).toEqual(isolated.sort());
    expect(rows.filter((row) => !row.isolated).map((row) => row.name)).toEqual(['limit_bucket', 'migration']);
  });

  test('queries and migrations name the same columns', async () => {
    for (const table of [...Object.values(TENANT_TABLES), ...Object.values(SERVER_TABLES)]) {
      const { name, columns } = getTableConfig(table);
      const { rows } = await withOwner(server.database, (owner) =>
        owner.query<{ column_name: string; nullable: boolean }>(
          `SELECT column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_name = $1`,
          [name],
        ),
      );
      const ours = columns.map((column) => [column.name, !column.notNull]).sort();
      expect([name, rows.map((row) => [row.column_name, row.nullable]).sort()]).toEqual([name, ours]);
    }
  });
});
