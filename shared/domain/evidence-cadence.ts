import { z } from 'zod';
import { EXPIRING_DAYS } from './evidence.ts';
import { counted, daysBetween } from './programme/day.ts';
import { answeredBy, type Placed } from './programme/said.ts';

const BEATS = ['refreshDays', 'changeHours', 'attestDays', 'linkDays'] as const;
type Beat = (typeof BEATS)[number];

/** How often evidence is looked at: days between, and hours after a declared material change. */
export interface Rhythm extends Readonly<Record<Beat, number>> {
  /** The beats that somebody stated: evidence that falls behind them is stale, not only overdue. */
  readonly stated: ReadonlySet<Beat>;
}

/** Refreshed monthly, within 48 hours of a material change, attested quarterly, links checked monthly. */
export const DEFAULT_RHYTHM: Rhythm = {
  refreshDays: 31,
  changeHours: 48,
  attestDays: 92,
  linkDays: 31,
  stated: new Set(),
};

/** What is stated for one place; null where nothing is. */
export type StatedBeats = Readonly<Record<Beat, number | null>>;

/** A cadence as somebody stated it; what it leaves open follows the next wider rule. */
export interface StatedRhythm extends StatedBeats {
  /** The record it is for, in any of its names; null: every piece of evidence of the engagement. */
  readonly for: string | null;
}

/** What is stated at one place: for it alone, else for its whole engagement. */
export function statedAt(stated: readonly StatedRhythm[], names: ReadonlySet<string>): StatedBeats {
  const own = stated.filter((one) => one.for !== null && names.has(one.for));
  const general = stated.filter((one) => one.for === null);
  return eachBeat((beat) => strictest(own, beat) ?? strictest(general, beat));
}

/** Evidence follows the strictest rule stated where it serves; where none is stated, the usual rhythm. */
export function rhythmOf(places: readonly StatedBeats[]): Rhythm {
  const asked = eachBeat((beat) => strictest(places, beat));
  return {
    ...eachBeat((beat) => asked[beat] ?? DEFAULT_RHYTHM[beat]),
    stated: new Set(BEATS.filter((beat) => asked[beat] !== null)),
  };
}

function eachBeat<T>(of: (beat: Beat) => T): Record<Beat, T> {
  return {
    refreshDays: of('refreshDays'),
    changeHours: of('changeHours'),
    attestDays: of('attestDays'),
    linkDays: of('linkDays'),
  };
}

function strictest(stated: readonly StatedBeats[], beat: Beat): number | null {
  const values = stated.flatMap((one) => one[beat] ?? []);
  return values.length === 0 ? null : Math.min(...values);
}

/** What is known of a piece of evidence that decides what has to be done with it. Moments are ISO instants. */
export interface KeptEvidence {
  readonly addedAt: string;
  readonly collected: string | null;
  readonly lastVerified: string | null;
  readonly expires: string | null;
  /** What wrote its files, or the day it was collected or verified, with the changes its authors knew. */
  readonly renewals: readonly Placed[];
  readonly attestation: {
    readonly at: string;
    readonly by: string;
    readonly met: boolean;
    readonly until: string | null;
    /** The words that decide so, with what their authors knew. */
    readonly deciding: readonly Placed[];
  } | null;
  readonly check: { readonly at: string; readonly broken: number } | null;
  /** Material changes of systems it is about. */
  readonly changes: readonly (Pick<Placed, 'writer' | 'seq'> & {
    readonly at: string;
    readonly what: string;
  })[];
  /** How many results, records and requests it serves. */
  readonly serves: number;
}

export const DUE_KINDS = ['expiry', 'change', 'refresh', 'attestation', 'links'] as const;
export const DueKind = z.enum(DUE_KINDS);
export type DueKind = z.infer<typeof DueKind>;

/** Something to do with a piece of evidence by a day, and why. */
export const DueItem = z.object({
  kind: DueKind,
  on: z.string(),
  overdue: z.boolean(),
  /** First day on which the evidence is stale if nobody acts; null for a link check, and for a rhythm nobody stated. */
  lapses: z.string().nullable(),
  because: z.string(),
});
export type DueItem = z.infer<typeof DueItem>;

export interface EvidenceStanding {
  /** Everything to come, soonest first. */
  readonly due: readonly DueItem[];
  /** Why it cannot be relied on today; empty where it can. */
  readonly stale: readonly string[];
  readonly expiring: boolean;
  readonly orphaned: boolean;
}

/** The instant that decides: `now` as an ISO instant; its day is the day asked about. */
export function evidenceStanding(kept: KeptEvidence, rhythm: Rhythm, now: string): EvidenceStanding {
  const today = now.slice(0, 10);
  const due = [
    ...expiryOf(kept, today),
    ...changesOf(kept, rhythm, now),
    refreshOf(kept, rhythm, today),
    attestationOf(kept, rhythm, today),
    linksOf(kept, rhythm, today),
  ].sort((a, b) => a.on.localeCompare(b.on) || DUE_KINDS.indexOf(a.kind) - DUE_KINDS.indexOf(b.kind));
  return {
    due,
    stale: due.filter((item) => item.overdue && item.lapses !== null).map((item) => item.because),
    expiring:
      kept.expires !== null && kept.expires >= today && kept.expires <= daysAfter(today, EXPIRING_DAYS),
    orphaned: kept.serves === 0,
  };
}

/** The first day on which evidence cannot be relied on if nobody acts; null where nothing makes it stale. */
export function lapseDay({ due }: Pick<EvidenceStanding, 'due'>): string | null {
  return due.reduce<string | null>(
    (first, { lapses }) => (lapses !== null && (first === null || lapses < first) ? lapses : first),
    null,
  );
}

