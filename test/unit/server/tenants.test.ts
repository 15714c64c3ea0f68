import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '../../../server/database/driver.ts';
import { createKey } from '../../../server/tenants/api-keys.ts';
import { deliverDue, RETRY_SECONDS } from '../../../server/tenants/deliver.ts';
import { isPrivate, post } from '../../../server/tenants/post.ts';
import { readInvite } from '../../../shared/sync/invite.ts';
import { SCOPES, type Scope, TENANT_SCOPES } from '../../../shared/sync/tenant-contract.ts';
import { askEnrol, enrolDevice, makeDevice, makeSegment, pushBody } from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
let ahead = 0;
const now = () => new Date(Date.now() + ahead * 1000);

beforeAll(async () => {
  server = await startSyncServer({ now });
});
afterAll(() => server.stop());

async function keyOf(tenantName: string, scopes: readonly Scope[]): Promise<string> {
  return withOwner(server.database, async (owner) => {
    const { rows } = await owner.query<{ id: string }>('SELECT id FROM tenant WHERE name = $1', [tenantName]);
    const wanted = {
      tenant: rows[0]?.id ?? '',
      by: 'operator',
      request: null,
      name: 'first',
      scopes,
      expiresInDays: 30,
    };
    return (await createKey(drizzle(owner), wanted, now())).secret;
  });
}

let workspaces = 0;
/** A tenant with a workspace, and a key that may do all or what is named. */
async function tenantWithKey(scopes: readonly Scope[] = SCOPES) {
  workspaces += 1;
  const [workspace, name] = [`space-${workspaces}`, `tenant-${workspaces}`];
  const invite = await server.firstInvite(workspace, name);
  return { workspace, invite, key: await keyOf(name, scopes) };
}

