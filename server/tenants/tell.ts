import { type SQL, sql } from '../database/drizzle.ts';
import type { TenantTransaction } from '../tenancy/tenancy.ts';

export interface Told {
  readonly tenant: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, string | number | null>>;
}

/** Notes, in the transaction in which something happens, whom to tell of it. */
export async function tell(tx: TenantTransaction, event: Told, at: Date): Promise<void> {
  await tx.execute(telling(event, at));
}

/** The same as a statement, for where it goes along with others. */
export function telling(event: Told, at: Date): SQL {
  return sql`
    INSERT INTO delivery (tenant, id, webhook, event, payload, attempts, due_at, created_at)
    SELECT tenant, replace(gen_random_uuid()::text, '-', ''), id, ${event.name}, ${JSON.stringify(event.payload)}::jsonb,
      0, ${at}::timestamptz, ${at}::timestamptz
    FROM webhook WHERE tenant = ${event.tenant} AND ${event.name} = ANY(events)`;
}
