import { assess } from '../engagements/assess.ts';
import { reviseEvidence } from '../evidence/add-evidence.ts';
import { checkLinks } from '../evidence/check-links.ts';
import { attestEvidence, declareChange, holdEvidence } from '../evidence/evidence-acts.ts';
import { readRegister } from '../evidence/register.ts';
import { UNWATCHED } from '../jobs.ts';
import { prove } from '../programme/records.ts';
import { answerNote, clearNote, raiseNote, returnWork, signOff } from '../review/sign-off.ts';
import { today } from '../today.ts';
import { review } from './payroll.ts';
import { type Piece, type Pillar, readPillars } from './pillars.ts';
import {
  ARTIFACTS,
  CHANGED_AFTERWARDS,
  FINDINGS,
  NOTES,
  REASSESSED,
  RETURNED,
  REVISED,
} from './script-fieldwork.ts';
import { PROGRAMME, weekDay } from './script-programme.ts';
import type { Stage, Step, Who } from './stage.ts';

/** Who answers for evidence of a pillar, by the prefix of its controls; of the others, whoever prepares them. */
const OWNERS: Readonly<Record<string, string>> = { SEC: 'Mia Lindqvist', IDN: 'Mia Lindqvist' };
const NAMES = { ada: 'Ada Okafor', mia: 'Mia Lindqvist', jonas: 'Jonas Weber' } as const;

/** The weeks of the programme: controls are worked and reviewed, evidence comes in, is looked after, and once lapses. */
export function fieldworkSteps(): Step[] {
  const pillars = readPillars();
  const submitted: Check[] = [];
  const weeks = Array.from({ length: PROGRAMME.weeks }, (_, week) => week);
  return [
    ...weeks.flatMap((week): Step[] => [
      { day: weekDay(week), does: (stage) => prepareWeek(stage, pillars, week, submitted) },
      { day: weekDay(week, 1), does: (stage) => lookAfter(stage, week) },
      { day: weekDay(week, 2), does: (stage) => reviewWeek(stage, submitted, week) },
    ]),
    ...ARTIFACTS.map((artifact) => ({
      day: weekDay(artifact.week, 3),
      does: (stage: Stage) => attachArtifact(stage, artifact),
    })),
    { day: weekDay(13), does: declareNewQueue },
    { day: weekDay(13, 2), does: answerNewQueue },
    { day: weekDay(13, 3), does: holdRestore },
    { day: weekDay(15, 5), does: (stage) => attestOwn(stage, 'mia') },
    { day: weekDay(17), does: (stage) => reviseReview(stage, submitted) },
    ...reviewNotes(),
    { day: -1, does: endOpen },
  ];
}

interface Check {
  readonly control: string;
  readonly by: Who;
}

/** What reviewers asked on the way: one is settled, one waits for its answer. */
function reviewNotes(): Step[] {
  const { settled, open } = NOTES;
  const ids = { settled: '' };
  return [
    {
      day: weekDay(settled.week, 3),
      does: (stage) => {
        ids.settled = raiseNote(stage.as('mia'), stage.assessmentOf(settled.control), settled.asked);
      },
    },
    {
      day: weekDay(settled.week, 4),
      does: (stage) => {
        answerNote(stage.as('jonas'), ids.settled, settled.answered);
        clearNote(stage.as('mia'), ids.settled);
      },
    },
    {
      day: -2,
      does: (stage) => void raiseNote(stage.as('mia'), stage.assessmentOf(open.control), open.asked),
    },
  ];
}

const label = (pillar: Pillar, index: number) => `${pillar.prefix}-${String(index + 1).padStart(2, '0')}`;

function weekOf(pillar: Pillar, index: number): number {
  const { fromWeek, toWeek, count } = pillar;
  return fromWeek + Math.floor((index * (toWeek - fromWeek + 1)) / count);
}

async function prepareWeek(
  stage: Stage,
  pillars: readonly Pillar[],
  week: number,
  submitted: Check[],
): Promise<void> {
  for (const pillar of pillars)
    for (let index = 0; index < pillar.count; index += 1)
      if (weekOf(pillar, index) === week) submitted.push(await prepare(stage, pillar, index));
  for (const { control, note } of REASSESSED.filter((one) => one.week === week)) {
    assess(stage.as('jonas'), { ...at(stage, control), result: 'satisfied', note });
    submitted.push(sign(stage, { control, by: 'jonas' }));
  }
}

const at = (stage: Stage, control: string) => ({ engagement: stage.engagements.programme, control });

async function prepare(stage: Stage, pillar: Pillar, index: number): Promise<Check> {
  const control = label(pillar, index);
  const piece = pillar.evidence.find(({ from, to }) => from <= index + 1 && index + 1 <= to);
  if (piece?.from === index + 1) await takeIn(stage, pillar, piece);
  const finding = FINDINGS[control];
  const lead = pillar.notes[index % pillar.notes.length] ?? '';
  const note = finding?.note ?? `${lead} ${sampled(index)}`;
  const { method, by } = pillar;
  assess(stage.as(by), { ...at(stage, control), result: finding?.result ?? 'satisfied', method, note });
  return sign(stage, { control, by });
}

/** How much was looked at; the numbers differ as they would. */
function sampled(index: number): string {
  const of = 20 + ((index * 37) % 61);
  return `Sampled ${4 + ((index * 5) % 9)} of ${of}, no exception.`;
}

