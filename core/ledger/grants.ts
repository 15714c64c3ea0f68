import type { Database } from '../../db/driver.ts';
import { anyForked, lineTo, vectorMeant, vectorSaidAt } from '../../db/queries/branches.ts';
import { adminVector, fieldHistory, segmentOf, writerById } from '../../db/queries/ledger.ts';
import { beganBy } from '../../db/queries/people.ts';
import { MemberKey, REVOKED, RoleGrant } from '../../shared/ledger/authority.ts';
import type { Position, Vector } from '../../shared/ledger/entry.ts';
import {
  type EntryAuthor,
  type Givers,
  type KnownGrant,
  Roles,
  type RolesAt,
} from '../../shared/ledger/roles.ts';
import type { SegmentHeader } from '../../shared/ledger/segment.ts';
import { chainOf } from './chain.ts';
import type { LedgerKernel } from './kernel.ts';

export { type Givers, REVOKED, type RolesAt };

/** All role operations on a member that their authors were entitled to as far as they knew. */
function grantsOf(db: Database, member: string): KnownGrant[] {
  return fieldHistory(db, `member:${member}`, 'role', REVOKED).flatMap((row) => {
    const grant = RoleGrant.safeParse(row.value);
    if (!grant.success) return [];
    const at: Position = [row.writer, row.seq];
    const cutoff = vectorSaidAt(db, grant.data.cutoff, at, 'all');
    return [{ at, parents: row.parents, grant: { ...grant.data, cutoff }, meant: true }];
  });
}

/**
 * What the author of an entry knew by its segment's header, as the chains are called here. Of its own chain the earlier
 * entries count by their number alone.
 */
export function historyOf(db: Database, header: SegmentHeader, at: Position): Vector {
  const { [header.writer]: _own, ...others } = header.admin;
  if (!anyForked(db)) return others;
  const history: Record<string, number> = {
    ...vectorMeant(db, others, { at, heads: header.heads ?? {} }, 'all'),
  };
  for (const [chain, upTo] of lineTo(db, at)) {
    if (chain === at[0]) delete history[chain];
    else history[chain] = upTo;
  }
  return history;
}

/** What the grants of a ledger come to, while no entry of it changes. */
export class Grants extends Roles {
  constructor(db: Database, givers?: Givers) {
    const founder = () => beganBy(db);
    super({ given: (member) => grantsOf(db, member), authorOf: (at) => authorOf(db, at), founder }, givers);
  }
}

function authorOf(db: Database, at: Position): EntryAuthor | null {
  const [writer, seq] = at;
  const member = writerById(db, writer)?.member;
  if (member === undefined) return null;
  const header = segmentOf(db, writer, seq)?.header;
  return { member, history: header === undefined ? adminVector(db) : historyOf(db, header, at) };
}

/** The role the writing member has now. */
export function roleOfWriter(kernel: LedgerKernel): RoleGrant['role'] {
  const next: Position = [chainOf(kernel), Number.MAX_SAFE_INTEGER];
  return new Grants(kernel.db).rolesAt(kernel.writer.member, next, adminVector(kernel.db)).standing;
}

/** A key of a member with the place that introduced it. */
export interface PlacedKey {
  readonly at: Position;
  readonly key: MemberKey;
}

/** Every key a member ever had, oldest first. A key is identity, not authority: it stays known when access ends. */
export function keysOf(db: Database, member: string): PlacedKey[] {
  return fieldHistory(db, `member:${member}`, 'key', REVOKED).flatMap((row) => {
    const key = MemberKey.safeParse(row.value);
    return key.success ? [{ at: [row.writer, row.seq] as Position, key: key.data }] : [];
  });
}

/** Whether a place lies within a history: in the vector, or earlier in the same chain. */
export function within(history: Vector, [writer, seq]: Position, [ownWriter, ownSeq]: Position): boolean {
  return (history[writer] ?? 0) >= seq || (writer === ownWriter && seq < ownSeq);
}
