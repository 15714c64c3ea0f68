import { recordLabel } from '../../db/queries/history.ts';
import { programmeTitles, type RegisterRow, registerRows } from '../../db/queries/programme-register.ts';
import type { Manifest } from '../../shared/domain/binder.ts';
import { acceptanceState, riskStanding } from '../../shared/domain/programme/acceptance.ts';
import { RiskState } from '../../shared/domain/programme/shapes.ts';
import { readAcceptances, type StatedAcceptance } from '../programme/acceptances.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { AssessmentSection, BinderModel, FindingLine, FindingPages, OpenLine } from './model.ts';
import { riskTable } from './register-tables.ts';

type Worked = Pick<BinderModel, 'groups' | 'checklists'>;

/**
 * The checks that came to not satisfied and what is open on any, read off the sections that are printed of them: so
 * what is redacted or withheld there is so here as well.
 */
export function foundIn({
  groups,
  checklists,
}: Worked): Pick<FindingPages, 'notSatisfied' | 'open' | 'keptBack'> {
  const notSatisfied: FindingLine[] = [];
  const open: OpenLine[] = [];
  for (const { id, label, title, assessments } of groups.flatMap(({ controls }) => controls))
    for (const one of assessments) {
      if (one.result === 'not-satisfied') notSatisfied.push({ id, label, title, ...findingOf(one) });
      open.push(...openLines(id, assessments.length > 1 ? `${label} · ${one.subject}` : label, one));
    }
  for (const checklist of checklists) {
    const { id, title, status } = checklist;
    for (const { text, result, note, evidence } of checklist.items)
      if (result === 'not-satisfied')
        notSatisfied.push({ id, label: text, title, subject: '', status, note, evidence });
    open.push(...openLines(id, title, checklist));
  }
  return { notSatisfied, open, keptBack: 0 };
}

const findingOf = ({ subject, status, note, evidence }: AssessmentSection) => ({
  ...{ subject, status, note, evidence },
});

function openLines(
  id: string,
  label: string,
  { conflicts, reviewNotes }: Pick<AssessmentSection, 'conflicts' | 'reviewNotes'>,
): OpenLine[] {
  return [
    ...conflicts.map((text): OpenLine => ({ id, label, kind: 'conflict', text })),
    ...reviewNotes.map((text): OpenLine => ({ id, label, kind: 'review note', text })),
  ];
}

/** The risks of an engagement and what was accepted in it, as they stand on the day of the records. */
export function acceptancePages(
  ws: OpenWorkspace,
  engagement: string,
): {
  readonly pages: Pick<FindingPages, 'risks' | 'acceptances'>;
  readonly included: Manifest['included'];
  /** What the ledger's extract has to show: each statement, and what took it back. */
  readonly records: readonly string[];
} {
  const { db } = ws;
  const stated = readAcceptances(db, engagement, today(ws));
  const titles = programmeTitles(db, engagement);
  const titleOf = (record: string) => titles.get(record) ?? recordLabel(db, record);
  return {
    pages: {
      risks: riskTable(ws, engagement, (row) => riskState(row, stated, today(ws))),
      acceptances: stated.map((one) => ({
        ...{ title: titleOf(one.record), kind: one.kind, by: one.by, at: one.at },
        ...{ reason: one.reason, compensating: one.compensating, expires: one.expires },
        ...{ state: acceptanceState(one, today(ws)), flaw: one.flaw },
        withdrawals: one.withdrawals.map(({ by, at, reason }) => ({ by, at, reason })),
      })),
    },
    included: [
      ...registerRows(db, engagement, 'risk').map(({ id, title }) => ({ kind: 'risk', id, label: title })),
      ...stated.map(({ id, record, by }) => ({
        ...{ kind: 'acceptance', id, label: `${titleOf(record)}, accepted by ${by}` },
      })),
      ...stated.flatMap(({ record, withdrawals }) =>
        withdrawals.map(({ id, by }) => ({
          ...{ kind: 'withdrawal', id, label: `${titleOf(record)}, taken back by ${by}` },
        })),
      ),
    ],
    records: stated.flatMap(({ id, withdrawals }) => [
      `acceptance:${id}`,
      ...withdrawals.map((one) => `withdrawal:${one.id}`),
    ]),
  };
}

const STATES = { open: 'Open', mitigating: 'Mitigating', accepted: 'Accepted', closed: 'Closed' } as const;

function riskState({ id, body }: RegisterRow, stated: readonly StatedAcceptance[], day: string) {
  const own = stated.filter(({ record }) => record === `risk:${id}`);
  const { state, accepted, lapsed } = riskStanding(RiskState.catch('open').parse(body.state), own, day);
  const words = [
    STATES[state],
    ...(accepted?.until ? [`until ${accepted.until}`] : []),
    ...(lapsed === null ? [] : [`acceptance ${lapsed.how}`]),
  ];
  return { words: words.join('\n'), closed: state === 'closed' };
}
