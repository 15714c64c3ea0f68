import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { bytes, day, plural } from '../../parts/format.ts';
import { Pill } from '../../parts/pill.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import { ConflictPill, EvidenceStateMark, EvidenceStatePill } from '../common/words.tsx';

function WarningMark({ warnings }: { warnings: readonly string[] }) {
  const words = warnings.join(' ');
  return (
    <span className="pill pill-warn pill-only" role="img" aria-label={words} title={words}>
      ▲
    </span>
  );
}

const REFERENCE: Column<EvidenceRow> = {
  id: 'reference',
  header: 'Reference',
  width: '78px',
  cell: (row) => <code>{row.reference}</code>,
};

const TITLE: Column<EvidenceRow> = {
  id: 'title',
  header: 'Title',
  width: 'minmax(140px, 1fr)',
  cell: (row) => (
    <span className="control-title">
      <span className="cut">{readableName(row.title)}</span>
      {row.warnings.length > 0 && <WarningMark warnings={row.warnings} />}
      {row.conflicts > 0 && <ConflictPill count={row.conflicts} />}
    </span>
  ),
};

const STATE: Column<EvidenceRow> = {
  id: 'state',
  header: 'State',
  width: '100px',
  cell: (row) => <EvidenceStatePill state={row.state} />,
};

const LINKS: Column<EvidenceRow> = {
  id: 'links',
  header: 'Linked',
  width: '86px',
  cell: (row) => (row.links === 0 ? <Pill tone="warn">nowhere</Pill> : plural(row.links, 'place')),
};

/** All columns of the list of evidence. */
export const EVIDENCE_COLUMNS: readonly Column<EvidenceRow>[] = [
  REFERENCE,
  TITLE,
  { id: 'collected', header: 'Collected', width: '88px', cell: (row) => day(row.collected) },
  { id: 'expires', header: 'Expires', width: '88px', cell: (row) => day(row.expires) },
  STATE,
  LINKS,
  {
    id: 'files',
    header: 'Files',
    width: '96px',
    align: 'end',
    cell: (row) => `${row.files.length} · ${bytes(row.files.reduce((sum, f) => sum + f.bytes, 0))}`,
  },
];

/** Beside an open record the state is its shape alone, with its word for those who ask. */
const SHAPE: Column<EvidenceRow> = {
  id: 'state',
  header: <span className="visually-hidden">State</span>,
  width: '26px',
  cell: (row) => <EvidenceStateMark state={row.state} />,
};

/** What finds the way beside an open record. */
export const EVIDENCE_COLUMNS_COMPACT: readonly Column<EvidenceRow>[] = [REFERENCE, TITLE, SHAPE];
