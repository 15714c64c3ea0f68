import type { CheckCount, CheckPlace } from '../../db/queries/board.ts';
import type { PillarRow } from '../../shared/contract/board.ts';
import { isOpen, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { type BurnDown, burnDown } from '../../shared/domain/programme/burn-down.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { withBelow } from './gates.ts';
import type { PastReadiness } from './past-readiness.ts';
import { placeKey, type Standing } from './standing.ts';

/** A risk or an action as readiness counts it: ready is a closed or accepted risk, and an action that is done. */
export interface Part {
  readonly kind: 'risk' | 'action';
  readonly pillar: string | null;
  readonly ready: boolean;
}

/** Every risk and action of the programme. */
export function partsOf(standing: Standing): Part[] {
  const { risks, actions, today } = standing;
  return [
    ...risks.map((risk): Part => {
      const stands = riskStanding(risk.body.state, standing.acceptancesOn(risk.row.record), today);
      return { kind: 'risk', pillar: standing.pillarOf(risk), ready: !isOpen(stands) };
    }),
    ...actions.map(
      (action): Part => ({
        kind: 'action',
        pillar: standing.pillarOf(action),
        ready: action.body.state === 'done',
      }),
    ),
  ];
}

/** Weeks of trend shown. */
const TREND_WEEKS = 12;

/** The shares at the end of each of the last weeks before the day shown. */
export function weeklyShares({ today }: Pick<Standing, 'today'>, past: PastReadiness) {
  return Array.from({ length: TREND_WEEKS }, (_, week) => {
    const day = dayAfter(today, (week - TREND_WEEKS) * 7);
    return { day, shares: past.sharesOn(day) };
  });
}

/** The share of one scope at the end of each of the last weeks, the day shown last. */
export function trendOf(
  weeks: ReturnType<typeof weeklyShares>,
  { id, day, share }: { readonly id: string; readonly day: string; readonly share: number | null },
): PillarRow['trend'] {
  const last = share === null ? [] : [{ day, share }];
  const before = weeks.flatMap(({ day, shares }) => {
    const then = shares.get(id);
    return then === undefined ? [] : [{ day, share: then }];
  });
  return [...before, ...last];
}

/** Open gaps of the whole engagement, day by day. */
export function gapsOf(
  standing: Standing,
  parts: readonly Part[],
  past: PastReadiness,
  period: Period,
): BurnDown {
  const { places, today } = standing;
  const { total, ready } = standing.tally(places);
  const scope = total + parts.length;
  const open = scope - ready - parts.filter((part) => part.ready).length;
  return burnDown({ scope, open }, (day) => past.openOn(day), { ...period, today });
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
export function placesOf(
  places: readonly CheckPlace[],
  { record, title }: { readonly record: string; readonly title: string },
): CheckPlace[] {
  const own = places.filter(
    (place) =>
      place.of === record || (place.of === null && (same(place.title, title) || same(place.label, title))),
  );
  return withBelow(places, own);
}

/** What the database counted in these places. */
export function countsIn(standing: Standing, places: readonly CheckPlace[]): CheckCount[] {
  const keys = new Set(places.map(placeKey));
  return standing.counts.filter((count) => keys.has(placeKey(count)));
}
