import { setTimeout as wait } from 'node:timers/promises';
import { FaultError } from '../../../shared/fault.ts';
import { tell } from '../../../shared/fault-sentences.ts';
import type { JobContext } from '../../jobs.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { connectedServer, readConnection, readLastTries, writeLastTries } from './connection.ts';
import { readPlace } from './place.ts';
import { type Synced, syncOnce } from './sync.ts';

/** What the background needs of the session it runs in. */
export interface SyncHost {
  readonly current: OpenWorkspace | null;
  /** After an exchange: what it brought has changed any screen; or only its own state has. */
  exchanged(broughtNews: boolean): void;
}

/** Quiet after a change before it is sent, so that a burst of typing is one exchange. */
const SETTLE_MS = 2000;
/** How long without a hint before the server is asked anyway. */
const IDLE_MS = 5 * 60_000;
const FIRST_WAIT_MS = 2000;
const MOST_WAIT_MS = 5 * 60_000;

/**
 * Meets the server of the open workspace: at once, whenever something was written here or the server says that
 * something is new, and every few minutes. After failures it waits longer and longer, never all copies at the same
 * moment. One exchange runs at a time.
 */
export class BackgroundSync {
  readonly #host: SyncHost;
  #stop: AbortController | null = null;
  #running: Promise<Synced> | null = null;
  #wake: () => void = () => {};
  /** Something was written or announced that no exchange has begun after. */
  #due = false;
  metered = false;

  constructor(host: SyncHost) {
    this.#host = host;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  /** Begins to meet the server of the workspace that is open now, if it has one. */
  start(): void {
    this.stop();
    const ws = this.#host.current;
    if (ws === null || readConnection(ws.db) === null) return;
    const stop = new AbortController();
    this.#stop = stop;
    void this.#meetAgainAndAgain(ws, stop.signal).catch(() => {});
    void this.#listen(ws, stop.signal).catch(() => {});
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#wake();
  }

  /** Something was written here. */
  nudge(): void {
    this.#due = true;
    this.#wake();
  }

  /** Meets the server once, now; joins an exchange that is under way. */
  async once(ws: OpenWorkspace, job: JobContext): Promise<Synced> {
    this.#running ??= this.#meet(ws, job).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #meet(ws: OpenWorkspace, job: JobContext): Promise<Synced> {
    const server = connectedServer(ws);
    const triedAt = new Date(ws.now()).toISOString();
    const here = () => this.#host.current !== null && this.#host.current.db === ws.db;
    try {
      const done = await syncOnce(ws, server, job);
      writeLastTries(ws.db, { metAt: triedAt, triedAt, problem: null });
      this.#host.exchanged(done.received.segments + done.files.received > 0 || done.contact !== 'continues');
      return done;
    } catch (error) {
      if (!here()) throw new FaultError({ code: 'cancelled' });
      const fault = error instanceof FaultError ? error.fault : null;
      if (fault !== null && fault.code !== 'cancelled') {
        const { happened, remedy } = tell(fault);
        writeLastTries(ws.db, { ...readLastTries(ws.db), triedAt, problem: `${happened} ${remedy}` });
      }
      this.#host.exchanged(false);
      throw error;
    } finally {
      server.close();
    }
  }

  async #meetAgainAndAgain(ws: OpenWorkspace, signal: AbortSignal): Promise<void> {
    const job: JobContext = { signal, step: () => {} };
    for (let failures = 0; !signal.aborted; ) {
      const connection = readConnection(ws.db);
      if (connection === null) return;
      if (!connection.paused && !this.metered) {
        this.#due = false;
        try {
          await this.once(ws, job);
          failures = 0;
        } catch {
          failures += 1;
        }
      }
      if (signal.aborted) return;
      if (failures === 0) await this.#untilWoken(IDLE_MS, signal);
      else await wait(pauseAfter(failures, ws), undefined, { signal });
      await wait(SETTLE_MS, undefined, { signal });
    }
  }

  /** Waits for a change here or a hint, or for the time to pass. */
  async #untilWoken(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#due) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const over = new AbortController();
    const timer = wait(ms, undefined, { signal: AbortSignal.any([signal, over.signal]), ref: false }).catch(
      () => {},
    );
    await Promise.race([woken, timer]);
    over.abort();
  }

  async #listen(ws: OpenWorkspace, signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const connection = readConnection(ws.db);
      if (connection === null) return;
      if (!connection.paused && !this.metered) {
        const server = connectedServer(ws);
        try {
          await server.live((sequence) => {
            failures = 0;
            if (!signal.aborted && sequence > readPlace(ws.db).read.sequence) this.nudge();
          }, signal);
        } catch {
          // The exchanges themselves say what is in the way.
        } finally {
          server.close();
        }
      }
      if (!signal.aborted) await wait(pauseAfter(Math.max(failures, 1), ws), undefined, { signal });
    }
  }
}

/** Twice as long after every failure, up to five minutes; half of it is drawn. */
function pauseAfter(failures: number, ws: OpenWorkspace): number {
  const grown = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), MOST_WAIT_MS);
  return grown / 2 + (grown / 2) * (ws.ports.random.bytes(2).readUInt16BE() / 65_536);
}
