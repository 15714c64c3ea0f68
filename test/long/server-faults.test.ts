import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join as pathTo } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Pushed, ServerState } from '../../shared/sync/contract.ts';
import { FIRST_ROOT, ListedSegment, nextRoot, type Receipt } from '../../shared/sync/wire.ts';
import { freePort, type Installation, install } from '../support/server-process.ts';
import {
  enrolDevice,
  makeSegment,
  pushBody,
  type TestDevice,
  type TestSegment,
} from '../support/sync-device.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
let installed: Installation | undefined;
const doors: Server[] = [];

afterEach(async () => {
  for (const door of doors.splice(0)) door.close();
  await installed?.remove();
  installed = undefined;
});

async function begin(below?: string): Promise<{ readonly at: Installation; readonly invite: string }> {
  installed = await install({}, below);
  await installed.command('tenant', 'create', 'Faults');
  const invite = await installed.command('workspace', 'create', '--tenant', 'Faults', '--id', 'w');
  return { at: installed, invite };
}

/** Says it again until it is answered, as a device does. */
async function insist<T>(ask: () => Promise<Response>, read: (answer: Response) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      const answer = await ask();
      if (answer.ok) return await read(answer);
      const text = await answer.text();
      if (answer.status < 500 && answer.status !== 429) throw new Refused(`${answer.status} ${text}`);
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    await pause(50);
  }
  throw new Error('the server never answered');
}
class Refused extends Error {}

const push = (device: TestDevice, segments: readonly TestSegment[]) =>
  insist(
    () => device.ask('POST', '/segments', pushBody(segments)),
    async (answer) => Pushed.parse(await answer.json()),
  );

async function listAll(device: TestDevice): Promise<ListedSegment[]> {
  const rows: ListedSegment[] = [];
  for (;;) {
    const after = rows.at(-1)?.sequence ?? 0;
    const page = (await insist(
      () => device.ask('GET', `/segments?after=${after}`),
      async (answer) => await answer.json(),
    )) as { rows: unknown[] };
    if (page.rows.length === 0) return rows;
    rows.push(...page.rows.map((row) => ListedSegment.parse(row)));
  }
}

/** Nothing lost, nothing twice, and every receipt that was ever given still holds. */
async function expectWhole(
  device: TestDevice,
  pushed: readonly TestSegment[],
  receipts: readonly Receipt[],
): Promise<void> {
  const rows = await listAll(device);
  expect(rows.map((row) => row.sequence)).toEqual(rows.map((_, at) => at + 1));
  expect(rows.map((row) => row.id).sort()).toEqual(pushed.map((one) => one.id).sort());
  const roots = [FIRST_ROOT];
  for (const row of rows) roots.push(nextRoot(sha256, roots.at(-1) ?? FIRST_ROOT, row.id));
  for (const { body } of receipts) expect(roots[body.sequence]).toBe(body.root);
  const state = await insist(
    () => device.ask('GET', '/state'),
    async (answer) => ServerState.parse(await answer.json()),
  );
  expect([state.sequence, state.root]).toEqual([rows.length, roots.at(-1)]);
}

/** Pushes until told to stop; several writers at once. */
function pushing(devices: readonly TestDevice[]) {
  const [pushed, receipts]: [TestSegment[], Receipt[]] = [[], []];
  let isOver = false;
  const over = Promise.all(
    devices.map(async (device) => {
      const writer = randomBytes(16).toString('hex');
      for (let from = 1; !isOver; from += 4) {
        const segments = [0, 1, 2, 3].map((more) => makeSegment(writer, from + more, 1, 2_000));
        pushed.push(...segments);
        receipts.push((await push(device, segments)).receipt);
      }
    }),
  );
  return {
    pushed,
    receipts,
    end: () => {
      isOver = true;
      return over;
    },
  };
}

const mount = (...given: string[]) => execFileSync('mount', given, { stdio: 'pipe' });

/** Writes to a file until there is no room for a page more. */
function fill(file: string): void {
  for (const size of [2 ** 20, 4096])
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
}

