import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { ServerFault } from '../fault.ts';

/**
 * A frozen step of the schema. *Expand* adds what an older server does not mind; *contract* takes away what no running
 * server needs any more. So a release is: expand, exchange the servers one after the other, contract with the next.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly kind: 'expand' | 'contract';
  readonly sql: string;
}

/** Held while migrating, so that two servers that start together take turns. */
const LOCK = 7_362_001;

const MIGRATION_TABLE = `CREATE TABLE IF NOT EXISTS migration (
  number integer PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL
)`;

export interface Applied {
  readonly number: number;
  readonly kind: string;
  readonly sha256: string;
}

/** Applies what is pending, each step in a transaction of its own. Answers the names of those that ran. */
export async function migrate(
  owner: ClientBase,
  migrations: readonly Migration[],
  at: Date,
): Promise<string[]> {
  await owner.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    await owner.query(MIGRATION_TABLE);
    const applied = await readApplied(owner);
    refuseStrange(applied, migrations);
    const pending = migrations.slice(applied.length);
    for (const migration of pending) await apply(owner, migration, at);
    return pending.map((migration) => `${migration.number} ${migration.name}`);
  } finally {
    await owner.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}

/** Refuses a schema this server cannot work with: behind, edited, or contracted by a later one. */
export async function demandSchema(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('public.migration') IS NOT NULL AS found`,
  );
  const applied = rows[0]?.found ? await readApplied(client) : [];
  refuseStrange(applied, migrations);
  if (applied.length < migrations.length) {
    throw new ServerFault(
      `The database has ${applied.length} of ${migrations.length} schema steps. Run "npm run server -- migrate" first.`,
    );
  }
}

export function migrationSha256(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

async function readApplied(client: ClientBase): Promise<Applied[]> {
  return (await client.query<Applied>('SELECT number, kind, sha256 FROM migration ORDER BY number')).rows;
}

function refuseStrange(applied: readonly Applied[], migrations: readonly Migration[]): void {
  for (const [index, step] of applied.entries()) {
    const ours = migrations[index];
    if (ours === undefined) {
      // A later server has been here. What it added does no harm; what it took away might.
      if (step.kind !== 'expand') {
        throw new ServerFault(
          `The database has step ${step.number} of a newer server, which this one cannot work with. Install the newer one.`,
        );
      }
    } else if (step.number !== ours.number || step.sha256 !== migrationSha256(ours)) {
      throw new ServerFault(
        `Schema step ${step.number} in the database is not the one this server knows. Nothing was changed.`,
      );
    }
  }
}

async function apply(owner: ClientBase, migration: Migration, at: Date): Promise<void> {
  await owner.query('BEGIN');
  try {
    await owner.query(migration.sql);
    await owner.query(
      'INSERT INTO migration (number, name, kind, sha256, applied_at) VALUES ($1, $2, $3, $4, $5)',
      [migration.number, migration.name, migration.kind, migrationSha256(migration), at],
    );
    await owner.query('COMMIT');
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}
