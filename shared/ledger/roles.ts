import { mayAccess } from '../domain/permissions.ts';
import {
  isWithin,
  outranks,
  type PlacedGrant,
  type RoleGrant,
  reaches,
  reachesBack,
  roleOf,
} from './authority.ts';
import type { Position, Vector } from './entry.ts';

type Role = RoleGrant['role'];

export interface KnownGrant extends PlacedGrant {
  /** Whether its giver was entitled to it as far as they knew: else it is none. */
  readonly meant: boolean;
  /** False where a revocation reached the grant itself: it gives nothing any more, but it still bound. */
  readonly applied: boolean;
}

/** Who wrote an entry, and what they knew. */
export interface EntryAuthor {
  readonly member: string;
  readonly history: Vector;
}

/** Where grants stand: the tables of a ledger, or what a binder shows of one. */
export interface GrantSource {
  /** Every grant to a member. */
  given(member: string): readonly KnownGrant[];
  authorOf(at: Position): EntryAuthor | null;
  /** Whether anybody ever took rights from the member of this writer. */
  everLost(writer: string): boolean;
  /** Who began the workspace. */
  founder(): string | undefined;
}

export interface RolesAt {
  /** As the entry's own history knows it. */
  readonly known: Role;
  /**
   * After all: a grant that was itself revoked gives nothing, and a revocation binds the entries beyond its cutoff also
   * where their author pretends not to have heard of it.
   */
  readonly standing: Role;
  /** Whether entries of that history after it have the same, up to the next administrative one. */
  readonly lasts: boolean;
}

/** What is to be counted with, and what was answered about it. */
class View {
  readonly sees: (at: Position) => boolean;
  readonly voids = new Map<KnownGrant, boolean>();
  readonly hollow = new Map<KnownGrant, boolean>();
  readonly bound = new Map<Role, Map<KnownGrant, boolean>>();

  constructor(sees: (at: Position) => boolean) {
    this.sees = sees;
  }
}

interface Giver extends EntryAuthor {
  readonly role: Role;
  readonly view: View;
}

/**
 * What grants come to, while none of them changes. One question about roles leads to others, and each is asked once: who
 * may give roles may give many, and asked anew the questions would double with every one of them. They lead to what was
 * known before; what is made to lead back to itself gives nothing.
 */
export class Roles {
  readonly #source: GrantSource;
  readonly #given = new Map<string, readonly KnownGrant[]>();
  readonly #givers = new Map<string, Giver | null>();
  readonly #losers = new Map<string, boolean>();
  readonly #everything = new View(() => true);
  #founder: { readonly id: string | undefined } | null = null;

  constructor(source: GrantSource) {
    this.#source = source;
  }

  /**
   * The role an entry's author had, as that entry's own history knows it. A grant whose giver's access had ended before
   * it gives and takes nothing for whoever knows of both.
   */
  roleKnown(member: string, at: Position, history: Vector): Role {
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
          : reaches(grant.grant, at) && grant.meant && this.#binds(grant, known, this.#everything),
      ),
    );
    return { known, standing, lasts: !grants.some(({ grant }) => reachesBack(grant)) };
  }

  #of(member: string): readonly KnownGrant[] {
    return kept(this.#given, member, [], () => this.#source.given(member));
  }

  #known(member: string, view: View): Role {
    return roleOf(
      this.#of(member).filter((grant) => view.sees(grant.at) && grant.meant && !this.#isVoid(grant, view)),
    );
  }

  /**
   * A revocation binds those who do not outrank its giver, unless somebody above had ended the giver's access before:
   * whoever lost their access cannot take it from others in return. It leans on nothing but what each author knew, so
   * every replica comes to the same answer in whatever order entries arrive.
   */
  #binds(grant: KnownGrant, over: Role, view: View): boolean {
    const bound = kept(view.bound, over, new Map(), () => new Map());
    return kept(bound, grant, false, () => {
      const giver = this.#giverAt(grant.at);
      return giver !== null && outranks(giver.role, over) && !this.#isHollow(grant, view);
    });
  }

  /**
   * Whether somebody above had ended the access of a grant's giver before, an owner an admin's or the founder an owner's,
   * or of those who had made the giver what they were.
   */
  #isHollow(grant: KnownGrant, view: View): boolean {
    return kept(view.hollow, grant, false, () => {
      const { at } = grant;
      const giver = this.#giverAt(at);
      if (giver === null || giver.role === 'none' || this.#began(giver)) return false;
      const theirs = this.#of(giver.member).filter((other) => view.sees(other.at) && other.meant);
      const isEnded = theirs.some((other) => {
        if (!reaches(other.grant, at) || outranks(other.grant.role, 'admin')) return false;
        const by = this.#giverAt(other.at);
        return by?.role === 'owner' && (giver.role !== 'owner' || this.#began(by));
      });
      if (isEnded) return true;
      const made = theirs.filter((other) => giver.view.sees(other.at) && !this.#isVoid(other, giver.view));
      const role = roleOf(made.filter((other) => !this.#isHollow(other, view)));
      return role !== giver.role && !mayHaveGiven(role, grant.grant);
    });
  }

  /** Whether what is seen takes from the giver of a grant the right to it. */
  #isVoid(grant: KnownGrant, view: View): boolean {
    return kept(view.voids, grant, false, () => {
      const { at } = grant;
      if (!kept(this.#losers, at[0], false, () => this.#source.everLost(at[0]))) return false;
      const giver = this.#giverAt(at);
      // The first entry of a workspace is judged by its key.
      if (giver === null || giver.role === 'none') return false;
      const theirs = this.#of(giver.member);
      if (!theirs.some((other) => view.sees(other.at) && reaches(other.grant, at))) return false;
      const role = roleOf(
        theirs.filter((other) =>
          isWithin(giver.history, other.at, at)
            ? other.meant && !this.#isVoid(other, view)
            : view.sees(other.at) &&
              reaches(other.grant, at) &&
              other.meant &&
              this.#binds(other, giver.role, view),
        ),
      );
      return role !== giver.role && !mayHaveGiven(role, grant.grant);
    });
  }

  #giverAt(at: Position): Giver | null {
    return kept(this.#givers, at.join(':'), null, () => {
      const author = this.#source.authorOf(at);
      if (author === null) return null;
      const view = new View((place) => isWithin(author.history, place, at));
      return { ...author, view, role: this.#known(author.member, view) };
    });
  }

  #began({ member }: EntryAuthor): boolean {
    this.#founder ??= { id: this.#source.founder() };
    return member === this.#founder.id;
  }
}

function mayHaveGiven(role: Role, given: RoleGrant): boolean {
  if (role === 'none' || !mayAccess(role, 'administer').allowed) return false;
  return given.role !== 'owner' || role === 'owner';
}

/** What a map keeps under a key, made when first asked for; `meanwhile` is the answer while it is being made. */
function kept<K, T>(map: Map<K, T>, key: K, meanwhile: T, make: () => T): T {
  const have = map.get(key);
  if (have !== undefined) return have;
  map.set(key, meanwhile);
  const made = make();
  map.set(key, made);
  return made;
}
