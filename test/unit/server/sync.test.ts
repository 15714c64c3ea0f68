import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../core/ports.ts';
import { signedHeaders } from '../../../core/sync/server/sign-request.ts';
import { Pushed, ServerState } from '../../../shared/sync/contract.ts';
import { readInvite } from '../../../shared/sync/invite.ts';
import {
  decodeFrames,
  FIRST_ROOT,
  ListedSegment,
  nextRoot,
  type Receipt,
  receiptBytes,
} from '../../../shared/sync/wire.ts';
import {
  askEnrol,
  enrolDevice,
  makeDevice,
  makeSegment,
  pushBody,
  type TestDevice,
} from '../../support/sync-device.ts';
import { startSyncServer, type TestServer } from '../../support/sync-server.ts';

let server: TestServer;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const writer = () => randomBytes(16).toString('hex');

beforeAll(async () => {
  server = await startSyncServer();
});
afterAll(() => server.stop());

async function freshDevice(workspace = writer()): Promise<TestDevice> {
  return enrolDevice(await server.firstInvite(workspace));
}

async function list(device: TestDevice, after = 0, limit = 500) {
  const answer = await device.ask('GET', `/segments?after=${after}&limit=${limit}`);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as { rows: unknown[]; next: number | null };
  return { rows: body.rows.map((row) => ListedSegment.parse(row)), next: body.next };
}

async function push(device: TestDevice, segments: Parameters<typeof pushBody>[0]) {
  const answer = await device.ask('POST', '/segments', pushBody(segments));
  expect(answer.status, await answer.clone().text()).toBe(200);
  return Pushed.parse(await answer.json());
}

async function state(device: TestDevice, at?: number) {
  const answer = await device.ask('GET', `/state${at === undefined ? '' : `?at=${at}`}`);
  return ServerState.parse(await answer.json());
}

function isSigned(receipt: Receipt): boolean {
  const key = createPublicKey({
    key: Buffer.from(server.serverKey, 'base64url'),
    format: 'der',
    type: 'spki',
  });
  return verify(null, receiptBytes(receipt.body), key, Buffer.from(receipt.signature, 'hex'));
}

