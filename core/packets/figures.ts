import type { Board, PillarRow } from '../../shared/contract/board.ts';
import { kpiWord } from '../../shared/domain/programme/kpi.ts';
import type { PacketFigures } from '../../shared/domain/programme/packet-content.ts';
import { isEmptyScope } from '../../shared/domain/programme/status.ts';
import { upcoming } from './dates.ts';

/** Rows kept of each list of figures; a page prints fewer and says how many more there are. */
const MOST = 500;
const SERIES = 26;

/** What the charts of a page are drawn from, out of the dashboards. */
export function packetFigures(board: Board): PacketFigures {
  const dates = upcoming(board, 7);
  return {
    overall: {
      rag: ragOf(board.overall),
      share: board.overall.share,
      planned: board.overall.planned,
      why: board.overall.why[0]?.because ?? '',
    },
    pillars: board.pillars.map((pillar) => ({
      title: pillar.title,
      owner: pillar.owner,
      due: pillar.due,
      rag: ragOf(pillar),
      why: pillar.why[0]?.because ?? '',
      share: pillar.share,
      trend: pillar.trend.map(({ share }) => share).slice(-SERIES),
    })),
    burnDown: {
      total: board.burnDown.scope,
      open: board.burnDown.open,
      points: board.burnDown.days.map(({ day, open, plan }) => ({ day, open, planned: plan })),
    },
    heat: {
      cells: board.heat.cells.map(({ likelihood, impact, severity, risks }) => ({
        ...{ likelihood, impact, severity },
        risks: risks.length,
      })),
      unscored: board.heat.unscored.length,
      bySeverity: board.heat.bySeverity.map(({ severity, open, mitigating, accepted, closed }) => ({
        severity: severity ?? 'unrated',
        open: open + mitigating,
        accepted,
        closed,
      })),
    },
    kpis: board.kpis.map((kpi) => ({
      title: kpi.title,
      unit: kpi.unit,
      value: kpi.latest?.value ?? null,
      target: kpi.target,
      direction: kpi.direction,
      reached: kpiWord(kpi) === 'was at target' ? null : kpi.atTarget,
      series: kpi.points.map(({ value }) => value).slice(-SERIES),
    })),
    blocked: board.actions
      .filter(({ state, blocked, blockedBy }) => state !== 'done' && (blocked !== '' || blockedBy.length > 0))
      .slice(0, MOST)
      .map((action) => ({
        title: action.title,
        owner: action.owner,
        due: action.due,
        overdue: action.overdue,
        by: [action.blocked, ...action.blockedBy.map(({ title }) => title)].filter(Boolean).join('; '),
      })),
    risks: board.risks
      .filter(({ standing }) => standing.state !== 'closed')
      .slice(0, MOST)
      .map((risk) => ({
        title: risk.title,
        severity: risk.severity ?? '',
        state: risk.standing.state,
        owner: risk.owner,
        due: risk.due,
        overdue: risk.overdue,
        remediation: risk.remediation,
      })),
    dates: dates.slice(0, MOST),
    gates: { total: board.gates.length, met: board.gates.filter(({ met }) => met).length },
    evidence: {
      current: board.freshness.current,
      expiring: board.freshness.expiring,
      stale: board.freshness.stale,
      results: board.freshness.results,
    },
  };
}

/** A pillar to which nothing belongs is neither good nor bad. */
function ragOf(row: PillarRow): PacketFigures['overall']['rag'] {
  return isEmptyScope(row) ? 'none' : row.rag;
}
