import { WEBHOOK_EVENTS } from '../shared/sync/tenant-contract.ts';
import { type SQL, sql } from './database/drizzle.ts';
import { audit } from './database/schema.ts';
import type { TenantTransaction } from './tenancy/tenancy.ts';
import { tell } from './tenants/tell.ts';

/** Writes down who did what at the server, in the transaction that does it, and notes whom to tell. */
export async function writeAudit(
  tx: TenantTransaction,
  entry: Omit<typeof audit.$inferInsert, 'number'>,
): Promise<void> {
  await tx.execute(gate(entry.tenant, 'pg_advisory_xact_lock_shared'));
  await tx.insert(audit).values(entry);
  const { tenant, workspace = null, actor, action, at } = entry;
  if (!WEBHOOK_EVENTS.some((event) => event === action)) return;
  await tell(tx, { tenant, name: action, payload: { workspace, actor } }, at);
}

/**
 * Waits until every entry that has its number is committed. A number is drawn before its transaction ends, so whoever
 * reads on from the last one seen would else pass over one that came in later.
 */
export async function settleAudit(tx: TenantTransaction, tenant: string): Promise<void> {
  await tx.execute(gate(tenant, 'pg_advisory_xact_lock'));
}

function gate(tenant: string, lock: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared'): SQL {
  return sql`SELECT ${sql.raw(lock)}(hashtextextended(${`audit ${tenant}`}, 0))`;
}
