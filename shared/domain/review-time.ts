/** A control should be reviewable in under so many minutes. */
export const REVIEW_GOAL_MINUTES = 15;
const LONGEST_MS = 8 * 3_600_000;

/** Whether an opening time can be believed: before now, and not so long ago that it only measures a lunch. */
export function isPlausibleOpening(opened: string, now: number): boolean {
  const at = Date.parse(opened);
  return Number.isFinite(at) && at <= now && now - at <= LONGEST_MS;
}

export interface ReviewTimes {
  /** Decisions whose opening is known. */
  readonly measured: number;
  /** Minutes, rounded to tenths; null where nothing was measured. */
  readonly median: number | null;
  readonly ninetieth: number | null;
  /** Share (0 to 1) decided within the goal. */
  readonly withinGoal: number | null;
}

/** How long decisions took, from their durations in minutes. */
export function reviewTimes(minutes: readonly number[]): ReviewTimes {
  const sorted = [...minutes].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const tenths = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10);
  const within = sorted.filter((value) => value <= REVIEW_GOAL_MINUTES).length;
  return {
    measured: sorted.length,
    median: tenths(at(0.5)),
    ninetieth: tenths(at(0.9)),
    withinGoal: sorted.length === 0 ? null : within / sorted.length,
  };
}
