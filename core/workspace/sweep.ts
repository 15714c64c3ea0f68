import { readdirSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../ports.ts';
import { fileError } from './folder-io.ts';
import { type Store, storedName, storedPath } from './vault-store.ts';

/** What a sweep did. */
export interface Swept {
  /** Stored files that nothing had named for the whole grace period. */
  readonly removed: number;
  /** Stored files that nothing names, waiting for the grace period to end. */
  readonly waiting: number;
  /** Files a killed process left half-written. */
  readonly abandoned: number;
}

/** A stored file on disk; its content cannot be told from its name. */
export interface StoredFile {
  readonly name: string;
  /** Bytes on disk, encryption included. */
  readonly bytes: number;
}

const UNUSED = '.unused';
const STORED_NAME = /^[0-9a-f]{64}$/;

/**
 * Marks stored files that nothing names and removes those marked longer than the grace period. The mark is an empty
 * file beside it, so a file that was in use for years is not gone the moment its last link is, and naming it again
 * within the grace period keeps it.
 */
export function sweepVault(store: Store, clock: Clock, keep: ReadonlySet<string>, graceMs: number): Swept {
  try {
    const abandoned = removeAbandoned(store);
    const named = new Set([...keep].flatMap((sha256) => namesOf(store, sha256)));
    let removed = 0;
    let waiting = 0;
    for (const { name } of listStored(store.vault)) {
      const path = storedPath(store.vault, name);
      if (named.has(name)) unmark(path);
      else if (removeIfDue(path, clock, graceMs)) removed++;
      else waiting++;
    }
    removeEmptyFolders(store.vault);
    return { removed, waiting, abandoned };
  } catch (error) {
    throw fileError(error, store.vault);
  }
}

/** Takes the mark off a file that is named again. */
export function unmark(path: string): void {
  rmSync(path + UNUSED, { force: true });
}

export function listStored(vault: string): StoredFile[] {
  return foldersOf(vault).flatMap((folder) =>
    readdirSync(join(vault, folder))
      .filter((name) => STORED_NAME.test(name))
      .map((name) => ({ name, bytes: statSync(join(vault, folder, name)).size })),
  );
}

/** Removes what a killed process left in `incoming`; the lock says that no other process is writing there. */
function removeAbandoned(store: Store): number {
  const left = readdirSync(store.incoming).filter((name) => !store.unfinished.has(name));
  for (const name of left) rmSync(join(store.incoming, name), { recursive: true, force: true });
  return left.length;
}

function namesOf(store: Store, sha256: string): string[] {
  return store.keyring.epochs.map((epoch) => storedName(epoch, sha256));
}

function removeIfDue(path: string, clock: Clock, graceMs: number): boolean {
  const mark = path + UNUSED;
  const marked = statSync(mark, { throwIfNoEntry: false });
  if (marked === undefined && graceMs > 0) {
    writeFileSync(mark, '', { mode: 0o600 });
    const now = clock.now() / 1000;
    utimesSync(mark, now, now);
    return false;
  }
  if (marked !== undefined && clock.now() - marked.mtimeMs < graceMs) return false;
  rmSync(path);
  rmSync(mark, { force: true });
  return true;
}

function removeEmptyFolders(vault: string): void {
  for (const folder of foldersOf(vault)) {
    if (readdirSync(join(vault, folder)).length === 0) rmdirSync(join(vault, folder));
  }
}

function foldersOf(vault: string): string[] {
  return readdirSync(vault).filter((name) => /^[0-9a-f]{2}$/.test(name));
}
