import { z } from 'zod';
import { counted, daysBetween, percent } from './day.ts';
import type { Severity } from './shapes.ts';

export const Rag = z.enum(['red', 'amber', 'green']);
export type Rag = z.infer<typeof Rag>;

/** A rule that fired: what it says, and the record to open. */
export const Reason = z.object({
  rag: Rag,
  rule: z.enum([
    'severe-risk-overdue',
    'severe-risk-undated',
    'risk-overdue',
    'risk-due-soon',
    'acceptance-lapsed',
    'evidence-stale',
    'evidence-expiring',
    'overdue',
    'due-soon',
    'action-overdue',
    'action-due-soon',
    'action-blocked',
    'far-behind-plan',
    'behind-plan',
    'unplanned',
    'gate-overdue',
    'returned',
  ]),
  because: z.string(),
  record: z.string().nullable(),
});
export type Reason = z.infer<typeof Reason>;

/** Severities whose open, overdue risks make a pillar red; overdue ones of others make it amber. */
export const SEVERE: readonly (Severity | null)[] = ['P0', 'P1'];
/** Something due within so many days is a warning. */
export const DUE_SOON_DAYS = 7;
/** So far below plan (of 1) is amber, and so far red. */
export const BEHIND_PLAN = 0.1;
export const FAR_BEHIND_PLAN = 0.3;

interface Dated {
  readonly record: string;
  readonly title: string;
  readonly due: string | null;
}

/** What the rules look at: everything that belongs to one pillar, or to the whole programme. */
export interface StatusFacts {
  readonly today: string;
  /** Its own end, and of the phases and milestones that count for it; done ones left out. */
  readonly dates: readonly Dated[];
  /** Risks neither closed nor accepted. */
  readonly openRisks: readonly (Dated & { readonly severity: Severity | null; readonly lapsed: boolean })[];
  /** Actions that are not done. */
  readonly openActions: readonly (Dated & { readonly blocked: boolean })[];
  /** Accepted results that lean on stale evidence, and on evidence that expires soon. */
  readonly stale: number;
  readonly expiring: number;
  readonly returned: number;
  /** Gates past their day that are not met. */
  readonly gatesOverdue: readonly Dated[];
  readonly share: number | null;
  readonly planned: number | null;
}

/** Red, amber or green with every rule that fired, worst first. */
export function ragOf(facts: StatusFacts): { rag: Rag; why: Reason[] } {
  const why = [
    ...dateReasons(facts),
    ...facts.openRisks.flatMap((risk) => riskReasons(risk, facts.today)),
    ...facts.openActions.flatMap((action) => actionReasons(action, facts.today)),
    ...evidenceReasons(facts),
    ...planReasons(facts),
    ...facts.gatesOverdue.map((gate) =>
      reason(
        'red',
        'gate-overdue',
        `The gate "${gate.title}" was due on ${gate.due} and is not met`,
        gate.record,
      ),
    ),
  ].sort((a, b) => RAGS.indexOf(a.rag) - RAGS.indexOf(b.rag));
  return { rag: why[0]?.rag ?? 'green', why };
}

/** Whether nothing belongs to a pillar and no rule fired: that is neither good nor bad, whatever its colour would be. */
export function isEmptyScope(row: {
  readonly share: number | null;
  readonly why: readonly Reason[];
}): boolean {
  return row.share === null && row.why.length === 0;
}

/** What stands for the colour of a pillar that nothing belongs to. */
export const NOTHING_YET = 'nothing yet';

const RAGS: readonly Rag[] = ['red', 'amber', 'green'];

function reason(rag: Rag, rule: Reason['rule'], because: string, record: string | null = null): Reason {
  return { rag, rule, because, record };
}

const days = (number: number) => counted(number, 'day');

function isSoon(due: string, today: string): boolean {
  return due >= today && daysBetween(today, due) <= DUE_SOON_DAYS;
}

function dateReasons({ dates, today }: StatusFacts): Reason[] {
  return dates.flatMap(({ title, due, record }) => {
    if (due === null) return [];
    if (due < today)
      return [
        reason(
          'red',
          'overdue',
          `"${title}" was due on ${due}, ${days(daysBetween(due, today))} ago`,
          record,
        ),
      ];
    return isSoon(due, today) ? [reason('amber', 'due-soon', `"${title}" is due on ${due}`, record)] : [];
  });
}

function riskReasons(risk: StatusFacts['openRisks'][number], today: string): Reason[] {
  const { title, due, severity, record } = risk;
  const name = `${severity ?? 'unrated'} risk "${title}"`;
  const severe = SEVERE.includes(severity);
  const out: Reason[] = [];
  if (risk.lapsed)
    out.push(
      reason(
        severe ? 'red' : 'amber',
        'acceptance-lapsed',
        `The acceptance of the ${name} no longer holds`,
        record,
      ),
    );
  if (due !== null && due < today) {
    const late = `The ${name} is open, ${days(daysBetween(due, today))} past its due date`;
    out.push(
      severe
        ? reason('red', 'severe-risk-overdue', late, record)
        : reason('amber', 'risk-overdue', late, record),
    );
  } else if (due !== null && isSoon(due, today)) {
    out.push(reason('amber', 'risk-due-soon', `The ${name} is open and due on ${due}`, record));
  } else if (due === null && severe) {
    out.push(reason('amber', 'severe-risk-undated', `The ${name} is open and has no due date`, record));
  }
  return out;
}

function actionReasons(action: StatusFacts['openActions'][number], today: string): Reason[] {
  const { title, due, record } = action;
  const out: Reason[] = [];
  if (action.blocked) out.push(reason('amber', 'action-blocked', `The action "${title}" is blocked`, record));
  if (due !== null && due < today) {
    const late = `The action "${title}" is ${days(daysBetween(due, today))} past its due date`;
    out.push(reason('red', 'action-overdue', late, record));
  } else if (due !== null && isSoon(due, today)) {
    out.push(reason('amber', 'action-due-soon', `The action "${title}" is due on ${due}`, record));
  }
  return out;
}

function evidenceReasons({ stale, expiring, returned }: StatusFacts): Reason[] {
  const out: Reason[] = [];
  if (stale > 0)
    out.push(
      reason(
        'red',
        'evidence-stale',
        `${counted(stale, 'accepted result leans', 'accepted results lean')} on stale evidence`,
      ),
    );
  if (expiring > 0)
    out.push(
      reason(
        'amber',
        'evidence-expiring',
        `${counted(expiring, 'accepted result leans', 'accepted results lean')} on evidence that lapses within ${days(DUE_SOON_DAYS)}`,
      ),
    );
  if (returned > 0)
    out.push(reason('amber', 'returned', `${counted(returned, 'check')} returned by a reviewer`));
  return out;
}

function planReasons({ share, planned }: StatusFacts): Reason[] {
  if (share === null) return [];
  if (planned === null)
    return share < 1
      ? [reason('amber', 'unplanned', `It has no end date to compare ${percent(share)} ready with`)]
      : [];
  const behind = planned - share;
  const words = `${percent(share)} ready where the plan asks for ${percent(planned)}`;
  // Differences of shares carry rounding errors; a tenth is a tenth.
  if (behind >= FAR_BEHIND_PLAN - 1e-9) return [reason('red', 'far-behind-plan', words)];
  return behind >= BEHIND_PLAN - 1e-9 ? [reason('amber', 'behind-plan', words)] : [];
}
