import { get } from '../../db/sql.ts';
import { mayRemove, mayRetain } from '../../shared/domain/evidence.ts';
import { require as demand } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf } from '../../shared/ledger/entry.ts';
import { Tombstone } from '../../shared/ledger/fields.ts';
import type { LedgerKernel } from './kernel.ts';

/**
 * Refuses what would remove evidence under a legal hold or before its retention day, or shorten its retention. It is
 * asked of everything that is written here, so no way of writing gets around it: neither taking back nor resolving.
 */
export function demandUnprotected(
  kernel: LedgerKernel,
  changes: readonly { readonly record: string; readonly field: string; readonly value: Json }[],
): void {
  const today = new Date(kernel.now()).toISOString().slice(0, 10);
  for (const { record, field, value } of changes) {
    if (kindOf(record) !== 'evidence') continue;
    const kept = get<{ held: number; retain: string | null }>(
      kernel.db,
      'SELECT held, retain_until retain FROM evidence WHERE id = ?',
      idOf(record),
    );
    if (kept === undefined) continue;
    const now = { held: kept.held > 0, retainUntil: kept.retain };
    if (field === 'deleted' && Tombstone.safeParse(value).success) demand(mayRemove(now, today));
    if (field === 'retainUntil') demand(mayRetain(now, value as string | null));
  }
}
