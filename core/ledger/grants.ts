import type { Database } from '../../db/driver.ts';
import { anyForked, lineTo, vectorMeant, vectorSaidAt } from '../../db/queries/branches.ts';
import { adminVector, fieldHistory, segmentOf, writerById } from '../../db/queries/ledger.ts';
import { beganBy, everLostRights } from '../../db/queries/people.ts';
import { mayAccess } from '../../shared/domain/permissions.ts';
import {
  isWithin,
  MemberKey,
  outranks,
  type PlacedGrant,
  REVOKED,
  RoleGrant,
  reaches,
  reachesBack,
  roleOf,
} from '../../shared/ledger/authority.ts';
import type { Position, Vector } from '../../shared/ledger/entry.ts';
import type { SegmentHeader } from '../../shared/ledger/segment.ts';
import { chainOf } from './chain.ts';
import type { LedgerKernel } from './kernel.ts';

export { REVOKED };

interface KnownGrant extends PlacedGrant {
  /** False where a revocation reached the grant itself: it gives nothing any more, but it still bound. */
  readonly applied: boolean;
}

/** All role operations on a member that their authors were entitled to as far as they knew. */
function grantsOf(db: Database, member: string): KnownGrant[] {
  return fieldHistory(db, `member:${member}`, 'role', REVOKED).flatMap((row) => {
    const grant = RoleGrant.safeParse(row.value);
    if (!grant.success) return [];
    const at: Position = [row.writer, row.seq];
    const cutoff = vectorSaidAt(db, grant.data.cutoff, at, 'all');
    return [{ at, parents: row.parents, grant: { ...grant.data, cutoff }, applied: row.applied }];
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

/**
 * The role an entry's author had, as that entry's own history knows it. A grant whose giver's access had ended before it
 * gives and takes nothing for whoever knows of both.
 */
export function roleKnown(db: Database, member: string, at: Position, history: Vector): RoleGrant['role'] {
  return roleOfKnown(db, grantsOf(db, member), at, history);
}

function roleOfKnown(db: Database, grants: readonly KnownGrant[], at: Position, history: Vector) {
  const seen: Seen = (place) => isWithin(history, place, at);
  return roleOf(grants.filter((grant) => seen(grant.at) && !isVoid(db, grant, seen)));
}

/** Whether a place is to be counted with. */
type Seen = (at: Position) => boolean;
const EVERY: Seen = () => true;

/** Whether what is seen takes from the giver of a grant the right to it. */
function isVoid(db: Database, { at, grant }: PlacedGrant, seen: Seen): boolean {
  if (!everLostRights(db, at[0])) return false;
  const member = writerById(db, at[0])?.member ?? '';
  const theirs = grantsOf(db, member);
  if (!theirs.some((other) => seen(other.at) && reaches(other.grant, at))) return false;
  const giver = authorAt(db, at);
  // The first entry of a workspace is judged by its key.
  if (giver === null || giver.role === 'none') return false;
  const role = roleOf(
    theirs.filter((other) =>
      isWithin(giver.history, other.at, at)
        ? !isVoid(db, other, seen)
        : seen(other.at) && reaches(other.grant, at) && binds(db, other, giver.role, seen),
    ),
  );
  if (role === giver.role) return false;
  return (
    role === 'none' || !mayAccess(role, 'administer').allowed || (grant.role === 'owner' && role !== 'owner')
  );
}

/**
 * The role an entry's author had after all: a grant that was itself revoked gives nothing, and a revocation binds the
 * entries beyond its cutoff also where their author pretends not to have heard of it.
 */
export function roleStanding(db: Database, member: string, at: Position, history: Vector): RoleGrant['role'] {
  return rolesAt(db, member, at, history).standing;
}

export interface RolesAt {
  /** As the entry's own history knows it. */
  readonly known: RoleGrant['role'];
  /** After all. */
  readonly standing: RoleGrant['role'];
  /** Whether entries of that history after it have the same, up to the next administrative one. */
  readonly lasts: boolean;
}

/** Both roles of an entry's author. */
export function rolesAt(db: Database, member: string, at: Position, history: Vector): RolesAt {
  const grants = grantsOf(db, member);
  const known = roleOfKnown(db, grants, at, history);
  const standing = roleOf(
    grants.filter((grant) =>
      isWithin(history, grant.at, at)
        ? grant.applied
        : reaches(grant.grant, at) && binds(db, grant, known, EVERY),
    ),
  );
  return { known, standing, lasts: !grants.some(({ grant }) => reachesBack(grant)) };
}

/**
 * A revocation binds those who do not outrank its giver, unless somebody above had ended the giver's access before, an
 * owner an admin's or the founder an owner's: whoever lost their access cannot take it from others in return. It leans on
 * nothing but what each author knew, so every replica comes to the same answer in whatever order entries arrive.
 */
function binds(db: Database, { at }: PlacedGrant, over: RoleGrant['role'], seen: Seen): boolean {
  const giver = authorAt(db, at);
  if (giver === null || !outranks(giver.role, over)) return false;
  const founder = beganBy(db);
  if (giver.member === founder) return true;
  return !grantsOf(db, giver.member).some((other) => {
    if (!seen(other.at) || !reaches(other.grant, at) || outranks(other.grant.role, 'admin')) return false;
    const by = authorAt(db, other.at);
    return by?.role === 'owner' && (giver.role !== 'owner' || by.member === founder);
  });
}

interface GrantAuthor {
  readonly member: string;
  readonly role: RoleGrant['role'];
  /** What they knew. */
  readonly history: Vector;
}

function authorAt(db: Database, at: Position): GrantAuthor | null {
  const [writer, seq] = at;
  const member = writerById(db, writer)?.member;
  if (member === undefined) return null;
  const header = segmentOf(db, writer, seq)?.header;
  const history = header === undefined ? adminVector(db) : historyOf(db, header, at);
  return { member, role: roleKnown(db, member, at, history), history };
}

/** The role the writing member has now. */
export function roleOfWriter(kernel: LedgerKernel): RoleGrant['role'] {
  const next: Position = [chainOf(kernel), Number.MAX_SAFE_INTEGER];
  return roleStanding(kernel.db, kernel.writer.member, next, adminVector(kernel.db));
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
