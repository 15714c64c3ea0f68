import { spawnSync } from 'node:child_process';
import { createDecipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEncrypted, type Database } from '../../../db/driver.ts';
import type { Migration } from '../../../db/migrate.ts';
import {
  checkDatabase,
  createDatabase,
  openDatabase,
  withSmallCache,
  withWritingCache,
} from '../../../db/open.ts';
import { type Fault, FaultError } from '../../../shared/fault.ts';

const PAGE = 4096;
const key = randomBytes(32).toString('hex');
const first: Migration = {
  number: 1,
  name: 'notes',
  sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;',
};
const second: Migration = {
  number: 2,
  name: 'tags',
  sql: 'CREATE TABLE tag (id INTEGER PRIMARY KEY) STRICT;',
};
const migrations = [first];

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-open-'));
  file = join(folder, 'workspace.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(db: Database, rows: number): void {
  const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
  db.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run(`secret sentence ${row} ${'x'.repeat(300)}`);
  })();
}

function createWith(rows: number): void {
  const db = createDatabase(file, key, { migrations });
  write(db, rows);
  db.close();
}

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The whole folder as names and bytes, to compare before and after. */
function picture(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((n) => [n, readFileSync(join(folder, n)).toString('base64')]),
  );
}

describe('an encrypted database', () => {
  test('opens with its key, durable, in write-ahead mode, with references enforced', () => {
    createWith(3);
    const db = openDatabase(file, key, { migrations });
    const settings = [
      'journal_mode',
      'synchronous',
      'temp_store',
      'cache_size',
      'foreign_keys',
      'user_version',
    ];
    expect(settings.map((name) => db.pragma(name, { simple: true }))).toEqual(['wal', 2, 2, -262144, 1, 1]);
    expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(3);
    db.close();
  });

  test('shows no word of a record on disk, not even in the log of an open connection', () => {
    const db = createDatabase(file, key, { migrations });
    write(db, 50);
    expect(readdirSync(folder)).toContain('workspace.db-wal');
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name)).toString('latin1');
      expect(bytes).not.toContain('secret sentence');
      expect(bytes).not.toContain('CREATE TABLE');
      expect(bytes).not.toContain('SQLite format 3');
    }
    db.close();
  });

  test('is in the format of SQLCipher 4, as its definition reads with node:crypto alone', () => {
    createWith(1);
    const page = readFileSync(file).subarray(0, PAGE);
    const [salt, sealed] = [page.subarray(0, 16), page.subarray(16, PAGE - 64)];
    const hmacSalt = salt.map((byte) => byte ^ 0x3a);
    const hmacKey = pbkdf2Sync(Buffer.from(key, 'hex'), hmacSalt, 2, 32, 'sha512');
    const expected = createHmac('sha512', hmacKey)
      .update(sealed)
      .update(Buffer.from([1, 0, 0, 0]))
      .digest();
    expect(page.subarray(PAGE - 64)).toEqual(expected);
    const iv = sealed.subarray(-16);
    const plain = createDecipheriv('aes-256-cbc', Buffer.from(key, 'hex'), iv).setAutoPadding(false);
    // The SQLite header from byte 16: page size 4096, write-ahead versions 2 and 2, 80 reserved bytes.
    expect([...plain.update(sealed.subarray(0, -16)).subarray(0, 5)]).toEqual([0x10, 0x00, 2, 2, 80]);
  });

  test('is never created over a file that is there', () => {
    createWith(1);
    const before = picture();
    expect(faultOf(() => createDatabase(file, key, { migrations })).code).toBe('invalid-input');
    expect(picture()).toEqual(before);
  });

  test('opens after its process was killed, with everything that was committed', () => {
    const db = createDatabase(file, key, { migrations });
    write(db, 2000);
    // A copy of the files of an open database is what a killed process leaves.
    const left = picture();
    db.close();
    rmSync(file);
    for (const [name, bytes] of Object.entries(left)) {
      if (!name.endsWith('-shm')) writeFileSync(join(folder, name), Buffer.from(bytes, 'base64'));
    }
    const again = openDatabase(file, key, { migrations });
    expect(again.prepare('SELECT count(*) FROM note').pluck().get()).toBe(2000);
    again.close();
  });
});

