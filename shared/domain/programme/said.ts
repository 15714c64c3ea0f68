/** A dated word on a record. */
export interface Said {
  readonly id: string;
  /** ISO 8601; what the author's clock said. */
  readonly at: string;
  /** Ids of words of an earlier clock that knew it: its own clock was ahead. */
  readonly answeredBy: readonly string[];
}

/**
 * The words that count on a record, the newest first. One whose clock is ahead of the day that is looked at does not
 * count until that day has come, and never once somebody whose word counts as well, and who knew it, has spoken with a
 * clock that is not.
 */
export function newestFirst<T extends Said>(said: readonly T[], today: string): T[] {
  const known = said.filter(({ at }) => at.slice(0, 10) <= today);
  const ids = new Set(known.map(({ id }) => id));
  return known
    .filter(({ answeredBy }) => !answeredBy.some((answer) => ids.has(answer)))
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
}
