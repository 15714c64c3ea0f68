import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAIN = join(import.meta.dirname, '../../server/main.ts');
const run = promisify(execFile);

/** An installation as an operator makes it: the command line, a folder, processes that can be killed. */
export interface Installation {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What a command prints. */
  command(...given: readonly string[]): Promise<string>;
  serve(more?: NodeJS.ProcessEnv): Promise<ServerProcess>;
  /** The embedded PostgreSQL's process. */
  postgres(): number;
  remove(): Promise<void>;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  kill(signal?: NodeJS.Signals): Promise<void>;
  log(): string;
}

/** In a folder of its own, below the temporary one or another disk's. */
export async function install(more: NodeJS.ProcessEnv = {}, below = tmpdir()): Promise<Installation> {
  const folder = mkdtempSync(join(below, 'bindery-installed-'));
  chmodSync(folder, 0o711);
  await run(process.execPath, [MAIN, 'init', '--folder', folder]);
  const environment = {
    ...process.env,
    BINDERY_SERVER_FOLDER: folder,
    BINDERY_SERVER_KEY_FILE: join(folder, 'server-key.pem'),
    BINDERY_SERVER_SECRET_FILE: join(folder, 'server-secret'),
    BINDERY_PORT: String(await freePort()),
    ...more,
  };
  const processes: ServerProcess[] = [];
  const postgres = () =>
    Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    folder,
    environment,
    postgres,
    command: async (...given) =>
      (await run(process.execPath, [MAIN, ...given], { env: environment })).stdout.trim(),
    serve: async (changed = {}) => {
      const started = await start({ ...environment, ...changed });
      processes.push(started);
      return started;
    },
    remove: async () => {
      for (const one of processes) await one.kill('SIGTERM');
      try {
        process.kill(postgres(), 'SIGINT');
      } catch {
        // It ended with its server.
      }
      for (let left = 100; left > 0; left -= 1) {
        try {
          rmSync(folder, { recursive: true, force: true });
          break;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
  };
}

async function start(environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-100_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('Serving on') && resolve());
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  return {
    child,
    pid: child.pid ?? 0,
    log: () => log,
    kill: async (signal = 'SIGKILL') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const over = once(child, 'exit');
      child.kill(signal);
      await over;
    },
  };
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
