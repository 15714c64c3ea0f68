/** What stays out of a binder's pages on purpose beside what its profile leaves out. */
export interface LeftOut {
  /** Ids of evidence that is withheld as a whole. */
  readonly evidence: ReadonlySet<string>;
  /** Whether the values of a field are redacted. */
  hides(record: string, field: string): boolean;
  /** The note of a check as it is printed. */
  noteOf(assessment: string, note: string): string;
  /** What was written with a sign-off or a return as it is printed. */
  wordsOf(signOff: string, words: string): string;
  /** Ids of sign-offs over values that were never there to be signed. */
  readonly unfounded: ReadonlySet<string>;
}
