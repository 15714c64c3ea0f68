import { day } from './format.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A day as people write it (`31 Jan 2027`, `2027-01-31`, `31.1.2027`) as `YYYY-MM-DD`; empty stays empty, null is no
 * day. With slashes day and month could be either, so that is never guessed.
 */
export function readDay(text: string): string | null {
  const typed = text.trim().toLowerCase();
  if (typed === '') return '';
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso) return dayOf(iso[1], iso[2], iso[3]);
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(typed);
  if (dotted) return dayOf(dotted[3], dotted[2], dotted[1]);
  const worded = /^(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})$/.exec(typed);
  if (worded) return dayOf(worded[3], monthOf(worded[2]), worded[1]);
  return null;
}

/** What is wrong with a day as it was typed, within the days that can be meant; null where nothing is. */
export function dayFault(text: string, within: DayBounds): string | null {
  const read = readDay(text);
  if (read === null) return 'Write a day as 31 Jan 2027 or 2027-01-31.';
  if (read === '') return null;
  if (within.first !== undefined && read < within.first)
    return `Choose ${day(within.first)} or a later day${within.since === undefined ? '' : `: ${within.since}`}.`;
  return within.last !== undefined && read > within.last ? `No later than ${day(within.last)}.` : null;
}

export interface DayBounds {
  readonly first?: string | undefined;
  /** What happened on the first day, to say why there is none before it. */
  readonly since?: string | undefined;
  readonly last?: string | undefined;
}

function monthOf(word = ''): string {
  return String(MONTHS.indexOf(word.slice(0, 3)) + 1);
}

/** Null for a day that no calendar has, such as 31 February. */
function dayOf(year = '', month = '', date = ''): string | null {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  const value = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === value ? value : null;
}