describe('a database that cannot be opened is refused and left as it was', () => {
  test('when the key is another one', () => {
    createWith(10);
    const before = picture();
    const fault = faultOf(() => openDatabase(file, randomBytes(32).toString('hex'), { migrations }));
    expect(fault).toEqual({
      code: 'corrupt',
      what: 'database',
      detail: 'its first page cannot be decrypted',
    });
    expect(picture()).toEqual(before);
  });

  test('when it is missing', () => {
    expect(faultOf(() => openDatabase(file, key, { migrations })).code).toBe('corrupt');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when it was replaced by an unencrypted one', () => {
    writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(PAGE * 2 - 16)]));
    const before = picture();
    expect(faultOf(() => openDatabase(file, key, { migrations })).code).toBe('corrupt');
    expect(picture()).toEqual(before);
  });

  test.each([
    ['to nothing', () => 0],
    ['inside the first page', () => 100],
    ['after the first page', () => PAGE],
    ['in the middle, on a page boundary', (size: number) => Math.floor(size / 2 / PAGE) * PAGE],
    ['in the middle of a page', (size: number) => Math.floor(size / 2) + 17],
    ['by its last page', (size: number) => size - PAGE],
    ['by its last byte', (size: number) => size - 1],
  ])('when it was cut %s', (_where, cut) => {
    createWith(1000);
    writeFileSync(file, readFileSync(file).subarray(0, cut(statSync(file).size)));
    const before = picture();
    expect(faultOf(() => openDatabase(file, key, { migrations }))).toMatchObject({
      code: 'corrupt',
      what: 'database',
    });
    expect(picture()).toEqual(before);
  });

  test('when it was cut while its log still waits to be brought home', () => {
    createWith(1000);
    const db = openDatabase(file, key, { migrations });
    write(db, 5);
    const wal = readFileSync(`${file}-wal`);
    db.close();
    writeFileSync(file, readFileSync(file).subarray(0, PAGE * 20));
    writeFileSync(`${file}-wal`, wal);
    const before = picture();
    expect(faultOf(() => openDatabase(file, key, { migrations }))).toMatchObject({
      code: 'corrupt',
      what: 'database',
    });
    expect(picture()).toEqual(before);
  });

  test('when a newer version wrote it', () => {
    createDatabase(file, key, { migrations: [first, second] }).close();
    const before = picture();
    expect(faultOf(() => openDatabase(file, key, { migrations }))).toEqual({
      code: 'newer-schema',
      found: 2,
      supported: 1,
    });
    expect(picture()).toEqual(before);
  });

  test('when a newer version wrote it and was killed, its log included', () => {
    const db = createDatabase(file, key, { migrations });
    db.pragma('user_version=2');
    const left = picture();
    db.close();
    for (const [name, bytes] of Object.entries(left))
      writeFileSync(join(folder, name), Buffer.from(bytes, 'base64'));
    rmSync(`${file}-shm`);
    const before = picture();
    expect(faultOf(() => openDatabase(file, key, { migrations })).code).toBe('newer-schema');
    expect(picture()).toEqual(before);
  });
});

