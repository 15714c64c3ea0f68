import { leavesOut } from '../../../../shared/domain/binder-profile.ts';
import { counted, numbered } from '../../../../shared/domain/programme/day.ts';
import type { BinderModel } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { dateWords } from '../words.ts';
import { drawTableOr } from './facts.ts';
import { openChapter } from './heading.ts';

/** A writer and a number, which belong together on one line. */
function longestPosition(entries: BinderModel['ledger']['entries']): string {
  return entries.reduce(
    (longest, { position }) => (position.length > longest.length ? position : longest),
    '',
  );
}

/** The entries behind what stands in this binder, oldest first, each with its place and hash. */
export async function drawLedger(chapter: Chapter): Promise<void> {
  if (leavesOut(chapter.model.profile, 'printed ledger')) return;
  const { entries, total } = chapter.model.ledger;
  openChapter(chapter, 'ledger', {
    lead: `${counted(entries.length, 'entry', 'entries')} of ${numbered(total)} in the ledger. The attached ledger-extract.json holds them in full, proofs.json their place in the chain.`,
  });
  const rows = entries.map((entry) => ({
    cells: [
      dateWords(entry.at),
      [
        { text: entry.by, style: TYPE.small },
        { text: entry.device, style: TYPE.note },
      ],
      [
        // The summary of most entries says by itself what was done.
        ...(entry.summary.includes(entry.action) ? [] : [{ text: entry.action, style: TYPE.smallStrong }]),
        ...(entry.summary === '' ? [] : [{ text: entry.summary, style: TYPE.small }]),
        { text: entry.hash, style: TYPE.hash },
      ],
      entry.position,
    ],
  }));
  await drawTableOr(chapter, 'No entry concerns this binder.', rows, {
    columns: [
      { title: 'When', share: 18 },
      { title: 'By', share: 17 },
      { title: 'What, with the entry’s hash', share: 65 },
      { title: 'Position', share: 12, align: 'end', holds: longestPosition(entries) },
    ],
  });
}
