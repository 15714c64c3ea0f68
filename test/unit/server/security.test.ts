import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../core/ports.ts';
import { signedHeaders } from '../../../core/sync/server/sign-request.ts';
import { readInvite } from '../../../shared/sync/invite.ts';
import { LIMITS } from '../../../shared/sync/wire.ts';
import {
  askEnrol,
  askSigned,
  enrolDevice,
  makeDevice,
  makeSegment,
  pushBody,
  type TestDevice,
} from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
let device: TestDevice;
let base: string;

beforeAll(async () => {
  server = await startSyncServer({
    times: { headersTimeout: 700, requestTimeout: 1_500, connectionsCheckingInterval: 100 },
  });
  device = await enrolDevice(await server.firstInvite('guarded'));
  base = `${server.url}/v1/workspaces/guarded`;
});
afterAll(() => server.stop());

/** That a request was refused with this status and code, told in the log with this reason, and counted. */
async function expectRefused(
  answer: Promise<Response> | Response,
  status: number,
  code: string,
  reason = code,
): Promise<void> {
  const response = await answer;
  const body = (await response.json()) as { code: string; title: string; instance: string };
  expect([response.status, body.code, response.headers.get('content-type')]).toEqual([
    status,
    code,
    'application/problem+json',
  ]);
  const requestId = response.headers.get('x-request-id');
  expect(body.instance).toBe(`urn:bindery:request:${requestId}`);
  const line = server.log.find((one) => one.event === 'refused' && one.requestId === requestId);
  expect(line).toMatchObject({ reason, route: expect.any(String) });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`bindery_refused_total\\{reason="${reason}"\\} [1-9]`));
}

function clockAhead(seconds: number) {
  return { ...systemPorts, clock: { now: () => Date.now() + seconds * 1000 } };
}

describe('refused at the door, logged and counted:', () => {
  test('an unsigned request', () => expectRefused(fetch(`${base}/state`), 401, 'unsigned'));

  test('a signature by another key', () =>
    expectRefused(
      askSigned(
        { id: device.id, privateKey: makeDevice(server.url, 'x').privateKey },
        'GET',
        `${base}/state`,
      ),
      401,
      'bad-signature',
      'wrong-key',
    ));

  test('a device that is not known', () =>
    expectRefused(makeDevice(server.url, 'guarded').ask('GET', '/state'), 401, 'unknown-device'));

  test('a request made again, at another process too', async () => {
    const url = `${base}/state`;
    const headers = signedHeaders({ method: 'GET', url }, device, systemPorts);
    expect((await fetch(url, { headers })).status).toBe(200);
    await expectRefused(fetch(url, { headers }), 401, 'replayed');
    // Two processes under one name, as behind a balancer: what one has seen the other refuses.
    const other = await server.another({ publicUrl: server.url });
    const there = url.replace(new URL(url).port, String(other.port));
    await expectRefused(fetch(there, { headers }), 401, 'replayed');
  });

  test.each([
    ['too old', -301],
    ['from a clock too far ahead', 70],
  ])('a signature %s', async (_name, seconds) => {
    const url = `${base}/state`;
    const headers = signedHeaders({ method: 'GET', url }, device, clockAhead(seconds));
    await expectRefused(fetch(url, { headers }), 401, 'expired');
  });

  test('a signature just within its time is taken', async () => {
    const url = `${base}/state`;
    for (const seconds of [-290, 50]) {
      const headers = signedHeaders({ method: 'GET', url }, device, clockAhead(seconds));
      expect((await fetch(url, { headers })).status).toBe(200);
    }
  });

  test('a signature carried to another path, query, method or host', async () => {
    const signed = (method: string, url: string) => signedHeaders({ method, url }, device, systemPorts);
    const carried = [
      [`${base}/devices`, `${base}/state`],
      [`${base}/state?at=1`, `${base}/state?at=2`],
      ['http://other.example/v1/workspaces/guarded/state', `${base}/state`],
    ] as const;
    for (const [from, to] of carried) {
      await expectRefused(fetch(to, { headers: signed('GET', from) }), 401, 'bad-signature', 'wrong-key');
    }
    const remove = `${base}/devices/${device.id}`;
    await expectRefused(
      fetch(remove, { method: 'DELETE', headers: signed('GET', remove) }),
      401,
      'bad-signature',
      'wrong-key',
    );
  });

  test('a body that is not the one signed, or not signed at all', async () => {
    const url = `${base}/held`;
    const body = new TextEncoder().encode('{"vector":{}}');
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders({ method: 'POST', url, body }, device, systemPorts),
    };
    await expectRefused(
      fetch(url, { method: 'POST', headers, body: '{"vector":{ }}' }),
      401,
      'bad-signature',
      'body-is-not-the-one-signed',
    );
    const bare = signedHeaders({ method: 'POST', url }, device, systemPorts);
    await expectRefused(
      fetch(url, { method: 'POST', headers: bare, body: '{"vector":{}}' }),
      401,
      'bad-signature',
      'bad-signature-input',
    );
  });

  test('a device that was shut out', async () => {
    const { code } = (await (await device.ask('POST', '/invites', { parcel: 'cA==' })).json()) as {
      code: string;
    };
    const second = makeDevice(server.url, 'guarded');
    await askEnrol(second, code);
    await device.ask('DELETE', `/devices/${second.id}`);
    await expectRefused(
      second.ask('POST', '/segments', pushBody([makeSegment('a'.repeat(32), 1)])),
      403,
      'revoked',
    );
  });

  test('what is larger than is taken, before it is read', async () => {
    const url = `${base}/held`;
    const body = new Uint8Array(LIMITS.json + 1).fill(32);
    const headers = signedHeaders({ method: 'POST', url, body }, device, systemPorts);
    await expectRefused(fetch(url, { method: 'POST', headers, body }), 413, 'too-large');
    // Without a length in front: reading stops at the limit.
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
    });
    const some = signedHeaders({ method: 'POST', url, body: new Uint8Array(1) }, device, systemPorts);
    await expectRefused(
      fetch(url, { method: 'POST', headers: some, body: endless, duplex: 'half' } as RequestInit),
      413,
      'too-large',
    );
  });

  test('a packed body, which could be a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    await expectRefused(
      device.ask('POST', '/segments', new Uint8Array(bomb), { 'content-encoding': 'gzip' }),
      400,
      'invalid-request',
    );
  });

  test.each(['..%2f..%2fetc%2fpasswd', '%2e%2e', 'a'.repeat(63), `${'a'.repeat(63)}G`, 'a%00b'])(
    'a file named %s',
    async (name) => {
      const url = `/blobs/${name}?offset=0&size=4&sha256=${'0'.repeat(64)}`;
      const answers = [
        await device.ask('PUT', url, new Uint8Array(4)),
        await device.ask('GET', `/blobs/${name}`),
      ];
      for (const answer of answers) expect([400, 401, 404]).toContain(answer.status);
    },
  );

  test('frames whose lengths disagree, labels that are none, and JSON that is none', async () => {
    const bad = [new Uint8Array([0, 0, 0, 9, 1]), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0])];
    for (const body of bad) {
      await expectRefused(device.ask('POST', '/segments', body), 400, 'invalid-request');
    }
    const half = new TextEncoder().encode('{"vector":');
    await expectRefused(device.ask('POST', '/held', half), 400, 'invalid-request');
    await expectRefused(device.ask('POST', '/held', { vector: { writer: -1 } }), 400, 'invalid-request');
    await expectRefused(device.ask('GET', '/segments?limit=501'), 400, 'invalid-request');
  });
});

