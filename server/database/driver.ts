import pg from 'pg';

/** PostgreSQL's driver, and the one module that names it. */
export const APP_ROLE = 'bindery_app';

/**
 * The pool that requests are answered from. Every connection works as a role that owns nothing, so that row-level
 * security holds for it however it is used.
 */
export function openPool(url: string, connections: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    options: `-c role=${APP_ROLE}`,
    application_name: 'bindery-server',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 60_000,
    lock_timeout: 20_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    // What does not wait for an answer goes out together: journeys, not statements, are what a request waits for.
    pipeline: true,
  });
  // A connection that breaks, idle or between two queries of a transaction, is replaced; unheard, its error would end
  // the process.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/** As the owner of the tables: migrations and what an operator does from the command line. */
export async function withOwner<T>(url: string, run: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: url, application_name: 'bindery-operator' });
  owner.on('error', () => {});
  await owner.connect();
  try {
    return await run(owner);
  } finally {
    await owner.end();
  }
}

/** A connection that listens, as the same role as the pool's. */
export function listeningClient(url: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    options: `-c role=${APP_ROLE}`,
    application_name: 'bindery-live',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
}

export type { Client, Pool, PoolClient } from 'pg';
