import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve as absolute, basename, join } from 'node:path';
import { storageFault } from '../db/driver.ts';
import { memberById } from '../db/queries/people.ts';
import { TOPICS, type Topic } from '../shared/contract/system.ts';
import { type Access, mayAccess } from '../shared/domain/permissions.ts';
import { type Fault, FaultError, refuse } from '../shared/fault.ts';
import { StagedFiles } from './evidence/staged-files.ts';
import { Jobs } from './jobs.ts';
import { sealOpen } from './ledger/seal.ts';
import { type Ports, systemPorts } from './ports.ts';
import type { CoreOptions } from './root.ts';
import { BackgroundSync } from './sync/server/background.ts';
import type { Argon2Cost } from './workspace/key-file.ts';
import { type OpenWorkspace, sealAndClose } from './workspace/open-workspace.ts';

/** Entries are sealed once nothing was written for this long. */
const IDLE_SEAL_MS = 4000;
const RECENT = 12;

/** Cheaper in tests; people get the defaults. */
export interface HostCosts {
  readonly cost?: Argon2Cost;
  /** Of a bundle's passphrase, as a power of two. */
  readonly scryptWork?: number;
}

/** The state one core has between calls: the open workspace, its jobs, its uploads, and who listens. */
export class Host {
  readonly options: CoreOptions & HostCosts;
  readonly ports: Ports;
  readonly jobs: Jobs;
  readonly sync: BackgroundSync;
  staged = new StagedFiles();
  #open: OpenWorkspace | null = null;
  #idle: NodeJS.Timeout | null = null;
  readonly #listeners = new Set<(topics: readonly Topic[]) => void>();

  constructor(options: CoreOptions & HostCosts & { readonly ports?: Ports }) {
    this.options = options;
    this.ports = options.ports ?? systemPorts;
    this.jobs = new Jobs(this.ports.ids, toFault, () => this.changed('jobs'));
    this.sync = new BackgroundSync(this);
  }

  get current(): OpenWorkspace | null {
    return this.#open;
  }

  /** The open workspace, for a caller who may do this. */
  demand(access: Access): OpenWorkspace {
    this.lockIfLeft();
    const open = this.#open;
    if (open === null) return refuse({ code: 'locked' });
    const verdict = mayAccess(open.member().role, access);
    if (!verdict.allowed) refuse({ code: 'forbidden', detail: verdict.because });
    return open;
  }

  /** Locks where an entry came in that ended the membership of whoever works here. */
  lockIfLeft(): void {
    const open = this.#open;
    if (open !== null && memberById(open.db, open.secrets.member)?.role === 'none') this.lock();
  }

  /** Takes a workspace as the open one; the one before is sealed and closed. Of one who left it is closed again. */
  adopt(open: OpenWorkspace): void {
    this.lock();
    try {
      open.member();
    } catch (error) {
      sealAndClose(open);
      throw error;
    }
    this.#open = open;
    this.staged = new StagedFiles();
    this.remember(open.paths.dir);
    this.followServer();
    this.changed(...TOPICS);
  }

  /** Meets the server of the open workspace in the background, where there is a workbench to show it. */
  followServer(): void {
    const { shell } = this.options;
    if (shell === 'browser' || shell === 'electron') this.sync.start();
  }

  exchanged(broughtNews: boolean): void {
    if (broughtNews) this.changed(...TOPICS);
    else this.changed('session', 'ledger');
  }

  /** The same workspace under new keys of its member. */
  replace(open: OpenWorkspace): void {
    this.#open = open;
    this.changed('session', 'members');
  }