describe('a device', () => {
  test('enrols once with a code, and gets the same answer again where it was lost', async () => {
    const invite = readInvite(await server.firstInvite('joins'));
    if (!invite) throw new Error('no invite');
    expect(invite.serverKey).toBe(server.serverKey);
    const first = makeDevice(server.url, 'joins');
    for (let time = 0; time < 2; time += 1) {
      const answer = await askEnrol(first, invite.code);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({
        tenant: expect.stringMatching(/^[0-9a-f]{32}$/),
        serverKey: server.serverKey,
        parcel: null,
      });
    }
    const second = await askEnrol(makeDevice(server.url, 'joins'), invite.code);
    expect([second.status, ((await second.json()) as { code: string }).code]).toEqual([403, 'wrong-code']);
  });

  test('invites another, who gets the parcel', async () => {
    const first = await freshDevice();
    const answer = await first.ask('POST', '/invites', { parcel: 'cGFyY2Vs', expiresInHours: 1 });
    expect(answer.status).toBe(200);
    const { code } = (await answer.json()) as { code: string };
    const joined = await askEnrol(makeDevice(server.url, first.workspace), code, 'Second');
    expect(await joined.json()).toMatchObject({ parcel: 'cGFyY2Vs' });
    const listed = await (await first.ask('GET', '/devices')).json();
    expect(listed).toMatchObject({
      devices: [
        {
          id: first.id,
          name: 'Laptop',
          revokedAt: null,
          lastContact: expect.any(String),
          administers: true,
        },
        { name: 'Second', revokedAt: null, administers: false },
      ],
    });
  });

  test('that is shut out is told so, and no longer answered', async () => {
    const first = await freshDevice();
    const { code } = (await (await first.ask('POST', '/invites', { parcel: 'cA==' })).json()) as {
      code: string;
    };
    const second = makeDevice(server.url, first.workspace);
    await askEnrol(second, code);
    expect((await second.ask('GET', '/state')).status).toBe(200);
    const revoked = await first.ask('DELETE', `/devices/${second.id}`);
    expect(await revoked.json()).toMatchObject({ device: { id: second.id, revokedAt: expect.any(String) } });
    const refused = await second.ask('GET', '/state');
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'revoked', status: 403 }]);
    expect((await askEnrol(second, code)).status).toBe(403);
  });

  test('lets others in and shuts them out only where its invite said so; itself it may always', async () => {
    const first = await freshDevice();
    const joined = async (by: TestDevice, administers: boolean) => {
      const { code } = (await (await by.ask('POST', '/invites', { parcel: 'cA==', administers })).json()) as {
        code: string;
      };
      const made = makeDevice(server.url, first.workspace);
      expect((await askEnrol(made, code)).status).toBe(200);
      return made;
    };
    const [plain, keeper] = [await joined(first, false), await joined(first, true)];
    for (const answer of [
      await plain.ask('POST', '/invites', { parcel: 'cA==' }),
      await plain.ask('POST', '/invites', { parcel: 'cA==', administers: true }),
      await plain.ask('DELETE', `/devices/${first.id}`),
      // Who may not is not told which devices there are.
      await plain.ask('DELETE', `/devices/${makeDevice(server.url, first.workspace).id}`),
    ])
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
    expect((await first.ask('GET', '/state')).status).toBe(200);

    const other = await joined(keeper, false);
    expect((await keeper.ask('DELETE', `/devices/${other.id}`)).status).toBe(200);
    expect((await plain.ask('DELETE', `/devices/${plain.id}`)).status).toBe(200);
    expect((await plain.ask('GET', '/state')).status).toBe(403);
  });
});

