import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readInvite, writeInvite } from '../../shared/sync/invite.ts';
import { type Installation, install } from '../support/server-process.ts';
import type { Bench } from './benches.ts';
import type { Figures } from './report.ts';

/**
 * Edits pushed by one copy through a line that counts bytes to a server as it is installed, and pulled by another copy
 * in a new process: with signatures, encryption, rows, search and durable writes on. Beside it other systems are given
 * the same edits, where a folder has programs for them (`BINDERY_PEERS`, or `../shared/peers` beside this project).
 */
export const sync: Bench = {
  name: 'sync',
  async run(dir) {
    const figures: Figures[] = [];
    const absent = PEERS.filter(({ folder }) => !isInstalled(folder)).map(({ name }) => name);
    if (absent.length > 0) say(`Not installed here: ${absent.join(', ')}`);
    for (const edits of EDITS)
      for (const values of VALUES) {
        const work: Work = { edits, values };
        const place = join(dir, `${edits}-${values}`);
        mkdirSync(place);
        const ours = await measure(place, work);
        show(ours);
        for (const peer of PEERS.filter(({ folder }) => isInstalled(folder))) {
          const theirs = await measurePeer(peer, work);
          if (theirs === null) continue;
          show(theirs, ours);
          figures.push(...figuresOf(work, ours, theirs));
        }
      }
    return figures;
  },
};

const VALUES = (['compressible', 'random'] as const).filter((one) =>
  (process.env.BINDERY_BENCH_VALUES ?? one).split(',').includes(one),
);
const EDITS = (process.env.BINDERY_BENCH_EDITS ?? '10000,100000').split(',').map(Number);
const peersDir =
  process.env.BINDERY_PEERS ?? fileURLToPath(new URL('../../../shared/peers', import.meta.url));
const CHILD = join(import.meta.dirname, 'sync-child.ts');
/** A system that has not finished by then is told as such. */
const PATIENCE_MS = 900_000;

interface Work {
  readonly edits: number;
  readonly values: 'compressible' | 'random';
}

/** One direction: seconds of the exchange, what went over the line, what both ends took. */
const Way = z.object({
  s: z.number(),
  wireMB: z.number(),
  clientCpu: z.number(),
  clientRssMB: z.number(),
  serverCpu: z.number(),
});
const Measured = z.object({ push: Way, pull: Way, serverRssMB: z.number() });
type Way = z.infer<typeof Way>;
interface Exchange extends z.infer<typeof Measured> {
  readonly name: string;
}

interface Peer {
  readonly name: string;
  readonly folder: string;
  readonly mode: (edits: number) => string;
}

const PEERS: readonly Peer[] = [
  { name: 'PouchDB', folder: 'pouch', mode: () => 'op' },
  { name: 'Yjs in memory', folder: 'yjs', mode: () => 'mem' },
  { name: 'Yjs on disk', folder: 'yjs', mode: () => 'leveldb' },
  { name: 'Automerge', folder: 'automerge', mode: () => 'batch' },
  { name: 'Actual', folder: 'actual', mode: () => '10000' },
];

function isInstalled(folder: string): boolean {
  return existsSync(join(peersDir, folder, 'node_modules')) && existsSync(join(peersDir, folder, 'run.mjs'));
}

