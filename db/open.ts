import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { FaultError, refuse } from '../shared/fault.ts';
import { connectEncrypted, type Database, storageFault } from './driver.ts';
import { type Migration, migrate, newestSchema, refuseNewer, schemaVersion } from './migrate.ts';

export interface OpenOptions {
  readonly migrations: readonly Migration[];
  /** When migrations are applied, for their record. */
  readonly now?: Date;
}

const CACHE_KIB = 256 * 1024;
const SMALL_CACHE_KIB = 16 * 1024;
const WRITING_CACHE_KIB = 32 * 1024;

/** Creates an encrypted database with the newest schema; refuses where a file is. */
export function createDatabase(file: string, keyHex: string, options: OpenOptions): Database {
  if (existsSync(file)) refuse({ code: 'invalid-input', detail: 'there is a database already', where: file });
  withFaults(() => {
    const first = connect(file, keyHex, false);
    closeAfter(first, () => migrate(first, options.migrations, options.now ?? new Date()));
  });
  refusePlaintext(file);
  return openDatabase(file, keyHex, options);
}

/**
 * Opens an encrypted database and brings its schema up to date. It is looked at read-only first, so a truncated,
 * damaged or newer file is refused exactly as it was found. Before a migration the file is copied aside to
 * `copyBeforeMigration(file)`.
 */
export function openDatabase(file: string, keyHex: string, options: OpenOptions): Database {
  return withFaults(() => {
    const version = probe(file, keyHex);
    refuseNewer(version, options.migrations);
    if (version < newestSchema(options.migrations)) copyAside(file, keyHex, version);
    const db = connect(file, keyHex, true);
    return closeOnThrow(db, () => migrate(db, options.migrations, options.now ?? new Date()));
  });
}

/**
 * Whether every commit waits until it is on the disk, as it does for people's work. Only for what is made anew from
 * nothing and thrown away if it is not finished; turned on again before it is anybody's.
 */
export function waitForDisk(db: Database, wait: boolean): void {
  db.pragma(`synchronous=${wait ? 'FULL' : 'OFF'}`);
}

/**
 * Runs work that reads through the tables once: what it reads is not kept as what people look at again and again is, so
 * that a large workspace takes no more memory for it than a small one.
 */
export async function withSmallCache<T>(db: Database, work: () => Promise<T>): Promise<T> {
  db.pragma(`cache_size=-${SMALL_CACHE_KIB}`);
  db.pragma('shrink_memory');
  try {
    return await work();
  } finally {
    if (db.open) db.pragma(`cache_size=-${CACHE_KIB}`);
  }
}

/**
 * Runs work that writes far more than anybody will look at soon: a page goes to the disk once it has to make room, where
 * otherwise all of them would be in memory until the end. Where little is there yet, what was is journalled and what
 * comes goes to its place at once: the log would have every page encrypted, read again and encrypted once more. Either
 * way a commit waits for the disk, and what is cut before it is undone when the file is opened next.
 */
export function withWritingCache<T>(db: Database, work: () => T): T {
  db.pragma(`cache_size=-${WRITING_CACHE_KIB}`);
  db.pragma('shrink_memory');
  const journalled = sizeWithin(db) <= LITTLE_BYTES && journalInsteadOfLog(db);
  try {
    return work();
  } finally {
    if (journalled) logAgain(db);
    db.pragma(`cache_size=-${CACHE_KIB}`);
  }
}

const LITTLE_BYTES = 32 * 1024 * 1024;

function sizeWithin(db: Database): number {
  return Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
}

/** Not while anybody else has the file open, and then nobody waits for it. */
function journalInsteadOfLog(db: Database): boolean {
  if (db.inTransaction) return false;
  const wait = Number(db.pragma('busy_timeout', { simple: true }));
  db.pragma('busy_timeout=0');
  try {
    // Emptied and not removed: that it is gone would not be sure to outlast a power cut.
    return db.pragma('journal_mode=TRUNCATE', { simple: true }) === 'truncate';
  } catch (error) {
    if (storageFault(error, 'database')?.code !== 'in-use') throw error;
    return false;
  } finally {
    db.pragma(`busy_timeout=${wait}`);
  }
}

/** Where somebody opened the file meanwhile it stays as it is until it is opened next. */
function logAgain(db: Database): void {
  try {
    db.pragma('journal_mode=DELETE');
    db.pragma('journal_mode=WAL');
  } catch (error) {
    if (storageFault(error, 'database')?.code !== 'in-use') throw error;
  }
}

/** Where the file stands as it was before the last migration; still encrypted under the same key. */
export function copyBeforeMigration(file: string): string {
  return `${file}.before-migration`;
}

