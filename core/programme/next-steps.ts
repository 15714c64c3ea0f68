import { leaningOn, returnedTo, waitingForReview } from '../../db/queries/board.ts';
import type { Board, NextStep } from '../../shared/contract/board.ts';
import { EXPIRING_DAYS } from '../../shared/domain/evidence.ts';
import { mayAccess, mayAttest } from '../../shared/domain/permissions.ts';
import { isOpen } from '../../shared/domain/programme/acceptance.ts';
import { memberNames, names, same } from '../../shared/domain/programme/belonging.ts';
import { counted } from '../../shared/domain/programme/day.ts';
import type { GateVerdict } from '../../shared/domain/programme/gate.ts';
import { DUE_SOON_DAYS } from '../../shared/domain/programme/status.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { Standing } from './standing.ts';

const MOST = 20;
const MOST_EACH = 5;
/** Gates that stand this close ask for their attestations. */
const GATE_DAYS = 14;

type Shown = Pick<Board, 'risks' | 'actions' | 'kpis' | 'exceptions'>;

/** What the member who is looking should do next, by role and name: what is overdue first, their own work before others’. */
export function nextSteps(
  ws: OpenWorkspace,
  standing: Standing,
  board: Shown,
  verdicts: { readonly gates: readonly GateVerdict[]; readonly phases: readonly GateVerdict[] },
): NextStep[] {
  const who = whoLooks(ws, standing);
  const attests = mayAttest(ws.member().role).allowed;
  const steps = [
    actionSteps(who, board),
    reviewSteps(ws, standing),
    riskSteps(who, board),
    evidenceSteps(who, standing),
    requestSteps(who, standing),
    acceptanceSteps(ws, who, board),
    kpiSteps(who, board),
    attests ? attestSteps(who, [...verdicts.gates, ...verdicts.phases]) : [],
  ].flatMap((some) => some.sort((a, b) => (a.due ?? '9').localeCompare(b.due ?? '9')));
  const urgency = (step: NextStep) => URGENCIES.indexOf(step.urgency);
  return steps.sort((a, b) => urgency(a) - urgency(b)).slice(0, MOST);
}

const URGENCIES: readonly NextStep['urgency'][] = ['overdue', 'today', 'soon', 'open'];

interface Looking {
  readonly today: string;
  readonly name: string;
  /** Whether an owner's name stands for the member: their own, or that of a person or part they are in the programme. */
  owns(owner: string): boolean;
}

function whoLooks(ws: OpenWorkspace, { people, today }: Standing): Looking {
  const { id, name } = ws.member();
  const mine = memberNames(
    { id, name },
    people.map(({ body }) => body),
  );
  return { today, name, owns: (owner) => mine.some((one) => names(owner, one)) };
}

function step(today: string, record: string, due: string | null, what: string, why: string): NextStep {
  const urgency =
    due === null
      ? 'open'
      : due < today
        ? 'overdue'
        : due === today
          ? 'today'
          : due <= dayAfter(today, DUE_SOON_DAYS)
            ? 'soon'
            : 'open';
  return { what, why, urgency, due, record };
}

const dueWords = (due: string | null, today: string) =>
  due === null ? 'it has no due date' : due < today ? `it was due on ${due}` : `it is due on ${due}`;

function actionSteps({ today, owns }: Looking, { actions }: Shown): NextStep[] {
  return actions
    .filter((action) => action.state !== 'done' && owns(action.owner))
    .filter((action) => action.blockedBy.length === 0)
    .map(({ record, due, title, blocked }) =>
      blocked === ''
        ? step(today, record, due, `Do "${title}"`, `It is yours and ${dueWords(due, today)}`)
        : step(today, record, due, `Unblock "${title}"`, `It is blocked: ${blocked}`),
    );
}

function riskSteps({ today, owns }: Looking, { risks }: Shown): NextStep[] {
  return risks
    .filter((risk) => isOpen(risk.standing) && owns(risk.owner))
    .map(({ record, due, title, severity, standing }) =>
      step(
        today,
        record,
        due,
        `Close or mitigate "${title}"`,
        standing.lapsed === null
          ? `This ${severity ?? 'unrated'} risk is yours and ${dueWords(due, today)}`
          : `The acceptance of this ${severity ?? 'unrated'} risk no longer holds`,
      ),
    );
}

