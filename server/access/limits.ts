import { createHmac } from 'node:crypto';
import type { Bucket } from '../tenancy/bucket.ts';
import type { Tenancy } from '../tenancy/tenancy.ts';
import { Problem } from './problem.ts';

export interface LimitSettings {
  /** Of one process, before anything is looked at. */
  readonly address: Bucket;
  /** Of one process, and the same again over all of them. */
  readonly device: Bucket;
  /** Connections that one device keeps open at one process to listen. */
  readonly listeners: number;
  /** Wrong one-time codes from an address; when they are used up it is locked out until some come back. */
  readonly wrongCodes: Bucket;
}

export const DEFAULT_LIMITS: LimitSettings = {
  address: { capacity: 2000, perSecond: 500 },
  device: { capacity: 1000, perSecond: 200 },
  listeners: 16,
  wrongCodes: { capacity: 10, perSecond: 10 / 900 },
};

/** Buckets of tokens in this process; what all processes share is in PostgreSQL. */
export class Limits {
  readonly settings: LimitSettings;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #secret: Uint8Array;

  constructor(settings: LimitSettings, secret: Uint8Array) {
    this.settings = settings;
    this.#secret = secret;
  }

  /** Refuses who has no token left in this process. */
  demand(kind: 'address' | 'device', who: string, at: Date): void {
    const bucket = this.settings[kind];
    const key = `${kind}:${who}`;
    const now = at.getTime() / 1000;
    const before = this.#buckets.get(key) ?? { tokens: bucket.capacity, at: now };
    const tokens = Math.min(bucket.capacity, before.tokens + Math.max(0, now - before.at) * bucket.perSecond);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > 50_000) this.#forgetOldest();
    if (tokens < 1) throw tooMany(bucket, `limit-${kind}`);
  }

  /** Refuses an address that has guessed too often. */
  async demandUnlocked(tenancy: Tenancy, address: string, at: Date): Promise<void> {
    const left = await tenancy.left(this.#keyOf('wrong-code', address), this.settings.wrongCodes, at);
    if (left < 1) throw tooMany(this.settings.wrongCodes, 'locked-out');
  }

  async countWrongCode(tenancy: Tenancy, address: string, at: Date): Promise<void> {
    await tenancy.spend(this.#keyOf('wrong-code', address), this.settings.wrongCodes, at);
  }

  /** The bucket of a device that all processes share, by a key that the caller spends from. */
  sharedOf(device: string): { readonly key: string; readonly bucket: Bucket } {
    return { key: this.#keyOf('device', device), bucket: this.settings.device };
  }

  /** The database learns no address. */
  #keyOf(kind: string, who: string): string {
    return `${kind}:${createHmac('sha256', this.#secret).update(`${kind}\n${who}`).digest('base64url')}`;
  }

  #forgetOldest(): void {
    for (const key of [...this.#buckets.keys()].slice(0, 10_000)) this.#buckets.delete(key);
  }
}

export function tooMany(bucket: Bucket, reason: string): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(1 / bucket.perSecond));
  return new Problem('too-many-requests', {}, { reason, retryAfterSeconds });
}
