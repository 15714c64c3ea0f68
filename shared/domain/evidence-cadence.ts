import { z } from 'zod';
import { EXPIRING_DAYS } from './evidence.ts';
import { counted, daysBetween } from './programme/day.ts';

/** How often evidence is looked at: days between, and hours after a declared material change. */
export const Rhythm = z.object({
  refreshDays: z.int().positive(),
  changeHours: z.int().positive(),
  attestDays: z.int().positive(),
  linkDays: z.int().positive(),
});
export type Rhythm = z.infer<typeof Rhythm>;

/** Refreshed monthly, within 48 hours of a material change, attested quarterly, links checked monthly. */
export const DEFAULT_RHYTHM: Rhythm = { refreshDays: 31, changeHours: 48, attestDays: 92, linkDays: 31 };

/** A cadence as somebody stated it; what it leaves open follows the next wider rule. */
export interface StatedRhythm {
  /** The record it is for, in any of its names; null: every piece of evidence of the engagement. */
  readonly for: string | null;
  readonly refreshDays: number | null;
  readonly changeHours: number | null;
  readonly attestDays: number | null;
  readonly linkDays: number | null;
}

const BEATS = ['refreshDays', 'changeHours', 'attestDays', 'linkDays'] as const;

/** The rhythm at one place: what is stated for it, else for its whole engagement, else the default. */
export function rhythmAt(stated: readonly StatedRhythm[], names: ReadonlySet<string>): Rhythm {
  const own = stated.filter((one) => one.for !== null && names.has(one.for));
  const general = stated.filter((one) => one.for === null);
  const beat = (field: (typeof BEATS)[number]) =>
    strictest(own, field) ?? strictest(general, field) ?? DEFAULT_RHYTHM[field];
  return {
    refreshDays: beat('refreshDays'),
    changeHours: beat('changeHours'),
    attestDays: beat('attestDays'),
    linkDays: beat('linkDays'),
  };
}

function strictest(stated: readonly StatedRhythm[], field: (typeof BEATS)[number]): number | null {
  const values = stated.flatMap((one) => one[field] ?? []);
  return values.length === 0 ? null : Math.min(...values);
}

/** Evidence that serves several places follows the strictest of each; one that serves none, the default. */
export function strictestOf(rhythms: readonly Rhythm[]): Rhythm {
  const [first, ...others] = rhythms;
  if (first === undefined) return DEFAULT_RHYTHM;
  return others.reduce<Rhythm>(
    (least, one) => ({
      refreshDays: Math.min(least.refreshDays, one.refreshDays),
      changeHours: Math.min(least.changeHours, one.changeHours),
      attestDays: Math.min(least.attestDays, one.attestDays),
      linkDays: Math.min(least.linkDays, one.linkDays),
    }),
    first,
  );
}

/** What is known of a piece of evidence that decides what has to be done with it. Moments are ISO instants. */
export interface KeptEvidence {
  readonly addedAt: string;
  readonly collected: string | null;
  readonly lastVerified: string | null;
  readonly expires: string | null;
  /** When its files, or the day it was collected or verified, were last changed. */
  readonly touchedAt: string;
  readonly attestation: {
    readonly at: string;
    readonly by: string;
    readonly met: boolean;
    readonly until: string | null;
  } | null;
  readonly check: { readonly at: string; readonly broken: number } | null;
  /** Material changes of systems it is about. */
  readonly changes: readonly { readonly at: string; readonly what: string }[];
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
  /** Whether doing nothing makes the evidence stale: a link check does not. */
  holds: z.boolean(),
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
    stale: due.filter((item) => item.overdue && item.holds).map((item) => item.because),
    expiring:
      kept.expires !== null && kept.expires >= today && kept.expires <= daysAfter(today, EXPIRING_DAYS),
    orphaned: kept.serves === 0,
  };
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
  return [{ kind: 'expiry', on: expires, overdue, holds: true, because }];
}

/** A change is answered by renewing the evidence, or by a person who states that it still shows what it should. */
function changesOf(kept: KeptEvidence, { changeHours }: Rhythm, now: string): DueItem[] {
  const { attestation } = kept;
  const attested = attestation?.met === true ? attestation.at : '';
  return kept.changes
    .filter(({ at }) => kept.touchedAt <= at && attested <= at)
    .map(({ at, what }) => {
      const by = new Date(Date.parse(at) + changeHours * 3_600_000).toISOString();
      const overdue = by < now;
      const until = `${by.slice(0, 10)} ${by.slice(11, 16)} UTC`;
      const because = `A material change was declared on ${at.slice(0, 10)} (${short(what)}); it ${overdue ? 'had' : 'has'} to be renewed or attested by ${until}, within ${counted(changeHours, 'hour')}`;
      return { kind: 'change', on: by.slice(0, 10), overdue, holds: true, because };
    });
}

function refreshOf(kept: KeptEvidence, { refreshDays }: Rhythm, today: string): DueItem {
  const fresh = latest(kept.collected, kept.lastVerified) ?? kept.addedAt.slice(0, 10);
  const on = daysAfter(fresh, refreshDays);
  const overdue = on < today;
  const because = `It was last collected or verified on ${fresh} and is refreshed every ${counted(refreshDays, 'day')}`;
  return { kind: 'refresh', on, overdue, holds: true, because };
}

function attestationOf(kept: KeptEvidence, { attestDays }: Rhythm, today: string): DueItem {
  const { attestation } = kept;
  if (attestation === null) {
    const on = daysAfter(kept.addedAt.slice(0, 10), attestDays);
    const because = `Nobody has attested it yet; that is asked every ${counted(attestDays, 'day')}`;
    return { kind: 'attestation', on, overdue: on < today, holds: true, because };
  }
  const day = attestation.at.slice(0, 10);
  if (!attestation.met) {
    const because = `${attestation.by} stated on ${day} that it no longer holds`;
    return { kind: 'attestation', on: day, overdue: true, holds: true, because };
  }
  const regular = daysAfter(day, attestDays);
  const { until } = attestation;
  const on = until !== null && until < regular ? until : regular;
  const rule =
    on === until ? `their word holds until ${until}` : `that is asked every ${counted(attestDays, 'day')}`;
  const because = `${attestation.by} last attested it on ${day}; ${rule}`;
  return { kind: 'attestation', on, overdue: on < today, holds: true, because };
}

function linksOf(kept: KeptEvidence, { linkDays }: Rhythm, today: string): DueItem {
  const { check } = kept;
  const day = (check?.at ?? kept.addedAt).slice(0, 10);
  if (check !== null && check.broken > 0) {
    const because = `The check on ${day} found ${counted(check.broken, 'broken file or link', 'broken files or links')}`;
    return { kind: 'links', on: day, overdue: true, holds: false, because };
  }
  const on = daysAfter(day, linkDays);
  const said =
    check === null
      ? 'Its files and links were never checked'
      : `Its files and links were last checked on ${day}`;
  const because = `${said}; that is due every ${counted(linkDays, 'day')}`;
  return { kind: 'links', on, overdue: on < today, holds: false, because };
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
