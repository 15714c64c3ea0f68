import { resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Fault } from '../shared/fault.ts';

/** A connection of the one SQLite driver; this module is the only one that imports it. */
export type Database = Sqlite.Database;
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = Sqlite.Statement<
  Parameters,
  Row
>;

/** SQLCipher 4 (AES-256, HMAC-SHA512 over every page): the standard tool opens our files. */
const CIPHER = { name: 'sqlcipher', legacy: 4 } as const;

export interface ConnectOptions {
  readonly readonly?: boolean;
  /** Refuses to create the file. */
  readonly mustExist?: boolean;
  /** How long to wait for a lock held by somebody else. */
  readonly waitMs?: number;
}

/** Connects to an unencrypted file. Nothing secret may go there. */
export function connectPlain(file: string, options: ConnectOptions = {}): Database {
  // The driver trims the name it is given, which would open another file where a folder starts with a space.
  return new Sqlite(resolve(file), {
    readonly: options.readonly ?? false,
    fileMustExist: options.mustExist ?? false,
    timeout: options.waitMs ?? 5000,
  });
}

/** Connects to an encrypted file. A wrong key shows at the first read, not here. */
export function connectEncrypted(file: string, keyHex: string, options: ConnectOptions = {}): Database {
  if (!/^[0-9a-f]{64}$/.test(keyHex)) throw new TypeError('the database key is not 64 lower-case hex digits');
  const connection = connectPlain(file, options);
  connection.pragma(`cipher='${CIPHER.name}'`);
  connection.pragma(`legacy=${CIPHER.legacy}`);
  connection.pragma(`key="x'${keyHex}'"`);
  // Spilled sorts and temporary tables are written in plaintext unless they stay in memory.
  connection.pragma('temp_store=MEMORY');
  return connection;
}

/** The fault behind an error of the driver, or null where it is a bug of ours. */
export function storageFault(error: unknown, what: string): Fault | null {
  if (!(error instanceof Sqlite.SqliteError)) return null;
  const kind = error.code.split('_').slice(0, 2).join('_');
  return FAULT_OF[kind]?.(what, error.message) ?? null;
}

const damaged = (what: string, detail: string): Fault => ({ code: 'corrupt', what, detail });
const unavailable = (what: string, detail: string): Fault => ({ code: 'unavailable', what, detail });

const FAULT_OF: Readonly<Record<string, (what: string, message: string) => Fault>> = {
  SQLITE_NOTADB: (what) => damaged(what, 'its first page cannot be decrypted'),
  SQLITE_CORRUPT: (what, message) => damaged(what, message),
  SQLITE_BUSY: () => ({ code: 'in-use' }),
  SQLITE_LOCKED: () => ({ code: 'in-use' }),
  SQLITE_FULL: () => unavailable('disk', 'there is no space left'),
  SQLITE_IOERR: (what, message) => unavailable(what, `${message}; the disk may be full or failing`),
  SQLITE_CANTOPEN: unavailable,
  SQLITE_READONLY: unavailable,
  SQLITE_PERM: unavailable,
};
