import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemPorts } from '../../core/ports.ts';
import { signedHeaders } from '../../core/sync/server/sign-request.ts';
import { type Installation, install } from '../support/server-process.ts';
import { enrolDevice, makeSegment, pushBody, type TestDevice } from '../support/sync-device.ts';

/**
 * The sync server under load, as it is installed: one process and its own PostgreSQL, with signatures and durable writes
 * on. First devices that push, ask and list; then devices that only listen.
 *
 *   node test/bench/server-load.ts --devices 50 --seconds 20 --listeners 10000
 */
const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    listeners: { type: 'string', default: '10000' },
  },
});
const [devices, seconds, listeners] = [values.devices, values.seconds, values.listeners].map(Number) as [
  number,
  number,
  number,
];

const installation = await install({
  BINDERY_LIMIT_LISTENERS: '1000000',
  BINDERY_LIMIT_DEVICE_BURST: '1000000',
  BINDERY_LIMIT_DEVICE_PER_SECOND: '1000000',
  BINDERY_LIMIT_ADDRESS_BURST: '1000000',
  BINDERY_LIMIT_ADDRESS_PER_SECOND: '1000000',
});
try {
  await measure(installation);
} finally {
  await installation.remove();
}

async function measure(at: Installation): Promise<void> {
  await at.command('tenant', 'create', 'Load');
  const invites: string[] = [];
  const server = await at.serve();
  for (let number = 0; number < Math.min(devices, 10); number += 1) {
    invites.push(await at.command('workspace', 'create', '--tenant', 'Load', '--id', `load-${number}`));
  }
  const first: TestDevice[] = [];
  for (const invite of invites) first.push(await enrolDevice(invite));
  console.log(`${devices} devices in ${first.length} workspaces, ${seconds} s`);
  const cpu = cpuSeconds(server.pid);
  const times = await work(first);
  const used = cpuSeconds(server.pid) - cpu;
  for (const [call, taken] of times) report(call, taken);
  const all = [...times.values()].flat();
  report('all', all);
  console.log(
    `${(all.length / seconds).toFixed(0)} requests a second, ${((1000 * used) / all.length).toFixed(2)} ms CPU each in the server`,
  );
  if (listeners > 0) await listen(server.pid, first[0] as TestDevice);
}

async function work(first: readonly TestDevice[]): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  const end = Date.now() + seconds * 1000;
  const timed = async (name: string, ask: () => Promise<Response>) => {
    const begun = performance.now();
    const answer = await ask();
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    times.set(name, [...(times.get(name) ?? []), performance.now() - begun]);
  };
  await Promise.all(
    Array.from({ length: devices }, async (_, number) => {
      const device = first[number % first.length] as TestDevice;
      const writer = randomBytes(16).toString('hex');
      // A device that syncs does so now and then: five requests a second from each is a lively team.
      for (let from = 1; Date.now() < end; from += 1) {
        await pause(Number(process.env.PAUSE ?? 400) * (1 + Math.random()));
        await timed('state', () => device.ask('GET', '/state'));
        await timed('push', () =>
          device.ask('POST', '/segments', pushBody([makeSegment(writer, from, 1, 2_000)])),
        );
        await timed('list', () => device.ask('GET', `/segments?after=${Math.max(0, from - 10)}&limit=50`));
      }
    }),
  );
  return times;
}

/** Opens connections that only listen, and tells them of one push. */
async function listen(pid: number, device: TestDevice): Promise<void> {
  const before = memoryKiB(pid);
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const url = `${device.url}/v1/workspaces/${device.workspace}/live`;
  const open: ClientRequest[] = [];
  let [heard, isPushed] = [0, false];
  const begun = performance.now();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const asked = request(
        url,
        { agent, headers: signedHeaders({ method: 'GET', url }, device, systemPorts) },
        (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`live: ${answer.statusCode}`));
          answer.on('data', () => {
            if (isPushed) heard += 1;
          });
          answer.on('error', () => {});
          resolve();
        },
      );
      asked.on('error', reject);
      asked.end();
      open.push(asked);
    });
  for (let at = 0; at < listeners; at += 100)
    await Promise.all(Array.from({ length: Math.min(100, listeners - at) }, one));
  console.log(`${listeners} listeners connected in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await pause(3_000);
  console.log(`${((memoryKiB(pid) - before) / listeners).toFixed(1)} KiB each in the server`);
  isPushed = true;
  const pushed = performance.now();
  await device.ask('POST', '/segments', pushBody([makeSegment(randomBytes(16).toString('hex'), 1)]));
  while (heard < listeners && performance.now() - pushed < 30_000) await pause(10);
  console.log(`one push was told to ${heard} of them in ${(performance.now() - pushed).toFixed(0)} ms`);
  for (const asked of open) asked.destroy();
}

function report(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0);
  console.log(
    `${name.padEnd(6)} ${String(times.length).padStart(7)} requests  p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms`,
  );
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
