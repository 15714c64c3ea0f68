import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import {
  type CheckCount,
  type CheckPlace,
  checkCounts,
  checkPlaces,
  type ItemAction,
  itemActions,
  type Lapses,
  type ProofCount,
  proofCounts,
  subjectCount,
  type TakenEvidence,
  takenOff,
} from '../../db/queries/board.ts';
import {
  type Contested,
  changedSince,
  contestedFields,
  type FieldChange,
} from '../../db/queries/field-changes.ts';
import { memberNames } from '../../db/queries/people.ts';
import { factsOf, programmeRows, statedOwners } from '../../db/queries/programme.ts';
import { measurementPlaces, wordsOn } from '../../db/queries/words.ts';
import { get } from '../../db/sql.ts';
import type { ProgrammeFactRow, ProgrammeRow } from '../../shared/contract/programme.ts';
import type { Attestation } from '../../shared/domain/programme/criterion.ts';
import { decides } from '../../shared/domain/programme/decisive.ts';
import type { ProgrammeFact } from '../../shared/domain/programme/facts.ts';
import { type KpiStanding, kpiStanding, type MeasuredWord } from '../../shared/domain/programme/kpi.ts';
import { type MaturityStanding, maturityStanding } from '../../shared/domain/programme/maturity.ts';
import { addTallies, type CheckTally, tallyChecks } from '../../shared/domain/programme/readiness.ts';
import {
  PROGRAMME_BLANKS,
  PROGRAMME_FIELDS,
  type ProgrammeBody,
  type ProgrammeKind,
} from '../../shared/domain/programme/shapes.ts';
import { DUE_SOON_DAYS } from '../../shared/domain/programme/status.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { refuse } from '../../shared/fault.ts';
import { kindOf } from '../../shared/ledger/entry.ts';
import { type Registered, readRegister } from '../evidence/register.ts';
import { lapseDays } from '../evidence/stale.ts';
import { once } from '../once.ts';
import { readAcceptances, type StatedAcceptance } from './acceptances.ts';
import { belongingIn } from './belonging.ts';

export interface Rec<K extends ProgrammeKind> {
  readonly row: ProgrammeRow;
  readonly body: ProgrammeBody<K>;
}

export interface EngagementDates {
  readonly id: string;
  readonly name: string;
  readonly state: 'planning' | 'fieldwork' | 'review' | 'final';
  readonly from: string | null;
  readonly to: string | null;
  readonly created: string;
}

/** Everything a programme's dashboards and gates are judged from, read once for a day. */
export interface Standing {
  readonly db: Database;
  readonly today: string;
  readonly engagement: EngagementDates;
  readonly subjects: number;
  readonly pillars: readonly Rec<'pillar'>[];
  readonly phases: readonly Rec<'phase'>[];
  readonly milestones: readonly Rec<'milestone'>[];
  readonly gates: readonly Rec<'gate'>[];
  readonly criteria: readonly Rec<'criterion'>[];
  readonly risks: readonly Rec<'risk'>[];
  readonly actions: readonly Rec<'action'>[];
  /** What decides gates and is no longer as it began, by record. */
  readonly changes: ReadonlyMap<string, readonly FieldChange[]>;
  /** What decides gates and holds several values side by side. */
  readonly contested: readonly Contested[];
  readonly people: readonly Rec<'person'>[];
  readonly requests: readonly Rec<'request'>[];
  /** Evidence that serves the engagement, as the register has it. */
  readonly evidence: readonly Registered[];
  /** When that evidence lapses, for what does so up to the horizon of what is due soon. */
  readonly lapses: Lapses;
  readonly kpis: readonly KpiStanding[];
  readonly maturity: readonly MaturityStanding[];
  readonly places: readonly CheckPlace[];
  readonly counts: readonly CheckCount[];
  readonly itemActions: readonly ItemAction[];
  readonly members: ReadonlyMap<string, string>;
  acceptancesOn(record: string): readonly StatedAcceptance[];
  readonly acceptances: readonly StatedAcceptance[];
  attestationsOn(record: string): readonly Attestation[];
  proofsOn(record: string): { readonly total: number; readonly stale: number };
  /** Evidence taken off checks that no reviewer has accepted since, as far as it would be stale there. */
  takenOff(): readonly TakenEvidence[];
  /** The pillar a record of the programme belongs to, by `belonging.ts`. */
  pillarOf(rec: { readonly row: ProgrammeRow }): string | null;
  /** How the checks in some places stand together. */
  tally(places: readonly CheckPlace[]): CheckTally;
}

