import { signedEvidenceOf, systemsOf } from '../../db/projection/kinds/evidence.ts';
import { weighRemoval } from '../../db/projection/kinds/hold.ts';
import { type PastRecord, pastRecords } from '../../db/projection/past.ts';
import {
  declaredChanges,
  everAbout,
  registerEvidence,
  renewedAt,
} from '../../db/queries/evidence-register.ts';
import { changedEvidence, everServing } from '../../db/queries/past-register.ts';
import { RENEWING, statedRenewals, wordsOnEvidence } from '../../db/queries/words.ts';
import { evidenceStanding, type KeptEvidence, lapseDay } from '../../shared/domain/evidence-cadence.ts';
import { heldOn, joined, type Past, type Span } from '../../shared/domain/past.ts';
import { weighWords, wordFor } from '../../shared/domain/programme/said.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { pastRhythms } from './past-rhythms.ts';
import { changesBySystem } from './register.ts';

type Db = OpenWorkspace['db'];

/** What evidence itself said at the end of a day; null where it was not there. */
type Said =
  | (Pick<KeptEvidence, 'addedAt' | 'collected' | 'lastVerified' | 'expires' | 'renewals'> & {
      readonly systems: readonly string[];
    })
  | null;

/**
 * The days of a stretch on whose end evidence that checks of an engagement lean on, or leant on, was stale: by the rule
 * of the register, over what the evidence, its attestations, declared changes and cadences were on each day.
 */
export function staleSpans(
  db: Db,
  engagement: string,
  stretch: { from: string; to: string },
): Map<string, Span[]> {
  const evidence = everServing(db, engagement);
  const said = pastSaid(db, evidence, stretch.from);
  const attested = wordsOnEvidence(db);
  const renewed = statedRenewals(db);
  const changes = declaredChanges(db);
  const changesOf = changesBySystem(changes);
  const about = changes.length === 0 ? new Map<string, never[]>() : everAbout(db);
  const changeDays = changes.map(dayOf);
  const rhythms = pastRhythms(db, evidence);
  const spans = new Map<string, Span[]>();
  for (const id of evidence) {
    const own = said.get(id) ?? [];
    const words = attested.get(`evidence:${id}`) ?? [];
    const renewals = renewed.get(`evidence:${id}`) ?? [];
    const once = about.get(id) ?? [];
    const known = (day: string): Omit<KeptEvidence, 'serves' | 'check'> | null => {
      const then = heldOn(own, day);
      if (then === undefined || then === null) return null;
      const weighed = weighWords(words, day);
      const word = wordFor(weighed);
      return {
        ...then,
        renewals: [...then.renewals, ...renewals.filter((one) => dayOf(one) <= day)],
        attestation: word === null ? null : { ...word, deciding: weighed.deciding },
        changes: changesOf([
          ...then.systems,
          ...once.filter(({ since }) => since <= day).map(({ system }) => system),
        ]).filter((one) => dayOf(one) <= day),
      };
    };
    const days = [
      ...own.map(({ day }) => day),
      ...words.map(dayOf),
      ...renewals.map(dayOf),
      ...words.flatMap(({ until }) => (until === null ? [] : dayAfter(until, 1))),
      ...changeDays,
      ...rhythms.daysOf(id),
    ];
    const found = stretches(days, stretch).flatMap(({ from, to }) => {
      const kept = known(from);
      const lapses =
        kept && lapsesBy({ ...kept, check: null, serves: 1 }, rhythms.on(id, from), dayAfter(to, -1));
      return lapses === null || lapses >= to ? [] : [{ from: lapses > from ? lapses : from, to }];
    });
    if (found.length > 0) spans.set(id, joined(found));
  }
  return spans;
}

const dayOf = ({ at }: { readonly at: string }) => at.slice(0, 10);

/** Nothing changes within a stretch; what is stale on its last day is so from the day it lapsed. */
function lapsesBy(
  kept: KeptEvidence,
  rhythm: Parameters<typeof evidenceStanding>[1],
  last: string,
): string | null {
  return lapseDay(evidenceStanding(kept, rhythm, `${last}T23:59:59.999Z`));
}

/** A stretch of days cut at some of them. */
function stretches(
  days: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): { from: string; to: string }[] {
  const cuts = [from, ...[...new Set(days)].filter((day) => day > from && day < to).sort(), to];
  return cuts.slice(1).map((end, index) => ({ from: cuts[index] ?? from, to: end }));
}

/** What each piece of evidence said itself; those that never changed said from the beginning what they say now. */
function pastSaid(db: Db, evidence: readonly string[], from: string): Map<string, Past<Said>> {
  const rows = new Map(registerEvidence(db, '').map((row) => [row.id, row]));
  const touched = renewedAt(db);
  const changed = pastRecords(
    db,
    changedEvidence(db, evidence).map((id) => `evidence:${id}`),
  );
  return new Map(
    evidence.map((id): [string, Past<Said>] => {
      const row = rows.get(id);
      const past = changed.get(`evidence:${id}`);
      if (past !== undefined) {
        const addedAt = row?.addedAt ?? firstTime(past);
        return [
          id,
          past.map(({ day, value }) => ({ day, value: saidThen(db, { id, addedAt }, value, day) })),
        ];
      }
      if (row === undefined) return [id, []];
      const systems = JSON.parse(row.systems) as string[];
      return [id, [{ day: from, value: { ...row, renewals: touched.get(id) ?? [], systems } }]];
    }),
  );
}

const firstTime = (past: Past<PastRecord>) =>
  past.flatMap(({ value }) => value.heads.get('files')?.[0]?.time.slice(0, 24) ?? [])[0] ?? '';

function saidThen(
  db: Db,
  { id, addedAt }: { readonly id: string; readonly addedAt: string },
  { state, heads }: PastRecord,
  day: string,
): Said {
  const said = signedEvidenceOf(id, state);
  if (said === null || weighRemoval(db, id, state, day).standing === 'deleted') return null;
  const { collected, lastVerified, expires } = said;
  const renewals = RENEWING.flatMap((field) =>
    (heads.get(field) ?? []).map(({ writer, seq }) => ({ writer, seq, after: [] })),
  );
  return { ...{ collected, lastVerified, expires, addedAt, renewals }, systems: systemsOf(state) };
}
