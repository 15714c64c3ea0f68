import type { CheckPlace } from '../../db/queries/board.ts';
import { sumUpTo } from '../../shared/domain/past.ts';
import { staleSpans } from '../evidence/past-register.ts';
import { checkChanges } from './past-checks.ts';
import { pastParts } from './past-parts.ts';
import { placesOf } from './readiness.ts';
import { placeKey, type Standing } from './standing.ts';

/** Readiness at the end of days before the one shown: what the board as of such a day says. */
export interface PastReadiness {
  /** Gaps that were open; null before the engagement was opened. */
  openOn(day: string): number | null;
  /** The share that was ready by the id of the pillar, of the whole programme under an empty one. */
  sharesOn(day: string): ReadonlyMap<string, number>;
}

/** The frameworks and subjects of an engagement are given once, as it is opened: its checks are the same on every day. */
export function pastReadiness(standing: Standing): PastReadiness {
  const { db, engagement, places, today } = standing;
  const { created, id } = engagement;
  if (created >= today) return { openOn: () => null, sharesOn: () => new Map() };
  const changes = checkChanges(standing, staleSpans(db, id, { from: created, to: today }));
  const readyIn = (some: readonly CheckPlace[], day: string) =>
    some.reduce((sum, place) => sum + sumUpTo(changes.get(placeKey(place)) ?? [], day), 0);
  const parts = pastParts(standing);
  const known = new Map<string, readonly CheckPlace[]>();
  const placesNamed = (pillar: { readonly record: string; readonly title: string }) => {
    const key = `${pillar.record} ${pillar.title}`;
    const found = known.get(key) ?? placesOf(places, pillar);
    known.set(key, found);
    return found;
  };
  const { total } = standing.tally(places);
  return {
    openOn(day) {
      if (day < created) return null;
      const of = parts.on(day);
      return total + of.total - readyIn(places, day) - of.ready;
    },
    sharesOn(day) {
      if (day < created) return new Map();
      const whole = { id: '', places, ...parts.on(day) };
      const pillars = parts.byPillarOn(day).map((pillar) => ({ ...pillar, places: placesNamed(pillar) }));
      return new Map(
        [whole, ...pillars].flatMap((scope) => {
          const all = standing.tally(scope.places).total + scope.total;
          return all === 0 ? [] : [[scope.id, (readyIn(scope.places, day) + scope.ready) / all]];
        }),
      );
    },
  };
}
