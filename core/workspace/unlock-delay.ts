import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { FaultError, refuse } from '../../shared/fault.ts';
import type { Clock } from '../ports.ts';
import { fileError, writeAtomically } from './folder-io.ts';

const FREE_ATTEMPTS = 3;
const LONGEST_WAIT_SECONDS = 300;

const Attempts = z.strictObject({ wrong: z.int().min(0).max(1_000_000), last: z.int() });
type Attempts = z.infer<typeof Attempts>;

/**
 * Runs an attempt at opening the workspace, or refuses it where the wait after earlier wrong ones is not over. The
 * count survives restarts; it slows down a guesser at the keyboard, not one who copies the folder: Argon2 does that.
 * Hold the workspace's lock, so that two attempts never count as one.
 */
export async function withUnlockDelay<T>(
  path: string,
  clock: Clock,
  attempt: () => Promise<T> | T,
): Promise<T> {
  const before = readAttempts(path);
  if (before.wrong > 0) refuseDuringWait(path, clock, before);
  // Counted before it is tried: killing the process in between does not buy a free guess.
  const counted = { wrong: before.wrong + 1, last: clock.now() };
  writeAttempts(path, counted);
  try {
    const opened = await attempt();
    forget(path);
    return opened;
  } catch (error) {
    if (isWrongKey(error)) refuse(wrongKey(counted, waitSeconds(counted.wrong)));
    if (before.wrong > 0) writeAttempts(path, before);
    else forget(path);
    throw error;
  }
}

/** Seconds to wait after so many wrong attempts: three are free, then 1, 2, 4 … up to five minutes. */
export function waitSeconds(wrong: number): number {
  return wrong <= FREE_ATTEMPTS ? 0 : Math.min(LONGEST_WAIT_SECONDS, 2 ** (wrong - FREE_ATTEMPTS - 1));
}

function refuseDuringWait(path: string, clock: Clock, attempts: Attempts): void {
  const wait = waitSeconds(attempts.wrong) * 1000;
  const passed = clock.now() - attempts.last;
  if (passed >= wait) return;
  // The clock was put back: the wait starts anew from now, or it would last until the clock is right again.
  if (passed < 0) writeAttempts(path, { ...attempts, last: clock.now() });
  refuse(wrongKey(attempts, Math.ceil((wait - Math.max(0, passed)) / 1000)));
}

function wrongKey(attempts: Attempts, retryAfterSeconds: number) {
  return { code: 'wrong-key', attempts: attempts.wrong, retryAfterSeconds } as const;
}

function isWrongKey(error: unknown): boolean {
  return error instanceof FaultError && error.fault.code === 'wrong-key';
}

/** A count that cannot be read counts as none: whoever could damage it could have deleted it. */
function readAttempts(path: string): Attempts {
  try {
    return Attempts.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { wrong: 0, last: 0 };
  }
}

function writeAttempts(path: string, attempts: Attempts): void {
  writeAtomically(path, Buffer.from(JSON.stringify(attempts)));
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw fileError(error, path);
  }
}
