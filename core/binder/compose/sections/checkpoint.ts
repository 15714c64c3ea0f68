import type { CheckpointChain } from '../../../../shared/domain/binder.ts';
import { numbered } from '../../../../shared/domain/programme/day.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import type { CellPart } from '../table.ts';
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
        ...branchParts(chain),
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
  if (checkpoint.chains.some(({ branch }) => branch !== undefined))
    frame.paragraph(
      'A device went on twice under one identity, as a copied folder or a restored backup does. Its histories stand apart from where they part, and each counts. The entries of each begin with those that they share.',
      TYPE.note,
    );
  frame.paragraph(
    'One chain belongs to one member on one device. The head commits to every entry before it; the root allows a short proof that an entry is among them.',
    TYPE.note,
  );
}

/** Where one of several histories of a device goes on from. */
function branchParts({ branch }: CheckpointChain): CellPart[] {
  if (branch === undefined) return [];
  return [{ text: `goes on from ${branch.stem} after ${branch.after}`, style: TYPE.hash }];
}
