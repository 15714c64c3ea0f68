import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '../../../server/database/driver.ts';
import type { Admission } from '../../../server/tenancy/tenancy.ts';
import { enrolDevice, makeSegment, pushBody, type TestDevice } from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
let device: TestDevice;
let [tenant, key] = ['', ''];
const at = new Date();

beforeAll(async () => {
  server = await startSyncServer();
  device = await enrolDevice(await server.firstInvite('admitted'));
  [tenant = '', key = ''] = await withOwner(server.database, async (owner) => {
    const { rows } = await owner.query('SELECT tenant, public_key FROM device WHERE id = $1', [device.id]);
    return [rows[0].tenant, rows[0].public_key] as [string, string];
  });
});
afterAll(() => server.stop());

function admit(more: {
  nonce: string;
  capacity?: number;
  key?: string;
  tenant?: string;
}): Promise<Admission> {
  const who = {
    tenant,
    workspace: 'admitted',
    device: device.id,
    key,
    expiresAt: new Date(at.getTime() + 9e5),
  };
  const bucket = { capacity: more.capacity ?? 5, perSecond: 1 };
  return server.running.services.tenancy.admit({ ...who, ...more }, { key: 'bucket of a test', bucket }, at);
}

describe('a request that is not let in', () => {
  test('spends no nonce where no token is left', async () => {
    const nonce = randomBytes(16).toString('base64url');
    expect(await admit({ nonce: randomBytes(16).toString('base64url'), capacity: 1 })).toBe('admitted');
    expect(await admit({ nonce, capacity: 1 })).toBe('limited');
    await withOwner(server.database, (owner) =>
      owner.query("DELETE FROM limit_bucket WHERE key LIKE 'bucket%'"),
    );
    expect(await admit({ nonce })).toBe('admitted');
    expect(await admit({ nonce })).toBe('replayed');
  });

  test('is told apart by key and tenant', async () => {
    const nonce = randomBytes(16).toString('base64url');
    expect(await admit({ nonce, key: 'another' })).toBe('other-key');
    expect(await admit({ nonce, tenant: 'ab'.repeat(16) })).toBe('unknown');
    expect(await admit({ nonce })).toBe('admitted');
  });
});

describe('chains are held without a gap', () => {
  const push = (...runs: readonly (readonly [number, number])[]) =>
    device.ask(
      'POST',
      '/segments',
      pushBody(runs.map(([from, count]) => makeSegment('cd'.repeat(16), from, count))),
    );
  const held = async () => {
    const { rows } = await withOwner(server.database, (owner) =>
      owner.query<{ held: string }>("SELECT held FROM writer_chain WHERE writer = repeat('cd', 16)"),
    );
    return Number(rows[0]?.held ?? 0);
  };

  test('whatever order their segments come in', async () => {
    await push([11, 5]);
    expect(await held()).toBe(0);
    await push([21, 5], [1, 5]);
    expect(await held()).toBe(5);
    await push([6, 5]);
    expect(await held()).toBe(15);
    await push([26, 2], [16, 5]);
    expect(await held()).toBe(27);
  });
});
