import type { Board, Summaries } from '../../contract/board.ts';
import { counted, numbered, percent } from './day.ts';
import { kpiWord } from './kpi.ts';
import { isEmptyScope } from './status.ts';

type Shown = Omit<Board, 'summaries' | 'next'>;

/** One sentence for each chart: the same words on screen readers, in packets and on the command line. */
export function summariesOf(board: Shown): Summaries {
  return {
    readiness: readiness(board),
    burnDown: burnDownWords(board),
    risks: risks(board),
    freshness: freshness(board),
    funnel: funnel(board),
    kpis: kpis(board),
    maturity: maturity(board),
    roadmap: roadmap(board),
    gates: gates(board),
    exceptions: exceptions(board),
    actions: actions(board),
  };
}

/** `2 red, 1 amber and 4 green`, without what there is none of. */
function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const some = (number: number, words: string) => (number > 0 ? [`${numbered(number)} ${words}`] : []);

function readiness({ overall, pillars, day }: Shown): string {
  const share = overall.share === null ? 'Nothing to be ready for yet' : `${percent(overall.share)} ready`;
  const planned = overall.planned === null ? '' : `, ${percent(overall.planned)} planned`;
  const rags = (['red', 'amber', 'green'] as const).flatMap((rag) =>
    some(pillars.filter((pillar) => !isEmptyScope(pillar) && pillar.rag === rag).length, rag),
  );
  const empty = some(pillars.filter(isEmptyScope).length, 'with nothing in it yet');
  const of =
    pillars.length === 0 ? '' : `; of ${counted(pillars.length, 'pillar')} ${listed([...rags, ...empty])}`;
  const { stale } = overall.checks;
  const lapsed =
    stale === 0
      ? ''
      : `; ${counted(stale, 'accepted result leans', 'accepted results lean')} on stale evidence`;
  return `${share}${planned} on ${day}${of}${lapsed}.`;
}

function burnDownWords({ burnDown, day }: Shown): string {
  const { open, scope } = burnDown;
  if (scope === 0) return 'There are no gaps to close yet.';
  const plan = burnDown.days.find((one) => one.day === day)?.plan ?? null;
  const state = `${numbered(open)} of ${counted(scope, 'gap')} open`;
  if (plan === null) return `${state}; there is no plan line without an end date.`;
  const behind = Math.round(open - plan);
  if (behind > 0) return `${state}, ${numbered(behind)} more than planned for ${day}.`;
  return behind < 0
    ? `${state}, ${numbered(-behind)} fewer than planned for ${day}.`
    : `${state}, as planned for ${day}.`;
}

function risks(board: Shown): string {
  if (board.risks.length === 0) return 'No risks are recorded.';
  const open = board.risks.filter(({ standing }) => ['open', 'mitigating'].includes(standing.state));
  const accepted = board.risks.filter(({ standing }) => standing.state === 'accepted').length;
  const bySeverity = (['P0', 'P1', 'P2', 'P3', null] as const).flatMap((severity) =>
    some(open.filter((risk) => risk.severity === severity).length, severity ?? 'without severity'),
  );
  const overdue = open.filter((risk) => risk.overdue).length;
  const lapsed = open.filter(({ standing }) => standing.lapsed !== null).length;
  return `${numbered(open.length)} of ${counted(board.risks.length, 'risk')} open${open.length > 0 ? `: ${listed(bySeverity)}` : ''}${
    accepted > 0 ? `; ${numbered(accepted)} accepted` : ''
  }${overdue > 0 ? `; ${numbered(overdue)} overdue` : ''}${lapsed > 0 ? `; ${numbered(lapsed)} open again after an acceptance` : ''}.`;
}

function freshness({ freshness: { current, expiring, stale, results } }: Shown): string {
  const total = current + expiring + stale;
  if (total === 0) return 'Nothing leans on evidence yet.';
  const state = listed([
    ...some(current, 'current'),
    ...some(expiring, 'expiring within 30 days'),
    ...some(stale, 'stale'),
  ]);
  const weak =
    results === 0
      ? ''
      : `; ${counted(results, 'accepted result leans', 'accepted results lean')} on what is stale`;
  return `Of ${counted(total, 'piece')} of evidence ${state}${weak}.`;
}

