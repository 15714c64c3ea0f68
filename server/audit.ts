import { WEBHOOK_EVENTS } from '../shared/sync/tenant-contract.ts';
import { audit } from './database/schema.ts';
import type { TenantTransaction } from './tenancy/tenancy.ts';
import { tell } from './tenants/tell.ts';

/** Writes down who did what at the server, in the transaction that does it, and notes whom to tell. */
export async function writeAudit(
  tx: TenantTransaction,
  entry: Omit<typeof audit.$inferInsert, 'number'>,
): Promise<void> {
  await tx.insert(audit).values(entry);
  const { tenant, workspace = null, actor, action, at } = entry;
  if (!WEBHOOK_EVENTS.some((event) => event === action)) return;
  await tell(tx, { tenant, name: action, payload: { workspace, actor } }, at);
}
