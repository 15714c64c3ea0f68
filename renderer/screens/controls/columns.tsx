import { IconNotes } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { ControlRow } from '../../../shared/contract/frameworks.ts';
import { hasBegun } from '../../../shared/domain/results.ts';
import { Pill } from '../../parts/pill.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import { ConflictMark, ConflictPill, ResultMark, ResultPill, StatusPill } from '../common/words.tsx';

interface ColumnWishes {
  /** Beside an open dossier only what finds the way is shown. */
  readonly compact: boolean;
  /** Whether an engagement gives the controls results. */
  readonly worked: boolean;
  readonly selected: ReadonlySet<string>;
  readonly toggle: (row: ControlRow) => void;
}

/** The columns of the list of controls. */
export function useControlColumns({ compact, worked, selected, toggle }: ColumnWishes): Column<ControlRow>[] {
  return useMemo(() => {
    const columns: Column<ControlRow>[] = compact ? [LABEL_COMPACT, TITLE_COMPACT] : [LABEL, TITLE];
    // Beside an open dossier the title needs the room, unless a selection is there to be seen.
    if (!compact || selected.size > 0) columns.unshift(selectColumn(selected, toggle));
    if (worked && compact) columns.push(SHAPE);
    if (worked && !compact) columns.push(RESULT, STATUS, EVIDENCE);
    return columns;
  }, [compact, worked, selected, toggle]);
}

function selectColumn(selected: ReadonlySet<string>, toggle: (row: ControlRow) => void): Column<ControlRow> {
  return {
    id: 'select',
    header: <span className="visually-hidden">Select</span>,
    width: '18px',
    cell: (row) => (
      <input
        type="checkbox"
        className="tick"
        tabIndex={-1}
        aria-label={`Select ${row.label}`}
        checked={selected.has(row.id)}
        onChange={() => toggle(row)}
        disabled={row.withdrawn !== null}
      />
    ),
  };
}

const labelColumn = (width: number, indent: number): Column<ControlRow> => ({
  id: 'label',
  header: 'Control',
  width: `${width}px`,
  sortable: true,
  cell: (row) => (
    <code style={{ paddingInlineStart: Math.min(row.depth, 3) * indent }} title={row.label}>
      {row.label}
    </code>
  ),
});
const LABEL = labelColumn(92, 10);
const LABEL_COMPACT = labelColumn(76, 6);

/** The title with what is unusual about the control; beside an open dossier its marks are shapes only. */
const titleColumn = (compact: boolean): Column<ControlRow> => ({
  id: 'title',
  header: 'Title',
  width: 'minmax(120px, 1fr)',
  sortable: true,
  cell: (row) => (
    <span className="control-title">
      <span className="cut">{row.title}</span>
      {row.withdrawn && <WithdrawnPill row={row} compact={compact} />}
      {row.conflicts > 0 && (compact ? <ConflictMark /> : <ConflictPill count={row.conflicts} />)}
      {row.voided && <VoidMark compact={compact} />}
      {row.stale && <StaleMark compact={compact} />}
      {row.note !== '' && !compact && (
        <IconNotes size={13} className="quiet" role="img" aria-label="Has a note" />
      )}
    </span>
  ),
});
const TITLE = titleColumn(false);
const TITLE_COMPACT = titleColumn(true);

function VoidMark({ compact }: { compact: boolean }) {
  const words = 'Void: changed after sign-off';
  if (compact)
    return (
      <span className="pill pill-bad pill-only" role="img" aria-label={words} title={words}>
        ✕
      </span>
    );
  return (
    <Pill tone="bad" shape="✕" title={words}>
      Void
    </Pill>
  );
}

function StaleMark({ compact }: { compact: boolean }) {
  const words = 'Leans on stale evidence: accepted, and not ready';
  if (compact)
    return (
      <span className="pill pill-bad pill-only" role="img" aria-label={words} title={words}>
        ●
      </span>
    );
  return (
    <Pill tone="bad" title={words}>
      Stale
    </Pill>
  );
}

function WithdrawnPill({ row, compact }: { row: ControlRow; compact: boolean }) {
  const into = row.withdrawn?.into.map((id) => id.toUpperCase()).join(', ');
  return (
    <Pill tone="plain" shape="⊘" title={into ? `Withdrawn; see ${into}` : 'Withdrawn'}>
      {compact ? (
        <span className="visually-hidden">Withdrawn</span>
      ) : (
        `Withdrawn${into ? `, see ${into}` : ''}`
      )}
    </Pill>
  );
}

const RESULT: Column<ControlRow> = {
  id: 'result',
  header: 'Result',
  width: '128px',
  sortable: true,
  cell: (row) => (row.withdrawn ? '' : <ResultPill result={row.result} />),
};

const STATUS: Column<ControlRow> = {
  id: 'status',
  header: 'Status',
  width: '104px',
  sortable: true,
  cell: (row) =>
    row.withdrawn ? '' : <StatusPill status={row.status} begun={hasBegun(row, row.evidence)} />,
};

const EVIDENCE: Column<ControlRow> = {
  id: 'evidence',
  header: 'Evidence',
  width: '66px',
  align: 'end',
  sortable: true,
  cell: (row) => (row.evidence > 0 ? row.evidence : <span className="quiet">–</span>),
};

/** The result as its shape alone, with its word for those who ask. */
const SHAPE: Column<ControlRow> = {
  id: 'result',
  header: <span className="visually-hidden">Result</span>,
  width: '26px',
  cell: (row) => (row.withdrawn ? '' : <ResultMark result={row.result} />),
};
