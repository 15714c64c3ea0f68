/** A dated word that may name those it comes after. */
export interface Said {
  readonly id: string;
  /** ISO 8601; what the author's clock said. */
  readonly at: string;
  readonly after: readonly string[];
}

/**
 * Words on one record, the newest first. Nobody answers a word that is yet to come: one that another names although
 * its own clock is ahead of that other's is spent, and one whose clock is ahead of the day that is looked at does not
 * count until that day has come.
 */
export function newestFirst<T extends Said>(said: readonly T[], today: string): T[] {
  const known = said.filter(({ at }) => at.slice(0, 10) <= today);
  const names = (one: Said, other: Said) => one.after.includes(other.id);
  return known
    .filter((one) => !known.some((other) => names(other, one) && other.at < one.at))
    .sort((a, b) => (a.at === b.at ? (names(b, a) ? 1 : -1) : a.at < b.at ? 1 : -1));
}
