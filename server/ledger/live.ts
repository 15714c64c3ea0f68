import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../database/driver.ts';
import type { Log } from '../http/log.ts';

/** Told in the transaction that moves a workspace on, so every process hears of it when it is committed. */
export const HEAD_CHANNEL = 'bindery_head';
const BEAT_SECONDS = 25;

export function headMessage(workspace: string, sequence: number): string {
  return JSON.stringify({ workspace, sequence });
}

/** A device is shut out: whoever listens in its name is hung up on. */
export function revokedMessage(workspace: string, device: string): string {
  return JSON.stringify({ workspace, revoked: device });
}

/** One listening device; `write` answers false where it takes no more. */
export interface Listener {
  readonly device: string;
  write(text: string): boolean;
  close(): void;
}

/** Hands the hint "the head moved" on to the devices that listen at this process. It is a hint: nothing depends on it. */
export class Live {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #byDevice = new Map<string, number>();
  readonly #connect: () => Client;
  readonly #log: Log;
  readonly #onCount: (count: number) => void;
  #client: Client | null = null;
  #count = 0;
  #closed = false;
  #beat: NodeJS.Timeout | null = null;

  constructor(connect: () => Client, log: Log, onCount: (count: number) => void) {
    this.#connect = connect;
    this.#log = log;
    this.#onCount = onCount;
  }

  get count(): number {
    return this.#count;
  }

  /** How many connections of one device listen at this process. */
  countOf(workspace: string, device: string): number {
    return this.#byDevice.get(`${workspace}/${device}`) ?? 0;
  }

  async start(): Promise<void> {
    this.#beat = setInterval(() => this.#toAll(': still here\n\n'), BEAT_SECONDS * 1000);
    this.#beat.unref();
    await this.#listen();
  }

  add(workspace: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(workspace) ?? new Set();
    this.#listeners.set(workspace, listeners.add(listener));
    const key = `${workspace}/${listener.device}`;
    this.#byDevice.set(key, this.countOf(workspace, listener.device) + 1);
    this.#counted(1);
    return () => {
      if (!listeners.delete(listener)) return;
      const left = this.countOf(workspace, listener.device) - 1;
      if (left > 0) this.#byDevice.set(key, left);
      else this.#byDevice.delete(key);
      if (listeners.size === 0) this.#listeners.delete(workspace);
      this.#counted(-1);
    };
  }

  async stop(): Promise<void> {
    this.#closed = true;
    if (this.#beat) clearInterval(this.#beat);
    this.#hangUp();
    await this.#client?.end().catch(() => {});
  }

  async #listen(): Promise<void> {
    const client = this.#connect();
    // Both may come for one break; the second finds it handled.
    client.on('error', (error) => void this.#again(client, error.message));
    client.on('end', () => void this.#again(client, 'ended'));
    client.on('notification', (message) => this.#heard(message.payload ?? ''));
    await client.connect();
    await client.query(`LISTEN ${HEAD_CHANNEL}`);
    this.#client = client;
  }

  /** After a break nobody knows what was missed: the listeners are hung up on, come again and hear where the head is. */
  async #again(broken: Client, detail: string): Promise<void> {
    if (this.#closed || this.#client !== broken) return;
    this.#client = null;
    this.#log.warn('live-broken', { detail });
    for (let wait = 100; !this.#closed && this.#client === null; wait = Math.min(wait * 2, 5_000)) {
      await pause(wait + Math.random() * wait);
      try {
        await this.#listen();
        this.#hangUp();
      } catch (error) {
        this.#log.warn('live-broken', { detail: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  #heard(payload: string): void {
    const said = JSON.parse(payload) as { workspace: string; sequence?: number; revoked?: string };
    const listeners = this.#listeners.get(said.workspace);
    if (!listeners) return;
    for (const one of [...listeners]) {
      if (said.revoked === one.device) one.close();
      else if (said.sequence !== undefined && !one.write(headEvent(said.sequence))) one.close();
    }
  }

  #toAll(text: string): void {
    for (const listeners of [...this.#listeners.values()]) {
      for (const one of [...listeners]) if (!one.write(text)) one.close();
    }
  }

  #hangUp(): void {
    for (const listeners of [...this.#listeners.values()]) for (const one of [...listeners]) one.close();
  }

  #counted(by: number): void {
    this.#count += by;
    this.#onCount(this.#count);
  }
}

export function headEvent(sequence: number): string {
  return `event: head\ndata: ${JSON.stringify({ sequence })}\n\n`;
}
