import { create } from 'zustand';

/** What a reviewer has begun to write about each record; it survives moving on, and ends with the session. */
export const useVerdictNotes = create<Readonly<Record<string, string>>>(() => ({}));

/** Keeps what is written about a record. */
export function keepVerdictNote(record: string, text: string): void {
  useVerdictNotes.setState({ [record]: text });
}

/** Forgets everything that was begun: the next who unlocks may be another. */
export function forgetVerdictNotes(): void {
  useVerdictNotes.setState({}, true);
}
