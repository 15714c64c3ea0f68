import type { Board, PillarRow } from '../../shared/contract/board.ts';
import { percent } from '../../shared/domain/programme/day.ts';
import { isEmptyScope, NOTHING_YET } from '../../shared/domain/programme/status.ts';
import { table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

export const status: Verb = {
  summary:
    'Shows the weekly figures of a programme: readiness with its reasons, gaps, risks, gates, what is next',
  words: ['DIR'],
  flags: {
    engagement: { value: 'E', summary: 'Id or name of the engagement' },
    'as-of': { value: 'DAY', summary: 'As the ledger stood at the end of a past day, YYYY-MM-DD' },
    why: { summary: 'Also list every rule that makes a pillar red or amber' },
  },
  async run({ args, unlock }) {
    const engagement = args.text('engagement');
    const asOf = args.text('as-of');
    const client = await unlock(args.word(0));
    const value = await client.board.get({
      ...(engagement === undefined ? {} : { engagement }),
      ...(asOf === undefined ? {} : { asOf }),
    });
    return { value, lines: linesOf(value, args.has('why')) };
  },
};

function linesOf(board: Board, why: boolean): string[] {
  const { engagement, summaries, overall, pillars, next, asOf } = board;
  const rows = [...pillars, { ...overall, title: 'Whole programme' }];
  return [
    harmless(`${engagement.name} on ${board.day}${engagement.state === 'final' ? ', locked down' : ''}`),
    ...(asOf === null ? [] : [asOf.note]),
    '',
    ...table(rows, [
      { title: 'pillar', of: (row) => row.title },
      { title: 'status', of: (row) => (isEmptyScope(row) ? NOTHING_YET : row.rag) },
      { title: 'ready', of: (row) => shareOf(row.share), right: true },
      { title: 'week', of: weekOf, right: true },
      { title: 'plan', of: (row) => shareOf(row.planned), right: true },
      { title: 'owner', of: (row) => row.owner },
      { title: 'due', of: (row) => row.due },
      { title: 'proof', of: (row) => row.proofs, right: true },
    ]),
    '',
    ...Object.values(summaries).map(harmless),
    ...(why ? ['', ...rows.flatMap(reasonsOf)] : []),
    ...(next.length > 0 ? ['', 'For you next'] : []),
    ...next.map((step) =>
      harmless(`  ${step.what}. ${step.why}${step.urgency === 'overdue' ? ' (overdue)' : ''}`),
    ),
  ];
}

const shareOf = (share: number | null) => (share === null ? null : percent(share));

/** What a week changed, in points of a hundred. */
function weekOf({ trend }: PillarRow): string | null {
  const [before, now] = trend.slice(-2);
  if (before === undefined || now === undefined) return null;
  const points = Math.round((now.share - before.share) * 100);
  return points > 0 ? `+${points}` : String(points);
}

function reasonsOf(row: PillarRow): string[] {
  if (row.why.length === 0) return [];
  return [
    harmless(`${row.title}:`),
    ...row.why.map((one) => harmless(`  ${one.rag.padEnd(5)}  ${one.because}`)),
  ];
}
