import { percent as shareInPercent } from '../../shared/domain/programme/day.ts';

const NUMBER = new Intl.NumberFormat('en-GB');
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** `1,189`. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** `1 control`, `3 controls`; `entry` → `entries` with the plural named. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A calendar day, read as that day in every time zone. */
export function day(value: string | null): string {
  if (!value) return '—';
  const date = new Date(value.length === 10 ? `${value}T12:00:00` : value);
  return Number.isNaN(date.getTime()) ? value : DAY.format(date);
}

const WRITTEN = /(?<![\w./-])(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}) UTC)?(?![\w/-]|\.\w)/g;

/**
 * A sentence with its days and moments as they stand everywhere else: `was due on 21 Nov 2026`. What is part of a
 * name, such as `log-2026-11-21.txt`, stays.
 */
export function dated(sentence: string): string {
  return sentence.replace(WRITTEN, (_, on: string, at: string | undefined) =>
    at === undefined ? day(on) : moment(`${on}T${at}:00Z`),
  );
}

/** Date and time on this machine's clock. */
export function moment(value: string | null): string {
  if (!value) return '—';
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : MOMENT.format(date);
}

/** `12:04` today, the whole moment otherwise. */
export function clock(value: string | number, now = new Date()): string {
  const date = new Date(value);
  return date.toDateString() === now.toDateString() ? CLOCK.format(date) : MOMENT.format(date);
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `2.1 kB`. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? count(size) : size.toFixed(size < 10 ? 1 : 0)} ${UNITS[unit] ?? ''}`;
}

/** A part of a whole as people read a share; of nothing it is none. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : shareInPercent(part / whole);
}

/** Today as `YYYY-MM-DD` on this machine's calendar. */
export function today(now = new Date()): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
