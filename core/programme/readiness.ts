import { addedDays, type CheckCount, type CheckPlace, stateDays } from '../../db/queries/board.ts';
import type { PillarRow } from '../../shared/contract/board.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { type BurnDown, burnDown, type DayCount } from '../../shared/domain/programme/burn-down.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { withBelow } from './gates.ts';
import { placeKey, type Rec, type Standing, type StatedAcceptance } from './standing.ts';

/** A risk or an action as readiness counts it: the days on which it became ready, and stopped being so. */
export interface Part {
  readonly kind: 'risk' | 'action';
  readonly record: string;
  readonly pillar: string | null;
  /** First day it stood in the programme. */
  readonly since: string;
  readonly changes: readonly DayCount[];
}

/** Weeks of trend shown. */
const TREND_WEEKS = 12;

/** When each risk and action of the programme was ready: a closed or accepted risk, an action that is done. */
export function partsOf(standing: Standing, start: string): Part[] {
  const { db, engagement } = standing;
  const states = Map.groupBy(stateDays(db, engagement.id), ({ record }) => record);
  const added = new Map(addedDays(db, engagement.id).map(({ record, day }) => [record, day]));
  const part = (rec: Rec<'risk'> | Rec<'action'>, kind: Part['kind']): Part => {
    const { record } = rec.row;
    const days = (states.get(record) ?? []).map(({ day, value }) => ({
      day,
      state: JSON.parse(value) as unknown,
    }));
    const acceptances = kind === 'risk' ? standing.acceptancesOn(record) : [];
    const since = added.get(record) ?? start;
    const readyWord = kind === 'risk' ? 'closed' : 'done';
    return {
      kind,
      record,
      pillar: standing.pillarOf(rec),
      since,
      changes: flips(days, acceptances, readyWord),
    };
  };
  return [
    ...standing.risks.map((risk) => part(risk, 'risk')),
    ...standing.actions.map((action) => part(action, 'action')),
  ];
}

interface StateOn {
  readonly day: string;
  readonly state: unknown;
}

/** The days on which something became ready (1) or ceased to be (−1). */
function flips(
  states: readonly StateOn[],
  acceptances: readonly StatedAcceptance[],
  readyWord: string,
): DayCount[] {
  const turning = [
    ...states.map(({ day }) => day),
    ...acceptances.flatMap(({ at, expires, withdrawnAt }) => [
      at.slice(0, 10),
      ...(expires === null ? [] : [dayAfter(expires, 1)]),
      ...(withdrawnAt === null ? [] : [withdrawnAt.slice(0, 10)]),
    ]),
  ];
  const readyOn = (day: string) =>
    states.findLast((one) => one.day <= day)?.state === readyWord ||
    acceptances.some((one) => holdsOn(one, day));
  const out: DayCount[] = [];
  let before = false;
  for (const day of [...new Set(turning)].sort()) {
    const now = readyOn(day);
    if (now !== before) out.push({ day, count: now ? 1 : -1 });
    before = now;
  }
  return out;
}

function holdsOn({ at, expires, withdrawnAt }: StatedAcceptance, day: string): boolean {
  const withdrawn = withdrawnAt !== null && withdrawnAt.slice(0, 10) <= day;
  return at.slice(0, 10) <= day && !withdrawn && (expires === null || expires >= day);
}

/** When checks became ready: accepted, until the evidence they lean on expires. */
export function checkChanges(counts: readonly CheckCount[], today: string): DayCount[] {
  return counts.flatMap(({ accepted, lapses, count }) => {
    if (accepted === null || (lapses !== null && lapses <= accepted)) return [];
    const began = { day: accepted, count };
    return lapses === null || lapses > today ? [began] : [began, { day: lapses, count: -count }];
  });
}

const sumUpTo = (changes: readonly DayCount[], day: string) =>
  changes.reduce((sum, change) => (change.day <= day ? sum + change.count : sum), 0);

/** The share of a scope that was ready at the end of each of the last weeks, today last. */
export function trendOf(
  standing: Standing,
  scope: { readonly checks: number; readonly counts: readonly CheckCount[]; readonly parts: readonly Part[] },
): PillarRow['trend'] {
  const total = scope.checks + scope.parts.length;
  if (total === 0) return [];
  const changes = [
    ...checkChanges(scope.counts, standing.today),
    ...scope.parts.flatMap((part) => part.changes),
  ];
  return Array.from({ length: TREND_WEEKS + 1 }, (_, week) => {
    const day = dayAfter(standing.today, (week - TREND_WEEKS) * 7);
    return { day, share: Math.max(0, sumUpTo(changes, day)) / total };
  });
}

/** Open gaps of the whole engagement, day by day. */
export function gapsOf(standing: Standing, parts: readonly Part[], period: Period): BurnDown {
  const { today } = standing;
  const { total } = standing.tally(standing.places);
  const appeared = [
    { day: period.from, count: total },
    ...parts.map(({ since }) => ({ day: since < period.from ? period.from : since, count: 1 })),
  ];
  const ready = [...checkChanges(standing.counts, today), ...parts.flatMap((part) => part.changes)];
  return burnDown(appeared, ready, { ...period, today });
}

export interface Period {
  readonly from: string;
  readonly to: string | null;
}

/** The days a programme runs: the engagement's, else those of its phases; from the day it was opened at the latest. */
export function periodOf({ engagement, phases, milestones }: Standing): Period {
  const starts = phases.flatMap(({ body }) => body.from ?? []);
  const ends = [
    ...phases.flatMap(({ body }) => body.to ?? []),
    ...milestones.flatMap(({ body }) => body.due ?? []),
  ];
  return {
    from: engagement.from ?? starts.sort()[0] ?? engagement.created,
    to: engagement.to ?? ends.sort().at(-1) ?? null,
  };
}

/**
 * The places whose checks belong to a pillar: checklists of the pillar itself, and groups of controls or checklists
 * that bear its title, with the groups below.
 */
export function placesOf(standing: Standing, pillar: Rec<'pillar'>): CheckPlace[] {
  const { places } = standing;
  const own = places.filter(
    (place) =>
      place.of === pillar.row.record ||
      (place.of === null && (same(place.title, pillar.body.title) || same(place.label, pillar.body.title))),
  );
  return withBelow(places, own);
}

/** What the database counted in these places. */
export function countsIn(standing: Standing, places: readonly CheckPlace[]): CheckCount[] {
  const keys = new Set(places.map(placeKey));
  return standing.counts.filter((count) => keys.has(placeKey(count)));
}
