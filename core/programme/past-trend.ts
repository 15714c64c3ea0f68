import { pastRecords } from '../../db/projection/past.ts';
import { fieldValue } from '../../db/projection/record.ts';
import { firstResults, settledChecks } from '../../db/queries/past-checks.ts';
import type { DayCount } from '../../shared/domain/past.ts';
import { Result } from '../../shared/domain/results.ts';
import { pastAcceptances } from './past-acceptances.ts';
import type { Standing } from './standing.ts';

type Db = Standing['db'];

/** On which days how many more checks had a result, and how many more were accepted; negative where they no longer were. */
export interface PastTrend {
  readonly decided: readonly DayCount[];
  readonly accepted: readonly DayCount[];
}

/** What the overview says of each past day: what stood at its end, also what is no longer so. */
export function pastTrend(db: Db, engagement: string): PastTrend {
  return { decided: decidedOn(db, engagement), accepted: acceptedOn(db, engagement) };
}

/** Most have had a result since they first got one; only those somebody set back are looked at day by day. */
function decidedOn(db: Db, engagement: string): DayCount[] {
  const first = firstResults(db, engagement);
  const back = pastRecords(
    db,
    first.flatMap((one) => one.back ?? []),
  );
  const changes = [...back.values()].flatMap((past) => {
    const counts = past.map(({ day, value }) => {
      const result = fieldValue(value.state, 'result', Result) ?? 'not-reviewed';
      return { day, count: result === 'not-reviewed' ? 0 : 1 };
    });
    return steps(counts);
  });
  return [...first.filter((one) => one.back === null), ...changes];
}

function acceptedOn(db: Db, engagement: string): DayCount[] {
  const changes: DayCount[] = [];
  const moved = new Map<string, string>();
  for (const { signed, since, moved: record, count } of settledChecks(db, engagement, [])) {
    if (signed === 1) changes.push({ day: since, count });
    if (record !== null) moved.set(record, since);
  }
  for (const [record, past] of pastAcceptances(db, [...moved.keys()])) {
    const since = moved.get(record) ?? '';
    const before = past
      .filter(({ day }) => day < since)
      .map(({ day, value }) => ({ day, count: value.length }));
    changes.push(...steps([...before, { day: since, count: 0 }]));
  }
  return changes;
}

/** How much more or less there was from one day to the next. */
function steps(counts: readonly DayCount[]): DayCount[] {
  return counts.map(({ day, count }, index) => ({ day, count: count - (counts[index - 1]?.count ?? 0) }));
}
