const DAY = 86_400_000;

/** Whole days from one day to another, both `YYYY-MM-DD`; negative where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const WRITTEN = /(?<![\w./-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w/-]|\.\w)/g;

/** A text with its days as people write them: `2026-11-21` becomes `21 Nov 2026`. What is part of a name stays. */
export function inDayWords(text: string): string {
  return text.replace(
    WRITTEN,
    (_, year: string, month: string, day: string) => `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`,
  );
}

/** How far a day lies between two others: 0 at or before the first, 1 at or after the last. */
export function elapsedShare(from: string, to: string, day: string): number {
  const whole = daysBetween(from, to);
  if (whole <= 0) return day < to ? 0 : 1;
  return Math.min(1, Math.max(0, daysBetween(from, day) / whole));
}

const NUMBER = new Intl.NumberFormat('en-GB');

/** `1,029`. */
export function numbered(number: number): string {
  return NUMBER.format(number);
}

/** `3 risks`, `1 risk`; a number and its noun. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${numbered(number)} ${number === 1 ? one : many}`;
}

/** A share as people read it: `0 %` and `100 %` only where it is exactly that. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 0 && share > 0) return 'under 1 %';
  if (rounded === 100 && share < 1) return '99 %';
  return `${rounded} %`;
}
