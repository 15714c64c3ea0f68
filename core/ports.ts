import { randomBytes } from 'node:crypto';

/** Milliseconds since 1970, as this machine claims. */
export interface Clock {
  now(): number;
}

/** Bytes nobody can foresee; a test hands in its own. */
export interface Random {
  bytes(count: number): Buffer;
}

/** Ids of records that are not derived from their content: 32 hex digits, like the derived ones. */
export interface Ids {
  next(): string;
}

/** What a use case may not reach for itself: time and chance. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
}

/** Ids drawn from a source of chance. */
export function idsFrom(random: Random): Ids {
  return { next: () => random.bytes(16).toString('hex') };
}

const random: Random = { bytes: (count) => randomBytes(count) };

export const systemPorts: Ports = { clock: { now: () => Date.now() }, random, ids: idsFrom(random) };
