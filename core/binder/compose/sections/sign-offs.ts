import { returnedBy } from '../../../../shared/domain/returns.ts';
import type { SignOffLine } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { type CellPart, drawTable } from '../table.ts';
import { CAPACITY_WORDS, dateWords } from '../words.ts';

/**
 * What was returned and why, then who signed what and when, with the digest it binds to; a void one says so beside its
 * name.
 */
export async function drawSignOffs(
  chapter: Chapter,
  signOffs: readonly SignOffLine[],
  digest: string,
): Promise<void> {
  for (const line of signOffs) if (line.verdict === 'returned') await drawReturn(chapter, line);
  if (signOffs.length === 0) chapter.frame.paragraph('No sign-off yet.', TYPE.note);
  else await drawTableOf(chapter, signOffs);
  chapter.frame.paragraph(`Digest of what stands here now  ${digest}`, TYPE.hash, { after: 12 });
}

/** The words of a return in full: they are what its preparer had to answer. */
async function drawReturn({ frame, breathe }: Chapter, line: SignOffLine): Promise<void> {
  frame.need(TYPE.smallStrong.leading + TYPE.small.leading * 2);
  frame.paragraph(returnedBy(line), TYPE.smallStrong);
  const words = line.note.trim() === '' ? 'No reason was written.' : line.note;
  await frame.flow(words, TYPE.small, { indent: 12, after: 6 }, breathe);
}

async function drawTableOf(chapter: Chapter, signOffs: readonly SignOffLine[]): Promise<void> {
  const rows = signOffs.map((line) => ({
    cells: [
      [{ text: CAPACITY_WORDS[line.capacity], style: TYPE.smallStrong }],
      whoAndWhat(line),
      dateWords(line.at),
      [{ text: line.digest, style: TYPE.hash }],
    ],
  }));
  await drawTable(chapter.frame, rows, {
    columns: [
      { title: 'Sign-off', share: 13 },
      { title: 'By', share: 34 },
      { title: 'When', share: 23 },
      { title: 'Digest (SHA-256)', share: 40 },
    ],
    breathe: () => chapter.breathe(),
    after: 4,
  });
}

function whoAndWhat(line: SignOffLine): CellPart[] {
  const parts: CellPart[] = [{ text: line.by, style: TYPE.small }];
  if (line.verdict === 'returned') parts.push({ text: 'Returned for more work', style: TYPE.smallStrong });
  if (line.voided) parts.push({ text: 'Void: changed after sign-off', style: TYPE.alarm });
  if (line.passphraseSetByOther)
    parts.push({ text: 'Passphrase was set by somebody else and not yet changed', style: TYPE.note });
  return parts;
}