/** Reads what stands on a day; `now` is the moment of it, in milliseconds: its last one where it is over. */
export function readStanding(
  db: Database,
  engagement: string,
  today: string,
  now: number = Date.parse(`${today}T23:59:59.999Z`),
): Standing {
  const read = <K extends ProgrammeKind>(kind: K): Rec<K>[] =>
    programmeRows(db, engagement, kind).map((row) => ({ row, body: bodyOf(kind, row) }));
  const pillars = read('pillar');
  const measured = readMeasured(db, engagement);
  const acceptances = readAcceptances(db, engagement, today);
  const accepted = Map.groupBy(acceptances, ({ record }) => record);
  const evidence = readRegister({ db, now: () => now }, { engagement });
  const horizon = dayAfter(today, DUE_SOON_DAYS);
  const lapses = new Map([...lapseDays(evidence)].filter(([, day]) => day <= horizon));
  const proofs = new Map<string, ProofCount>(
    proofCounts(db, engagement, { lapses, today }).map((count) => [count.record, count]),
  );
  const counts = checkCounts(db, engagement, lapses);
  const countsAt = Map.groupBy(counts, placeKey);
  const subjects = subjectCount(db, engagement);
  const [gates, criteria, risks] = [read('gate'), read('criterion'), read('risk')];
  const phases = read('phase');
  const [milestones, actions] = [read('milestone'), read('action')];
  const [kpiRows, maturityRows] = [read('kpi'), read('maturity')];
  const pillarOfRow = belongingIn(
    pillars,
    [risks, actions, gates, criteria, milestones].flatMap((kind) => kind.map(({ row }) => row)),
    statedOwners(db, engagement),
  );
  return {
    db,
    today,
    engagement: engagementDates(db, engagement),
    subjects,
    pillars,
    phases,
    milestones,
    gates,
    criteria,
    changes: decisiveChanges(db, [...gates, ...phases, ...criteria, ...risks, ...kpiRows, ...maturityRows]),
    contested: contestedFields(db, engagement).filter(({ record, field }) => decidesAny(record, field)),
    risks,
    actions,
    people: read('person'),
    requests: read('request'),
    evidence,
    lapses,
    kpis: kpiRows.map((kpi) => standingOfKpi(kpi, measured, today)),
    maturity: maturityRows.map((dimension) => standingOfMaturity(dimension, measured, today)),
    places: checkPlaces(db, engagement),
    counts,
    itemActions: itemActions(db, engagement).map((item) => ({ ...item, due: dayOrNull(item.due) })),
    members: memberNames(db),
    acceptances,
    acceptancesOn: (record) => accepted.get(record) ?? [],
    attestationsOn: (record) => wordsOn(db, engagement, record),
    proofsOn: (record) => proofs.get(record) ?? { total: 0, stale: 0 },
    takenOff: once(() => takenWhileStale(db, engagement, { today, now })),
    pillarOf: ({ row }) => pillarOfRow(row),
    tally: (places) =>
      addTallies(
        places.map((place) =>
          tallyChecks(
            place.checks * subjects,
            (countsAt.get(placeKey(place)) ?? []).map((count) => ({
              ...count,
              stale: count.lapses !== null && count.lapses <= today,
            })),
          ),
        ),
      ),
  };
}

/** By the rhythm of the checks it was taken off: those would ask for it still. */
function takenWhileStale(
  db: Database,
  engagement: string,
  { today, now }: { readonly today: string; readonly now: number },
): TakenEvidence[] {
  const taken = takenOff(db, engagement);
  if (taken.length === 0) return [];
  const places = taken.map(({ evidence, record, label, title }) => ({
    ...{ evidence, record, label, title, engagement },
  }));
  const lapses = lapseDays(readRegister({ db, now: () => now }, { engagement, places }));
  return taken.filter(({ evidence, removed }) => removed === 1 || (lapses.get(evidence) ?? '9') <= today);
}

