import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FaultError, refuse } from '../../shared/fault.ts';
import { type WorkspacePaths, workspacePaths } from './folder.ts';
import { fileError, syncFolder, writeAtomically } from './folder-io.ts';
import { takeLock, type WorkspaceLock } from './lock.ts';

/** A folder in which a copy of a workspace is being put together. */
export interface CopyFolder {
  readonly paths: WorkspacePaths;
  readonly lock: WorkspaceLock;
  /** The copy is whole: its key file stands. */
  finish(): void;
  /** Leaves the folder as it was found, and lets go of it. */
  abandon(): void;
}

/**
 * Claims an empty folder, or one in which a copy was cut off before: what that left is cleared away. Nothing else is
 * ever touched. Until the key file stands in it, the folder is no workspace.
 */
export function claimCopyFolder(dir: string): CopyFolder {
  const paths = workspacePaths(dir);
  try {
    const made = mkdirSync(paths.dir, { recursive: true, mode: 0o700 }) !== undefined;
    const leftover = existsSync(paths.unfinished) && !existsSync(paths.keys);
    if (!leftover && readdirSync(paths.dir).length > 0)
      refuse({ code: 'invalid-input', detail: 'this folder is not empty', where: paths.dir });
    writeAtomically(paths.unfinished, new Uint8Array());
    const lock = takeLock(paths.lock);
    clear(paths);
    for (const folder of [paths.vault, paths.incoming]) mkdirSync(folder, { mode: 0o700 });
    syncFolder(paths.dir);
    syncFolder(dirname(paths.dir));
    return {
      paths,
      lock,
      finish: () => rmSync(paths.unfinished, { force: true }),
      abandon() {
        clear(paths);
        lock.release();
        for (const file of [paths.lock, paths.unfinished]) rmSync(file, { force: true });
        if (made) rmdirSync(paths.dir);
      },
    };
  } catch (error) {
    throw notAFolder(error) ?? fileError(error, paths.dir);
  }
}

/** Removes what a copy is made of, but not the lock that is held and the mark that it is one. */
function clear(paths: WorkspacePaths): void {
  const stay = [paths.lock, paths.unfinished].map((path) => basename(path));
  for (const name of readdirSync(paths.dir).filter((found) => !stay.includes(found)))
    rmSync(join(paths.dir, name), { recursive: true, force: true });
}

function notAFolder(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'EEXIST' && code !== 'ENOTDIR') return null;
  return new FaultError({
    code: 'invalid-input',
    detail: 'a file stands where the folder should be',
    where: String((error as { path?: unknown }).path ?? ''),
  });
}
