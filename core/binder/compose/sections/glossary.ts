import { SEVERITY_FROM_SCORE } from '../../../../shared/domain/programme/risk-score.ts';
import { RESULTS, type Result } from '../../../../shared/domain/results.ts';
import { ragMark } from '../../../packets/compose/rag.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { type CellPart, drawTable, type Row, tableHeight } from '../table.ts';
import { RESULT_WORDS } from '../words.ts';
import { openChapter } from './heading.ts';

const RESULT_MEANINGS: Readonly<Record<Result, string>> = {
  satisfied: 'What is asked for was found to hold.',
  'not-satisfied': 'Something that is asked for was found not to hold. Each is listed under the findings.',
  'not-applicable': 'It does not concern what is looked at; the note says why.',
  'not-reviewed': 'Nobody has recorded a result.',
};

const LEAST = new Map(SEVERITY_FROM_SCORE.map(([least, severity]) => [severity, least]));

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Draft, submitted, accepted, returned',
    'How far a check is: being worked on, signed by its preparer, signed by somebody else as reviewer, or sent back.',
  ],
  [
    'Sign-off',
    'A person’s word on one record as it stood. The digest (SHA-256) beside it is of exactly what was signed.',
  ],
  ['Void', 'What was signed has changed since; the sign-off counts no more, and stays visible.'],
  ['E-7K3QF', 'A reference of evidence: E- and letters made from its id, the same wherever it is named.'],
  [
    'P0 to P3',
    `The severity of a risk, P0 the gravest. Likelihood × impact, each from 1 to 5, stands for P0 from ${LEAST.get('P0')}, P1 from ${LEAST.get('P1')}, P2 from ${LEAST.get('P2')}; somebody may have set another.`,
  ],
  [
    'Accepted, exception',
    'A named person lets a risk or an open requirement stand until a day, with what keeps it bearable. Whoever owns it does not.',
  ],
  [
    'Left out, redacted, withheld',
    'In scope and not here. The manifest names each with its reason, a file also with its hash and size.',
  ],
  ['Ledger, entry, chain', 'Every change as a signed line that names the one before it by its hash.'],
  ['Checkpoint, root', 'The state of all chains at one moment, signed; a root is one hash for all entries.'],
];

/** What the shapes and words of the pages mean, for whoever meets them on paper. */
export async function drawGlossary(chapter: Chapter): Promise<void> {
  const marks = [...RESULTS.map(resultRow), ...(chapter.model.packet === null ? [] : PACKET_ROWS)];
  const words = WORDS.map(
    ([word, meaning]): Row => ({ cells: [[{ text: word, style: TYPE.smallStrong }], meaning] }),
  );
  const columns = [
    { title: 'Mark or word', share: 28 },
    { title: 'What it means', share: 72 },
  ];
  const rows = [...marks, ...words];
  openChapter(chapter, 'glossary', { keep: tableHeight(chapter.frame, rows, { columns }), short: true });
  await drawTable(chapter.frame, rows, { columns, breathe: () => chapter.breathe() });
}

function resultRow(result: Result): Row {
  return {
    cells: [[{ text: RESULT_WORDS[result], style: TYPE.smallStrong, mark: result }], RESULT_MEANINGS[result]],
  };
}

const packetRow = (rag: Parameters<typeof ragMark>[0], word: string, meaning: string): Row => {
  const shape: CellPart['shape'] = (x, y, radius) => ragMark(rag, x, y, radius);
  return { cells: [[{ text: word, style: TYPE.smallStrong, shape }], meaning] };
};

/** The marks of a packet's sections. */
const PACKET_ROWS: readonly Row[] = [
  packetRow('green', 'Filled', 'The section of the packet holds what it has to.'),
  packetRow('red', 'Missing', 'The packet needs the section, and it is not filled yet.'),
  packetRow(
    'amber',
    'Waived',
    'Somebody lets the packet go without the section, in their name and with a reason.',
  ),
  packetRow('none', 'Left empty', 'The packet may go without the section.'),
];