/** A rule, what it asks and what it is asked of: the fields whose change a gate tells. */
const TOLD_FIELDS = [
  'rule',
  'title',
  'for',
  'target',
  'current',
  'direction',
  'unit',
  'cadence',
  'scale',
  'severity',
  'likelihood',
  'impact',
  'from',
];

function decisiveChanges(db: Database, recs: readonly { readonly row: ProgrammeRow }[]) {
  const records = recs.map(({ row }) => row.record);
  const told = changedSince(db, records, TOLD_FIELDS).filter(({ record, field }) =>
    decides(kindOf(record), field),
  );
  return Map.groupBy(told, ({ record }) => record);
}

/** Fields of an engagement on which every verdict within it leans. */
const DECIDES_ENGAGEMENT: readonly string[] = ['frameworks', 'name', 'state'];

function decidesAny(record: string, field: string): boolean {
  return kindOf(record) === 'engagement'
    ? DECIDES_ENGAGEMENT.includes(field)
    : decides(kindOf(record), field);
}

export function placeKey(at: Pick<CheckPlace, 'kind' | 'framework' | 'place'>): string {
  return `${at.kind} ${at.framework} ${at.place}`;
}

/** A row's body with every field sound: what a plan wrote in words of its own reads as not said. */
function bodyOf<K extends ProgrammeKind>(kind: K, row: ProgrammeRow): ProgrammeBody<K> {
  const body: Record<string, unknown> = { ...PROGRAMME_BLANKS[kind] };
  for (const [field, shape] of Object.entries(PROGRAMME_FIELDS[kind])) {
    const value = shape.safeParse(row.body[field]);
    if (value.success) body[field] = value.data;
  }
  return body as ProgrammeBody<K>;
}

/** A plan may give an item a due date in words; only a day can be overdue. */
const dayOrNull = (due: string | null) => z.iso.date().nullable().catch(null).parse(due);

function engagementDates(db: Database, id: string): EngagementDates {
  return (
    get<EngagementDates>(
      db,
      `SELECT id, name, state, from_day "from", to_day "to", substr(created_at, 1, 10) created FROM engagement WHERE id = ?`,
      id,
    ) ?? refuse({ code: 'not-found', what: 'engagement', id })
  );
}

function grouped<T>(
  facts: readonly ProgrammeFactRow[],
  read: (fact: ProgrammeFactRow) => T,
): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const fact of facts) {
    const known = out.get(fact.record);
    if (known === undefined) out.set(fact.record, [read(fact)]);
    else known.push(read(fact));
  }
  return out;
}

type MeasuredOn = ReadonlyMap<string, readonly MeasuredWord[]>;

function readMeasured(db: Database, engagement: string): MeasuredOn {
  const places = measurementPlaces(db, engagement);
  return grouped(factsOf(db, engagement, 'measurement'), ({ id, body, by, at }) => {
    const { day, value, note } = body as ProgrammeFact<'measurement'>;
    const place = places.get(id) ?? { writer: '', seq: 0, after: [] };
    return { ...{ day, value, note, by: by.name, at }, ...place };
  });
}

function standingOfKpi({ row, body }: Rec<'kpi'>, measured: MeasuredOn, today: string): KpiStanding {
  const { title, owner, unit, target, direction, cadence } = body;
  const kpi = { id: row.id, record: row.record, title, owner, unit, target, direction, cadence };
  return kpiStanding(kpi, measured.get(row.record) ?? [], today);
}

function standingOfMaturity(
  { row, body }: Rec<'maturity'>,
  measured: MeasuredOn,
  today: string,
): MaturityStanding {
  const { title, current, target, scale } = body;
  const dimension = { id: row.id, record: row.record, title, current, target, scale };
  return maturityStanding(dimension, measured.get(row.record) ?? [], today);
}
