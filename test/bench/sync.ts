import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './benches.ts';
import type { Figures } from './report.ts';
import { type Exchange, lastJson, Measured, measure, outputOf, say, type Work } from './sync-sides.ts';

/**
 * Edits pushed by one copy through a line that counts bytes to a server as it is installed, and pulled by another copy
 * in a new process: with signatures, encryption, rows, search and durable writes on. Beside it other systems are given
 * the same edits, where a folder has programs for them (`BINDERY_PEERS`, or `../shared/peers` beside this project).
 * They are installed there by `npm install` in each one's folder. Two need care: @y/websocket-server has to be 0.1.1
 * with @y/protocols 1.0.6-1, as later ones are for another Yjs and never answer this one; and Actual's client has to
 * wait a moment between writing and sending, as its server closes a line that said nothing for five seconds.
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
/** A system that has not finished by then is told as such. */
const PATIENCE_MS = 900_000;

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
    detached: true,
  });
  // With the server it started, which would keep its port from whoever is measured next.
  const end = () => child.pid !== undefined && killAll(child.pid);
  const patience = setTimeout(end, PATIENCE_MS);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const row = Measured.safeParse(lastJson(await outputOf(child)));
  clearTimeout(patience);
  end();
  if (row.success) return { name, ...row.data };
  const why = /^.*Error.*$/m.exec(said)?.[0] ?? '';
  say(`${name} did not finish ${edits.toLocaleString('en')} edits ${why}`.trimEnd());
  return null;
}

function killAll(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
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
