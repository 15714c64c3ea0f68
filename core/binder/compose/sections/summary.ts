import { counted, numbered } from '../../../../shared/domain/programme/day.ts';
import { STATUSES } from '../../../../shared/domain/results.ts';
import { drawStackedBars, drawTotals } from '../chart.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { NOT_STARTED, STATUS_WORDS, sizeWords } from '../words.ts';
import { drawFacts } from './facts.ts';
import { heading, openChapter } from './heading.ts';

/** The finding first, as a sentence; then the counts behind it. */
export async function drawSummary(chapter: Chapter): Promise<void> {
  const { frame, model } = chapter;
  openChapter(chapter, 'summary');
  frame.paragraph(model.summary.finding, TYPE.heading, { tag: 'H2', after: 14 });
  drawTotals(frame, model.summary.results);
  heading(chapter, 'Where the work stands');
  await drawFacts(chapter, [
    ['Status', statusWords(chapter)],
    ['Sign-offs', signOffWords(chapter)],
    ['Evidence', evidenceWords(chapter)],
  ]);
  if (model.summary.byGroup.length === 0) return;
  heading(chapter, 'Part by part', { keep: 80 });
  await drawStackedBars(frame, model.summary.byGroup, () => chapter.breathe());
}

function statusWords({ model }: Chapter): string {
  const { statuses, notStarted } = model.summary;
  const words = STATUSES.map((status) => {
    const all = statuses[status];
    return `${numbered(status === 'draft' ? all - notStarted : all)} ${STATUS_WORDS[status].toLowerCase()}`;
  });
  return [`${numbered(notStarted)} ${NOT_STARTED.toLowerCase()}`, ...words].join(', ');
}

function signOffWords({ model }: Chapter): string {
  const { prepared, reviewed, voided } = model.summary.signOffs;
  return `${numbered(prepared)} prepared, ${numbered(reviewed)} reviewed, ${numbered(voided)} void because something changed after sign-off`;
}

function evidenceWords({ model }: Chapter): string {
  const { records, files, bytes, expired } = model.summary.evidence;
  return `${counted(records, 'record')} with ${counted(files, 'file')} (${sizeWords(bytes)}), ${numbered(expired)} expired`;
}