describe('a connection that is slow on purpose', () => {
  const ended = (lines: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(lines));
      const timer = setTimeout(() => reject(new Error('still open')), 8_000);
      let said = '';
      socket.on('data', (data) => {
        said += data;
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(said);
      });
    });

  test('with its headers is ended', async () => {
    expect(await ended('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toContain('408');
  });

  test('with its body is ended', async () => {
    const url = `${base}/held`;
    const headers = signedHeaders({ method: 'POST', url, body: new Uint8Array(9) }, device, systemPorts);
    const lines = Object.entries({ host: new URL(server.url).host, 'content-length': '9', ...headers });
    const head = `POST /v1/workspaces/guarded/held HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\nx`;
    await ended(head);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe('limits', () => {
  test('on a device hold over all processes, and come back with time', async () => {
    const few = await server.another({
      limits: { ...server.settings.limits, device: { capacity: 4, perSecond: 0.001 } },
    });
    const invite = readInvite(await server.firstInvite('busy'));
    if (!invite) throw new Error('no invite');
    const busy = makeDevice(few.url, 'busy');
    await askEnrol(busy, invite.code);
    const other = await server.another({
      limits: { ...server.settings.limits, device: { capacity: 4, perSecond: 0.001 } },
    });
    const statuses: number[] = [];
    for (let at = 0; at < 6; at += 1)
      statuses.push((await busy.at(at % 2 ? other.url : few.url).ask('GET', '/state')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
  });

  test('on wrong codes lock an address out, even for the right code', async () => {
    const strict = await server.another({
      limits: { ...server.settings.limits, wrongCodes: { capacity: 3, perSecond: 0.001 } },
    });
    const invite = readInvite(await server.firstInvite('guessed'));
    if (!invite) throw new Error('no invite');
    const guesser = makeDevice(strict.url, 'guessed');
    const statuses: number[] = [];
    for (const code of ['a', 'b', 'c', 'd', invite.code])
      statuses.push((await askEnrol(guesser, code)).status);
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
  });
});

test('every answer is closed to pages: no other origin, no frame, no sniffing, no cache', async () => {
  for (const answer of [
    await fetch(`${server.url}/healthz`, { headers: { origin: 'https://evil.example' } }),
    await fetch(`${base}/state`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    }),
  ]) {
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
});

test('nothing secret is in the log: no code, no signature, no digest, no query', async () => {
  const invite = readInvite(await server.firstInvite('quiet'));
  if (!invite) throw new Error('no invite');
  const quiet = makeDevice(server.url, 'quiet');
  await askEnrol(quiet, invite.code);
  await quiet.ask('GET', '/state?at=0');
  const text = JSON.stringify(server.log);
  for (const secret of [invite.code, 'sync=:', 'sha-256', 'at=0', quiet.publicKey]) {
    expect(text).not.toContain(secret);
  }
  expect(text).toContain(quiet.id);
});
