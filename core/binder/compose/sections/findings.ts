import { counted, numbered } from '../../../../shared/domain/programme/day.ts';
import type { AcceptanceLine, FindingLine, FindingPages, OpenLine } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { destinationOf, FINDING_TITLES } from '../plan.ts';
import { TYPE } from '../style.ts';
import type { CellPart, Row } from '../table.ts';
import { ACCEPTANCE_WORDS, dateWords, STATUS_WORDS } from '../words.ts';
import { openChapter } from './heading.ts';
import { drawHeadedTable, drawRegister } from './registers.ts';

/** What did not hold, what is not decided, what threatens, and what somebody let pass until a day. */
export async function drawFindings(chapter: Chapter): Promise<void> {
  const { notSatisfied, open, keptBack, risks, acceptances } = chapter.model.findings;
  openChapter(chapter, 'findings', { lead: leadOf(chapter.model.findings) });
  await drawHeadedTable(
    chapter,
    part('notSatisfied', 'Of the checks in this binder none is recorded as not satisfied.'),
    notSatisfied.map((line) => findingRow(chapter, line)),
    {
      columns: [
        { title: 'Check', share: 34 },
        { title: 'What was found, and the evidence', share: 50 },
        { title: 'Status', share: 16 },
      ],
    },
  );
  await drawHeadedTable(
    chapter,
    part('open', keptBack === 0 ? 'No point is open.' : keptBackWords(keptBack)),
    open.map((line) => openRow(chapter, line)),
    {
      columns: [
        { title: 'About', share: 26 },
        { title: 'What is open', share: 58 },
        { title: 'Kind', share: 16 },
      ],
    },
  );
  if (open.length > 0 && keptBack > 0)
    chapter.frame.paragraph(keptBackWords(keptBack), TYPE.note, { after: 12 });
  if (risks === null)
    await drawHeadedTable(chapter, part('risks', 'The engagement names no risk.'), [], { columns: [] });
  else await drawRegister(chapter, { ...risks, title: FINDING_TITLES.risks }, destinationOf.finding('risks'));
  await drawHeadedTable(
    chapter,
    part('acceptances', 'No risk was accepted, and no exception approved.'),
    acceptances.map(acceptanceRow),
    {
      columns: [
        { title: 'What, and why', share: 36 },
        { title: 'Compensating controls', share: 32 },
        { title: 'Approved by', share: 18 },
        { title: 'Until', share: 16, holds: '2026-00-00' },
      ],
    },
  );
}

function leadOf({ notSatisfied, open, keptBack, risks, acceptances }: FindingPages): string {
  const checks = `${counted(notSatisfied.length, 'check')} not satisfied`;
  const points = `${counted(open.length + keptBack, 'open point')}${keptBack === 0 ? '' : ` (${numbered(keptBack)} not shown)`}`;
  const named = counted(risks?.rows.length ?? 0, 'risk');
  return `${checks}, ${points}, ${named}, ${counted(acceptances.length, 'acceptance or exception', 'acceptances and exceptions')}.`;
}

/** What a profile keeps in the house is still open: nobody reads here that nothing is. */
const keptBackWords = (notes: number) =>
  `${counted(notes, 'open review note')} ${notes === 1 ? 'is' : 'are'} left out by the profile of this binder.`;

const part = (name: keyof typeof FINDING_TITLES, nothing: string) => ({
  title: FINDING_TITLES[name],
  place: destinationOf.finding(name),
  nothing,
});

/** The record's name, which leads to its section where this binder has one. */
function nameOf({ targets }: Chapter, id: string, text: string): CellPart {
  const link = targets.get(id);
  return link === undefined ? { text, style: TYPE.smallStrong } : { text, style: TYPE.smallLink, link };
}

function findingRow(chapter: Chapter, line: FindingLine): Row {
  const { id, label, title, subject, status, note } = line;
  const beside = [title, subject].filter((words) => words !== '').join(' · ');
  const references = line.evidence.flatMap((one) => chapter.evidence.get(one) ?? []);
  return {
    cells: [
      [{ ...nameOf(chapter, id, label), mark: 'not-satisfied' }, ...under(beside)],
      [
        note.trim() === ''
          ? { text: 'No note was written.', style: TYPE.note }
          : { text: note, style: TYPE.small },
        ...references.map(({ id: evidence, reference, title: named }) => ({
          text: `${reference}  ${named}`,
          style: TYPE.smallLink,
          link: destinationOf.evidence(evidence),
        })),
      ],
      STATUS_WORDS[status],
    ],
  };
}

/** Stands in as far as what a mark stands before. */
const under = (text: string): CellPart[] => (text === '' ? [] : [{ text, style: TYPE.note, indent: 14 }]);

function openRow(chapter: Chapter, { id, label, kind, text }: OpenLine): Row {
  return {
    cells: [[nameOf(chapter, id, label)], text, kind === 'conflict' ? 'Nobody has decided' : 'Review note'],
  };
}

/** Who took an acceptance back and when, over the words in which they said why. */
function withdrawalParts({ by, at, reason }: AcceptanceLine['withdrawals'][number]): CellPart[] {
  return [
    { text: `Taken back by ${by}, ${dateWords(at)}`, style: TYPE.smallStrong },
    { text: reason.trim() === '' ? 'No reason was written.' : reason, style: TYPE.small },
  ];
}

function acceptanceRow(line: AcceptanceLine): Row {
  const { title, kind, by, at, reason, compensating, expires, state, flaw, withdrawals } = line;
  const counts = state === 'holds' || state === 'expiring';
  return {
    cells: [
      [
        { text: title, style: TYPE.smallStrong },
        { text: kind === 'exception' ? 'Exception' : 'Risk accepted', style: TYPE.note },
        { text: reason, style: TYPE.small },
        ...withdrawals.flatMap((one) => withdrawalParts(one)),
      ],
      compensating,
      [
        { text: by, style: TYPE.small },
        { text: dateWords(at), style: TYPE.note },
      ],
      [
        { text: expires === null ? 'No last day' : dateWords(expires), style: TYPE.small },
        { text: ACCEPTANCE_WORDS[state], style: counts ? TYPE.note : TYPE.alarm },
        ...(flaw === null ? [] : [{ text: flaw, style: TYPE.note }]),
      ],
    ],
  };
}
