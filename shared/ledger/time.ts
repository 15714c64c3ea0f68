/**
 * Hybrid logical time as a fixed-width string that sorts as text: `2026-11-21T09:30:00.000Z-0000`, wall clock in
 * milliseconds and a four-digit hexadecimal counter for entries of the same millisecond. Clocks order what is
 * displayed; of values they decide nothing. A dated word on a record does not count before its day
 * (`domain/programme/said.ts`).
 */
export type HybridTime = string;

const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-[0-9a-f]{4}$/;

/** A remote clock further ahead than this never pulls ours along. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Of a moment there is: no hour is the 24th, and no February has 30 days, however some read them. */
export function isHybridTime(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const ms = Date.parse(wallPart(text));
  return !Number.isNaN(ms) && new Date(ms).toISOString() === wallPart(text);
}

/** The wall clock part as ISO 8601, for people. */
export function wallPart(time: HybridTime): string {
  return time.slice(0, 24);
}

export function hybridTime(wallMs: number, counter = 0): HybridTime {
  return `${new Date(wallMs).toISOString()}-${counter.toString(16).padStart(4, '0')}`;
}

/**
 * The time of the next entry: never before `last` (this writer's newest entry) and, within the tolerance, after
 * everything seen from others, so that an effect is displayed after its cause.
 */
export function nextTime(wallMs: number, last: HybridTime | null, seen: HybridTime | null): HybridTime {
  const floors = [
    last,
    seen !== null && Date.parse(wallPart(seen)) - wallMs <= CLOCK_TOLERANCE_MS ? seen : null,
  ];
  const floor = floors.reduce<HybridTime | null>(
    (max, t) => (t !== null && (max === null || t > max) ? t : max),
    null,
  );
  const now = hybridTime(wallMs);
  if (floor === null || now > floor) return now;
  const counter = Number.parseInt(floor.slice(25), 16) + 1;
  const floorMs = Date.parse(wallPart(floor));
  return counter > 0xffff ? hybridTime(floorMs + 1) : hybridTime(floorMs, counter);
}
