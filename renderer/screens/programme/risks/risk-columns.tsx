import type { Board } from '../../../../shared/contract/board.ts';
import type { TableSort } from '../../../parts/table-sort.ts';
import type { Column } from '../../../parts/virtual-table.tsx';
import { Due, SeverityPill, StandingPill } from '../record/programme-words.tsx';

export type RiskRow = Board['risks'][number];

const SEVERITY: Column<RiskRow> = {
  id: 'severity',
  header: 'Severity',
  width: '84px',
  sortable: true,
  cell: (row) => <SeverityPill severity={row.severity} computed={row.severityComputed} />,
};

const TITLE: Column<RiskRow> = {
  id: 'title',
  header: 'Risk',
  width: 'minmax(150px, 1fr)',
  sortable: true,
  cell: (row) => <span title={row.title}>{row.title}</span>,
};

export const RISK_COLUMNS: readonly Column<RiskRow>[] = [
  SEVERITY,
  TITLE,
  {
    id: 'score',
    header: 'L × I',
    width: '74px',
    sortable: true,
    cell: (row) =>
      row.score === null ? (
        <span className="quiet">–</span>
      ) : (
        <span title={`Likelihood ${row.likelihood}, impact ${row.impact}`}>
          {row.likelihood} × {row.impact} = {row.score}
        </span>
      ),
  },
  {
    id: 'owner',
    header: 'Owner',
    width: 'minmax(90px, 0.3fr)',
    sortable: true,
    cell: (row) => row.owner || <span className="ink-warn">nobody</span>,
  },
  {
    id: 'due',
    header: 'Due',
    width: '104px',
    sortable: true,
    cell: (row) => <Due due={row.due} overdue={row.overdue} />,
  },
  {
    id: 'standing',
    header: 'Standing',
    width: 'minmax(208px, 0.32fr)',
    sortable: true,
    cell: (row) => <StandingPill standing={row.standing} />,
  },
];

/** What finds the way beside an open risk. */
export const RISK_COLUMNS_COMPACT: readonly Column<RiskRow>[] = [SEVERITY, TITLE];

const VALUES: Readonly<Record<string, (row: RiskRow) => string | number>> = {
  severity: (row) => row.severity ?? 'P9',
  title: (row) => row.title.toLowerCase(),
  score: (row) => -(row.score ?? 0),
  owner: (row) => row.owner.toLowerCase() || '\uffff',
  due: (row) => row.due ?? '9999',
  standing: (row) => row.standing.state,
};

/** Ordered by a column; the order of the board, worst first, where none is chosen. */
export function sortedRisks(rows: readonly RiskRow[], sort: TableSort): readonly RiskRow[] {
  const value = VALUES[sort.column];
  if (value === undefined) return rows;
  const way = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    return left === right ? 0 : (left < right ? -1 : 1) * way;
  });
}
