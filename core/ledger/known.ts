import type { Database } from '../../db/driver.ts';
import { lineTo } from '../../db/queries/branches.ts';
import { began, valueAt } from '../../db/queries/ledger.ts';
import type { KnownBefore } from '../../shared/ledger/authority.ts';

/**
 * What the ledger holds before an entry of a writer. Every replica has it, whatever else it knows: an entry waits for
 * what it replaces, and a chain has no gaps.
 */
export function knownBefore(db: Database, chain: string): KnownBefore {
  const own = lineTo(db, [chain, Number.MAX_SAFE_INTEGER]).map(([id]) => id);
  return {
    replaces: ({ record, field, parents }) =>
      parents.map((at) => {
        const replaced = valueAt(db, at, record, field);
        const before = (replaced?.parents ?? []).map((earlier) => valueAt(db, earlier, record, field)?.value);
        return { value: replaced?.value, own: own.includes(at[0]), before };
      }),
    began: (record) => began(db, record, own),
  };
}
