import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { refuse } from '../../shared/fault.ts';
import { fileError, syncFolder } from './folder-io.ts';

/** What stands in the folder of a workspace. */
export interface WorkspacePaths {
  readonly dir: string;
  /** The key slots: the only file that says anything in the clear, and it names nobody. */
  readonly keys: string;
  readonly database: string;
  /** Held by the process that has the workspace open; never open it with `node:fs` (see `lock.ts`). */
  readonly lock: string;
  readonly vault: string;
  /** Encrypted files on their way into the vault. */
  readonly incoming: string;
  readonly attempts: string;
  /** Encrypted copies of the database from before something large was taken in. */
  readonly backups: string;
  /** Stands while a copy that comes from elsewhere is being put together. */
  readonly unfinished: string;
  /** Encrypted files of other copies, as much of them as has come so far; made when the first is fetched. */
  readonly arriving: string;
}

export function workspacePaths(dir: string): WorkspacePaths {
  const root = resolve(dir);
  return {
    dir: root,
    keys: join(root, 'keys.json'),
    database: join(root, 'workspace.db'),
    lock: join(root, 'lock'),
    vault: join(root, 'vault'),
    incoming: join(root, 'incoming'),
    attempts: join(root, 'attempts.json'),
    backups: join(root, 'backups'),
    arriving: join(root, 'arriving'),
    unfinished: join(root, 'unfinished-copy'),
  };
}

/** Makes the folder of a new workspace; whatever is in it already is never touched. */
export function createWorkspaceFolder(dir: string): WorkspacePaths {
  const paths = workspacePaths(dir);
  try {
    mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
    if (readdirSync(paths.dir).length > 0) {
      refuse({ code: 'invalid-input', detail: 'this folder is not empty', where: paths.dir });
    }
    mkdirSync(paths.vault, { mode: 0o700 });
    mkdirSync(paths.incoming, { mode: 0o700 });
    syncFolder(paths.dir);
    syncFolder(dirname(paths.dir));
  } catch (error) {
    if (isCode(error, 'EEXIST') || isCode(error, 'ENOTDIR')) {
      refuse({ code: 'invalid-input', detail: 'a file stands where the folder should be', where: paths.dir });
    }
    throw fileError(error, paths.dir);
  }
  return paths;
}

/** The paths of a workspace that is there; tells a folder that never was one from one that lost its keys. */
export function findWorkspace(dir: string): WorkspacePaths {
  const paths = workspacePaths(dir);
  if (existsSync(paths.keys)) return paths;
  if (existsSync(paths.unfinished)) {
    refuse({
      code: 'unavailable',
      what: 'this copy',
      detail: 'it was cut off before it was whole',
      remedy: 'Make the copy again in the same folder.',
    });
  }
  if (existsSync(paths.database)) refuse({ code: 'corrupt', what: 'key file', detail: 'it is missing' });
  return refuse({ code: 'not-found', what: 'workspace', id: paths.dir });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
