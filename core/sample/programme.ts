import { setItem } from '../checklists/checklist.ts';
import { acceptAnswer, answer, ask } from '../evidence/requests.ts';
import { accept, attest, measure } from '../programme/acts.ts';
import { startProgramme } from '../programme/start-programme.ts';
import { readTemplate } from '../programme/templates.ts';
import { signOff } from '../review/sign-off.ts';
import { fieldworkSteps } from './fieldwork.ts';
import { ATTESTED, PHASES_DONE } from './script-fieldwork.ts';
import {
  ACCEPTED,
  EXCEPTION,
  KPI_SERIES,
  type KpiSeries,
  MATURITY_SERIES,
  RISK_MOVES,
} from './script-measures.ts';
import {
  ACTIONS,
  MILESTONES,
  PROGRAMME,
  REQUESTS,
  type SampleAction,
  TEAM,
  weekDay,
} from './script-programme.ts';
import type { Stage, Step } from './stage.ts';

/** The readiness programme, from its first day to yesterday. */
export function programmeSteps(): Step[] {
  return [
    { day: PROGRAMME.start, does: begin },
    ...fieldworkSteps(),
    ...measureSteps(),
    ...riskSteps(),
    ...planSteps(),
    ...actionSteps(),
    ...requestSteps(),
  ];
}

async function begin(stage: Stage): Promise<void> {
  const { template, name, start } = PROGRAMME;
  const started = await startProgramme(stage.as('ada'), { template, name, start: stage.day(start) });
  stage.engagements.programme = started.engagement.id;
  for (const person of TEAM) stage.put('ada', 'person', person);
  for (const [title, letters] of Object.entries({
    'Ada Okafor': 'A',
    'Mia Lindqvist': 'R',
    'Nadia Haddad': 'I',
  })) {
    const person = stage.find('person', title).id;
    stage.put('ada', 'raci', {
      person,
      for: stage.find('pillar', 'Security and compliance').record,
      letters,
    });
  }
  for (const { title, owner } of KPI_SERIES) stage.change('ada', 'kpi', title, { owner });
}

function measureSteps(): Step[] {
  const weekly = Array.from({ length: PROGRAMME.weeks }, (_, week) => ({
    day: weekDay(week, 3),
    does: (stage: Stage) => measureKpis(stage, week),
  }));
  const monthly = Array.from({ length: 6 }, (_, month) => ({
    day: weekDay(month * 4, 3),
    does: (stage: Stage) => rateMaturity(stage, month),
  }));
  return [...weekly, ...monthly];
}

function measureKpis(stage: Stage, week: number): void {
  for (const series of KPI_SERIES) {
    if (week > (series.until ?? PROGRAMME.weeks)) continue;
    const { record } = stage.find('kpi', series.title);
    measure(stage.as('jonas'), { record }, { value: valueAt(series, week), note: 'From the weekly export' });
  }
}

/** Between two knots a figure moves evenly, and a little up and down; what has come to nothing stays there. */
function valueAt({ knots, unrest, digits }: KpiSeries, week: number): number {
  const next = knots.findIndex(([at]) => at >= week);
  const [to, goal] = knots[next] ?? [0, 0];
  const [from, begun] = knots[Math.max(0, next - 1)] ?? [0, 0];
  const even = to === from ? goal : begun + ((goal - begun) * (week - from)) / (to - from);
  const restless = even === 0 ? 0 : even + Math.sin(week * 2.3) * unrest;
  return Number(restless.toFixed(digits));
}

function rateMaturity(stage: Stage, month: number): void {
  for (const [title, values] of Object.entries(MATURITY_SERIES)) {
    const value = values[month];
    if (value === undefined) continue;
    const { record } = stage.find('maturity', title);
    measure(stage.as('ada'), { record }, { value, note: 'Agreed in the checkpoint' });
  }
}

function riskSteps(): Step[] {
  const moves = RISK_MOVES.map(({ week, title, state, dueWeek }) => ({
    day: weekDay(week, 3),
    does: (stage: Stage) =>
      stage.change('ada', 'risk', title, {
        ...(state === undefined ? {} : { state }),
        ...(dueWeek === undefined ? {} : { due: stage.day(weekDay(dueWeek)) }),
      }),
  }));
  const acceptances = ACCEPTED.map(({ week, title, until, ...said }) => ({
    day: weekDay(week, 3),
    does: (stage: Stage) => {
      const { record } = stage.find('risk', title);
      accept(stage.as('mia'), { record }, { as: 'risk-acceptance', ...said, expires: stage.day(until) });
    },
  }));
  return [...moves, ...acceptances, { day: weekDay(EXCEPTION.week, 3), does: approveException }];
}

