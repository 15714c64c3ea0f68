import type { z } from 'zod';
import { evidenceRows } from '../../db/queries/evidence.ts';
import {
  type DeclaredChange,
  declaredChanges,
  type EverAbout,
  everAbout,
  holdsOn,
  lastChecks,
  type PlacedEvidence,
  type RegisterEvidence,
  registerEvidence,
  registerPlaces,
  renewedAt,
  type StandingCheck,
  type StandingWord,
  standingWords,
  statedRhythms,
} from '../../db/queries/evidence-register.ts';
import { statedRenewals, statementsOf } from '../../db/queries/words.ts';
import type { DueRow, RegisterLane, RegisterRow } from '../../shared/contract/register.ts';
import { controlKey } from '../../shared/domain/control-id.ts';
import { mayRemove } from '../../shared/domain/evidence.ts';
import {
  type EvidenceStanding,
  evidenceStanding,
  isDue,
  type Rhythm,
  rhythmOf,
  type StatedBeats,
  type StatedRhythm,
  statedAt,
} from '../../shared/domain/evidence-cadence.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { once } from '../once.ts';
import * as resolve from '../resolve.ts';
import { spoken } from '../spoken.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

export interface RegisterFilter {
  readonly evidence?: string | undefined;
  readonly engagement?: string | undefined;
  readonly text?: string | undefined;
  readonly owner?: string | undefined;
  readonly system?: string | undefined;
  readonly only?: RegisterLane | undefined;
  /** Judged as serving these places and no others, in place of where evidence serves now. */
  readonly places?: readonly PlacedEvidence[] | undefined;
}

/** A piece of evidence with where it serves and what has to be done with it. */
export interface Registered {
  readonly evidence: RegisterEvidence;
  readonly places: readonly PlacedEvidence[];
  readonly attestation: StandingWord | null;
  readonly check: StandingCheck | null;
  readonly standing: EvidenceStanding;
}

type Ws = Pick<OpenWorkspace, 'db' | 'now'>;

/** The register as it stands now, filtered but for the lane: every list, count and export of it begins here. */
export function readRegister(ws: Ws, filter: RegisterFilter): Registered[] {
  const { db } = ws;
  const engagement = filter.engagement === undefined ? null : resolve.engagement(ws, filter.engagement).id;
  const one = filter.evidence === undefined ? null : resolve.evidence(ws, filter.evidence).id;
  const now = new Date(ws.now()).toISOString();
  const places = Map.groupBy(filter.places ?? registerPlaces(db), (place) => place.evidence);
  const [words, checks] = [standingWords(db, now.slice(0, 10)), lastChecks(db, now.slice(0, 10))];
  const rhythmOf = rhythms(statedRhythms(db));
  const declared = declaredChanges(db);
  const changesOf = changesBySystem(declared);
  const about = once(() => everAbout(db));
  // Only a change asks who renewed evidence, and what they knew.
  const renewed = once(() => renewedAt(db));
  const renewals = once(() => statedRenewals(db));
  return registerEvidence(db, filter.text ?? '').flatMap((evidence) => {
    if (one !== null && evidence.id !== one) return [];
    const serving = places.get(evidence.id) ?? [];
    if (engagement !== null && !serving.some((place) => place.engagement === engagement)) return [];
    if (filter.owner !== undefined && !isOwner(evidence.owner, filter.owner)) return [];
    const systems = evidence.systems === '[]' ? [] : (JSON.parse(evidence.systems) as string[]);
    const { system } = filter;
    const changes = declared.length === 0 ? [] : changesOf(everOf(systems, about().get(evidence.id)));
    if (system !== undefined && !systems.some((one) => same(one, system))) return [];
    const attestation = words.get(`evidence:${evidence.id}`) ?? null;
    const check = checks.get(`evidence:${evidence.id}`) ?? null;
    const standing = evidenceStanding(
      {
        ...evidence,
        renewals:
          changes.length === 0
            ? []
            : [...(renewed().get(evidence.id) ?? []), ...(renewals().get(`evidence:${evidence.id}`) ?? [])],
        ...{ attestation, check, changes },
        serves: serving.length,
      },
      rhythmOf(serving),
      now,
    );
    return [{ evidence, places: serving, attestation, check, standing }];
  });
}