describe('segments', () => {
  test('are stored in an order, signed for, listed and fetched as they came', async () => {
    const device = await freshDevice();
    const by = writer();
    const segments = [makeSegment(by, 1, 3), makeSegment(by, 4, 2, 300_000), makeSegment(writer(), 1)];
    const pushed = await push(device, segments);
    const root = segments.reduce((so, one) => nextRoot(sha256, so, one.id), FIRST_ROOT);
    expect(pushed.segments).toEqual(segments.map(({ id }) => ({ id, outcome: 'stored' })));
    expect(pushed.receipt.body).toMatchObject({ sequence: 3, root, workspace: device.workspace });
    expect(isSigned(pushed.receipt)).toBe(true);
    const { rows, next } = await list(device);
    expect(next).toBeNull();
    expect(rows).toEqual(
      segments.map(({ label, id, sealed }, at) => ({ ...label, id, bytes: sealed.length, sequence: at + 1 })),
    );
    const ids = [segments[2], segments[0], segments[1]].map((one) => one?.id);
    const fetched = await device.ask('POST', '/segments/fetch', { ids });
    const parts = decodeFrames(new Uint8Array(await fetched.arrayBuffer())) ?? [];
    expect(parts.map((part) => sha256(part).toString('hex'))).toEqual(ids);
  });

  test('pushed again are known, move nothing and get the same root', async () => {
    const device = await freshDevice();
    const one = makeSegment(writer(), 1);
    const first = await push(device, [one, one]);
    expect(first.segments.map((row) => row.outcome)).toEqual(['stored', 'known']);
    const again = await push(device, [one]);
    expect(again.segments).toEqual([{ id: one.id, outcome: 'known' }]);
    expect(again.receipt.body).toMatchObject({
      sequence: 1,
      root: first.receipt.body.root,
      epoch: first.receipt.body.epoch,
    });
  });

  test('the state tells the root at every number it came by, and none at one it did not', async () => {
    const device = await freshDevice();
    const one = makeSegment(writer(), 1);
    const before = await state(device, 0);
    expect(before).toMatchObject({ sequence: 0, root: FIRST_ROOT, rootAt: FIRST_ROOT });
    await push(device, [one, makeSegment(writer(), 1)]);
    expect((await state(device, 1)).rootAt).toBe(nextRoot(sha256, FIRST_ROOT, one.id));
    expect((await state(device, 2)).rootAt).toBe((await state(device)).root);
    expect((await state(device, 3)).rootAt).toBeNull();
    expect(isSigned((await state(device)).receipt)).toBe(true);
  });

  test('a chain is held as far as it has no gap, in whichever order its parts come', async () => {
    const device = await freshDevice();
    const by = writer();
    const asked = { [by]: 9, [writer()]: 2 };
    const held = async () => {
      const answer = await device.ask('POST', '/held', { vector: asked });
      return ((await answer.json()) as { vector: Record<string, number> }).vector[by];
    };
    expect(await held()).toBe(0);
    await push(device, [makeSegment(by, 5, 5)]);
    expect(await held()).toBe(0);
    await push(device, [makeSegment(by, 3, 2), makeSegment(by, 12, 1)]);
    expect(await held()).toBe(0);
    await push(device, [makeSegment(by, 1, 2)]);
    expect(await held()).toBe(9);
    // Sealed again with another cut: the overlap is no gap.
    await push(device, [makeSegment(by, 8, 4)]);
    expect(await held()).toBe(12);
  });

  test('written by eight at once are missed by no reader who follows the numbers', {
    timeout: 120_000,
  }, async () => {
    const device = await freshDevice();
    const writers = Array.from({ length: 8 }, writer);
    const rounds = 15;
    let isOver = false;
    const seen: string[] = [];
    const reading = (async () => {
      for (let after = 0; ; ) {
        const wasOver = isOver;
        const { rows } = await list(device, after, 7);
        for (const row of rows) seen.push(row.id);
        expect(rows.map((row) => row.sequence)).toEqual(rows.map((_, at) => after + at + 1));
        after = rows.at(-1)?.sequence ?? after;
        if (wasOver && rows.length === 0) return;
      }
    })();
    const pushed = await Promise.all(
      writers.map(async (by) => {
        const ids: string[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const segments = [makeSegment(by, 2 * round + 1), makeSegment(by, 2 * round + 2)];
          await push(device, segments);
          ids.push(...segments.map((one) => one.id));
        }
        return ids;
      }),
    );
    isOver = true;
    await reading;
    expect(seen.length).toBe(8 * rounds * 2);
    expect([...seen].sort()).toEqual(pushed.flat().sort());
    expect((await state(device)).root).toBe(
      seen.reduce((root, id) => nextRoot(sha256, root, id), FIRST_ROOT),
    );
  });
});

