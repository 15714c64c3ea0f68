import { setItem } from '../checklists/checklist.ts';
import { assess } from '../engagements/assess.ts';
import { createEngagement } from '../engagements/create-engagement.ts';
import { addLate, lockDown } from '../engagements/lockdown.ts';
import { previewRoll, rollForward } from '../engagements/roll-forward.ts';
import { importSource } from '../frameworks/import-framework.ts';
import { sha256 } from '../ledger/keys.ts';
import { putRecord } from '../programme/records.ts';
import { returnWork, signOff } from '../review/sign-off.ts';
import {
  CHECKS,
  CHECKS_BY_JONAS,
  DONE_ITEMS,
  EVIDENCE,
  LAST_CONTROLS,
  LAST_EVIDENCE,
  LAST_FINDINGS,
  PAYROLL,
  ROLL_DECISIONS,
  type SampleCheck,
  VOIDING_NOTE,
} from './script-payroll.ts';
import type { Stage, Step, Who } from './stage.ts';

/**
 * The assurance of the payroll service: last half-year's work is finished, locked down, added to late and rolled
 * forward; what is under way ends with a queue for everybody.
 */
export function payrollSteps(): Step[] {
  return [
    { day: -182, does: openLastPeriod },
    { day: -181, does: reviewLastPeriod },
    { day: -168, does: lockLastPeriod },
    { day: -161, does: addToLastPeriod },
    { day: -158, does: rollLastPeriod },
    { day: -40, does: closePlannedRisk },
    ...CHECKS.map((check) => ({ day: -check.daysAgo, does: (stage: Stage) => work(stage, 'ada', check) })),
    { day: -3, does: tickItems },
    { day: -2, does: reviewAsMia },
    ...CHECKS_BY_JONAS.map((check) => ({ day: -2, does: (stage: Stage) => work(stage, 'jonas', check) })),
    { day: -1, does: changeAfterSignOff },
  ];
}

async function takeFramework(stage: Stage, name: string): Promise<string> {
  const bytes = Buffer.from(await stage.readAsset(name));
  const digest = Buffer.from(sha256(bytes)).toString('hex');
  const { framework } = await importSource(
    stage.as('ada'),
    { name, bytes, sha256: digest },
    { dryRun: false },
  );
  if (framework === null) throw new Error(`${name} of the sample cannot be read`);
  return framework.id;
}

async function openLastPeriod(stage: Stage): Promise<void> {
  const ada = stage.as('ada');
  const framework = await takeFramework(stage, PAYROLL.framework);
  const { last, subject } = PAYROLL;
  const period = { from: stage.day(last.from), to: stage.day(last.to) };
  const { id } = createEngagement(ada, {
    name: last.name,
    frameworks: [framework],
    subjects: [subject],
    ...period,
  });
  stage.engagements.last = id;
  for (const control of LAST_CONTROLS) {
    const finding = LAST_FINDINGS[control];
    const result = finding === undefined ? 'satisfied' : 'not-satisfied';
    assess(ada, {
      engagement: id,
      control,
      result,
      method: 'examine',
      note: finding ?? 'Held throughout the period.',
    });
  }
  for (const { file, title, control, expires } of LAST_EVIDENCE) {
    const taken = await stage.take(file, await stage.readAsset(`evidence/${file}`));
    const details = {
      title,
      collected: stage.day(-192),
      expires: stage.day(expires),
      owner: 'Service manager',
    };
    stage.addEvidence('ada', taken, details, { engagement: id, controls: [control] });
  }
  for (const control of LAST_CONTROLS)
    signOff(ada, { kind: 'assessment', id: control, engagement: id }, 'preparer');
}

function reviewLastPeriod(stage: Stage): void {
  for (const control of LAST_CONTROLS)
    review(stage, 'mia', { id: control, engagement: stage.engagements.last }, 6);
}

