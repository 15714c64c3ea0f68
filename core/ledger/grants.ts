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

export interface RolesAt {
  /** As the entry's own history knows it. */
  readonly known: RoleGrant['role'];
  /**
   * After all: a grant that was itself revoked gives nothing, and a revocation binds the entries beyond its cutoff also
   * where their author pretends not to have heard of it.
   */
  readonly standing: RoleGrant['role'];
  /** Whether entries of that history after it have the same, up to the next administrative one. */
  readonly lasts: boolean;
}

/** What is to be counted with, and what was answered about it. */
class View {
  readonly sees: (at: Position) => boolean;
  readonly voids = new Map<KnownGrant, boolean>();
  readonly bound = new Map<RoleGrant['role'], Map<KnownGrant, boolean>>();

  constructor(sees: (at: Position) => boolean) {
    this.sees = sees;
  }
}

interface GrantAuthor {
  readonly member: string;
  readonly role: RoleGrant['role'];
  /** What they knew. */
  readonly history: Vector;
}

/**
 * What the grants of a ledger come to, while no entry of it changes. One question about roles leads to others, and each is
 * asked once: who may give roles may give many, and asked anew the questions would double with every one of them.
 */
export class Grants {
  readonly #db: Database;
  readonly #given = new Map<string, readonly KnownGrant[]>();
  readonly #authors = new Map<string, GrantAuthor | null>();
  /** By writer whether anybody ever took rights from its member. */
  readonly #losers = new Map<string, boolean>();
  readonly #everything = new View(() => true);
  #founder: { readonly id: string | undefined } | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * The role an entry's author had, as that entry's own history knows it. A grant whose giver's access had ended before
   * it gives and takes nothing for whoever knows of both.
   */
  roleKnown(member: string, at: Position, history: Vector): RoleGrant['role'] {
    return this.#known(member, new View((place) => isWithin(history, place, at)));
  }

  /** Both roles of an entry's author. */
  rolesAt(member: string, at: Position, history: Vector): RolesAt {
    const known = this.roleKnown(member, at, history);
    const grants = this.#of(member);
    const standing = roleOf(
      grants.filter((grant) =>
        isWithin(history, grant.at, at)
          ? grant.applied
          : reaches(grant.grant, at) && this.#binds(grant, known, this.#everything),
      ),
    );
    return { known, standing, lasts: !grants.some(({ grant }) => reachesBack(grant)) };
  }

  #of(member: string): readonly KnownGrant[] {
    return kept(this.#given, member, () => grantsOf(this.#db, member));
  }

  #known(member: string, view: View): RoleGrant['role'] {
    return roleOf(this.#of(member).filter((grant) => view.sees(grant.at) && !this.#isVoid(grant, view)));
  }

  /**
   * A revocation binds those who do not outrank its giver, unless somebody above had ended the giver's access before, an
   * owner an admin's or the founder an owner's: whoever lost their access cannot take it from others in return. It leans
   * on nothing but what each author knew, so every replica comes to the same answer in whatever order entries arrive.
   */
  #binds(grant: KnownGrant, over: RoleGrant['role'], view: View): boolean {
    const bound = kept(view.bound, over, () => new Map());
    return kept(bound, grant, () => {
      const { at } = grant;
      const giver = this.#authorAt(at);
      if (giver === null || !outranks(giver.role, over)) return false;
      if (this.#began(giver)) return true;
      return !this.#of(giver.member).some((other) => {
        if (!view.sees(other.at) || !reaches(other.grant, at) || outranks(other.grant.role, 'admin'))
          return false;
        const by = this.#authorAt(other.at);
        return by?.role === 'owner' && (giver.role !== 'owner' || this.#began(by));
      });
    });
  }

  /** Whether what is seen takes from the giver of a grant the right to it. */
  #isVoid(grant: KnownGrant, view: View): boolean {
    return kept(view.voids, grant, () => {
      const { at } = grant;
      if (!kept(this.#losers, at[0], () => everLostRights(this.#db, at[0]))) return false;
      const theirs = this.#of(writerById(this.#db, at[0])?.member ?? '');
      if (!theirs.some((other) => view.sees(other.at) && reaches(other.grant, at))) return false;
      const giver = this.#authorAt(at);
      // The first entry of a workspace is judged by its key.
      if (giver === null || giver.role === 'none') return false;
      const role = roleOf(
        theirs.filter((other) =>
          isWithin(giver.history, other.at, at)
            ? !this.#isVoid(other, view)
            : view.sees(other.at) && reaches(other.grant, at) && this.#binds(other, giver.role, view),
        ),
      );
      return role !== giver.role && !mayHaveGiven(role, grant.grant);
    });
  }

  #authorAt(at: Position): GrantAuthor | null {
    return kept(this.#authors, at.join(':'), () => {
      const [writer, seq] = at;
      const member = writerById(this.#db, writer)?.member;
      if (member === undefined) return null;
      const header = segmentOf(this.#db, writer, seq)?.header;
      const history = header === undefined ? adminVector(this.#db) : historyOf(this.#db, header, at);
      return { member, role: this.roleKnown(member, at, history), history };
    });
  }

  #began({ member }: GrantAuthor): boolean {
    this.#founder ??= { id: beganBy(this.#db) };
    return member === this.#founder.id;
  }
}

function mayHaveGiven(role: RoleGrant['role'], given: RoleGrant): boolean {
  if (role === 'none' || !mayAccess(role, 'administer').allowed) return false;
  return given.role !== 'owner' || role === 'owner';
}

/** What a map keeps under a key, made when first asked for. */
function kept<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  const have = map.get(key);
  if (have !== undefined) return have;
  const made = make();
  map.set(key, made);
  return made;
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
