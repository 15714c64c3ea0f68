import type { Database } from '../../db/driver.ts';
import { replay } from '../../db/projection/rebuild.ts';
import { entriesOf, liveOperations, markEntry, segments } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import { ACTIONS, RoleGrant, reachesBack, UNKNOWN_ACTION } from '../../shared/ledger/authority.ts';
import { kindOf, type Operation } from '../../shared/ledger/entry.ts';
import { judge, signerOf } from './authority.ts';
import { REVOKED } from './grants.ts';
import type { LedgerKernel } from './kernel.ts';
import { sha256 } from './keys.ts';

/** Whether an operation may end the authority of entries that are here already. */
export function isRevocation(op: Operation): boolean {
  if (kindOf(op.record) !== 'member' || op.field !== 'role') return false;
  const grant = RoleGrant.safeParse(op.value);
  return grant.success && reachesBack(grant.data);
}

/** Whether an entry was set aside for an action that was unknown then and is known to this build. */
export function knowsMore(db: Database): boolean {
  const sql = "SELECT DISTINCT action FROM entry WHERE state = 'quarantine' AND because LIKE ?";
  return all<{ action: string }>(db, sql, `${UNKNOWN_ACTION} %`).some(({ action }) =>
    Object.hasOwn(ACTIONS, action),
  );
}

/**
 * After a revocation: judges every sealed entry again, until nothing changes, since an entry that falls may be what
 * gave another its authority. Where something changed, all rows are made anew. It is rare and costs one replay.
 */
export function reconsider(kernel: LedgerKernel): boolean {
  let changed = false;
  while (judgeAgain(kernel)) changed = true;
  if (changed) replay({ db: kernel.db, sha256, framework: kernel.framework });
  return changed;
}

function judgeAgain({ db, workspace }: LedgerKernel): boolean {
  let changed = false;
  for (const { header, signature } of segments(db)) {
    const rows = entriesOf(db, header.writer, header.from, header.from + header.count - 1).map((row) => ({
      ...row,
      at: [row.writer, row.seq] as const,
      ops: liveOperations(db, row.writer, row.seq),
    }));
    const signer = signerOf(db, workspace, header, signature, rows);
    if (signer === null) continue;
    for (const row of rows.filter(
      ({ state, because }) =>
        state === 'applied' || because === REVOKED || because.startsWith(UNKNOWN_ACTION),
    )) {
      const flaw = judge(db, workspace, header, signer, row);
      if ((flaw === null) === (row.state === 'applied')) continue;
      markEntry(db, row.writer, row.seq, {
        state: flaw === null ? 'applied' : 'quarantine',
        because: flaw ?? '',
      });
      changed = true;
    }
  }
  return changed;
}