function sign(stage: Stage, check: Check): Check {
  const { engagement } = at(stage, check.control);
  signOff(stage.as(check.by), { kind: 'assessment', id: check.control, engagement }, 'preparer');
  return check;
}

async function takeIn(stage: Stage, pillar: Pillar, piece: Piece): Promise<void> {
  const controls = Array.from({ length: piece.to - piece.from + 1 }, (_, i) =>
    label(pillar, piece.from - 1 + i),
  );
  const file = await stage.take(piece.file, contentOf(piece, today(stage.as('ada'))));
  const details = {
    title: piece.title,
    owner: OWNERS[pillar.prefix] ?? NAMES[pillar.by],
    systems: [piece.system],
    source: `${piece.system}, as it runs in production`,
    verification: 'Compared with production by the preparer',
    reviewer: NAMES.mia,
    riskIfStale: `${controls.length} results of ${controls[0]} and after would stand on what once was.`,
    marking: 'Internal',
    retainUntil: stage.day(900),
  };
  stage.addEvidence(pillar.by, file, details, { engagement: stage.engagements.programme, controls });
}

/** Tables and reports of machines are kept as they are; a text says what it is and from when. */
function contentOf({ file, title, says }: Pick<Piece, 'file' | 'title' | 'says'>, day: string): string {
  const lines = /\.(csv|xml)$/.test(file) ? says : [title, `Made on ${day}`, '', ...says];
  return `${lines.join('\n')}\n`;
}

/** Who owns evidence attests it every four weeks, each in a week of their own; once Mia is away. */
async function lookAfter(stage: Stage, week: number): Promise<void> {
  const whose: Readonly<Record<number, 'ada' | 'mia' | 'jonas'>> = { 1: 'ada', 2: 'mia', 3: 'jonas' };
  const who = whose[week % 4];
  if (who !== undefined && week !== AWAY) attestOwn(stage, who);
  if (week % 4 === 0 && week > 0)
    await checkLinks(
      stage.as('jonas'),
      { engagement: stage.engagements.programme, urls: false, disk: false },
      UNWATCHED,
    );
}

/** The week in which nobody stood in for who was away: what she owned lapsed. */
const AWAY = 14;

function attestOwn(stage: Stage, who: 'ada' | 'mia' | 'jonas', system?: string): void {
  const { programme: engagement } = stage.engagements;
  const owned = readRegister(stage.as(who), { engagement, owner: NAMES[who], system });
  if (owned.length === 0) return;
  const statement =
    system === undefined
      ? 'Looked at again: it still shows what production does.'
      : 'Looked at again after the change: it still shows what production does.';
  const evidence = owned.map((one) => one.evidence.id);
  attestEvidence(stage.as(who), { evidence, met: true, statement, until: null });
}

function reviewWeek(stage: Stage, submitted: Check[], week: number): void {
  const waiting = submitted.splice(0);
  // The queue of the last two weeks is still there when the sample is opened.
  const now = week < PROGRAMME.weeks - 2 ? waiting : waiting.slice(0, 2);
  for (const [index, { control }] of now.entries()) {
    const place = { id: control, engagement: stage.engagements.programme };
    const remark = RETURNED[control];
    if (remark === undefined) review(stage, 'mia', place, 3 + ((index * 4 + week) % 11));
    else returnWork(stage.as('mia'), { kind: 'assessment', ...place }, remark);
  }
}

async function attachArtifact(stage: Stage, artifact: (typeof ARTIFACTS)[number]): Promise<void> {
  const { file, title, says, criterion } = artifact;
  const taken = await stage.take(file, contentOf({ file, title, says: [...says] }, today(stage.as('jonas'))));
  const details = { title, owner: NAMES.jonas, verification: 'Read by the engineering manager' };
  const added = stage.addEvidence('jonas', taken, details, { engagement: '', controls: [] });
  prove(stage.as('jonas'), { record: stage.find('criterion', criterion).record }, added.id, true);
}

function declareNewQueue(stage: Stage): void {
  declareChange(stage.as('jonas'), {
    systems: ['payroll-workers'],
    what: 'Workers run on a new queue',
  });
}

function answerNewQueue(stage: Stage): void {
  attestOwn(stage, 'ada', 'payroll-workers');
}

function holdRestore(stage: Stage): void {
  holdEvidence(stage.as('ada'), [stage.evidence.get('restore-exercise.txt') ?? ''], {
    on: true,
    reason: 'A former employee disputes a pay run of that month; counsel asked to keep everything about it.',
  });
}

/** A new revision changes what was signed, so that preparer and reviewer sign again. */
async function reviseReview(stage: Stage, submitted: Check[]): Promise<void> {
  const { file, says, controls } = REVISED;
  const taken = await stage.take(file, `${says.join('\n')}\n`);
  reviseEvidence(stage.as('jonas'), stage.evidence.get(file) ?? '', [taken]);
  for (const control of controls) submitted.push(sign(stage, { control, by: 'jonas' }));
}

function endOpen(stage: Stage): void {
  const { control, note } = CHANGED_AFTERWARDS;
  assess(stage.as('ada'), { ...at(stage, control), note });
  declareChange(stage.as('jonas'), {
    systems: ['payroll-web'],
    what: 'The pay slip is drawn by a new component',
  });
}