function approveException(stage: Stage): void {
  const { criterion, until, reason, compensating } = EXCEPTION;
  const { record } = stage.find('criterion', criterion);
  const said = { as: 'exception' as const, reason, compensating, expires: stage.day(until) };
  accept(stage.as('mia'), { record }, said);
}

/** Phases, milestones, checklists, and what a named person says of a criterion. */
function planSteps(): Step[] {
  return [
    { day: PROGRAMME.start, does: setMilestones },
    ...MILESTONES.flatMap(({ title, due, moved, done }): Step[] => [
      ...(moved === null
        ? []
        : [{ day: due - 3, does: (s: Stage) => s.change('ada', 'milestone', title, { due: s.day(moved) }) }]),
      ...(done === null
        ? []
        : [{ day: done, does: (s: Stage) => s.change('ada', 'milestone', title, { done: s.day(done) }) }]),
    ]),
    ...PHASES_DONE.map(({ title, day }) => ({
      day,
      does: (stage: Stage) => stage.change('ada', 'phase', title, { done: stage.day(day) }),
    })),
    ...ATTESTED.map(({ week, who, criterion, statement }) => ({
      day: weekDay(week, 4),
      does: (stage: Stage) => {
        const { record } = stage.find('criterion', criterion);
        attest(stage.as(who), { record }, { met: true, statement, until: null });
      },
    })),
    ...checklistSteps(),
  ];
}

function setMilestones(stage: Stage): void {
  for (const { title, phase, due } of MILESTONES)
    stage.put('ada', 'milestone', { title, due: stage.day(due), phase: stage.find('phase', phase).record });
}

/** Items are done two days before they fall due; the last two weeks' are still open. */
function checklistSteps(): Step[] {
  const { checklists } = readTemplate(PROGRAMME.template).template;
  return checklists.flatMap(({ title, items }) => {
    const dated = items.map(({ text, dueDay }) => ({
      text,
      day: PROGRAMME.start + Math.max(0, (dueDay ?? 0) - 2),
    }));
    const done = dated.filter(({ day }) => day < -12);
    const steps: Step[] = done.map(({ text, day }) => ({
      day,
      does: (stage) => {
        const engagement = stage.engagements.programme;
        setItem(stage.as('ada'), { engagement, checklist: title, item: text, result: 'satisfied', note: '' });
      },
    }));
    if (done.length < dated.length) return steps;
    const last = Math.max(...dated.map(({ day }) => day));
    return [...steps, { day: last + 1, does: (stage: Stage) => signChecklist(stage, title) }];
  });
}

function signChecklist(stage: Stage, title: string): void {
  const request = { kind: 'checklist' as const, id: title, engagement: stage.engagements.programme };
  signOff(stage.as('ada'), request, 'preparer');
  signOff(stage.as('mia'), request, 'reviewer');
}

function actionSteps(): Step[] {
  return ACTIONS.flatMap((action): Step[] => {
    const { title, from, moved, done } = action;
    const steps: Step[] = [{ day: from, does: (stage) => addAction(stage, action) }];
    if (moved !== undefined) {
      const [on, to, because] = moved;
      const does = (stage: Stage) =>
        stage.change('jonas', 'action', title, { due: stage.day(to), blocked: because });
      steps.push({ day: on, does });
    }
    if (done !== undefined)
      steps.push({
        day: done,
        does: (stage) => stage.change('jonas', 'action', title, { state: 'done', blocked: '' }),
      });
    return steps;
  });
}

function addAction(stage: Stage, action: SampleAction): void {
  const { title, owner, pillar, due, waitsFor = [], blocked = '' } = action;
  const awaited = ACTIONS.filter(({ key }) => waitsFor.includes(key));
  const blockedBy = awaited.map((one) => stage.find('action', one.title).id);
  const of = stage.find('pillar', pillar).record;
  const state = action.from > -40 ? 'open' : 'doing';
  stage.put('ada', 'action', { title, owner, due: stage.day(due), for: of, state, blockedBy, blocked });
}

function requestSteps(): Step[] {
  return REQUESTS.flatMap((request): Step[] => {
    const { title, asked, on, due, answered, settled, file, note } = request;
    const which = (stage: Stage) => ({ request: title, engagement: stage.engagements.programme });
    const steps: Step[] = [
      {
        day: on,
        does: (stage) => {
          const { programme: engagement } = stage.engagements;
          ask(stage.as('ada'), { engagement, title, asked, due: stage.day(due), note });
        },
      },
    ];
    if (answered !== null && file !== null)
      steps.push({
        day: answered,
        does: (stage) => {
          answer(stage.as('jonas'), { ...which(stage), evidence: [stage.evidence.get(file) ?? ''] }, []);
        },
      });
    if (settled !== null)
      steps.push({ day: settled, does: (stage) => void acceptAnswer(stage.as('ada'), which(stage)) });
    return steps;
  });
}
