import type { Pool } from '../database/driver.ts';
import { drizzle, type NodePgDatabase } from '../database/drizzle.ts';
import { type Bucket, spendToken } from './bucket.ts';

export type Admission = 'admitted' | 'unknown' | 'other-key' | 'revoked' | 'replayed' | 'limited';

/** One tenant's rows, inside one transaction. */
export type TenantTransaction = NodePgDatabase<Record<string, never>>;

/**
 * **The one place where the server meets its database.** Whatever a request reads or writes, it does inside `asTenant`,
 * and PostgreSQL shows it that tenant's rows alone. The other questions cross tenants, and answer a yes, a no or a name.
 */
export class Tenancy {
  readonly #pool: Pool;
  readonly #tenants = new Map<string, string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async asTenant<T>(tenant: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.#within(tenant, 'BEGIN', run);
  }

  /** Hands on a tenancy of which whatever it is asked for this tenant happens in one transaction: all of it or nothing. */
  async asOne<T>(tenant: string, run: (one: Tenancy, tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.asTenant(tenant, (tx) => run(new TenancyInOne(this.#pool, tenant, tx), tx));
  }

  /** The same for what only reads: the answer need not wait for the end of the transaction. */
  async read<T>(tenant: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.#within(tenant, 'BEGIN READ ONLY', run);
  }

  async #within<T>(
    tenant: string,
    begin: 'BEGIN' | 'BEGIN READ ONLY',
    run: (tx: TenantTransaction) => Promise<T>,
  ): Promise<T> {
    const opening = `${begin}; SELECT set_config('app.tenant', '${demandTenant(tenant)}', true)`;
    const client = await this.#pool.connect();
    const end = (how: 'COMMIT' | 'ROLLBACK') => client.query(how);
    // The driver sends what it is given in turn, so the first statement need not wait here for this one's answer.
    const begun = client.query(opening);
    begun.catch(() => {});
    try {
      const result = await run(drizzle(client));
      await begun;
      const ended = end('COMMIT').then(() => client.release());
      if (begin === 'BEGIN') await ended;
      else ended.catch((fault: Error) => client.release(fault));
      return result;
    } catch (error) {
      const broken = await end('ROLLBACK').then(
        () => undefined,
        (fault: Error) => fault,
      );
      client.release(broken);
      throw error;
    }
  }

  /** Lets a request in, in one journey; see the step of the schema. */
  async admit(
    who: {
      readonly tenant: string;
      readonly workspace: string;
      readonly device: string;
      readonly key: string;
      readonly nonce: string;
      readonly expiresAt: Date;
    },
    { key, bucket }: { readonly key: string; readonly bucket: Bucket },
    at: Date,
  ): Promise<Admission> {
    const { rows } = await this.#pool.query<{ admission: Admission }>({
      name: 'admit',
      text: 'SELECT admit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS admission',
      values: [
        ...[demandTenant(who.tenant), who.workspace, who.device, who.key, who.nonce, who.expiresAt],
        ...[key, bucket.capacity, bucket.perSecond, at],
      ],
    });
    return rows[0]?.admission ?? 'unknown';
  }

  /** A workspace never changes its tenant, so what was found once is remembered; what was not found is asked again. */
  async tenantOf(workspace: string): Promise<string | null> {
    const known = this.#tenants.get(workspace);
    if (known !== undefined) return known;
    const { rows } = await this.#pool.query<{ tenant: string | null }>(
      'SELECT tenant_of_workspace($1) AS tenant',
      [workspace],
    );
    const tenant = rows[0]?.tenant ?? null;
    if (this.#tenants.size > 100_000) this.#tenants.clear();
    if (tenant !== null) this.#tenants.set(workspace, tenant);
    return tenant;
  }

  async tenantOfApiKey(id: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ tenant: string | null }>(
      'SELECT tenant_of_api_key($1) AS tenant',
      [id],
    );
    return rows[0]?.tenant ?? null;
  }

  async tenantOfSession(id: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ tenant: string | null }>(
      'SELECT tenant_of_session($1) AS tenant',
      [id],
    );
    return rows[0]?.tenant ?? null;
  }

  async tenantByName(name: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ tenant: string | null }>(
      'SELECT tenant_by_name($1) AS tenant',
      [name],
    );
    return rows[0]?.tenant ?? null;
  }

  /** Tenants with webhooks to deliver. */
  async tenantsWithDue(at: Date): Promise<string[]> {
    const { rows } = await this.#pool.query<{ tenant: string }>('SELECT tenants_with_due($1) AS tenant', [
      at,
    ]);
    return rows.map((row) => row.tenant);
  }

  async tenantsWithUploadsBefore(instant: Date): Promise<string[]> {
    const { rows } = await this.#pool.query<{ tenant: string }>(
      'SELECT tenants_with_uploads_before($1) AS tenant',
      [instant],
    );
    return rows.map((row) => row.tenant);
  }

  /** For the log alone: whether a device that is not known here is known to another workspace. */
  async isDeviceElsewhere(device: string): Promise<boolean> {
    const { rows } = await this.#pool.query<{ found: boolean }>('SELECT device_is_elsewhere($1) AS found', [
      device,
    ]);
    return rows[0]?.found ?? false;
  }

  /** Takes one token from a bucket that all processes share; false where none is left. */
  async spend(
    key: string,
    bucket: { readonly capacity: number; readonly perSecond: number },
    at: Date,
  ): Promise<boolean> {
    return (await drizzle(this.#pool).execute(spendToken(key, bucket, at))).rows.length === 1;
  }

  /** What a bucket holds, without taking from it. */
  async left(
    key: string,
    bucket: { readonly capacity: number; readonly perSecond: number },
    at: Date,
  ): Promise<number> {
    const { rows } = await this.#pool.query<{ tokens: number }>(
      `SELECT LEAST($2::float8, tokens + GREATEST(0, EXTRACT(EPOCH FROM $4::timestamptz - at)) * $3::float8) AS tokens
       FROM limit_bucket WHERE key = $1`,
      [key, bucket.capacity, bucket.perSecond, at],
    );
    return rows[0]?.tokens ?? bucket.capacity;
  }

  async prune(at: Date): Promise<void> {
    await this.#pool.query('SELECT prune_expired($1)', [at]);
  }

  /** Whether the database answers. */
  async ping(): Promise<void> {
    await this.#pool.query('SELECT 1');
  }
}

/** What joins a transaction that is open already. */
class TenancyInOne extends Tenancy {
  readonly #tenant: string;
  readonly #tx: TenantTransaction;

  constructor(pool: Pool, tenant: string, tx: TenantTransaction) {
    super(pool);
    this.#tenant = tenant;
    this.#tx = tx;
  }

  override async asTenant<T>(tenant: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    if (tenant !== this.#tenant) throw new Error('not the tenant of this transaction');
    return run(this.#tx);
  }

  override async read<T>(tenant: string, run: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.asTenant(tenant, run);
  }
}

/** The id goes into the text of a statement, to save a journey: nothing but hex digits may. */
function demandTenant(tenant: string): string {
  if (!/^[0-9a-f]{32}$/.test(tenant)) throw new Error('not the id of a tenant');
  return tenant;
}