describe('checking a database', () => {
  test('finds nothing in one that is whole', () => {
    createWith(100);
    const db = openDatabase(file, key, { migrations });
    expect(checkDatabase(db)).toEqual([]);
    db.close();
  });

  test.each([0.2, 0.5, 0.9])('finds one flipped bit at %f of its length', (part) => {
    createWith(1000);
    const bytes = readFileSync(file);
    const at = Math.floor(bytes.length * part);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const db = openDatabase(file, key, { migrations });
    expect(checkDatabase(db).length).toBeGreaterThan(0);
    db.close();
  });

  test('looks at the disk and not at what is in memory', () => {
    createWith(1000);
    const db = openDatabase(file, key, { migrations });
    db.prepare('SELECT sum(length(text)) FROM note').get();
    const bytes = readFileSync(file);
    bytes[PAGE * 30 + 5] = (bytes[PAGE * 30 + 5] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(checkDatabase(db).length).toBeGreaterThan(0);
    db.close();
  });

  test('finds a row whose parent is gone', () => {
    const child: Migration = {
      number: 2,
      name: 'child',
      sql: 'CREATE TABLE reply (id INTEGER PRIMARY KEY, note INTEGER REFERENCES note (id)) STRICT;',
    };
    const db = createDatabase(file, key, { migrations: [first, child] });
    db.pragma('foreign_keys=OFF');
    db.exec('INSERT INTO reply VALUES (1, 99)');
    expect(checkDatabase(db)).toEqual(['a row of reply has lost its note']);
    db.close();
  });
});

test('a key that is not 64 hex digits never reaches the driver', () => {
  expect(() => connectEncrypted(file, "'; --")).toThrow(TypeError);
  expect(existsSync(file)).toBe(false);
});

test('work that reads everything once leaves little of it in memory, and what comes after reads as before', async () => {
  const db = createDatabase(file, key, { migrations });
  const cache = () => db.pragma('cache_size', { simple: true });
  const before = cache();
  const during = await withSmallCache(db, async () => cache());
  expect(Number(during)).toBe(-16 * 1024);
  await expect(withSmallCache(db, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
  expect(cache()).toBe(before);
  db.close();
});

describe('much that is written at once', () => {
  const journal = (db: Database) => db.pragma('journal_mode', { simple: true });
  const waits = (db: Database) => db.pragma('synchronous', { simple: true });
  const FULL = 2;

  test('goes to its place where little is there, waits for the disk all the same, and the log comes back', () => {
    const db = createDatabase(file, key, { migrations });
    const during = withWritingCache(db, () => {
      write(db, 10);
      return [journal(db), waits(db)];
    });
    expect(during).toEqual(['truncate', FULL]);
    expect([journal(db), waits(db)]).toEqual(['wal', FULL]);
    expect(() =>
      withWritingCache(db, () => {
        throw new Error('stopped');
      }),
    ).toThrow('stopped');
    expect(journal(db)).toBe('wal');
    expect(existsSync(`${file}-journal`)).toBe(false);
    expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(10);
    db.close();
  });

  test('goes to the log where somebody else has the file open, without waiting for them', () => {
    const db = createDatabase(file, key, { migrations });
    const other = openDatabase(file, key, { migrations });
    other.prepare('SELECT count(*) FROM note').get();
    const begun = performance.now();
    expect(withWritingCache(db, () => journal(db))).toBe('wal');
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(db.pragma('busy_timeout', { simple: true })).toBe(5000);
    other.close();
    db.close();
  });

  test('goes to the log where much is there, and within what is undone together with other things', () => {
    const db = createDatabase(file, key, { migrations });
    expect(db.transaction(() => withWritingCache(db, () => journal(db)))()).toBe('wal');
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    db.transaction(() => {
      for (let row = 0; row < 34; row += 1) insert.run('z'.repeat(1_000_000));
    })();
    expect(withWritingCache(db, () => journal(db))).toBe('wal');
    db.close();
  });

  test('is undone as the file is opened next where its process was killed, and by no other key', () => {
    createWith(5);
    const child = fileURLToPath(new URL('../../support/cut-writing.ts', import.meta.url));
    const { signal } = spawnSync(process.execPath, [child, file, key, first.sql]);
    expect(signal).toBe('SIGKILL');
    // Pages were on their way to their places already.
    expect(statSync(`${file}-journal`).size).toBeGreaterThan(0);
    expect(statSync(file).size).toBeGreaterThan(1_000_000);
    expect(faultOf(() => openDatabase(file, randomBytes(32).toString('hex'), { migrations }))).toMatchObject({
      code: expect.stringMatching(/corrupt|unavailable/),
    });
    const db = openDatabase(file, key, { migrations });
    expect(journal(db)).toBe('wal');
    expect(checkDatabase(db)).toEqual([]);
    expect(db.prepare("SELECT count(*) FROM note WHERE text LIKE 'secret sentence %'").pluck().get()).toBe(5);
    expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(5);
    db.close();
  });
});
