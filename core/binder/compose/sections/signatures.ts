import type { Chapter } from '../context.ts';
import { drawSignaturePanels } from '../signature-fields.ts';
import { TYPE } from '../style.ts';
import { fingerprintWords } from '../words.ts';
import { openChapter } from './heading.ts';

export async function drawSignatures(chapter: Chapter): Promise<void> {
  const { frame, model } = chapter;
  openChapter(chapter, 'signatures', { keep: 520 });
  frame.paragraph(
    'Each signature covers the whole document as its signer saw it, the attached files included. A later signature leaves the earlier ones valid. A reader shows in its signature panel whether they hold.',
    TYPE.small,
    { after: 14 },
  );
  drawSignaturePanels(frame);
  const key = fingerprintWords(model.checkpoint.keyFingerprint);
  frame.paragraph(`Checkpoint key  ${key}`, TYPE.hash);
  for (const { root } of model.checkpoint.chains.slice(0, 4))
    frame.paragraph(`Checkpoint root  ${root}`, TYPE.hash);
}
