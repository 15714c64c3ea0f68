import type { Database } from '../../db/driver.ts';
import { replay } from '../../db/projection/rebuild.ts';
import { entriesOnLine } from '../../db/queries/branches.ts';
import {
  type EntryRow,
  liveOperations,
  markEntry,
  type SegmentRow,
  segments,
  segmentsOver,
} from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import { ACTIONS } from '../../shared/ledger/actions.ts';
import { RoleGrant, reachesBack, UNKNOWN_ACTION } from '../../shared/ledger/authority.ts';
import { kindOf, type Operation } from '../../shared/ledger/entry.ts';
import { type JudgedEntry, judge, signerOf } from './authority.ts';
import { type Givers, Grants, REVOKED } from './grants.ts';
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
 * gave another its authority. Where something changed, all rows are made anew. It is rare and costs one replay. After a
 * fork names mean something else, so whatever was set aside for any reason is looked at too, and the rows follow.
 */
export function reconsider(kernel: LedgerKernel, afterFork = false): boolean {
  let changed = afterFork;
  for (let round = 0; judgeAgain(kernel, afterFork) && round < MOST_ROUNDS; round += 1) changed = true;
  if (changed) replay({ db: kernel.db, sha256, framework: kernel.framework });
  return changed;
}

/** Far more than authority is ever handed on; what goes round in circles is left as it is then. */
const MOST_ROUNDS = 1000;

function judgeAgain({ db, workspace }: LedgerKernel, whatever: boolean): boolean {
  let changed = false;
  const givers: Givers = new Map();
  let grants = new Grants(db, givers);
  for (const segment of segments(db)) {
    const { header, signature } = segment;
    const rows = rowsOf(db, segment);
    const signer = signerOf(db, workspace, header, signature, rows);
    if (signer === null) continue;
    for (const row of rows.filter(
      ({ state, because }) =>
        whatever || state === 'applied' || because === REVOKED || because.startsWith(UNKNOWN_ACTION),
    )) {
      const flaw = underAnySeal(db, workspace, row, judge(db, workspace, header, signer, row, grants));
      if ((flaw === null) === (row.state === 'applied') && (flaw ?? '') === row.because) continue;
      if (!whatever && (flaw === null) === (row.state === 'applied')) continue;
      markEntry(db, row.writer, row.seq, {
        state: flaw === null ? 'applied' : 'quarantine',
        because: flaw ?? '',
      });
      grants = new Grants(db, whatever ? new Map() : givers);
      changed = true;
    }
  }
  return changed;
}

type JudgedRow = EntryRow & JudgedEntry;

function rowsOf(db: Database, { writer, fromSeq, count }: SegmentRow): JudgedRow[] {
  return entriesOnLine(db, writer, fromSeq, fromSeq + count - 1).map((row) => ({
    ...row,
    at: [row.writer, row.seq] as const,
    ops: liveOperations(db, row.writer, row.seq),
  }));
}

/**
 * An entry that its device sealed twice, each time knowing something else, counts if either seal makes it count. `flaw`
 * is the verdict under one of them.
 */
export function underAnySeal(
  db: Database,
  workspace: string,
  { at }: JudgedEntry,
  flaw: string | null,
): string | null {
  if (flaw === null) return null;
  const seals = segmentsOver(db, ...at);
  if (seals.length < 2) return flaw;
  const flaws = seals.flatMap((seal) => {
    const rows = rowsOf(db, seal);
    const row = rows.find(({ seq }) => seq === at[1]);
    const signer = signerOf(db, workspace, seal.header, seal.signature, rows);
    return row === undefined || signer === null ? [] : [judge(db, workspace, seal.header, signer, row)];
  });
  return flaws.includes(null) ? null : (flaws[0] ?? flaw);
}