/** A change is about what evidence was ever about: nobody takes it out of the way by taking its systems off. */
const everOf = (systems: readonly string[], ever: readonly EverAbout[] = []) => [
  ...new Set([...systems, ...ever.map(({ system }) => system)]),
];

/** An empty name stands for evidence that nobody owns. */
const isOwner = (owner: string, asked: string) =>
  asked.trim() === '' ? owner.trim() === '' : same(owner, asked);

/** What a cadence may be stated for, and where. */
export type Place = Pick<PlacedEvidence, 'engagement' | 'record' | 'label'>;

/** The rhythm of evidence by where it serves; each place is looked at once. */
export function rhythms(stated: ReadonlyMap<string, readonly StatedRhythm[]>) {
  const keyed = new Map(
    [...stated].map(([engagement, all]) => [
      engagement,
      all.map((one) => ({ ...one, for: one.for === null ? null : controlKey(one.for) })),
    ]),
  );
  const known = new Map<string, StatedBeats>();
  const at = ({ engagement, record, label }: Place): StatedBeats => {
    const key = `${engagement} ${record}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const names = [record, record.slice(record.indexOf(':') + 1), label].map(controlKey);
    const beats = statedAt(keyed.get(engagement) ?? [], new Set(names));
    known.set(key, beats);
    return beats;
  };
  return (places: readonly Place[]): Rhythm => rhythmOf(places.map(at));
}

/** The changes of any of these systems; each name is compared once. */
export function changesBySystem(changes: readonly DeclaredChange[]) {
  const known = new Map<string, readonly DeclaredChange[]>();
  const of = (system: string) => {
    const found =
      known.get(system) ?? changes.filter((change) => change.systems.some((one) => same(one, system)));
    known.set(system, found);
    return found;
  };
  return (systems: readonly string[]): readonly DeclaredChange[] =>
    changes.length === 0 || systems.length === 0 ? [] : [...new Set(systems.flatMap(of))];
}

const LANES: Readonly<Record<RegisterLane, (one: Registered, today: string) => boolean>> = {
  due: ({ standing }, day) => isDue(standing, day),
  stale: ({ standing }) => standing.stale.length > 0,
  expiring: ({ standing }) => standing.expiring,
  orphaned: ({ standing }) => standing.orphaned,
  held: ({ evidence }) => evidence.held > 0,
};
const laneNames = Object.keys(LANES) as RegisterLane[];

type Order = (a: Registered, b: Registered) => number;
const byTitle: Order = ({ evidence: a }, { evidence: b }) => compare(a.title, b.title) || compare(a.id, b.id);
const ORDERS = {
  due: (a, b) => compare(a.standing.due[0]?.on ?? '9', b.standing.due[0]?.on ?? '9') || byTitle(a, b),
  title: byTitle,
  owner: (a, b) => compare(a.evidence.owner, b.evidence.owner) || byTitle(a, b),
  added: (a, b) => compare(b.evidence.addedAt, a.evidence.addedAt) || compare(a.evidence.id, b.evidence.id),
} as const satisfies Readonly<Record<string, Order>>;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What of the register is in the lane asked for, in the order asked for. */
export function inLane(
  found: readonly Registered[],
  day: string,
  asked: { readonly only?: RegisterLane | undefined; readonly sort: keyof typeof ORDERS },
): Registered[] {
  const { only, sort } = asked;
  const shown = only === undefined ? [...found] : found.filter((one) => LANES[only](one, day));
  return shown.sort(ORDERS[sort]);
}

/** A page of the register, and how many stand in each lane under the same filter. */
export function listRegister(
  ws: Ws,
  filter: RegisterFilter & {
    readonly sort: keyof typeof ORDERS;
    readonly offset: number;
    readonly limit: number;
  },
): { total: number; rows: RegisterRow[]; counts: Record<RegisterLane, number> } {
  const day = today(ws);
  const found = readRegister(ws, filter);
  const shown = inLane(found, day, filter);
  const counts = Object.fromEntries(
    laneNames.map((lane) => [lane, found.filter((one) => LANES[lane](one, day)).length]),
  ) as Record<RegisterLane, number>;
  const page = shown.slice(filter.offset, filter.offset + filter.limit);
  return { total: shown.length, rows: registerRows(ws, page), counts };
}

const PLACES_SHOWN = 50;

/** Whole rows of the register. */
export function registerRows(ws: Ws, page: readonly Registered[]): RegisterRow[] {
  const day = today(ws);
  const rows = new Map(
    evidenceRows(
      ws.db,
      page.map(({ evidence }) => evidence.id),
      day,
    ).map((row) => [row.id, row]),
  );
  const statements = statementsOf(
    ws.db,
    page.flatMap(({ attestation }) => attestation?.id ?? []),
  );
  return page.flatMap(({ evidence, places, attestation, check, standing }) => {
    const row = rows.get(evidence.id);
    if (row === undefined) return [];
    const { due, stale, expiring, orphaned } = standing;
    return [
      {
        ...row,
        state: stale.length > 0 && row.state !== 'expired' ? 'stale' : row.state,
        places: places.slice(0, PLACES_SHOWN).map(({ evidence: _of, ...place }) => place),
        serves: places.length,
        due: [...due],
        stale: [...stale],
        expiring,
        orphaned,
        holds: row.held ? holdsOn(ws.db, row.id).map(({ id: _id, ...hold }) => hold) : [],
        attestation:
          attestation === null
            ? null
            : {
                by: attestation.by,
                at: attestation.at,
                met: attestation.met,
                statement: statements.get(attestation.id) ?? '',
                until: attestation.until,
              },
        check: check === null ? null : { by: check.by, at: check.at, broken: check.broken },
        removable: spoken(mayRemove(row, day)),
      },
    ];
  });
}

type Due = z.infer<typeof DueRow>;

export interface DueByOwner {
  readonly today: string;
  readonly until: string;
  readonly total: number;
  readonly left: number;
  readonly owners: {
    owner: string;
    count: number;
    overdue: number;
    days: { day: string; items: Due[] }[];
  }[];
}

const MOST_DUE = 5000;

/** What has to be done up to a day, by owner and day; the most urgent where it is more than one answer holds. */
export function dueByOwner(
  ws: Ws,
  filter: Pick<RegisterFilter, 'engagement' | 'owner'>,
  until: string,
): DueByOwner {
  const items = readRegister(ws, filter).flatMap(({ evidence, standing }) =>
    standing.due
      .filter(({ on }) => on <= until)
      .map(({ on, lapses: _lapses, ...item }) => {
        const { id, reference, title, owner } = evidence;
        return { on, owner: owner.trim(), item: { evidence: id, reference, title, ...item } };
      }),
  );
  items.sort((a, b) => compare(a.on, b.on) || compare(a.item.title, b.item.title));
  const shown = items.slice(0, MOST_DUE);
  const owners = [...Map.groupBy(shown, ({ owner }) => owner)].map(([owner, own]) => ({
    owner,
    count: own.length,
    overdue: own.filter(({ item }) => item.overdue).length,
    days: [...Map.groupBy(own, ({ on }) => on)].map(([day, those]) => ({
      day,
      items: those.map(({ item }) => item),
    })),
  }));
  owners.sort((a, b) => compare(a.owner, b.owner));
  return { today: today(ws), until, total: items.length, left: items.length - shown.length, owners };
}
