import { overlaid, plannedBody } from '../../db/projection/kinds/programme.ts';
import { type PastRecord, pastRecords } from '../../db/projection/past.ts';
import { statedOwners } from '../../db/queries/programme.ts';
import { type EverRow, everInProgramme } from '../../db/queries/programme-register.ts';
import { heldOn, type Past } from '../../shared/domain/past.ts';
import { isOpen, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { PROGRAMME_BLANKS, PROGRAMME_FIELDS } from '../../shared/domain/programme/shapes.ts';
import { sha256 } from '../ledger/keys.ts';
import type { StatedAcceptance } from './acceptances.ts';
import { type BelongingRow, belongingIn } from './belonging.ts';
import type { Standing } from './standing.ts';

/** Risks and actions at the end of a day, and the pillars they belonged to. */
export interface PastParts {
  on(day: string): { readonly total: number; readonly ready: number };
  byPillarOn(day: string): readonly PastPillar[];
}

export interface PastPillar {
  readonly id: string;
  readonly record: string;
  readonly title: string;
  readonly total: number;
  readonly ready: number;
}

const NAMED = ['risk', 'action', 'gate', 'criterion', 'milestone'] as const;
const KINDS = ['pillar', ...NAMED] as const;
type Kind = (typeof KINDS)[number];

interface PastRow extends BelongingRow {
  readonly kind: Kind;
}

interface RowHistory {
  readonly row: EverRow;
  readonly past: Past<PastRow | null>;
}

/** From what everybody wrote about the records of a programme, by the same rules as now. */
export function pastParts(standing: Standing): PastParts {
  const histories = Map.groupBy(readHistories(standing), ({ row }) => row.kind);
  const owners = statedOwners(standing.db, standing.engagement.id);
  const rowsOn = (kind: Kind, day: string) =>
    (histories.get(kind) ?? []).flatMap(({ past }) => heldOn(past, day) ?? []);
  const partsOn = (day: string) =>
    [...rowsOn('risk', day), ...rowsOn('action', day)].map((row) => ({
      row,
      ready: row.kind === 'risk' ? isRiskReady(standing, row, day) : row.body.state === 'done',
    }));
  return {
    on(day) {
      const parts = partsOn(day);
      return { total: parts.length, ready: parts.filter(({ ready }) => ready).length };
    },
    byPillarOn(day) {
      const pillars = rowsOn('pillar', day);
      const named = pillars.map((row) => ({
        row,
        body: { title: row.title, owner: String(row.body.owner) },
      }));
      const pillarOf = belongingIn(
        named,
        NAMED.flatMap((kind) => rowsOn(kind, day)),
        owners,
      );
      const parts = Map.groupBy(partsOn(day), ({ row }) => pillarOf(row));
      return pillars.map(({ id, record, title }) => {
        const own = parts.get(id) ?? [];
        return { id, record, title, total: own.length, ready: own.filter(({ ready }) => ready).length };
      });
    },
  };
}

function isRiskReady(standing: Standing, { record, body }: PastRow, day: string): boolean {
  const state = PROGRAMME_FIELDS.risk.state.catch('open').parse(body.state);
  return !isOpen(riskStanding(state, standing.acceptancesOn(record).flatMap(knownOn(day)), day));
}

/** Acceptances as they were known at the end of a day. */
const knownOn = (day: string) => (one: StatedAcceptance) =>
  one.at.slice(0, 10) > day
    ? []
    : [
        {
          ...one,
          withdrawn: one.withdrawnAt !== null && one.withdrawnAt.slice(0, 10) <= day,
          flaw: one.flawedSince <= day ? one.flaw : null,
        },
      ];

function readHistories(standing: Standing): RowHistory[] {
  const { db, engagement } = standing;
  const rows = everInProgramme(db, engagement.id, KINDS);
  const written = pastRecords(
    db,
    rows.map(({ record }) => record),
  );
  const untouched = new Map(
    [
      standing.pillars,
      standing.risks,
      standing.actions,
      standing.gates,
      standing.criteria,
      standing.milestones,
    ]
      .flat()
      .map(({ row }) => [row.record, row]),
  );
  return rows.map((row) => {
    const past = written.get(row.record);
    if (past !== undefined) return { row, past: historyOf(standing, row, past) };
    const now = untouched.get(row.record);
    const kind = row.kind as Kind;
    return { row, past: now === undefined ? [] : [{ day: '', value: { ...now, kind } }] };
  });
}

/** A record that a plan states stood before anybody wrote to it. */
function historyOf({ db }: Standing, row: EverRow, written: Past<PastRecord>): Past<PastRow | null> {
  const { id, record } = row;
  const kind = row.kind as Kind;
  const planned = row.planned === 1;
  const begins = {
    ...PROGRAMME_BLANKS[kind],
    ...(planned ? plannedBody({ db, sha256, framework: () => null }, kind, id) : null),
  };
  const shown = (body: Readonly<Record<string, unknown>>): PastRow => ({
    ...{ id, record, kind, body },
    title: String(body.title),
  });
  const there = ({ state }: PastRecord) =>
    state.standing !== 'deleted' && (planned || state.fields.has('of'));
  return [
    ...(planned ? [{ day: '', value: shown(begins) }] : []),
    ...written.map(({ day, value }) => ({
      day,
      value: there(value) ? shown(overlaid(kind, begins, value.state)) : null,
    })),
  ];
}