/** Whether anything is to be done today or was before. */
export function isDue({ due }: Pick<EvidenceStanding, 'due'>, today: string): boolean {
  return due.some((item) => item.on <= today);
}

function expiryOf({ expires }: KeptEvidence, today: string): DueItem[] {
  if (expires === null) return [];
  const overdue = expires < today;
  const soon = !overdue && expires <= daysAfter(today, EXPIRING_DAYS);
  const far = soon ? `, in ${counted(daysBetween(today, expires), 'day')}` : '';
  const because = `It ${overdue ? 'expired' : 'expires'} on ${expires}${far}`;
  return [{ kind: 'expiry', on: expires, overdue, lapses: daysAfter(expires, 1), because }];
}

/**
 * A change is answered by renewing the evidence, or by a person who states that it still shows what it should: by
 * somebody who knew of the change, whatever the clocks say.
 */
function changesOf(kept: KeptEvidence, { changeHours }: Rhythm, now: string): DueItem[] {
  const { attestation, renewals } = kept;
  const answered = answeredBy([...renewals, ...(attestation?.met === true ? attestation.deciding : [])]);
  return kept.changes
    .filter((change) => !answered(change))
    .map(({ at, what }) => {
      const by = new Date(Date.parse(at) + changeHours * 3_600_000).toISOString();
      const overdue = by < now;
      const until = `${by.slice(0, 10)} ${by.slice(11, 16)} UTC`;
      const because = `A material change was declared on ${at.slice(0, 10)} (${short(what)}); it ${overdue ? 'had' : 'has'} to be renewed or attested by ${until}, within ${counted(changeHours, 'hour')}`;
      const on = by.slice(0, 10);
      return { kind: 'change', on, overdue, lapses: overdue ? on : daysAfter(on, 1), because };
    });
}

/**
 * Who attests that evidence still holds has looked at it that day; unlike its dates, their word is outside what is signed.
 * A day to come has not been: tomorrow may be today elsewhere, and whatever lies beyond refreshes nothing.
 */
function refreshOf(kept: KeptEvidence, { refreshDays, stated }: Rhythm, today: string): DueItem {
  const { collected, lastVerified, attestation, addedAt } = kept;
  const attested = attestation?.met === true ? attestation.at.slice(0, 10) : null;
  const tomorrow = daysAfter(today, 1);
  const been = [collected, lastVerified, attested].map((day) =>
    day !== null && day > tomorrow ? null : day,
  );
  const fresh = been.reduce(latest, null) ?? addedAt.slice(0, 10);
  const on = daysAfter(fresh, refreshDays);
  const overdue = on < today;
  const because = `It was last collected, verified or attested on ${fresh} and is refreshed every ${counted(refreshDays, 'day')}`;
  const lapses = stated.has('refreshDays') ? daysAfter(on, 1) : null;
  return { kind: 'refresh', on, overdue, lapses, because };
}

function attestationOf(kept: KeptEvidence, { attestDays, stated }: Rhythm, today: string): DueItem {
  const { attestation } = kept;
  const asked = stated.has('attestDays');
  if (attestation === null) {
    const on = daysAfter(kept.addedAt.slice(0, 10), attestDays);
    const because = `Nobody has attested it yet; that is asked every ${counted(attestDays, 'day')}`;
    return { kind: 'attestation', on, overdue: on < today, lapses: asked ? daysAfter(on, 1) : null, because };
  }
  const day = attestation.at.slice(0, 10);
  if (!attestation.met) {
    const because = `${attestation.by} stated on ${day} that it no longer holds`;
    return { kind: 'attestation', on: day, overdue: true, lapses: day, because };
  }
  const regular = daysAfter(day, attestDays);
  const { until } = attestation;
  const on = until !== null && until < regular ? until : regular;
  const rule =
    on === until ? `their word holds until ${until}` : `that is asked every ${counted(attestDays, 'day')}`;
  const because = `${attestation.by} last attested it on ${day}; ${rule}`;
  const lapses = asked || on === until ? daysAfter(on, 1) : null;
  return { kind: 'attestation', on, overdue: on < today, lapses, because };
}

function linksOf(kept: KeptEvidence, { linkDays }: Rhythm, today: string): DueItem {
  const { check } = kept;
  const day = (check?.at ?? kept.addedAt).slice(0, 10);
  if (check !== null && check.broken > 0) {
    const because = `The check on ${day} found ${counted(check.broken, 'broken file or link', 'broken files or links')}`;
    return { kind: 'links', on: day, overdue: true, lapses: null, because };
  }
  const on = daysAfter(day, linkDays);
  const said =
    check === null
      ? 'Its files and links were never checked'
      : `Its files and links were last checked on ${day}`;
  const because = `${said}; that is due every ${counted(linkDays, 'day')}`;
  return { kind: 'links', on, overdue: on < today, lapses: null, because };
}

function latest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}

/** The last day of the calendar that a four-digit year can name. */
const END = Date.parse('9999-12-31T00:00:00Z');

/** The same few days and numbers come up for thousands of pieces of evidence. */
const reckoned = new Map<string, string>();
const MOST_RECKONED = 10_000;

function daysAfter(day: string, days: number): string {
  const key = `${day}+${days}`;
  const known = reckoned.get(key);
  if (known !== undefined) return known;
  if (reckoned.size >= MOST_RECKONED) reckoned.clear();
  const found = reckon(day, days);
  reckoned.set(key, found);
  return found;
}

function reckon(day: string, days: number): string {
  const time = Math.min(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000, END);
  return Number.isNaN(time) ? day : new Date(time).toISOString().slice(0, 10);
}

const short = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}…` : text);