function ask(
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  return fetch(`${server.url}/v1/tenant${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

async function answer<T>(response: Promise<Response>): Promise<T> {
  const got = await response;
  expect(got.status, await got.clone().text()).toBe(200);
  return (await got.json()) as T;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it never came so');
}

const CALLS: Readonly<Record<keyof typeof TENANT_SCOPES, readonly [string, string, unknown?]>> = {
  audit: ['GET', '/audit'],
  workspaces: ['GET', '/workspaces'],
  createWorkspace: ['POST', '/workspaces', { id: 'another' }],
  keys: ['GET', '/keys'],
  createKey: ['POST', '/keys', { name: 'k', scopes: ['keys'] }],
  rotateKey: ['POST', `/keys/${'0'.repeat(32)}/rotate`, {}],
  revokeKey: ['DELETE', `/keys/${'0'.repeat(32)}`],
  webhooks: ['GET', '/webhooks'],
  createWebhook: ['POST', '/webhooks', { url: 'https://x.example', events: ['head.moved'] }],
  removeWebhook: ['DELETE', `/webhooks/${'0'.repeat(32)}`],
  deadDeliveries: ['GET', '/webhooks/dead'],
  retryDelivery: ['POST', `/webhooks/dead/${'0'.repeat(32)}/retry`, {}],
  retention: ['GET', '/retention'],
  setRetention: ['PUT', '/retention', { auditDays: 90 }],
};

describe('an API key', () => {
  test.each(Object.entries(CALLS))('without its scope may not %s', async (name, [method, path, body]) => {
    const needed = TENANT_SCOPES[name as keyof typeof TENANT_SCOPES];
    const { key } = await tenantWithKey(SCOPES.filter((scope) => scope !== needed));
    const refused = await ask(key, method, path, body);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { code: 'forbidden', scopes: [needed] },
    ]);
  });

  test('of one tenant finds nothing of another', async () => {
    const ours = await tenantWithKey();
    const theirs = await tenantWithKey();
    const made = await answer<{ key: { id: string } }>(
      ask(theirs.key, 'POST', '/keys', { name: 'k', scopes: ['keys'] }),
    );
    const hook = await answer<{ webhook: { id: string } }>(
      ask(theirs.key, 'POST', '/webhooks', { url: 'https://x.example', events: ['head.moved'] }),
    );
    expect((await ask(ours.key, 'DELETE', `/keys/${made.key.id}`)).status).toBe(404);
    expect((await ask(ours.key, 'POST', `/keys/${made.key.id}/rotate`, {})).status).toBe(404);
    expect((await ask(ours.key, 'DELETE', `/webhooks/${hook.webhook.id}`)).status).toBe(404);
    expect((await ask(ours.key, 'POST', '/workspaces', { id: theirs.workspace })).status).toBe(409);
    const seen = await (await ask(ours.key, 'GET', '/audit')).text();
    for (const secret of [made.key.id, hook.webhook.id, theirs.workspace]) expect(seen).not.toContain(secret);
    expect(await answer(ask(ours.key, 'GET', '/workspaces'))).toMatchObject({
      rows: [{ id: ours.workspace }],
    });
  });

  test('is rotated: the old secret works for its hours, then the new one alone', async () => {
    const { key } = await tenantWithKey();
    const { rows } = await answer<{ rows: { id: string }[] }>(ask(key, 'GET', '/keys'));
    const path = `/keys/${rows[0]?.id}/rotate`;
    const { secret } = await answer<{ secret: string }>(ask(key, 'POST', path, { oldForHours: 1 }));
    for (const one of [key, secret]) expect((await ask(one, 'GET', '/keys')).status).toBe(200);
    ahead = 3_700;
    expect([(await ask(key, 'GET', '/keys')).status, (await ask(secret, 'GET', '/keys')).status]).toEqual([
      401, 200,
    ]);
    ahead = 31 * 86_400;
    expect((await ask(secret, 'GET', '/keys')).status).toBe(401);
    ahead = 0;
  });

  test('that was ended, guessed or never made opens nothing, and gives none more than it has', async () => {
    const { key } = await tenantWithKey(['keys']);
    expect((await ask(key, 'POST', '/keys', { name: 'more', scopes: ['audit:read'] })).status).toBe(403);
    const { key: made, secret } = await answer<{ key: { id: string }; secret: string }>(
      ask(key, 'POST', '/keys', { name: 'k', scopes: ['keys'] }),
    );
    await answer(ask(key, 'DELETE', `/keys/${made.id}`));
    const wrong = [secret, `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, 'bindery_x', ''];
    for (const one of wrong) expect((await ask(one, 'GET', '/keys')).status).toBe(401);
    expect(JSON.stringify(server.log)).not.toContain(secret.slice(-20));
  });

  test('is borne by its scheme’s name in any case, and is itself taken to the letter', async () => {
    const { key } = await tenantWithKey();
    const bear = (authorization: string) =>
      fetch(`${server.url}/v1/tenant/keys`, { headers: { authorization } });
    for (const scheme of ['bearer', 'BEARER', 'Bearer '])
      expect((await bear(`${scheme} ${key}`)).status).toBe(200);
    for (const wrong of [`Basic ${key}`, `Bearer ${key.replace('bindery', 'Bindery')}`, `Bearer${key}`, key])
      expect((await bear(wrong)).status).toBe(401);
  });

  test('is no help to a device’s door, nor a device’s signature at this one', async () => {
    const { key, invite, workspace } = await tenantWithKey();
    const device = await enrolDevice(invite);
    const state = `${server.url}/v1/workspaces/${workspace}/state`;
    expect((await fetch(state, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
    expect((await device.ask('GET', '/../../tenant/audit')).status).toBe(401);
  });
});

describe('a tenant', () => {
  test('makes room for a workspace, and its first device joins', async () => {
    const { key } = await tenantWithKey();
    const id = randomBytes(8).toString('hex');
    const { invite } = await answer<{ invite: string }>(ask(key, 'POST', '/workspaces', { id }));
    const device = await enrolDevice(invite, 'First');
    expect((await device.ask('GET', '/state')).status).toBe(200);
    const audit = await answer<{ rows: { action: string; workspace: string | null }[]; next: number | null }>(
      ask(key, 'GET', '/audit'),
    );
    expect(audit.rows.filter((row) => row.workspace === id).map((row) => row.action)).toEqual([
      'workspace.create',
      'invite.create',
      'device.enrol',
    ]);
    const first = await answer<{ rows: unknown[]; next: number }>(ask(key, 'GET', '/audit?limit=2'));
    const second = await answer<{ rows: unknown[] }>(ask(key, 'GET', `/audit?limit=100&after=${first.next}`));
    expect([...first.rows, ...second.rows]).toEqual(audit.rows);
  });

  test('that reads the audit list on misses no entry that was written down at the same time', async () => {
    const { key, workspace } = await tenantWithKey();
    const named = (rows: readonly { detail: Record<string, unknown> }[]) =>
      rows.map(({ detail }) => detail.name);
    await withOwner(server.database, async (owner) => {
      const { rows } = await owner.query<{ tenant: string }>('SELECT tenant FROM workspace WHERE id = $1', [
        workspace,
      ]);
      const wanted = { tenant: rows[0]?.tenant ?? '', by: 'operator', request: null, expiresInDays: 30 };
      await owner.query('BEGIN');
      await createKey(drizzle(owner), { ...wanted, name: 'slow', scopes: ['keys'] }, now());
      await answer(ask(key, 'POST', '/keys', { name: 'quick', scopes: ['keys'] }));
      const reading = answer<{ rows: { detail: Record<string, unknown> }[] }>(ask(key, 'GET', '/audit'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await owner.query('COMMIT');
      expect(named((await reading).rows).slice(-2)).toEqual(['slow', 'quick']);
    });
  });

  test.each([
    ['a name with the letter zero', 'POST', '/keys', '{"name":"a\\u0000b","scopes":["keys"]}'],
    ['half a pair of surrogates', 'POST', '/keys', '{"name":"a\\ud800b","scopes":["keys"]}'],
    ['the letter zero in the name of a field', 'POST', '/keys', '{"name":"a","scopes":["keys"],"\\u0000":1}'],
    ['a workspace with the letter zero', 'POST', '/workspaces', '{"id":"a\\u0000b"}'],
    ['a page after the letter zero', 'GET', '/workspaces?after=%00', undefined],
  ] as const)('hears that %s is no request', async (_, method, path, body) => {
    const { key } = await tenantWithKey();
    const got = await fetch(`${server.url}/v1/tenant${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    expect([got.status, ((await got.json()) as { code: string }).code]).toEqual([400, 'invalid-request']);
  });

  test('may write any whole letter as a number', async () => {
    const { key } = await tenantWithKey();
    const body = '{"name":"\\ud83d\\ude00","scopes":["keys"]}';
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const url = `${server.url}/v1/tenant/keys`;
    const made = await answer<{ key: { name: string } }>(fetch(url, { method: 'POST', headers, body }));
    expect(made.key.name).toBe('😀');
  });

  test('whose statement fails reads of it in no log what it was given', async () => {
    const { key } = await tenantWithKey();
    const [name, before] = ['a-name-that-is-nobodys-business', server.log.length];
    await withOwner(server.database, async (owner) => {
      await owner.query(`ALTER TABLE api_key ADD CONSTRAINT none_now CHECK (name <> '${name}')`);
      const refused = await ask(key, 'POST', '/keys', { name, scopes: ['keys'] });
      await owner.query('ALTER TABLE api_key DROP CONSTRAINT none_now');
      expect(refused.status).toBe(500);
    });
    const lines = server.log.slice(before);
    const line = lines.find(({ event }) => event === 'failed');
    expect(line?.reason).toMatch(/violates check constraint "none_now", in: insert into "api_key"/);
    expect(line?.reason).toMatch(/\n +at .*server\/tenants\/api-keys/);
    for (const secret of [name, key.slice(-20), 'params:'])
      expect(JSON.stringify(lines)).not.toContain(secret);
  });

  test('that asks twice with one idempotency key gets one answer and one key', async () => {
    const { key } = await tenantWithKey();
    const twice = { 'idempotency-key': 'once-and-again' };
    const body = { name: 'ci', scopes: ['audit:read'] };
    const first = await answer<{ secret: string }>(ask(key, 'POST', '/keys', body, twice));
    const again = await ask(key, 'POST', '/keys', body, twice);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(first);
    expect((await ask(key, 'POST', '/keys', { ...body, name: 'other' }, twice)).status).toBe(409);
    expect((await answer<{ rows: unknown[] }>(ask(key, 'GET', '/keys'))).rows.length).toBe(2);
    // What failed is not kept: it can be put right.
    const wrong = { 'idempotency-key': 'wrong-at-first' };
    expect((await ask(key, 'POST', '/keys', { name: '', scopes: [] }, wrong)).status).toBe(400);
    await withOwner(server.database, async (owner) => {
      const { rows } = await owner.query<{ sealed_answer: string }>('SELECT sealed_answer FROM idempotency');
      expect(rows.every((row) => !row.sealed_answer.includes(first.secret))).toBe(true);
    });
  });

  test('whose server is killed in the middle of such a request asks again, and it is done once', async () => {
    const { key } = await tenantWithKey();
    const once = { 'idempotency-key': 'broken-off-once' };
    const body = { name: 'ci', scopes: ['audit:read'] };
    const names = async () => {
      const { rows } = await answer<{ rows: { name: string }[] }>(ask(key, 'GET', '/keys'));
      return rows.map(({ name }) => name);
    };
    await withOwner(server.database, async (owner) => {
      // The key is made, and its answer cannot be written down.
      await owner.query('BEGIN; LOCK TABLE idempotency IN SHARE MODE');
      const broken = ask(key, 'POST', '/keys', body, once);
      const waiting = async () => {
        const { rows } = await owner.query<{ pid: number }>(
          'SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))',
        );
        return rows.map(({ pid }) => pid);
      };
      await until(async () => (await waiting()).length === 1);
      const meanwhile = await ask(key, 'POST', '/keys', body, once);
      expect([meanwhile.status, meanwhile.headers.get('retry-after')]).toEqual([409, '1']);
      // As the database sees a process that is gone.
      await owner.query('SELECT pg_terminate_backend($1)', await waiting());
      expect((await broken).status).toBe(503);
      await owner.query('COMMIT');
    });
    expect(await names()).toEqual(['first']);
    const made = await answer<{ secret: string }>(ask(key, 'POST', '/keys', body, once));
    expect(await answer(ask(key, 'POST', '/keys', body, once))).toEqual(made);
    expect(await names()).toEqual(['first', 'ci']);
    expect((await ask(made.secret, 'GET', '/audit')).status).toBe(200);
  });

  test('may use an idempotency key anew after a day', async () => {
    const { key } = await tenantWithKey();
    const once = { 'idempotency-key': 'again-tomorrow' };
    const make = async () => {
      const { key: row } = await answer<{ key: { id: string } }>(
        ask(key, 'POST', '/keys', { name: 'ci', scopes: ['audit:read'] }, once),
      );
      return row.id;
    };
    const first = await make();
    expect(await make()).toBe(first);
    ahead = 86_401;
    const second = await make();
    expect(second).not.toBe(first);
    expect(await make()).toBe(second);
    ahead = 0;
  });

  test('keeps its audit list as long as it says, and its segments for ever', async () => {
    const { key, invite } = await tenantWithKey();
    const device = await enrolDevice(invite);
    await device.ask('POST', '/segments', pushBody([makeSegment('d'.repeat(32), 1)]));
    expect(await answer(ask(key, 'PUT', '/retention', { auditDays: 30 }))).toEqual({ auditDays: 30 });
    expect((await ask(key, 'PUT', '/retention', { auditDays: 1 })).status).toBe(400);
    await server.running.services.tenancy.prune(new Date(Date.now() + 29 * 86_400_000));
    expect((await answer<{ rows: unknown[] }>(ask(key, 'GET', '/audit'))).rows.length).toBeGreaterThan(2);
    await server.running.services.tenancy.prune(new Date(Date.now() + 31 * 86_400_000));
    expect(await answer(ask(key, 'GET', '/audit'))).toMatchObject({ rows: [] });
    expect(await answer(ask(key, 'GET', '/workspaces'))).toMatchObject({ rows: [{ segments: 1 }] });
  });
});

describe('webhooks', () => {
  const got: { headers: Record<string, unknown>; body: string }[] = [];
  let status = 200;
  let hooks: Server;
  let url: string;
  beforeAll(async () => {
    hooks = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += String(piece);
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => hooks.close());

  test('tell of what they were asked for, signed, and of nothing else', async () => {
    const { key, invite } = await tenantWithKey();
    const { secret } = await answer<{ secret: string }>(
      ask(key, 'POST', '/webhooks', { url, events: ['head.moved', 'device.enrol'] }),
    );
    const device = await enrolDevice(invite);
    await device.ask('POST', '/invites', { parcel: 'cA==' });
    await device.ask('POST', '/segments', pushBody([makeSegment('e'.repeat(32), 1)]));
    await until(() => got.length >= 2);
    expect(got.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { type: 'device.enrol', data: { actor: device.id } },
      { type: 'head.moved', data: { actor: device.id, sequence: 1, workspace: device.workspace } },
    ]);
    for (const { headers, body } of got) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const expected = createHmac('sha256', Buffer.from(secret, 'base64url')).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    }
    await withOwner(server.database, async (owner) => {
      const { rows } = await owner.query<{ sealed_secret: string }>('SELECT sealed_secret FROM webhook');
      expect(rows.every((row) => !row.sealed_secret.includes(secret))).toBe(true);
    });
  });

  test('that fail are tried again ever later, then lie dead until a person has them tried again', async () => {
    const { key, invite } = await tenantWithKey();
    await answer(ask(key, 'POST', '/webhooks', { url, events: ['device.enrol'] }));
    const read = readInvite(invite);
    if (!read) throw new Error('no invite');
    [status, got.length] = [500, 0];
    await askEnrol(makeDevice(server.url, read.workspace), read.code);
    await until(() => got.length === 1);
    const dead = () =>
      answer<{ rows: { id: string; attempts: number; lastFault: string }[] }>(
        ask(key, 'GET', '/webhooks/dead'),
      );
    for (const [at, wait] of RETRY_SECONDS.entries()) {
      expect((await dead()).rows).toEqual([]);
      ahead += wait * 1.3 + 61;
      await until(async () => {
        await deliverDue(server.running.services);
        return got.length === at + 2;
      });
    }
    await until(async () => (await dead()).rows.length === 1);
    const [one] = (await dead()).rows;
    expect(one).toMatchObject({ attempts: RETRY_SECONDS.length + 1, lastFault: 'answered 500' });
    expect(new Set(got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([one?.id]));
    status = 200;
    await answer(ask(key, 'POST', `/webhooks/dead/${one?.id}/retry`, {}));
    await until(async () => (await dead()).rows.length === 0);
    ahead = 0;
  });

  test('of two processes are each sent once, a few of a tenant at a time, and a receiver that hangs holds up no other tenant', async () => {
    const [hanging, quick] = [await tenantWithKey(), await tenantWithKey()];
    const held: ServerResponse[] = [];
    const stuck = createServer((_, response) => void held.push(response));
    await new Promise<void>((resolve) => stuck.listen(0, '127.0.0.1', resolve));
    const nowhere = `http://127.0.0.1:${(stuck.address() as AddressInfo).port}/hook`;
    const hook = (key: string, to: string) =>
      answer(ask(key, 'POST', '/webhooks', { url: to, events: ['device.enrol'] }));
    for (let left = 12; left > 0; left -= 1) {
      await hook(hanging.key, nowhere);
      await hook(quick.key, url);
    }
    const beside = await server.another();
    got.length = 0;
    await enrolDevice(hanging.invite);
    await until(() => held.length > 0);
    await enrolDevice(quick.invite);
    await until(() => got.length === 12);
    // Four in each process, and nothing answered any of them yet.
    await until(() => held.length === 8);
    expect(held.some((response) => response.writableEnded)).toBe(false);
    for (const response of held.splice(0)) response.end();
    await until(() => held.length === 4);
    for (const response of held.splice(0)) response.end();
    await Promise.all([server.running, beside].map(({ services }) => deliverDue(services)));
    expect([held.length, got.length]).toEqual([0, 12]);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(12);
    await new Promise((resolve) => stuck.close(resolve));
  });

  test('reach no address inside the server’s own network', async () => {
    const inside = [
      '127.0.0.1',
      '10.1.2.3',
      '169.254.169.254',
      '192.168.0.1',
      '::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '::127.0.0.1',
      '::ffff:0:127.0.0.1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      'fec0::1',
    ];
    expect(inside.map(isPrivate)).toEqual(inside.map(() => true));
    expect(['93.184.216.34', '2606:2800:220:1::1'].map(isPrivate)).toEqual([false, false]);
    const before = got.length;
    for (const address of [
      url,
      url.replace('127.0.0.1', 'localhost'),
      url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
    ]) {
      await expect(post(address, {}, '{}', false)).rejects.toThrow('server’s network');
    }
    expect(got.length).toBe(before);
  });
});
