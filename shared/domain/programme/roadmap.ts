import { daysBetween } from './day.ts';

/** Where a phase stands on a day, by its dates. */
export function phaseState(
  phase: { readonly from: string | null; readonly to: string | null; readonly done: string | null },
  today: string,
): 'not-started' | 'under-way' | 'late' | 'done' | 'undated' {
  const { from, to, done } = phase;
  if (done !== null && done <= today) return 'done';
  if (to !== null && to < today) return 'late';
  if (from !== null) return from > today ? 'not-started' : 'under-way';
  return to === null ? 'undated' : 'under-way';
}

type PhaseState = ReturnType<typeof phaseState>;

const PHASE_WORDS: Readonly<Record<PhaseState, string>> = {
  'not-started': 'not started',
  'under-way': 'under way',
  late: 'late',
  done: 'done',
  undated: 'without dates',
};

/** What a phase is called: a day on which it was marked done does not say that its exit criteria are met. */
export function phaseWords(state: PhaseState, exit: 'met' | 'not-met' | 'unknown'): string {
  if (state !== 'done' || exit === 'met') return PHASE_WORDS[state];
  return exit === 'not-met' ? 'marked done, exit criteria not met' : 'marked done, exit criteria not decided';
}

export function milestoneState(
  milestone: { readonly due: string | null; readonly done: string | null },
  today: string,
): 'open' | 'late' | 'done' {
  const { due, done } = milestone;
  if (done !== null && done <= today) return 'done';
  return due !== null && due < today ? 'late' : 'open';
}

/** Days past the end: until it was done, or until today while it is not; early is negative, not due yet is zero. */
export function slipDays(end: string | null, done: string | null, today: string): number {
  if (end === null) return 0;
  if (done !== null && done <= today) return daysBetween(end, done);
  return Math.max(0, daysBetween(end, today));
}