function reviewSteps(ws: OpenWorkspace, { db, engagement, today }: Standing): NextStep[] {
  const { id, role } = ws.member();
  const returned = returnedTo(db, engagement.id, id, MOST_EACH).map(({ record, title }) =>
    step(today, record, today, `Work on "${title}" again`, 'A reviewer sent it back to you'),
  );
  if (!mayAccess(role, 'review').allowed) return returned;
  const waiting = waitingForReview(db, engagement.id, id, MOST_EACH).map(({ record, title }) =>
    step(today, record, null, `Review "${title}"`, 'Its preparer has signed it and it waits for a reviewer'),
  );
  return [...returned, ...waiting];
}

/** Evidence to renew: the soonest thing that makes each piece stale, up to the days in which it counts as expiring. */
function evidenceSteps({ today, owns }: Looking, { db, engagement, evidence }: Standing): NextStep[] {
  const until = dayAfter(today, EXPIRING_DAYS);
  const own = evidence.filter((one) => owns(one.evidence.owner));
  const first = own.flatMap(({ evidence: piece, standing: { due } }) => {
    const item = due.find(({ on, lapses }) => lapses !== null && on <= until);
    return item === undefined ? [] : [{ piece, item }];
  });
  const leaning = leaningOn(
    db,
    engagement.id,
    first.map(({ piece }) => piece.id),
  );
  return first.map(({ piece: { id, title }, item }) =>
    step(
      today,
      `evidence:${id}`,
      item.on,
      `${item.kind === 'attestation' ? 'Attest' : 'Renew'} "${title}"`,
      `${item.because}; ${counted(leaning.get(id) ?? 0, 'check leans', 'checks lean')} on it`,
    ),
  );
}

function requestSteps({ today, owns }: Looking, { requests }: Standing): NextStep[] {
  return requests.flatMap(({ row, body }) => {
    const open = body.state === 'open' || body.state === 'returned';
    if (!open || !owns(body.asked)) return [];
    return [
      step(
        today,
        row.record,
        body.due,
        `Answer "${body.title}"`,
        `It was asked of you and ${dueWords(body.due, today)}`,
      ),
    ];
  });
}

function attestSteps({ today, owns }: Looking, gates: readonly GateVerdict[]): NextStep[] {
  const near = gates.filter(
    ({ met, due, owner }) => !met && (owns(owner) || (due !== null && due <= dayAfter(today, GATE_DAYS))),
  );
  return near.flatMap((gate) =>
    gate.criteria
      .filter((one) => !one.computed && one.met === null && one.exception === null)
      .slice(0, MOST_EACH)
      .map((one) =>
        step(
          today,
          one.record,
          gate.due,
          `Attest "${one.title}"`,
          `"${gate.title}" waits for a named person’s word`,
        ),
      ),
  );
}

function acceptanceSteps(ws: OpenWorkspace, { today, name }: Looking, { exceptions }: Shown): NextStep[] {
  if (!mayAccess(ws.member().role, 'review').allowed) return [];
  return exceptions
    .filter((one) => (one.state === 'expiring' || one.state === 'expired') && same(one.by, name))
    .filter((one) => !exceptions.some((other) => other.record === one.record && other.state === 'holds'))
    .map((one) =>
      step(
        today,
        one.record,
        one.expires,
        `Renew or end what you accepted: "${one.title}"`,
        `Your acceptance ${one.state === 'expired' ? 'expired' : 'expires'} on ${one.expires}`,
      ),
    );
}

function kpiSteps({ today, owns }: Looking, { kpis }: Shown): NextStep[] {
  return kpis
    .filter((kpi) => kpi.overdue && owns(kpi.owner))
    .map((kpi) =>
      step(
        today,
        kpi.record,
        today,
        `Measure "${kpi.title}"`,
        kpi.age === null
          ? 'It has never been measured'
          : `It was last measured ${counted(kpi.age, 'day')} ago`,
      ),
    );
}
