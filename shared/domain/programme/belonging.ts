/** A pillar as far as belonging goes. */
export interface PillarName {
  readonly id: string;
  readonly record: string;
  readonly title: string;
  readonly owner: string;
}

/** What says where a record belongs. */
export interface Belonging {
  /** A record it names itself: its pillar, or what it is for. Ledger name, id or title. */
  readonly names: string | null;
  readonly category: string;
  /** Whom it was given to, empty where that says nothing of its place. */
  readonly owner: string;
}

/**
 * Which pillar a record belongs to. The first of these that finds exactly one pillar decides:
 * 1. the pillar it names;
 * 2. the pillar of the record it names (an action for a risk belongs where the risk does);
 * 3. the pillar whose title is its category;
 * 4. the pillar whose owner is the one it was given to.
 * Otherwise it belongs to the programme as a whole.
 */
export function pillarOf(
  pillars: readonly PillarName[],
  record: Belonging,
  recordNamed: (name: string) => Belonging | null,
): string | null {
  return find(pillars, record, recordNamed, new Set());
}

function find(
  pillars: readonly PillarName[],
  { names, category, owner }: Belonging,
  recordNamed: (name: string) => Belonging | null,
  visited: Set<string>,
): string | null {
  if (names !== null && names !== '' && !visited.has(names)) {
    visited.add(names);
    const named = only(pillars, (p) => p.id === names || p.record === names || same(p.title, names));
    if (named !== null) return named;
    const next = recordNamed(names);
    const above = next === null ? null : find(pillars, next, recordNamed, visited);
    if (above !== null) return above;
  }
  return (
    only(pillars, (pillar) => same(pillar.title, category)) ??
    only(pillars, (pillar) => same(pillar.owner, owner))
  );
}

/** The id of the one pillar that holds; with several nobody can say which is meant. */
function only(pillars: readonly PillarName[], holds: (pillar: PillarName) => boolean): string | null {
  const [one, ...others] = pillars.filter(holds);
  return one === undefined || others.length > 0 ? null : one.id;
}

/** Whether two names are the same to a reader; empty ones never are. */
export function same(a: string, b: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
  return plain(a) !== '' && plain(a) === plain(b);
}

/** The member whom a person of the programme stands for, tied by id or, as plans write it, by name; none where nobody is. */
export function memberTied<Member extends { readonly id: string; readonly name: string }>(
  tied: string | null,
  members: readonly Member[],
): Member | undefined {
  if (tied === null || tied === '') return undefined;
  return members.find(({ id }) => id === tied) ?? members.find(({ name }) => same(name, tied));
}

/** The names under which a member may own something: their own, and each person or part they are in the programme. */
export function memberNames(
  { id, name }: { readonly id: string; readonly name: string },
  people: readonly { readonly title: string; readonly part: string; readonly member: string | null }[],
): string[] {
  const me = people.filter(({ member }) => memberTied(member, [{ id, name }]) !== undefined);
  return [name, ...me.flatMap(({ title, part }) => [title, part])];
}

/**
 * Whether a text names somebody: their whole name in it, as in *Ada Okafor, SRE* or *Payments: Ada Okafor*, with or
 * without its accents.
 */
export function names(text: string, name: string): boolean {
  const called = wordsOf(name).join(' ');
  return called !== '' && ` ${wordsOf(text).join(' ')} `.includes(` ${called} `);
}

/** Whether a text names a person in whatever order: also as *Okafor, Ada* or *Ada M. Okafor*. */
export function namesPerson(text: string, name: string): boolean {
  const called = wordsOf(name);
  const said = new Set(wordsOf(text));
  return called.length > 0 && called.every((word) => said.has(word));
}

const wordsOf = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