function funnel({ overall: { checks } }: Shown): string {
  if (checks.total === 0) return 'There are no checks in scope.';
  const { total, decided, accepted, ready } = checks;
  const waiting = checks.submitted;
  return `Of ${counted(total, 'check')} ${numbered(decided)} have a result, ${numbered(waiting)} wait for a reviewer, ${numbered(accepted)} are accepted and ${numbered(ready)} are ready.`;
}

function kpis({ kpis: all }: Shown): string {
  if (all.length === 0) return 'No KPIs are defined.';
  const at = all.filter((kpi) => kpiWord(kpi) === 'at target').length;
  const unmeasured = all.filter((kpi) => kpi.latest === null).length;
  const worse = all.filter((kpi) => kpi.trend === 'worse').length;
  const overdue = all.filter((kpi) => kpi.overdue && kpi.latest !== null).length;
  const more = [
    ...some(worse, 'moving the wrong way'),
    ...some(overdue, 'not measured when due'),
    ...some(unmeasured, 'never measured'),
  ];
  return `${numbered(at)} of ${counted(all.length, 'KPI')} at target${more.length > 0 ? `; ${listed(more)}` : ''}.`;
}

function maturity({ maturity: all }: Shown): string {
  if (all.length === 0) return 'No maturity dimensions are defined.';
  const reached = all.filter((one) => one.reached === true).length;
  const [widest] = [...all]
    .filter((one) => one.current !== null && one.reached === false)
    .sort((a, b) => b.target - (b.current ?? 0) - (a.target - (a.current ?? 0)));
  const gap =
    widest === undefined
      ? ''
      : `; the widest gap is ${widest.title}, at ${widest.current} of ${widest.target}`;
  return `${numbered(reached)} of ${counted(all.length, 'maturity dimension')} at target${gap}.`;
}

function roadmap({ phases, milestones }: Shown): string {
  if (phases.length + milestones.length === 0) return 'No phases or milestones are planned.';
  const marked = phases.filter((phase) => phase.state === 'done');
  const done = marked.filter((phase) => phase.exit.met).length;
  const only = marked.length - done;
  const running = phases.filter((phase) => phase.state === 'under-way').length;
  const late = [...phases, ...milestones].filter((one) => one.state === 'late');
  const worst = [...late].sort((a, b) => b.slip - a.slip)[0];
  const slipped = worst === undefined ? '' : `; "${worst.title}" is ${counted(worst.slip, 'day')} late`;
  return `${numbered(done)} of ${counted(phases.length, 'phase')} done, ${
    only > 0 ? `${numbered(only)} marked done without meeting the exit criteria, ` : ''
  }${numbered(running)} under way${slipped}.`;
}

function gates({ gates: all }: Shown): string {
  if (all.length === 0) return 'No gates are defined.';
  const met = all.filter((gate) => gate.met).length;
  const unknown = all.filter((gate) => gate.verdict === 'unknown').length;
  return `${numbered(met)} of ${counted(all.length, 'gate')} met${unknown > 0 ? `; ${numbered(unknown)} cannot be said yet` : ''}.`;
}

function exceptions({ exceptions: all }: Shown): string {
  const holding = all.filter((one) => one.state === 'holds' || one.state === 'expiring').length;
  if (all.length === 0) return 'No exceptions or risk acceptances are recorded.';
  const rest = [
    ...some(all.filter((one) => one.state === 'expiring').length, 'expire soon'),
    ...some(all.filter((one) => one.state === 'expired').length, 'expired'),
    ...some(all.filter((one) => one.state === 'withdrawn').length, 'withdrawn'),
    ...some(all.filter((one) => one.state === 'void').length, 'void'),
  ];
  return `${counted(holding, 'exception or acceptance holds', 'exceptions and acceptances hold')}${rest.length > 0 ? `; ${listed(rest)}` : ''}.`;
}

function actions({ actions: all }: Shown): string {
  const open = all.filter((action) => action.state !== 'done');
  if (all.length === 0) return 'No actions are recorded.';
  const overdue = open.filter((action) => action.overdue).length;
  const blocked = open.filter((action) => action.blocked !== '' || action.blockedBy.length > 0).length;
  const more = [...some(overdue, 'overdue'), ...some(blocked, 'blocked')];
  return `${numbered(open.length)} of ${counted(all.length, 'action')} open${more.length > 0 ? `; ${listed(more)}` : ''}.`;
}
