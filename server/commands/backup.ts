import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Client } from '../database/driver.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import { ServerFault } from '../fault.ts';
import { type Command, text, withDatabase } from './command.ts';

/** Parents before children. What expires by itself is left out: nonces, buckets, begun uploads, sessions, kept answers. */
export const TABLES = [
  'tenant',
  'workspace',
  'device',
  'invite',
  'segment',
  'writer_chain',
  'blob',
  'audit',
  'api_key',
  'webhook',
  'delivery',
  'person',
] as const;
const FORMAT = 'bindery.server-backup/1';
const ROWS = 200;

/**
 * Every row as one line of JSON, packed, with a hash of all lines at the end: readable with any tool, and the same for an
 * embedded and an outside database. It is one moment's state. Vault files lie beside the database and never change once
 * whole: they are copied after it, by any means.
 */
export const backup: Command = async (given) => {
  const out = text(given, 'out');
  return withDatabase(given.environment, async (owner) => {
    const rows = await writeBackup(owner, out, new Date());
    console.log(`Wrote ${rows} rows to ${out}. Copy the folder of vault files now.`);
    return 0;
  });
};

export const restore: Command = async (given) => {
  const source = text(given, 'in');
  return withDatabase(given.environment, async (owner) => {
    const rows = await readBackup(owner, source);
    console.log(
      `Restored ${rows} rows. Devices will notice that the server went back, and push again what it lacks.`,
    );
    return 0;
  });
};

/** Throws a `ServerFault`, and leaves nothing behind, where the file cannot be written to its end. */
export async function writeBackup(owner: Client, out: string, at: Date): Promise<number> {
  const part = `${out}.part`;
  try {
    const rows = await writeRows(owner, part, at);
    await rename(part, out);
    return rows;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (isOfFile(error))
      throw new ServerFault(`${out} cannot be written (${error.code}). Nothing was backed up.`);
    throw error;
  }
}

async function writeRows(owner: Client, part: string, at: Date): Promise<number> {
  const packed = createGzip();
  const written = pipeline(packed, createWriteStream(part, { mode: 0o600, flush: true }));
  // It is waited for below; until then it may fail as well.
  written.catch(() => undefined);
  const hash = createHash('sha256');
  let rows = 0;
  const line = async (value: unknown) => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    if (!packed.write(text)) await Promise.race([once(packed, 'drain'), written]);
  };
  await owner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await line({ format: FORMAT, at: at.toISOString(), schema: MIGRATIONS.length });
    for (const table of TABLES) {
      await owner.query(`DECLARE rows CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${table} t`);
      for (;;) {
        const found = await owner.query<{ row: string }>(`FETCH ${ROWS} FROM rows`);
        for (const { row } of found.rows) await line({ table, row: JSON.parse(row) as unknown });
        rows += found.rows.length;
        if (found.rows.length < ROWS) break;
      }
      await owner.query('CLOSE rows');
    }
  } finally {
    await owner.query('ROLLBACK');
  }
  packed.end(`${JSON.stringify({ end: rows, sha256: hash.digest('hex') })}\n`);
  await written;
  return rows;
}

/** All or nothing, and into an empty database alone. */
export async function readBackup(owner: Client, source: string): Promise<number> {
  const { rows: found } = await owner.query<{ n: number }>('SELECT count(*)::int AS n FROM tenant');
  if (found[0]?.n !== 0) throw new ServerFault('The database is not empty. Restore into a new one.');
  await owner.query('BEGIN');
  try {
    const rows = await readLines(owner, source);
    await owner.query(
      `SELECT setval(pg_get_serial_sequence('audit', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM audit), false)`,
    );
    await owner.query('COMMIT');
    return rows;
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

interface Line {
  readonly format?: string;
  readonly schema?: number;
  readonly table?: string;
  readonly row?: unknown;
  readonly end?: number;
  readonly sha256?: string;
}

async function readLines(owner: Client, source: string): Promise<number> {
  const hash = createHash('sha256');
  let [rows, isBegun, isEnded] = [0, false, false];
  for await (const line of linesOf(source)) {
    const value = parsed(line, source);
    if (value.end !== undefined) {
      if (value.end !== rows || value.sha256 !== hash.digest('hex'))
        throw new ServerFault(`${source} was changed. Nothing was restored.`);
      isEnded = true;
      break;
    }
    hash.update(`${line}\n`);
    if (!isBegun) {
      if (value.format !== FORMAT || (value.schema ?? 0) > MIGRATIONS.length) {
        throw new ServerFault(`${source} is no backup that this server can read.`);
      }
      isBegun = true;
      continue;
    }
    const table = TABLES.find((name) => name === value.table);
    if (!table) throw new ServerFault(`${source} has rows of an unknown table. Nothing was restored.`);
    await owner.query(
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_record(NULL::${table}, $1::json)`,
      [JSON.stringify(value.row)],
    );
    rows += 1;
  }
  if (!isEnded) throw new ServerFault(`${source} is cut short. Nothing was restored.`);
  return rows;
}

function parsed(line: string, source: string): Line {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new ServerFault(`${source} was changed. Nothing was restored.`);
}

/** The unpacked lines of a backup. Throws a `ServerFault` where the file cannot be read, or is damaged. */
async function* linesOf(source: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  // What fails there ends the loop below with the same error.
  pipeline(createReadStream(source), unpacked).catch(() => undefined);
  let begun: string[] = [];
  try {
    for await (const piece of unpacked.setEncoding('utf8')) {
      const [first = '', ...rest] = String(piece).split('\n');
      begun.push(first);
      for (const next of rest) {
        yield begun.join('');
        begun = [next];
      }
    }
  } catch (error) {
    if (isOfFile(error))
      throw new ServerFault(`${source} cannot be read (${error.code}). Nothing was restored.`);
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new ServerFault(`${source} is no backup, cut short or damaged. Nothing was restored.`);
    throw error;
  }
  if (begun.join('') !== '') yield begun.join('');
}

/** Whether the system refused a file: no such folder, no right to it, no room. */
function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