async function measurePeer({ name, folder, mode }: Peer, { edits, values }: Work): Promise<Exchange | null> {
  const child = spawn(process.execPath, [join(peersDir, folder, 'run.mjs'), String(edits), mode(edits)], {
    env: { ...process.env, ...(values === 'random' ? { RANDVAL: '1' } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const row = Measured.safeParse(lastJson(await outputOf(child)));
  if (row.success) return { name, ...row.data };
  const why = /^.*Error.*$/m.exec(said)?.[0] ?? '';
  say(`${name} did not finish ${edits.toLocaleString('en')} edits ${why}`.trimEnd());
  return null;
}

async function measure(dir: string, { edits, values }: Work): Promise<Exchange> {
  const installation = await install({
    BINDERY_LIMIT_DEVICE_BURST: '1000000',
    BINDERY_LIMIT_ADDRESS_BURST: '1000000',
  });
  try {
    await installation.command('tenant', 'create', 'Bench');
    const { pid } = await installation.serve();
    const line = await countingLine(Number(installation.environment.BINDERY_PORT));
    const part = (name: string, given = '') => runPart(values, name, dir, given);
    const { workspace } = await part('create');
    const room = ['workspace', 'create', '--tenant', 'Bench', '--id', String(workspace)];
    const { invite } = await part('begin', line.through(await installation.command(...room)));
    await part('join', line.through(String(invite)));
    const way = async (name: 'push' | 'pull'): Promise<Way> => {
      const cpu = serverCpu(installation, pid);
      line.take();
      const done = Child.parse(await part(name, String(edits)));
      if ((name === 'push' ? done.sent : done.applied) !== edits)
        throw new Error(`${name}: ${JSON.stringify(done)}`);
      return {
        s: done.s,
        wireMB: line.take() / 1e6,
        clientCpu: done.cpu,
        clientRssMB: done.peakMb,
        serverCpu: serverCpu(installation, pid) - cpu,
      };
    };
    const [push, pull] = [await way('push'), await way('pull')];
    const checked = await part('check');
    if (checked.intact !== true || checked.differences !== 0) throw new Error(JSON.stringify(checked));
    line.close();
    return { name: 'Bindery', push, pull, serverRssMB: peakMb(pid) };
  } finally {
    await installation.remove();
  }
}

const Child = z.object({
  s: z.number(),
  cpu: z.number(),
  peakMb: z.number(),
  sent: z.number(),
  applied: z.number(),
});

async function runPart(
  values: Work['values'],
  name: string,
  dir: string,
  given: string,
): Promise<Readonly<Record<string, unknown>>> {
  const profile = process.env.BINDERY_BENCH_PROFILE;
  const child = spawn(
    process.execPath,
    [...(profile === name ? ['--cpu-prof', `--cpu-prof-dir=${dir}`] : []), CHILD, name, dir, given],
    {
      env: { ...process.env, RANDOM_VALUES: values === 'random' ? '1' : '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const answer = z.record(z.string(), z.unknown()).safeParse(lastJson(await outputOf(child)));
  if (!answer.success) throw new Error(`${name} ended with ${child.exitCode}`);
  return answer.data;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await once(child, 'close');
  return out;
}

function lastJson(out: string): unknown {
  const line = out.split('\n').findLast((text) => text.startsWith('{'));
  return line === undefined ? null : JSON.parse(line);
}

/** A line to the server that counts what goes over it, both ways. */
async function countingLine(port: number) {
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data: Buffer) => {
        bytes += data.length;
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  return {
    through: (text: string) => {
      const invite = readInvite(text);
      if (invite === null) throw new Error('no invite');
      return writeInvite({ ...invite, url });
    },
    take: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    close: () => server.close(),
  };
}

/** CPU seconds of the server and of all of its PostgreSQL's processes, those that have ended included. */
function serverCpu(installation: Installation, pid: number): number {
  const main = installation.postgres();
  const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ');
  return [pid, main, ...children.map(Number)].reduce((sum, one) => sum + cpuOf(one, one === main), 0);
}

function cpuOf(pid: number, withEnded: boolean): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const counted = withEnded ? fields.slice(11, 15) : fields.slice(11, 13);
    return counted.reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return 0;
  }
}

function peakMb(pid: number): number {
  return Math.round(
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
  );
}

function figuresOf({ edits, values }: Work, ours: Exchange, theirs: Exchange): Figures[] {
  return (['push', 'pull'] as const).map((way) => ({
    what: `${way} of ${values} values`,
    unit: 'edits',
    amount: edits,
    ours: [ours[way].s * 1000],
    floorName: theirs.name,
    floor: [theirs[way].s * 1000],
    peakMb: ours[way].clientRssMB,
  }));
}

function show(one: Exchange, ours?: Exchange): void {
  for (const way of ['push', 'pull'] as const) {
    const { s, wireMB, clientCpu, clientRssMB, serverCpu } = one[way];
    const ratios =
      ours === undefined
        ? ''
        : `  ours takes ${(ours[way].s / s).toFixed(2)}× the time, ${(ours[way].wireMB / wireMB).toFixed(2)}× the bytes`;
    say(
      `${one.name.padEnd(14)} ${way}  ${s.toFixed(2)} s  ${wireMB.toFixed(2)} MB  CPU ${clientCpu.toFixed(2)} + ${serverCpu.toFixed(2)} s  peak ${clientRssMB} + ${one.serverRssMB} MB${ratios}`,
    );
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