/** Opens, reads for some minutes, and signs; the time it took is measured. */
export function review(
  stage: Stage,
  who: Who,
  check: { readonly id: string; readonly engagement: string },
  minutes: number,
): void {
  const ws = stage.as(who);
  const opened = new Date(stage.clock.now()).toISOString();
  stage.clock.wait(minutes);
  signOff(ws, { kind: 'assessment', ...check, opened }, 'reviewer');
}

function lockLastPeriod(stage: Stage): void {
  lockDown(stage.as('mia'), {
    engagement: stage.engagements.last,
    reason:
      'The half-year is over; the loss of a site (OP-4) was not rehearsed and is left for the next one.',
    acceptOpen: true,
  });
}

/** What came in after lockdown says why, and is marked for good. */
function addToLastPeriod(stage: Stage): void {
  const ada = stage.as('ada');
  const engagement = stage.engagements.last;
  addLate(ada, engagement, 'The report of the site exercise arrived after the period was closed.');
  const note = 'The exercise of the neighbouring site was watched; ours stays open.';
  assess(ada, { engagement, control: 'OP-4', result: 'not-satisfied', method: 'examine', note });
  addLate(ada, engagement, null);
}

async function rollLastPeriod(stage: Stage): Promise<void> {
  const ada = stage.as('ada');
  const ending = stage.engagements.last;
  const plan = await takeFramework(stage, PAYROLL.plan);
  const framework = await takeFramework(stage, PAYROLL.framework);
  const [from, to] = [stage.day(PAYROLL.from), stage.day(PAYROLL.to)];
  const ask = { engagement: ending, from, frameworks: [framework, plan] };
  const { rows } = previewRoll(ada, ask, { offset: 0, limit: 200 });
  const decisions = ROLL_DECISIONS.flatMap(({ control, outcome, decision }) =>
    rows.filter(({ label }) => label === control).map(({ key }) => ({ key, outcome, decision })),
  );
  stage.engagements.payroll = rollForward(ada, { ...ask, name: PAYROLL.name, to, decisions }).engagement;
}

function closePlannedRisk(stage: Stage): void {
  const record = 'Old reports read the database directly';
  putRecord(stage.as('ada'), {
    kind: 'risk',
    engagement: stage.engagements.payroll,
    record,
    fields: { state: 'closed' },
  });
}

async function work(stage: Stage, who: 'ada' | 'jonas', check: SampleCheck): Promise<void> {
  const ws = stage.as(who);
  const engagement = stage.engagements.payroll;
  const { control, result, method, note } = check;
  assess(ws, { engagement, control, result, method, note });
  for (const name of check.evidence ?? []) {
    const about = EVIDENCE[name];
    if (about === undefined) throw new Error(`the sample says nothing about ${name}`);
    const taken = await stage.take(name, await stage.readAsset(`evidence/${name}`));
    const details = {
      title: about.title,
      collected: stage.day(about.collected),
      expires: stage.day(about.expires),
      owner: 'Service manager',
    };
    stage.addEvidence(who, taken, details, { engagement, controls: [control] });
  }
  if (check.state !== 'draft') signOff(ws, { kind: 'assessment', id: control, engagement }, 'preparer');
}

function tickItems(stage: Stage): void {
  for (const { text, note } of DONE_ITEMS)
    setItem(stage.as('ada'), {
      engagement: stage.engagements.payroll,
      item: text,
      result: 'satisfied',
      note,
    });
}

function reviewAsMia(stage: Stage): void {
  const engagement = stage.engagements.payroll;
  for (const { control, state, returnNote } of CHECKS) {
    if (state === 'accepted' || state === 'voided') review(stage, 'mia', { id: control, engagement }, 9);
    if (state === 'returned')
      returnWork(stage.as('mia'), { kind: 'assessment', id: control, engagement }, returnNote ?? '');
  }
}

function changeAfterSignOff(stage: Stage): void {
  assess(stage.as('ada'), { engagement: stage.engagements.payroll, control: 'CH-2', note: VOIDING_NOTE });
}