/** Reads every page against its authentication code and every reference; answers what is wrong, or nothing. */
export function checkDatabase(db: Database): string[] {
  // A page in the cache would be believed without looking at the disk.
  db.pragma('shrink_memory');
  try {
    const rows = db.pragma('integrity_check(20)') as readonly { integrity_check: string }[];
    const lines = rows.flatMap((row) => row.integrity_check.split('\n')).filter((line) => line !== 'ok');
    const orphans = db.pragma('foreign_key_check') as readonly { table: string; parent: string }[];
    return [...lines, ...orphans.map((row) => `a row of ${row.table} has lost its ${row.parent}`)];
  } catch (error) {
    const fault = storageFault(error, 'database');
    if (fault?.code !== 'corrupt') throw error;
    return [fault.detail];
  }
}

function connect(file: string, keyHex: string, mustExist: boolean): Database {
  const db = connectEncrypted(file, keyHex, { mustExist });
  return closeOnThrow(db, () => {
    db.pragma('journal_mode=WAL');
    db.pragma('synchronous=FULL');
    db.pragma(`cache_size=-${CACHE_KIB}`);
    db.pragma('foreign_keys=ON');
    db.pragma('trusted_schema=OFF');
  });
}

/** Looks at a file without changing it and answers its schema version. */
function probe(file: string, keyHex: string): number {
  if (sizeOf(file) === 0) damaged('it is empty');
  undoUnfinished(file, keyHex);
  const bytes = sizeOf(file);
  const wal = `${file}-wal`;
  const hotWal = existsSync(wal) && statSync(wal).size > 0;
  return leavingNothing([wal, `${file}-shm`], () => {
    const db = connectEncrypted(file, keyHex, { readonly: true, mustExist: true });
    return closeAfter(db, () => {
      const version = schemaVersion(db);
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      refuseShort(db, bytes, hotWal);
      return version;
    });
  });
}

/** What was cut before its commit is undone from the journal it left, which takes a connection that may write. */
function undoUnfinished(file: string, keyHex: string): void {
  const left = statSync(`${file}-journal`, { throwIfNoEntry: false });
  if (left === undefined || left.size === 0) return;
  const db = connectEncrypted(file, keyHex, { mustExist: true });
  closeAfter(db, () => db.prepare('SELECT count(*) FROM sqlite_master').get());
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) return refuse({ code: 'corrupt', what: 'database', detail: 'its file is missing' });
  return found.size;
}

/** SQLite opens a file that lost its tail and fails later; pages may be missing only while the log still has them. */
function refuseShort(db: Database, bytes: number, hotWal: boolean): void {
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  const expected = Number(db.pragma('page_count', { simple: true })) * pageSize;
  if (bytes >= expected && bytes % pageSize === 0) return;
  if (!hotWal) damaged(`it has ${bytes} bytes where ${expected} are due`);
  const said = db.pragma('quick_check(1)', { simple: true });
  if (said !== 'ok') damaged(String(said));
}

function damaged(detail: string): never {
  refuse({ code: 'corrupt', what: 'database', detail });
}

/** A read-only connection creates the log and its index and cannot remove them again. */
function leavingNothing<T>(sideFiles: readonly string[], look: () => T): T {
  const created = sideFiles.filter((side) => !existsSync(side));
  try {
    return look();
  } finally {
    for (const side of created) rmSync(side, { force: true });
  }
}

/**
 * The log is brought home and the connection closed before the file is touched from outside SQLite: closing any
 * descriptor of an open database drops the kernel locks this process holds on it.
 */
function copyAside(file: string, keyHex: string, version: number): void {
  const db = connect(file, keyHex, true);
  closeAfter(db, () => db.pragma('wal_checkpoint(TRUNCATE)'));
  const copy = copyBeforeMigration(file);
  const unfinished = `${copy}.part`;
  copyFileSync(file, unfinished);
  syncFile(unfinished);
  if (probe(unfinished, keyHex) !== version) damaged('the copy made before the migration is not the same');
  renameSync(unfinished, copy);
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refusePlaintext(file: string): void {
  const header = Buffer.alloc(15);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1') !== 'SQLite format 3') return;
  rmSync(file);
  throw new Error('the driver wrote an unencrypted database');
}

function closeAfter<T>(db: Database, work: () => T): T {
  try {
    return work();
  } finally {
    db.close();
  }
}

function closeOnThrow(db: Database, work: () => unknown): Database {
  try {
    work();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function withFaults<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const fault = storageFault(error, 'database');
    throw fault === null ? error : new FaultError(fault);
  }
}