  lock(): boolean {
    const open = this.#open;
    if (open === null) return false;
    this.jobs.cancelAll();
    this.sync.stop();
    this.#open = null;
    if (this.#idle !== null) clearTimeout(this.#idle);
    sealAndClose(open);
    this.changed(...TOPICS);
    return true;
  }

  changed(...topics: Topic[]): void {
    for (const listener of this.#listeners) listener(topics);
  }

  /** After a change: tells who listens, and seals once it has been quiet. */
  wrote(...topics: Topic[]): void {
    this.changed(...topics, 'ledger');
    this.sync.nudge();
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.sealNow(), IDLE_SEAL_MS);
    this.#idle.unref();
  }

  /** Entries of other copies came in: they may concern any record. */
  tookIn(): void {
    this.wrote(
      'frameworks',
      'engagements',
      'assessments',
      'evidence',
      'checklists',
      'review',
      'members',
      'binders',
      'programme',
      'session',
    );
  }

  sealNow(): number {
    if (this.#open === null) return 0;
    const entries = sealOpen(this.#open);
    if (entries > 0) this.changed('ledger', 'session');
    return entries;
  }

  /** Streams changed topics to one listener; changes that come while it is busy are joined. */
  async *changes(signal: AbortSignal | undefined): AsyncGenerator<{ topics: Topic[] }, void> {
    const pending = new Set<Topic>();
    let wake: () => void = () => {};
    const listener = (topics: readonly Topic[]) => {
      for (const topic of topics) pending.add(topic);
      wake();
    };
    this.#listeners.add(listener);
    signal?.addEventListener('abort', () => wake(), { once: true });
    try {
      while (signal?.aborted !== true) {
        if (pending.size === 0) await new Promise<void>((resolve) => (wake = resolve));
        if (pending.size > 0) {
          const topics = [...pending];
          pending.clear();
          yield { topics };
        }
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  #recentFile(): string {
    return join(this.options.home, 'recent.json');
  }

  /** Folders opened here before, newest first. Only their paths are kept: names are inside the encryption. */
  recent(): { dir: string; folder: string; openedAt: string; present: boolean }[] {
    return this.#readRecent().map(({ dir, openedAt }) => ({
      dir,
      folder: basename(dir),
      openedAt,
      present: existsSync(join(dir, 'keys.json')),
    }));
  }

  #readRecent(): { dir: string; openedAt: string }[] {
    try {
      const list = JSON.parse(readFileSync(this.#recentFile(), 'utf8')) as unknown;
      if (!Array.isArray(list)) return [];
      return list.filter(
        (item): item is { dir: string; openedAt: string } =>
          typeof item?.dir === 'string' && typeof item.openedAt === 'string',
      );
    } catch {
      return [];
    }
  }

  /** A home that cannot be written is no reason to keep a workspace shut. */
  remember(dir: string): void {
    const others = this.#readRecent().filter((item) => item.dir !== dir);
    const first = { dir, openedAt: new Date(this.ports.clock.now()).toISOString() };
    try {
      this.#writeRecent([first, ...others].slice(0, RECENT));
    } catch (error) {
      if (diskFault(error) === null) throw error;
    }
  }

  forget(dir: string): void {
    this.#writeRecent(this.#readRecent().filter((item) => item.dir !== absolute(dir)));
  }

  #writeRecent(list: readonly { dir: string; openedAt: string }[]): void {
    mkdirSync(this.options.home, { recursive: true });
    // Several commands may run at once.
    const part = `${this.#recentFile()}.${process.pid}.part`;
    writeFileSync(part, JSON.stringify(list, null, 2));
    renameSync(part, this.#recentFile());
  }
}

/** Any error as a fault. A bug gets a reference; its stack goes to the log file and never to a caller. */
export function toFault(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const storage = storageFault(error, 'database') ?? diskFault(error);
  if (storage !== null) return storage;
  const reference = randomUUID().slice(0, 8);
  const log = process.env.BINDERY_LOG;
  if (log !== undefined && log !== '') {
    const stack = error instanceof Error ? error.stack : String(error);
    appendFileSync(log, `${new Date().toISOString()} ${reference} ${stack}\n`);
  }
  return { code: 'internal', reference };
}

const DISK: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left',
  EACCES: 'access was denied',
  EPERM: 'access was denied',
  EROFS: 'it is read-only',
  ENOENT: 'it is not there',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EMFILE: 'too many files are open',
};

function diskFault(error: unknown): Fault | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = DISK[code];
  return detail === undefined ? null : { code: 'unavailable', what: 'file or folder', detail };
}
