import { audit } from './database/schema.ts';
import type { TenantTransaction } from './tenancy/tenancy.ts';

/** Writes down who did what at the server, in the transaction that does it. */
export async function writeAudit(
  tx: TenantTransaction,
  entry: Omit<typeof audit.$inferInsert, 'number'>,
): Promise<void> {
  await tx.insert(audit).values(entry);
}
