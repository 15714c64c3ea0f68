import { mayAccess } from '../domain/permissions.ts';
import {
  isWithin,
  leastRole,
  mostRole,
  outranks,
  type PlacedGrant,
  type RoleGrant,
  reaches,
  reachesBack,
  roleOf,
  unreplaced,
} from './authority.ts';
import { decide } from './circles.ts';
import { idOf, kindOf, type Operation, type Position, type Vector } from './entry.ts';

type Role = RoleGrant['role'];

export interface KnownGrant extends PlacedGrant {
  /** Whether its giver was entitled to it as far as they knew: else it is none. */
  readonly meant: boolean;
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
  /** Who began the workspace. */
  founder(): string | undefined;
}

export interface RolesAt {
  /** As the entry's own history knows it. */
  readonly known: Role;
  /**
   * After all: by the grants that count, where one that takes binds the entries beyond its cutoff also where their author
   * pretends not to have heard of it.
   */
  readonly standing: Role;
  /** Whether entries of that history after it have the same, up to the next administrative one. */
  readonly lasts: boolean;
}

/** What is to be counted with, and whether each grant counts then. */
class View {
  readonly sees: (at: Position) => boolean;
  readonly counted = new Map<KnownGrant, boolean>();
  readonly restsOn = new Map<KnownGrant, readonly KnownGrant[]>();

  constructor(sees: (at: Position) => boolean) {
    this.sees = sees;
  }
}

interface Giver extends EntryAuthor {
  readonly role: Role;
}

/** Who gave roles, by place, and in which. What they knew stays as it was, whichever entries a role lets count. */
export type Givers = Map<string, Giver>;

/**
 * What grants come to, while none of them changes. A grant counts unless what its giver may do was taken from them, by
 * one that itself counts, or was given to them by one that does not. It leans on nothing but what each author knew, so
 * every replica comes to the same answer in whatever order entries arrive. Where grants end each other in a circle, which
 * takes equals who act apart, what they take counts and what they give does not. Knowledge that is made to lead back to
 * itself, by authors who say they knew what came after them, gives nothing.
 */
export class Roles {
  readonly #source: GrantSource;
  readonly #given = new Map<string, readonly KnownGrant[]>();
  readonly #givers: Givers;
  readonly #authors = new Map<string, EntryAuthor | null>();
  readonly #asked = new Set<string>();
  readonly #everything = new View(() => true);
  #founder: { readonly id: string | undefined } | null = null;

  constructor(source: GrantSource, givers: Givers = new Map()) {
    this.#source = source;
    this.#givers = givers;
  }

  /**
   * The role an entry's author had, as that entry's own history knows it. A grant whose giver's access had ended before
   * it gives and takes nothing for whoever knows of both.
   */
  roleKnown(member: string, at: Position, history: Vector): Role {
    const view = new View((place) => isWithin(history, place, at));
    return roleOf(
      this.#of(member).filter((grant) => view.sees(grant.at) && grant.meant && this.#counts(grant, view)),
    );
  }

  /** Both roles of an entry's author. */
  rolesAt(member: string, at: Position, history: Vector): RolesAt {
    const known = this.roleKnown(member, at, history);
    const grants = this.#of(member);
    const standing = roleOf(
      grants.filter(
        (grant) =>
          (isWithin(history, grant.at, at) || this.#binds(grant, at, known)) &&
          grant.meant &&
          this.#counts(grant, this.#everything),
      ),
    );
    return { known, standing, lasts: !grants.some(({ grant }) => reachesBack(grant)) };
  }

  /** Whether an entry does nothing but take roles, and they are taken although its author lost the right: see the circle. */
  takes(ops: readonly Pick<Operation, 'record' | 'field'>[], [writer, seq]: Position): boolean {
    return ops.every(({ record, field }) => {
      if (kindOf(record) !== 'member' || field !== 'role') return false;
      const grant = this.#of(idOf(record)).find(({ at }) => at[0] === writer && at[1] === seq);
      return grant?.meant === true && reachesBack(grant.grant) && this.#counts(grant, this.#everything);
    });
  }

  #of(member: string): readonly KnownGrant[] {
    return kept(this.#given, member, [], () => this.#source.given(member));
  }

  /** Whether a revocation, as long as it counts, binds an entry that does not know of it: one whose author it outranks. */
  #binds({ at, grant }: KnownGrant, entry: Position, over: Role): boolean {
    if (!reaches(grant, entry)) return false;
    const giver = this.#giverAt(at);
    return giver !== null && outranks(giver.role, over);
  }

