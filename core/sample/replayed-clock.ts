import type { Clock } from '../ports.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Work begins at nine, on the clock of Greenwich. */
const MORNING = 9 * 60 * MINUTE;

/** A clock that stands on some working day before today and moves on with each reading, never back. */
export class ReplayedClock implements Clock {
  readonly #midnight: number;
  #at = Number.NEGATIVE_INFINITY;

  /** `today` is the moment the story ends at. */
  constructor(today: number) {
    this.#midnight = Math.floor(today / DAY) * DAY;
  }

  /**
   * Goes to a day counted from today, at one or another time of its first hours; from what is later already it goes on.
   */
  goTo(day: number): void {
    const later = (Math.abs(day * 53) % 170) * MINUTE;
    this.#at = Math.max(this.#at, this.#midnight + day * DAY + MORNING + later);
  }

  wait(minutes: number): void {
    this.#at += minutes * MINUTE;
  }

  now(): number {
    this.#at += 700;
    return this.#at;
  }

  /** `YYYY-MM-DD` of a day counted from today. */
  day(days: number): string {
    return new Date(this.#midnight + days * DAY).toISOString().slice(0, 10);
  }
}
