import { createHash } from 'node:crypto';
import type { Database } from '../../db/driver.ts';
import { lapsedUnder, staleChecks } from '../../db/queries/board.ts';
import { engagementById } from '../../db/queries/engagements.ts';
import { knownVector } from '../../db/queries/ledger.ts';
import { findProgrammeRows } from '../../db/queries/programme.ts';
import type { Board } from '../../shared/contract/board.ts';
import { counted } from '../../shared/domain/programme/day.ts';
import { summariesOf } from '../../shared/domain/programme/summaries.ts';
import { refuse } from '../../shared/fault.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { withLedgerAsOf } from './as-of.ts';
import {
  actionRows,
  exceptionRows,
  freshnessOf,
  funnelOf,
  groupRows,
  heatOf,
  milestoneRows,
  phaseRows,
  riskRows,
} from './board-parts.ts';
import { findVerdicts, judgeAll, ownCriteria } from './gates.ts';
import { nextSteps } from './next-steps.ts';
import { overallRow, pillarRows, readinessContext } from './pillars.ts';
import { gapsOf } from './readiness.ts';
import { readStanding } from './standing.ts';

export interface BoardRequest {
  readonly engagement?: string | undefined;
  readonly asOf?: string | undefined;
}

/** The dashboards of an engagement today. */
export function boardOf(ws: OpenWorkspace, engagement: string | undefined): Board {
  const { id } = resolve.engagement(ws, engagement);
  const standing = readStanding(ws.db, id, today(ws), ws.now());
  const { board, verdicts } = composed(standing, null);
  return { ...board, next: nextSteps(ws, standing, board, verdicts) };
}

/** The dashboards of an engagement today, or as the ledger stood at the end of a past day. */
export async function boardOn(ws: OpenWorkspace, { engagement, asOf }: BoardRequest): Promise<Board> {
  if (asOf === undefined || asOf === today(ws)) return boardOf(ws, engagement);
  refuseFuture(ws, asOf);
  const named = resolve.engagement(ws, engagement);
  const kept = keptOf(ws);
  const key = `${named.id} ${asOf} ${stateOf(ws)}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const board = await withLedgerAsOf(ws, asOf, (db, entries) => {
    refuseUnopened(ws, db, named, asOf);
    const note = `Made from the ${counted(entries, 'entry', 'entries')} dated up to ${asOf}; clocks are as claimed by those who wrote them.`;
    return { ...composed(readStanding(db, named.id, asOf), { day: asOf, entries, note }).board, next: [] };
  });
  kept.set(key, board);
  for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
  return board;
}

/** Gates and phases as they stand on a day. */
export async function gatesOn(
  ws: OpenWorkspace,
  request: BoardRequest & { readonly gate?: string | undefined },
) {
  const engagement = resolve.engagement(ws, request.engagement ?? engagementOfGate(ws, request.gate));
  const { id, name } = engagement;
  const judge = (db: Database, day: string, now?: number) => ({
    engagement: { id, name },
    day,
    gates: findVerdicts(judgeAll(readStanding(db, id, day, now)), request.gate),
  });
  const { asOf } = request;
  if (asOf === undefined || asOf === today(ws)) return judge(ws.db, today(ws), ws.now());
  refuseFuture(ws, asOf);
  return withLedgerAsOf(ws, asOf, (db) => {
    refuseUnopened(ws, db, engagement, asOf);
    return judge(db, asOf);
  });
}

/** The engagement of the one gate or phase that an id or title names, where the caller names none. */
function engagementOfGate(ws: OpenWorkspace, gate: string | undefined): string | undefined {
  if (gate === undefined) return undefined;
  const rows = (['gate', 'phase'] as const).flatMap((kind) => findProgrammeRows(ws.db, gate, { kind }));
  const engagements = new Set(rows.map((row) => row.engagement));
  return engagements.size === 1 ? [...engagements][0] : undefined;
}

/** Accepted results that lean on stale evidence, with that evidence. */
export function staleNow(
  ws: OpenWorkspace,
  request: { readonly engagement?: string | undefined; readonly offset: number; readonly limit: number },
) {
  const { id } = resolve.engagement(ws, request.engagement);
  const standing = readStanding(ws.db, id, today(ws), ws.now());
  const { total, rows } = staleChecks(ws.db, id, standing, request);
  return {
    total,
    rows: rows.map((row) => ({ ...row, evidence: lapsedUnder(ws.db, row.assessment, standing) })),
  };
}

const MOST_KEPT = 8;
const KEPT = new WeakMap<OpenWorkspace, Map<string, Board>>();

/** Boards of past days that were made in this session; they go with the session. */
function keptOf(ws: OpenWorkspace): Map<string, Board> {
  const known = KEPT.get(ws) ?? new Map<string, Board>();
  KEPT.set(ws, known);
  return known;
}

/** Changes with every entry this copy comes to know, so that late arrivals show. */
function stateOf(ws: OpenWorkspace): string {
  return createHash('sha256')
    .update(JSON.stringify(knownVector(ws.db)))
    .digest('hex');
}

function refuseFuture(ws: OpenWorkspace, asOf: string): void {
  if (asOf > today(ws))
    refuse({ code: 'invalid-input', detail: 'That day has not come yet.', where: 'asOf' });
}

function refuseUnopened(
  ws: OpenWorkspace,
  db: Database,
  engagement: { readonly id: string; readonly name: string },
  asOf: string,
): void {
  if (engagementById(db, engagement.id) !== undefined) return;
  const began = engagementById(ws.db, engagement.id)?.createdAt.slice(0, 10) ?? asOf;
  const detail = `"${engagement.name}" began on ${began}, so there is nothing to show of ${asOf}. Ask for ${began} or a later day.`;
  refuse({ code: 'invalid-input', detail, where: 'asOf' });
}

function composed(standing: ReturnType<typeof readStanding>, asOf: Board['asOf']) {
  const verdicts = judgeAll(standing);
  const context = readinessContext(standing, verdicts);
  const overall = overallRow(context);
  const risks = riskRows(standing);
  const { id, name, state, from, to } = standing.engagement;
  const shown = {
    engagement: { id, name, state, from, to },
    day: standing.today,
    asOf,
    overall,
    pillars: pillarRows(context),
    groups: groupRows(standing),
    burnDown: gapsOf(standing, context.parts, context.past, context.period),
    heat: heatOf(risks),
    risks,
    freshness: freshnessOf(standing, overall.checks.stale),
    funnel: funnelOf(overall.checks),
    kpis: [...standing.kpis],
    maturity: [...standing.maturity],
    phases: phaseRows(standing, verdicts.phases),
    milestones: milestoneRows(standing),
    gates: verdicts.gates,
    criteria: ownCriteria(standing),
    exceptions: exceptionRows(standing),
    actions: actionRows(standing),
  };
  return { board: { ...shown, summaries: summariesOf(shown) }, verdicts };
}
