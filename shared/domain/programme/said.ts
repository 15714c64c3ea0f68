/** A dated word on a record. */
export interface Said {
  readonly id: string;
  /** ISO 8601; what the author's clock said. */
  readonly at: string;
  /** Answered by a word of an earlier clock that knew it: its own clock was ahead. */
  readonly spent: boolean;
}

/**
 * Words on one record, the newest first. One whose clock is ahead of the day that is looked at does not count until
 * that day has come, and never once anybody who knew it has spoken with a clock that is not.
 */
export function newestFirst<T extends Said>(said: readonly T[], today: string): T[] {
  return said
    .filter(({ at, spent }) => !spent && at.slice(0, 10) <= today)
    .sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
}
