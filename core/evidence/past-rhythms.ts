import { linkOf } from '../../db/projection/kinds/evidence.ts';
import { overlaid, proofOf } from '../../db/projection/kinds/programme.ts';
import { type PastRecord, pastRecords, recordsOfKind } from '../../db/projection/past.ts';
import { everHolding, everRemoved, homesOf, pastLinks } from '../../db/queries/past-register.ts';
import { type Rhythm, rhythmOf, type StatedRhythm } from '../../shared/domain/evidence-cadence.ts';
import { heldOn, type Past } from '../../shared/domain/past.ts';
import { PROGRAMME_BLANKS, PROGRAMME_FIELDS } from '../../shared/domain/programme/shapes.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { type Place, rhythms } from './register.ts';

type Db = OpenWorkspace['db'];

/** The rhythm that evidence was to follow at the end of past days. */
export interface PastRhythms {
  /** The days on which it may have become another one. */
  daysOf(evidence: string): readonly string[];
  on(evidence: string, day: string): Rhythm;
}

/** Follows from the cadences stated then, and where the evidence served then. */
export function pastRhythms(db: Db, evidence: readonly string[]): PastRhythms {
  const stated = pastCadences(db);
  if (stated.length === 0) {
    const usual = rhythmOf([]);
    return { daysOf: () => [], on: () => usual };
  }
  const places = pastPlaces(db, evidence);
  const placesOf = (id: string) => places.get(id) ?? [];
  const cadenceDays = stated.map(({ day }) => day);
  const usual = rhythms(new Map());
  return {
    daysOf: (id) => [...cadenceDays, ...placesOf(id).flatMap(({ served }) => served.map(({ day }) => day))],
    on: (id, day) => {
      const serving = placesOf(id).filter(({ served }) => heldOn(served, day) === true);
      return (heldOn(stated, day) ?? usual)(serving.map(({ place }) => place));
    },
  };
}

/** The cadences of every engagement as they were stated at the end of each day on which one of them changed. */
function pastCadences(db: Db): Past<ReturnType<typeof rhythms>> {
  const written = pastRecords(db, recordsOfKind(db, 'cadence'));
  const homes = homesOf(db, [...written.keys()]);
  const days = [...new Set([...written.values()].flatMap((past) => past.map(({ day }) => day)))].sort();
  return days.map((day) => {
    const stated = new Map<string, StatedRhythm[]>();
    for (const [record, past] of written) {
      const then = heldOn(past, day);
      const engagement = homes.get(record);
      if (then === undefined || then.state.standing === 'deleted' || engagement === undefined) continue;
      const body = overlaid('cadence', PROGRAMME_BLANKS.cadence, then.state) as unknown as StatedRhythm;
      stated.set(engagement, [...(stated.get(engagement) ?? []), body]);
    }
    return { day, value: rhythms(stated) };
  });
}

interface ServedPlace {
  readonly place: Place;
  /** From when on evidence served there, or no longer. */
  readonly served: Past<boolean>;
}

/** Where each piece of evidence served: what the register counts, as it was. */
function pastPlaces(db: Db, evidence: readonly string[]): Map<string, ServedPlace[]> {
  const places = new Map<string, ServedPlace[]>(evidence.map((id) => [id, []]));
  for (const { evidence: id, ...place } of [
    ...linkedPlaces(db, evidence),
    ...provenPlaces(db),
    ...namedPlaces(db),
  ])
    places.get(id)?.push(place);
  return places;
}

type Served = ServedPlace & { readonly evidence: string };

const mapped = <T>(past: Past<PastRecord> | undefined, read: (then: PastRecord) => T): Past<T> =>
  (past ?? []).map(({ day, value }) => ({ day, value: read(value) }));

function linkedPlaces(db: Db, evidence: readonly string[]): Served[] {
  const links = pastLinks(db, evidence);
  const changed = links.filter(({ settled }) => settled === 0).map(({ link }) => link);
  const written = pastRecords(db, changed);
  return links.map(({ link, since, settled, evidence: id, ...place }) => ({
    evidence: id,
    place,
    served:
      settled === 1
        ? [{ day: since, value: true }]
        : mapped(written.get(link), ({ state }) => linkOf(state)?.on === true),
  }));
}

/** A proof on a record that was removed later serves until then. */
function provenPlaces(db: Db): Served[] {
  const written = pastRecords(db, recordsOfKind(db, 'proof'));
  const proofs = [...written.values()].flatMap((past) => {
    const about = past.flatMap(({ value }) => proofOf(value.state) ?? [])[0];
    return about === undefined ? [] : [{ about, past }];
  });
  const records = proofs.map(({ about }) => about.record);
  const homes = homesOf(db, records);
  const removed = pastRecords(db, everRemoved(db, records));
  return proofs.flatMap(({ about: { evidence, record }, past }) => {
    const engagement = homes.get(record);
    if (engagement === undefined) return [];
    const home = removed.get(record) ?? [];
    const days = [...new Set([...past, ...home].map(({ day }) => day))].sort();
    const served = days.map((day) => ({
      day,
      value:
        proofIsOn(heldOn(past, day)) &&
        (home.length === 0 || heldOn(home, day)?.state.standing !== 'deleted'),
    }));
    return [{ evidence, place: { engagement, record, label: kindOf(record) }, served }];
  });
}

const proofIsOn = (then: PastRecord | undefined) => then !== undefined && proofOf(then.state)?.on === true;

/** Requests and sections of packets that name evidence among their values. */
function namedPlaces(db: Db): Served[] {
  const written = pastRecords(db, everHolding(db));
  const homes = homesOf(db, [...written.keys()]);
  return [...written].flatMap(([record, past]) => {
    const engagement = homes.get(record);
    if (engagement === undefined) return [];
    const named = mapped(past, namedIn);
    return [...new Set(named.flatMap(({ value }) => value))].map((evidence) => ({
      evidence,
      place: { engagement, record, label: kindOf(record) },
      served: named.map(({ day, value }) => ({ day, value: value.includes(evidence) })),
    }));
  });
}

function namedIn({ state }: PastRecord): readonly string[] {
  if (state.standing === 'deleted') return [];
  return PROGRAMME_FIELDS.section.evidence.safeParse(state.fields.get('evidence')?.value).data ?? [];
}