/** Whether a disk of a chosen size can be had: by root, where mounting is allowed. */
const mayMount = (() => {
  const probe = mkdtempSync(pathTo(tmpdir(), 'bindery-mount-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'bindery', probe);
    execFileSync('umount', [probe]);
    return true;
  } catch {
    console.log('Not run: a full disk. Mounting a small one needs root and a machine that allows it.');
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
})();

describe('nothing is lost and nothing applied twice', () => {
  test('when the server is killed fifty times during pushes', async () => {
    const { at, invite } = await begin();
    let server = await at.serve();
    const device = await enrolDevice(invite);
    const work = pushing([device, device]);
    for (let kill = 0; kill < 50; kill += 1) {
      // In the middle of one: another has begun, and a moment has passed.
      const begun = work.pushed.length;
      while (work.pushed.length === begun) await pause(1);
      await pause(Math.random() * 60);
      await server.kill('SIGKILL');
      server = await at.serve();
    }
    await work.end();
    expect(work.receipts.length).toBeGreaterThan(45);
    await expectWhole(device, work.pushed, work.receipts);
  });

  test('when PostgreSQL is killed during pushes, and comes back by itself', async () => {
    const { at, invite } = await begin();
    await at.serve();
    const device = await enrolDevice(invite);
    const work = pushing([device, device]);
    for (let kill = 0; kill < 8; kill += 1) {
      await pause(500 + Math.random() * 1000);
      const pid = at.postgres();
      process.kill(pid, 'SIGKILL');
      const before = work.receipts.length;
      for (let left = 400; left > 0 && work.receipts.length <= before + 2; left -= 1) await pause(50);
      expect(work.receipts.length).toBeGreaterThan(before + 2);
      expect(at.postgres()).not.toBe(pid);
    }
    await work.end();
    await expectWhole(device, work.pushed, work.receipts);
  });

  test('with two server processes behind a balancer, one of which is killed and comes back', async () => {
    const { at, invite } = await begin();
    await at.serve();
    const ports = [await freePort(), await freePort()];
    // The same name for both, which is what devices sign; each on a port of its own.
    const door = await balancer(() => ports);
    const name = { BINDERY_PUBLIC_URL: `http://127.0.0.1:${door}` };
    let second = await at.serve({ ...name, BINDERY_PORT: String(ports[1]) });
    const third = await at.serve({ ...name, BINDERY_PORT: String(ports[0]) });
    const device = await enrolDevice(invite, 'Laptop', name.BINDERY_PUBLIC_URL);
    const work = pushing([device, device, device]);
    const logs: string[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      const before = work.receipts.length;
      while (work.receipts.length < before + 6) await pause(5);
      await second.kill('SIGKILL');
      logs.push(second.log());
      second = await at.serve({ ...name, BINDERY_PORT: String(ports[1]) });
    }
    await work.end();
    await expectWhole(device, work.pushed, work.receipts);
    const answered = '"route":"/v1/workspaces/{workspace}/segments","status":200';
    for (const log of [logs.join(''), third.log()]) expect(log).toContain(answered);
  });

  test('when the network is cut in the middle of a file of 1 GB, again and again', async () => {
    const { at, invite } = await begin();
    const front = await freePort();
    const behind = Number(at.environment.BINDERY_PORT);
    const url = `http://127.0.0.1:${front}`;
    let server = await at.serve({ BINDERY_PUBLIC_URL: url });
    const cuts = await cutting(front, behind, 150_000_000);
    const device = await enrolDevice(invite, 'Laptop', url);
    const size = 1_000_000_000;
    const seed = randomBytes(8 * 1024 * 1024);
    const chunkAt = (offset: number) => {
      const chunk = Buffer.from(seed.subarray(0, Math.min(seed.length, size - offset)));
      chunk.writeUInt32BE(offset / 1024, 0);
      return chunk;
    };
    const hash = createHash('sha256');
    for (let offset = 0; offset < size; offset += seed.length) hash.update(chunkAt(offset));
    const digest = hash.digest('hex');
    const name = randomBytes(32).toString('hex');
    let [offset, killed] = [0, false];
    while (offset < size) {
      const part = offset;
      const progress = await insist(
        () => device.ask('PUT', `/blobs/${name}?offset=${part}&size=${size}&sha256=${digest}`, chunkAt(part)),
        async (answer) => (await answer.json()) as { bytes: number; whole: boolean },
      );
      expect(progress.bytes % seed.length === 0 || progress.whole).toBe(true);
      offset = progress.bytes;
      if (!killed && offset > size / 2) {
        killed = true;
        await server.kill('SIGKILL');
        server = await at.serve({ BINDERY_PUBLIC_URL: url });
      }
    }
    expect(cuts.count()).toBeGreaterThan(3);
    const got = createHash('sha256');
    let read = 0;
    while (read < size) {
      try {
        const answer = await device.ask('GET', `/blobs/${name}`, undefined, { range: `bytes=${read}-` });
        for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
          got.update(piece);
          read += piece.length;
        }
      } catch {
        await pause(50);
      }
    }
    expect([read, got.digest('hex')]).toEqual([size, digest]);
  });

  test.runIf(mayMount)(
    'when the disk is full, and once there is room again (needs root for a small disk)',
    async () => {
      const disk = mkdtempSync(pathTo(tmpdir(), 'bindery-small-disk-'));
      chmodSync(disk, 0o711);
      mount('-t', 'tmpfs', '-o', 'size=400m,mode=711', 'bindery', disk);
      try {
        const { at, invite } = await begin(disk);
        await at.serve();
        const device = await enrolDevice(invite);
        const work = pushing([device, device]);
        while (work.receipts.length < 5) await pause(5);
        for (let time = 0; time < 3; time += 1) {
          const filler = pathTo(disk, 'filler');
          fill(filler);
          // Until a push is refused or hangs for a while: PostgreSQL may stop over it, and is started again.
          let [before, still] = [work.receipts.length, 0];
          for (let left = 200; left > 0 && still < 40; left -= 1) {
            await pause(50);
            still = work.receipts.length === before ? still + 1 : 0;
            before = work.receipts.length;
          }
          expect(still).toBe(40);
          rmSync(filler);
          for (let left = 1200; left > 0 && work.receipts.length <= before + 4; left -= 1) await pause(50);
          expect(work.receipts.length).toBeGreaterThan(before + 4);
        }
        await work.end();
        await expectWhole(device, work.pushed, work.receipts);
      } finally {
        await installed?.remove();
        installed = undefined;
        execFileSync('umount', ['-l', disk]);
        rmSync(disk, { recursive: true, force: true });
      }
    },
  );

  test('when it is told to end in the middle of pushes: what it took it answers, and it ends without fault', async () => {
    const { at, invite } = await begin();
    let server = await at.serve();
    const device = await enrolDevice(invite);
    const work = pushing([device, device]);
    for (let time = 0; time < 3; time += 1) {
      await pause(500);
      await server.kill('SIGTERM');
      expect([server.child.exitCode, server.log().includes('"event":"stopped"')]).toEqual([0, true]);
      server = await at.serve();
    }
    await work.end();
    await expectWhole(device, work.pushed, work.receipts);
  });
});

/** Hands each connection to the next port that takes it. */
async function balancer(ports: () => readonly number[]): Promise<number> {
  let turn = 0;
  const door = createServer((near) => {
    turn += 1;
    join(near, ports()[turn % ports().length] ?? 0);
  });
  return listen(door, 0);
}

/** Passes bytes on, and cuts a connection after so many. */
async function cutting(front: number, behind: number, bytes: number): Promise<{ count(): number }> {
  let [passed, count] = [0, 0];
  const door = createServer((near) => {
    const far = join(near, behind);
    const watch = (data: Buffer) => {
      passed += data.length;
      if (passed < bytes) return;
      [passed, count] = [0, count + 1];
      near.destroy();
      far.destroy();
    };
    near.on('data', watch);
    far.on('data', watch);
  });
  await listen(door, front);
  return { count: () => count };
}

function join(near: Socket, port: number): Socket {
  const far = connect(port, '127.0.0.1');
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  return far;
}

async function listen(door: Server, port: number): Promise<number> {
  doors.push(door);
  await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
  const address = door.address();
  return address && typeof address === 'object' ? address.port : 0;
}
