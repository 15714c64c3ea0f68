import { truncateSync } from 'node:fs';
import { connectPlain, type Database, storageFault } from '../../db/driver.ts';
import { FaultError, refuse } from '../../shared/fault.ts';

/** The one right to work in a workspace; the kernel takes it back when the process dies, however it dies. */
export interface WorkspaceLock {
  release(): void;
}

/** A connection the collector finds unused is closed, and with it the lock would be gone. */
const held = new Set<Database>();

/**
 * Takes the lock at once or refuses with `in-use`, also towards this same process.
 *
 * Never open, copy or read the lock file with `node:fs` while it is held: POSIX drops all locks a process has on a
 * file as soon as it closes any descriptor of it.
 */
export function takeLock(file: string): WorkspaceLock {
  const connection = hold(file) ?? holdMended(file);
  held.add(connection);
  return {
    release() {
      if (held.delete(connection)) connection.close();
    },
  };
}

/** The held connection, or null where the file is not one SQLite knows. */
function hold(file: string): Database | null {
  let connection: Database | undefined;
  try {
    connection = connectPlain(file, { waitMs: 0 });
    // No journal beside it: nothing is ever written.
    connection.pragma('journal_mode=MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection?.close();
    const fault = storageFault(error, 'lock file');
    if (fault?.code === 'corrupt') return null;
    throw fault === null ? error : new FaultError(fault);
  }
}

/** A damaged lock file holds nothing worth keeping, and nobody holds it: a holder would have shown as `in-use`. */
function holdMended(file: string): Database {
  truncateSync(file);
  return hold(file) ?? refuse({ code: 'corrupt', what: 'lock file', detail: 'it cannot be made anew' });
}
