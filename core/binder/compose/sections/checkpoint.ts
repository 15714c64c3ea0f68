import { numbered } from '../../../../shared/domain/programme/day.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { dateWords, fingerprintWords } from '../words.ts';
import { drawFacts, drawTableOr } from './facts.ts';
import { heading, openChapter } from './heading.ts';

/** Root and key in print, so that paper too can be held against a later state of the ledger. */
export async function drawCheckpoint(chapter: Chapter): Promise<void> {
  const { frame, model } = chapter;
  const { checkpoint } = model;
  openChapter(chapter, 'checkpoint', {
    lead: 'The state of the ledger that this binder was composed from. A later binder can prove that nothing before it was rewritten.',
  });
  await drawFacts(chapter, [
    ['Taken', dateWords(checkpoint.at)],
    ['Signed by', checkpoint.by],
    ['Key fingerprint', [{ text: fingerprintWords(checkpoint.keyFingerprint), style: TYPE.code }]],
    ['Workspace', [{ text: model.workspace.id, style: TYPE.code }]],
  ]);
  heading(chapter, 'Chains');
  const rows = checkpoint.chains.map((chain) => ({
    cells: [
      [
        { text: chain.writer, style: TYPE.code },
        { text: `head  ${chain.head}`, style: TYPE.hash },
        { text: `root  ${chain.root}`, style: TYPE.hash },
      ],
      numbered(chain.size),
    ],
  }));
  await drawTableOr(chapter, 'The ledger has no chain yet.', rows, {
    columns: [
      { title: 'Writer, head of its chain, and tree root (RFC 6962)', share: 84 },
      { title: 'Entries', share: 16, align: 'end' },
    ],
  });
  frame.paragraph(
    'One chain belongs to one member on one device. The head commits to every entry before it; the root allows a short proof that an entry is among them.',
    TYPE.note,
  );
}
