import { lockedEngagements } from '../../db/queries/lockdown.ts';
import { touchedEngagements } from '../../db/queries/touched.ts';
import { refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Operation } from '../../shared/ledger/entry.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { nextSequence } from './chain.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';

/**
 * What an entry has to say when it adds to an engagement that is locked down: one fact each with the reason this
 * session gave. Without a reason it is refused, so nothing enters a final engagement by accident.
 */
export function lateFacts(kernel: LedgerKernel, ops: readonly Operation[]): Operation[] {
  const locked = new Set(lockedEngagements(kernel.db));
  if (locked.size === 0) return [];
  const touched = [...touchedEngagements(kernel.db, ops)].filter((engagement) => locked.has(engagement));
  return touched.sort().map((engagement) => lateFact(kernel, engagement, ops[0]?.record ?? ''));
}

function lateFact(kernel: LedgerKernel, engagement: string, record: string): Operation {
  const reason = kernel.lateReasons.get(engagement);
  if (reason === undefined) {
    return refuse({
      code: 'rule-broken',
      rule: 'locked-down',
      because:
        'The engagement is locked down. Say why this is added late, and it will be marked as such in the binder.',
    });
  }
  const seq = nextSequence(kernel);
  const value: Json = { engagement, record, reason, seq };
  const id = factId(sha256, 'late', kernel.writer.id, value);
  return { record: `late:${id}`, field: 'fact', value, parents: [] };
}
