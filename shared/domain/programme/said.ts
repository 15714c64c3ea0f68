/** An entry of a chain: its writer and its number there. */
export type Place = readonly [writer: string, seq: number];

/** Something said on a record, with what its author knew. */
export interface Placed {
  /** Who wrote it, and which entry of that chain it stands in. */
  readonly writer: string;
  readonly seq: number;
  /**
   * Of each other writer who had said something on the record, how far its author knew that chain. Only places whose
   * chain hash it named rightly: such a hash cannot be had before the entry is there.
   */
  readonly after: readonly Place[];
}

/** A person's dated word on a record: met or not, holding or not. Nothing changes it afterwards. */
export interface Word extends Placed {
  readonly id: string;
  readonly member: string;
  /** ISO 8601; what the author's clock said. */
  readonly at: string;
  readonly met: boolean;
  /** The last day on which it holds. */
  readonly until: string | null;
}

/** What the words on a record come to. */
export interface Said<T extends Word> {
  /** Null where no word stands. */
  readonly met: boolean | null;
  /** The words that decide, those dated last first. */
  readonly deciding: readonly T[];
  /** Words that stand beside a "not met" and say the opposite. */
  readonly beside: readonly T[];
  /** Where none stands: the one dated last of those whose last day has passed. */
  readonly lapsed: T | null;
}

/**
 * What the words on a record come to on a day. Which word came after which is told by what its author knew, never by a
 * clock.
 *
 * - A word counts from its own day through its last one.
 * - A word that counts supersedes what its writer said in earlier entries, and every word its author knew: one at or
 *   before a place that it names in `after`.
 * - Of the words that count and are not superseded any "not met" decides; where all say "met", it is met.
 * - A word that does not count supersedes nothing. Only what its own author had said to be met before does not come
 *   back once a "met" given until a day has lapsed: whoever sets a last day means it.
 *
 * Nothing here looks at pairs of words: of every chain it is kept how far it is superseded.
 */
export function weighWords<T extends Word>(words: readonly T[], today: string): Said<T> {
  const come = words.filter(({ at }) => at.slice(0, 10) <= today);
  const counting = come.filter(({ until }) => until === null || until >= today);
  const superseded = reachOf(counting);
  const ended = reachOf(
    come.filter(({ until, met }) => met && until !== null && until < today),
    (writer, { member }) => `${member} ${writer}`,
  );
  const standing = counting
    .filter((word) => !superseded(word) && !(word.met && ended(word)))
    .sort(lastDatedFirst);
  const against = standing.filter(({ met }) => !met);
  const decided = against.length > 0;
  return {
    met: standing.length === 0 ? null : !decided,
    deciding: decided ? against : standing,
    beside: decided ? standing.filter(({ met }) => met) : [],
    lapsed:
      standing.length > 0
        ? null
        : (come.filter(({ until }) => until !== null && until < today).sort(lastDatedFirst)[0] ?? null),
  };
}

/** The word that speaks for all of them: the first that decides, else the one that lapsed. */
export function wordFor<T extends Word>({ deciding, lapsed }: Said<T>): T | null {
  return deciding[0] ?? lapsed;
}

/** What stands of what was said on a record: all that nobody superseded who knew it. */
export function unsuperseded<T extends Placed>(said: readonly T[]): T[] {
  const superseded = reachOf(said);
  return said.filter((one) => !superseded(one));
}

/** How far the chains are superseded by what was said, each by the name it has for whoever said it. */
function reachOf<T extends Placed>(
  said: readonly T[],
  chain: (writer: string, said: T) => string = (writer) => writer,
): (one: T) => boolean {
  const reach = reachInto(said, chain);
  return (one) => (reach.get(chain(one.writer, one)) ?? 0) >= one.seq;
}

function reachInto<T extends Placed>(
  said: readonly T[],
  chain: (writer: string, said: T) => string = (writer) => writer,
): ReadonlyMap<string, number> {
  const reach = new Map<string, number>();
  for (const one of said)
    for (const [writer, upTo] of [[one.writer, one.seq - 1] as const, ...one.after]) {
      const name = chain(writer, one);
      if (upTo > (reach.get(name) ?? 0)) reach.set(name, upTo);
    }
  return reach;
}

/**
 * What somebody who knew it answered: whatever stands earlier in the chain of an answer, or at or before a place that it
 * names.
 */
export function answeredBy(answers: readonly Placed[]): (one: Pick<Placed, 'writer' | 'seq'>) => boolean {
  const reach = reachInto(answers);
  return ({ writer, seq }) => (reach.get(writer) ?? 0) >= seq;
}

/** The order of display; where several decide alike it tells who is named first. */
function lastDatedFirst(a: Word, b: Word): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
