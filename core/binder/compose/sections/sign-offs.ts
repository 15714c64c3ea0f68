import { returnedBy } from '../../../../shared/domain/returns.ts';
import type { SignOffLine } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { roughTable, roughText } from '../rough.ts';
import { TYPE } from '../style.ts';
import { type CellPart, drawTable, type Row } from '../table.ts';
import { CAPACITY_WORDS, dateWords } from '../words.ts';
import { continued } from './heading.ts';

/**
 * What was returned and why, then who signed what and when, with the digest it binds to; a void one says so beside its
 * name. They stand on one page, which says of what they are where that began on the page before.
 */
export async function drawSignOffs(
  chapter: Chapter,
  { signOffs, digest }: { readonly signOffs: readonly SignOffLine[]; readonly digest: string },
  of: string,
): Promise<void> {
  const { frame } = chapter;
  const height = signOffsHeight(chapter, signOffs);
  if (height < wholeHeight(chapter)) frame.need(height);
  continued(chapter, of);
  for (const line of signOffs) if (line.verdict === 'returned') await drawReturn(chapter, line);
  if (signOffs.length === 0) chapter.frame.paragraph('No sign-off yet.', TYPE.note);
  else await drawTableOf(chapter, signOffs);
  chapter.frame.paragraph(`Digest of what stands here now  ${digest}`, TYPE.hash, { after: 12 });
}

/** About how high that is, in points. */
export function signOffsHeight({ frame }: Chapter, signOffs: readonly SignOffLine[]): number {
  const returns = signOffs.filter(({ verdict }) => verdict === 'returned');
  const words = returns.reduce(
    (sum, { note }) => sum + TYPE.smallStrong.leading + roughText(note, TYPE.small, frame.width - 12) + 6,
    0,
  );
  const table = roughTable(signOffs.map(rowOf), COLUMNS, TYPE.small, frame.width);
  return words + (signOffs.length === 0 ? TYPE.note.leading : table + 4) + TYPE.hash.leading;
}

/** What is not higher than this is kept on one page, in points. */
export const wholeHeight = ({ frame }: Chapter): number => (frame.bottom - frame.top) * 0.4;

/** The words of a return in full: they are what its preparer had to answer. */
async function drawReturn({ frame, breathe }: Chapter, line: SignOffLine): Promise<void> {
  frame.need(TYPE.smallStrong.leading + TYPE.small.leading * 2);
  frame.paragraph(returnedBy(line), TYPE.smallStrong);
  const words = line.note.trim() === '' ? 'No reason was written.' : line.note;
  await frame.flow(words, TYPE.small, { indent: 12, after: 6 }, breathe);
}

async function drawTableOf(chapter: Chapter, signOffs: readonly SignOffLine[]): Promise<void> {
  await drawTable(chapter.frame, signOffs.map(rowOf), {
    columns: COLUMNS,
    breathe: () => chapter.breathe(),
    after: 4,
  });
}

const COLUMNS = [
  { title: 'Sign-off', share: 13 },
  { title: 'By', share: 34 },
  { title: 'When', share: 23 },
  { title: 'Digest (SHA-256)', share: 40 },
];

function rowOf(line: SignOffLine): Row {
  return {
    cells: [
      [{ text: CAPACITY_WORDS[line.capacity], style: TYPE.smallStrong }],
      whoAndWhat(line),
      dateWords(line.at),
      [{ text: line.digest, style: TYPE.hash }],
    ],
  };
}

function whoAndWhat(line: SignOffLine): CellPart[] {
  const parts: CellPart[] = [{ text: line.by, style: TYPE.small }];
  if (line.verdict === 'returned') parts.push({ text: 'Returned for more work', style: TYPE.smallStrong });
  if (line.unfounded)
    parts.push({
      text: line.voided ? 'Void: over values that never stood' : 'Over values that never stood',
      style: TYPE.alarm,
    });
  else if (line.voided) parts.push({ text: 'Void: changed after sign-off', style: TYPE.alarm });
  if (line.baseless)
    parts.push({ text: 'Counts for nothing: names one that is not in the ledger', style: TYPE.alarm });
  if (line.passphraseSetByOther)
    parts.push({ text: 'Passphrase was set by somebody else and not yet changed', style: TYPE.note });
  return parts;
}