  #counts(grant: KnownGrant, view: View): boolean {
    const question = {
      dependsOn: (one: KnownGrant) => this.#restsOn(one, view),
      answer: (one: KnownGrant, decided: (other: KnownGrant) => boolean | undefined) =>
        this.#answer(one, view, decided),
      inCircle: (one: KnownGrant) => reachesBack(one.grant),
    };
    return decide(grant, question, view.counted);
  }

  /** The grants that decide whether another one counts: those its giver knew, and those that bind it all the same. */
  #restsOn(grant: KnownGrant, view: View): readonly KnownGrant[] {
    return kept(view.restsOn, grant, [], () => {
      const giver = this.#giverAt(grant.at);
      if (giver === null || giver.role === 'none' || this.#isBeyondTaking(grant, giver)) return [];
      return this.#of(giver.member).filter(
        (other) =>
          (isWithin(giver.history, other.at, grant.at) ||
            (view.sees(other.at) && this.#binds(other, grant.at, giver.role))) &&
          other.meant,
      );
    });
  }

  #answer(grant: KnownGrant, view: View, decided: (other: KnownGrant) => boolean | undefined) {
    const giver = this.#giverAt(grant.at);
    if (giver === null) return false;
    // The first entry of a workspace is judged by its key.
    if (giver.role === 'none' || this.#isBeyondTaking(grant, giver)) return true;
    const over = this.#restsOn(grant, view);
    const isEnough = (role: Role) => outranks(role, giver.role) || mayHaveGiven(role, grant.grant);
    const [least, most] = rolesBetween(over, decided);
    if (isEnough(least)) return true;
    return isEnough(most) ? undefined : false;
  }

  /** What the founder takes is taken: nobody takes the right to it from them. */
  #isBeyondTaking({ grant }: KnownGrant, { member }: Giver): boolean {
    this.#founder ??= { id: this.#source.founder() };
    return member === this.#founder.id && reachesBack(grant);
  }

  /**
   * Null while it is being asked about, and where nobody knows who it is. Whoever gave roles before them is asked about
   * first and one after the other: a chain of givers may be longer than the stack.
   */
  #giverAt(at: Position): Giver | null {
    if (!this.#ask(at)) return this.#givers.get(at.join(':')) ?? null;
    const path = [{ at, before: this.#placesBefore(at) }];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.before.next();
      if (next.done !== true) {
        if (this.#ask(next.value)) path.push({ at: next.value, before: this.#placesBefore(next.value) });
        continue;
      }
      path.pop();
      const author = this.#authorOf(last.at);
      if (author === null) continue;
      const role = this.roleKnown(author.member, last.at, author.history);
      this.#givers.set(last.at.join(':'), { ...author, role });
    }
    return this.#givers.get(at.join(':')) ?? null;
  }

  /** Whether nobody asked about this giver so far. */
  #ask(at: Position): boolean {
    const place = at.join(':');
    if (this.#givers.has(place) || this.#asked.has(place)) return false;
    this.#asked.add(place);
    return true;
  }

  *#placesBefore(at: Position): Generator<Position, undefined> {
    const author = this.#authorOf(at);
    if (author !== null) yield* this.placesBefore(author.member, at, author.history);
  }

  /** Where the grants stand on which the role that an entry's own history knows of a member may rest. */
  *placesBefore(member: string, at: Position, history: Vector): Generator<Position, undefined> {
    const sees = (place: Position) => isWithin(history, place, at);
    const grants = new Set(this.#of(member).filter((grant) => sees(grant.at)));
    for (const grant of grants) {
      yield grant.at;
      const giver = this.#authorOf(grant.at);
      if (giver === null) continue;
      for (const other of this.#of(giver.member))
        if (sees(other.at) || isWithin(giver.history, other.at, grant.at)) grants.add(other);
    }
  }

  #authorOf(at: Position): EntryAuthor | null {
    return kept(this.#authors, at.join(':'), null, () => this.#source.authorOf(at));
  }
}

/** The least and the most that grants can come to, of which some are not decided to count or not to. */
function rolesBetween(
  grants: readonly KnownGrant[],
  decided: (grant: KnownGrant) => boolean | undefined,
): readonly [Role, Role] {
  const sure = grants.filter((grant) => decided(grant) === true);
  const possible = grants.filter((grant) => decided(grant) !== false);
  const standing = leastRole(unreplaced(possible, sure).map(({ grant }) => grant.role));
  if (sure.length === possible.length) return [standing, standing];
  // There may be no role at all where none is sure to count, or one is made to replace itself.
  const least = sure.length > 0 && !possible.some(looksAhead) ? standing : 'none';
  const surely = unreplaced(sure, possible);
  const all = (surely.length > 0 ? surely : possible).map(({ grant }) => grant.role);
  return [least, surely.length > 0 ? leastRole(all) : mostRole(all)];
}

/** Whether a grant says that it replaces itself, or what its writer had yet to write. */
function looksAhead({ at: [writer, seq], parents }: KnownGrant): boolean {
  return parents.some(([of, number]) => of === writer && number >= seq);
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
