import { settledChecks } from '../../db/queries/past-checks.ts';
import { type DayCount, joined, type Span, without } from '../../shared/domain/past.ts';
import { pastAcceptances } from './past-acceptances.ts';
import { placeKey, type Standing } from './standing.ts';

/** Days on which evidence could not be relied on, by its id. */
export type StaleSpans = ReadonlyMap<string, readonly Span[]>;

/**
 * How many checks of each place became ready on which day, or (negative) ceased to be: accepted on evidence that held.
 * Most were accepted once and stand so since. The others are judged by what they were on each day they changed.
 */
export function checkChanges(
  { db, engagement }: Pick<Standing, 'db' | 'engagement'>,
  stale: StaleSpans,
): ReadonlyMap<string, readonly DayCount[]> {
  const changes = new Map<string, DayCount[]>();
  const staleUnder = spansUnder(stale);
  const add = (place: string, span: Span, evidence: readonly string[], count: number) => {
    const known = changes.get(place) ?? [];
    changes.set(place, known);
    for (const { from, to } of without(span, staleUnder(evidence))) {
      known.push({ day: from, count });
      if (to !== null) known.push({ day: to, count: -count });
    }
  };
  const moved = new Map<string, { readonly place: string; readonly since: string }>();
  for (const row of settledChecks(db, engagement.id, [...stale.keys()])) {
    const { since } = row;
    const place = placeKey(row);
    if (row.accepted === 1)
      add(place, { from: since, to: null }, JSON.parse(row.evidence) as string[], row.count);
    if (row.moved !== null) moved.set(row.moved, { place, since });
  }
  for (const [record, past] of pastAcceptances(db, [...moved.keys()])) {
    const { place, since } = moved.get(record) ?? { place: '', since: '' };
    const before = past.filter(({ day }) => day < since);
    for (const [index, { day: from, value: checks }] of before.entries())
      for (const { met, evidence } of checks)
        if (met) add(place, { from, to: before[index + 1]?.day ?? since }, evidence, 1);
  }
  return changes;
}

/** The days on which any of some evidence was stale; the same few pieces come up for many checks. */
function spansUnder(stale: StaleSpans) {
  const known = new Map<string, readonly Span[]>();
  return (evidence: readonly string[]): readonly Span[] => {
    const key = evidence.join(' ');
    const spans = known.get(key) ?? joined(evidence.flatMap((id) => stale.get(id) ?? []));
    known.set(key, spans);
    return spans;
  };
}
