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
 * 4. the pillar whose owner is the one it was given to, or may be: *SRE/DevOps Lead* is *SRE Lead* and *DevOps Lead*.
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
    only(pillars, (pillar) => same(pillar.owner, owner)) ??
    only(pillars, (pillar) => eitherOwner(pillar.owner).some((one) => same(one, owner)))
  );
}

/** What an owner with a stroke in it leaves to choose: each side by itself, and with the words around the stroke. */
function eitherOwner(owner: string): string[] {
  const sides = owner.split(/\s+\/\s+/);
  if (sides.length > 1) return sides;
  const words = owner.split(/\s+/);
  const at = words.findIndex((word) => word.includes('/'));
  if (at < 0) return [];
  return (words[at] ?? '').split('/').map((side) => words.with(at, side).join(' '));
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

/**
 * Whether a text names a person: by the whole name in whatever order, as *Okafor, Ada* or *Ada M. Okafor*; or by a part
 * of it, as people call each other: *Ada*, *A. Okafor*, *Ada and Jonas*. Whom a name of family alone means nobody can
 * say where it stands beside others.
 */
export function namesPerson(text: string, name: string): boolean {
  const called = wordsOf(name);
  const said = new Set(wordsOf(text));
  if (called.length === 0) return false;
  if (called.every((word) => said.has(word)) || isShortFor(text, called)) return true;
  return text.split(/[,;/&+|()]|\band\b/i).some((one) => {
    const given = wordsOf(one).some((word) => stands(word, called[0] ?? ''));
    return given && isShortFor(one, called);
  });
}

/** Whether a text is nothing but parts of a name, one of them in full. */
function isShortFor(text: string, called: readonly string[]): boolean {
  const said = wordsOf(text);
  const whole = said.some((word) => word.length > 1 && called.includes(word));
  return whole && said.every((word) => called.some((part) => stands(word, part)));
}

/** Whether a word is one of a name, or the first letter of it. */
const stands = (word: string, part: string) =>
  word === part || ([...word].length === 1 && part.startsWith(word));

const wordsOf = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
