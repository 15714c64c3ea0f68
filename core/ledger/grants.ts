import type { Database } from '../../db/driver.ts';
import { adminVector, fieldHistory } from '../../db/queries/ledger.ts';
import { MemberKey, type PlacedGrant, RoleGrant, roleAt } from '../../shared/ledger/authority.ts';
import type { Position, Vector } from '../../shared/ledger/entry.ts';
import type { LedgerKernel } from './kernel.ts';

/** All role operations on a member, with their places. */
export function grantsOf(db: Database, member: string): PlacedGrant[] {
  return fieldHistory(db, `member:${member}`, 'role').flatMap((row) => {
    const grant = RoleGrant.safeParse(row.value);
    return grant.success
      ? [{ at: [row.writer, row.seq] as Position, parents: row.parents, grant: grant.data }]
      : [];
  });
}

/** The role the writing member has now. */
export function roleOfWriter(kernel: LedgerKernel): RoleGrant['role'] {
  const next: Position = [kernel.writer.id, Number.MAX_SAFE_INTEGER];
  return roleAt(grantsOf(kernel.db, kernel.writer.member), next, adminVector(kernel.db));
}

/** A key of a member with the place that introduced it. */
export interface PlacedKey {
  readonly at: Position;
  readonly key: MemberKey;
}

/** Every key a member ever had, oldest first. */
export function keysOf(db: Database, member: string): PlacedKey[] {
  return fieldHistory(db, `member:${member}`, 'key').flatMap((row) => {
    const key = MemberKey.safeParse(row.value);
    return key.success ? [{ at: [row.writer, row.seq] as Position, key: key.data }] : [];
  });
}

/** Whether a place lies within a history: in the vector, or earlier in the same chain. */
export function within(history: Vector, [writer, seq]: Position, [ownWriter, ownSeq]: Position): boolean {
  return (history[writer] ?? 0) >= seq || (writer === ownWriter && seq < ownSeq);
}
