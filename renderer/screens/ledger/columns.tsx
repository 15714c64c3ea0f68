import { actionWords } from '../../../shared/domain/change-words.ts';
import { moment } from '../../parts/format.ts';
import { Pill, type Tone } from '../../parts/pill.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import type { LedgerEntry } from './ledger-screen.tsx';

const STATES: Readonly<Record<LedgerEntry['state'], { word: string; tone: Tone; shape: string }>> = {
  sealed: { word: 'Sealed', tone: 'good', shape: '✓' },
  open: { word: 'To seal', tone: 'plain', shape: '○' },
  quarantine: { word: 'In quarantine', tone: 'bad', shape: '●' },
  waiting: { word: 'Waiting', tone: 'warn', shape: '▲' },
};

/** Where an entry stands: sealed, open, waiting or in quarantine. */
export function EntryState({ entry }: { entry: LedgerEntry }) {
  const { word, tone, shape } = STATES[entry.state];
  return (
    <Pill tone={tone} shape={shape} title={entry.because || undefined}>
      {word}
    </Pill>
  );
}

/** An entry is one place in one writer's chain. */
export function entryId(entry: LedgerEntry): string {
  return `${entry.writer} ${entry.seq}`;
}

const WHEN: Column<LedgerEntry> = { id: 'at', header: 'When', width: '132px', cell: (row) => moment(row.at) };
const WHAT: Column<LedgerEntry> = {
  id: 'summary',
  header: 'What',
  width: 'minmax(160px, 1fr)',
  cell: (row) => <span className="cut">{row.summary}</span>,
};

export const LEDGER_COLUMNS: readonly Column<LedgerEntry>[] = [
  WHEN,
  { id: 'by', header: 'Who', width: 'minmax(100px, 150px)', cell: (row) => row.by.name },
  {
    id: 'action',
    header: 'Action',
    width: 'minmax(100px, 150px)',
    cell: (row) => <span className="quiet">{actionWords(row.action)}</span>,
  },
  WHAT,
  { id: 'seq', header: 'No.', width: '52px', align: 'end', cell: (row) => row.seq },
  { id: 'state', header: 'State', width: '128px', cell: (row) => <EntryState entry={row} /> },
];

/** What finds the way beside an open entry. */
export const LEDGER_COLUMNS_COMPACT: readonly Column<LedgerEntry>[] = [WHEN, WHAT];
