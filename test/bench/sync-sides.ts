import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readInvite, writeInvite } from '../../shared/sync/invite.ts';
import { type Installation, install } from '../support/server-process.ts';

/** Edits that are pushed to a server as it is installed, through a line that counts bytes, and pulled by another copy. */

export interface Work {
  readonly edits: number;
  readonly values: 'compressible' | 'random';
  /** Who writes them, each as many; one where nothing is said. */
  readonly devices?: number;
}

/** One direction: seconds of the exchange, what went over the line, what both ends took. */
const Way = z.object({
  s: z.number(),
  wireMB: z.number(),
  clientCpu: z.number(),
  clientRssMB: z.number(),
  serverCpu: z.number(),
});
export const Measured = z.object({ push: Way, pull: Way, serverRssMB: z.number() });
type Way = z.infer<typeof Way>;
export interface Exchange extends z.infer<typeof Measured> {
  readonly name: string;
}

/** Both directions of so many edits, each part of it in a process of its own, of the program as it is packed. */
export async function measure(dir: string, { edits, values, devices = 1 }: Work): Promise<Exchange> {
  const child = packed(dir);
  const installation = await install({
    BINDERY_LIMIT_DEVICE_BURST: '1000000',
    BINDERY_LIMIT_ADDRESS_BURST: '1000000',
  });
  try {
    await installation.command('tenant', 'create', 'Bench');
    const { pid } = await installation.serve();
    const line = await countingLine(Number(installation.environment.BINDERY_PORT));
    const part = (name: string, given = '') => runPart(child, values, name, dir, given);
    const { workspace } = await part('create');
    const room = ['workspace', 'create', '--tenant', 'Bench', '--id', String(workspace)];
    const { invite } = await part('begin', line.through(await installation.command(...room)));
    await part('join', line.through(String(invite)));
    const way = async (name: 'push' | 'pull'): Promise<Way> => {
      if (name === 'push' && devices === 1) await part('write', String(edits));
      const cpu = serverCpu(installation, pid);
      line.take();
      const done = Child.parse(
        name === 'push' && devices > 1
          ? await part('crowd', `${edits} ${devices}`)
          : await part(name, String(edits)),
      );
      const moved = name === 'push' ? done.sent : done.applied;
      // Of many devices each is an entry as well, that says whose it is.
      if (devices === 1 ? moved !== edits : moved < edits)
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

/** Where the benchmark's other side stands in the program as it is packed: types are stripped there, and take no memory. */
function packed(dir: string): string {
  const app = join(dir, 'app');
  execFileSync(process.execPath, [join(ROOT, 'electron/build.ts'), app, 'test/bench'], { stdio: 'ignore' });
  symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
  return join(app, 'test/bench/sync-child.js');
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** As the command line starts a Node that runs the program. */
const AS_STARTED = ['--max-semi-space-size=4'];

async function runPart(
  childProgram: string,
  values: Work['values'],
  name: string,
  dir: string,
  given: string,
): Promise<Readonly<Record<string, unknown>>> {
  const profile = process.env.BINDERY_BENCH_PROFILE;
  const child = spawn(
    process.execPath,
    [
      ...AS_STARTED,
      ...(profile === name ? ['--cpu-prof', `--cpu-prof-dir=${dir}`] : []),
      childProgram,
      ...[name, dir, given],
    ],
    {
      env: { ...process.env, RANDOM_VALUES: values === 'random' ? '1' : '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const answer = z.record(z.string(), z.unknown()).safeParse(lastJson(await outputOf(child)));
  if (!answer.success) throw new Error(`${name} ended with ${child.exitCode}`);
  return answer.data;
}

/** What a process prints until it ends. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await once(child, 'close');
  return out;
}

/** The last line that is JSON, or null. */
export function lastJson(out: string): unknown {
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

/** Tells whoever waits how far it is. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