describe('vault files', () => {
  const bytes = randomBytes(3_000_000);
  const hash = sha256(bytes).toString('hex');
  const put = (device: TestDevice, name: string, offset: number, part: Uint8Array, of = hash) =>
    device.ask('PUT', `/blobs/${name}?offset=${offset}&size=${bytes.length}&sha256=${of}`, part);

  test('arrive in parts, go on where they were cut, and are read in any part', async () => {
    const device = await freshDevice();
    const name = randomBytes(32).toString('hex');
    const first = await put(device, name, 0, bytes.subarray(0, 1_000_000));
    expect(await first.json()).toEqual({ name, sha256: hash, bytes: 1_000_000, whole: false });
    // A part again whose answer was lost, and one too far ahead, change nothing.
    expect(await (await put(device, name, 0, bytes.subarray(0, 1_000_000))).json()).toMatchObject({
      bytes: 1_000_000,
    });
    expect(await (await put(device, name, 2_000_000, bytes.subarray(2_000_000))).json()).toMatchObject({
      bytes: 1_000_000,
      whole: false,
    });
    const absent = randomBytes(32).toString('hex');
    expect(await (await device.ask('POST', '/blobs/held', { names: [name, absent] })).json()).toEqual({
      blobs: [{ name, sha256: hash, bytes: 1_000_000, whole: false }],
    });
    const last = await put(device, name, 1_000_000, bytes.subarray(1_000_000));
    expect(await last.json()).toEqual({ name, sha256: hash, bytes: bytes.length, whole: true });
    expect(await (await put(device, name, 0, bytes.subarray(0, 10))).json()).toMatchObject({ whole: true });
    const whole = await device.ask('GET', `/blobs/${name}`);
    expect(sha256(new Uint8Array(await whole.arrayBuffer())).toString('hex')).toBe(hash);
    const part = await device.ask('GET', `/blobs/${name}`, undefined, { range: 'bytes=2999990-' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 2999990-2999999/3000000']);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2_999_990));
    expect((await device.ask('GET', `/blobs/${name}`, undefined, { range: 'bytes=3000000-' })).status).toBe(
      416,
    );
  });

  test('of one name stand beside each other, and nobody keeps the true one out', async () => {
    const device = await freshDevice();
    const name = randomBytes(32).toString('hex');
    const rubbish = randomBytes(bytes.length);
    const of = sha256(rubbish).toString('hex');
    expect(await (await put(device, name, 0, rubbish, of)).json()).toMatchObject({ whole: true });
    expect(await (await put(device, name, 0, bytes)).json()).toMatchObject({ whole: true, sha256: hash });
    const { blobs } = (await (await device.ask('POST', '/blobs/held', { names: [name] })).json()) as {
      blobs: { sha256: string }[];
    };
    expect(blobs.map((one) => one.sha256)).toEqual([of, hash]);
    for (const [version, content] of [
      [of, rubbish],
      [hash, bytes],
    ] as const) {
      const got = await device.ask('GET', `/blobs/${name}?sha256=${version}`);
      expect(Buffer.from(await got.arrayBuffer()).equals(content)).toBe(true);
    }
    expect((await device.ask('GET', `/blobs/${name}?sha256=${'0'.repeat(64)}`)).status).toBe(404);
  });

  test('that are not what was announced are dropped, and the right one can come', async () => {
    const device = await freshDevice();
    const name = randomBytes(32).toString('hex');
    const wrong = await put(device, name, 0, bytes, '0'.repeat(64));
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, 'digest-mismatch']);
    expect(await (await device.ask('POST', '/blobs/held', { names: [name] })).json()).toEqual({ blobs: [] });
    expect((await device.ask('GET', `/blobs/${name}`)).status).toBe(404);
    expect(await (await put(device, name, 0, bytes)).json()).toMatchObject({ whole: true });
  });
});

describe('the live hint', () => {
  test('tells where the head is, and when it moves, over another process too', async () => {
    const device = await freshDevice();
    const other = await server.another();
    const heard = await device.at(other.url).ask('GET', '/live');
    expect(heard.headers.get('content-type')).toBe('text/event-stream');
    const reader = (heard.body as ReadableStream<Uint8Array>).getReader();
    const event = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await event()).toBe('event: head\ndata: {"sequence":0}\n\n');
    await push(device, [makeSegment(writer(), 1)]);
    expect(await event()).toBe('event: head\ndata: {"sequence":1}\n\n');
    await device.ask('DELETE', `/devices/${device.id}`);
    expect((await reader.read()).done).toBe(true);
  });

  test('is for so many connections of a device at a time, and the next when one has ended', async () => {
    const device = await freshDevice();
    const open = new AbortController();
    for (let at = 0; at < 16; at += 1) {
      const url = `${device.url}/v1/workspaces/${device.workspace}/live`;
      const headers = signedHeaders({ method: 'GET', url }, device, systemPorts);
      expect((await fetch(url, { headers, signal: open.signal })).status).toBe(200);
    }
    expect((await device.ask('GET', '/live')).status).toBe(429);
    open.abort();
    await expect.poll(() => server.running.services.live.countOf(device.workspace, device.id)).toBe(0);
    const again = await device.ask('GET', '/live');
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });
});
