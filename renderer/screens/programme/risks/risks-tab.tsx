import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { EmptyState } from '../../../parts/blank.tsx';
import { plural } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import type { TableSort } from '../../../parts/table-sort.ts';
import { VirtualTable } from '../../../parts/virtual-table.tsx';
import { glance, go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { NothingMatches, RowList, useRowCursor } from '../../common/row-list.tsx';
import { useLocalRows } from '../record/local-rows.ts';
import { NewRecord } from '../record/new-record.tsx';
import { SEVERITY_OPTIONS } from '../record/programme-words.tsx';
import { useMay } from '../record/record-acts.ts';
import { useBoard } from '../record/use-board.ts';
import { RISK_COLUMNS, RISK_COLUMNS_COMPACT, type RiskRow, sortedRisks } from './risk-columns.tsx';
import { RiskDetail } from './risk-detail.tsx';

/** The risk register of a programme, and the risk that is open. */
export function RisksTab({ engagement, record }: { engagement: string; record: string | null }) {
  const board = useBoard(engagement);
  return (
    <Loaded query={board} label="Loading the risks" rows={12}>
      {(data) => <RiskDesk board={data} record={record} />}
    </Loaded>
  );
}

const LANES = ['all', 'open', 'overdue', 'accepted', 'closed'] as const;
type Lane = (typeof LANES)[number];
const LANE_WORDS: Readonly<Record<Lane, string>> = {
  all: 'All',
  open: 'Open',
  overdue: 'Overdue',
  accepted: 'Accepted',
  closed: 'Closed',
};

interface Filter {
  readonly text: string;
  readonly lane: Lane;
  readonly severity: string | null;
}
const ANY: Filter = { text: '', lane: 'all', severity: null };

function inLane(row: RiskRow, lane: Lane): boolean {
  const { state } = row.standing;
  if (lane === 'open') return state === 'open' || state === 'mitigating';
  return lane === 'all' || (lane === 'overdue' ? row.overdue : state === lane);
}

function matches(row: RiskRow, { text, lane, severity }: Filter): boolean {
  const words = `${row.title} ${row.owner} ${row.remediation}`.toLowerCase();
  return (
    inLane(row, lane) &&
    (severity === null || row.severity === severity) &&
    words.includes(text.trim().toLowerCase())
  );
}

function RiskDesk({ board, record }: { board: Board; record: string | null }) {
  const [filter, setFilter] = useState(ANY);
  const [sort, setSort] = useState<TableSort>({ column: 'worst', descending: false });
  const search = useRef<HTMLInputElement>(null);
  const may = useMay();
  const open = record === 'new' ? null : record;
  const rows = useMemo(
    () =>
      sortedRisks(
        board.risks.filter((row) => matches(row, filter)),
        sort,
      ),
    [board.risks, filter, sort],
  );
  const pages = useLocalRows(rows);
  const cursor = useRowCursor(pages, {
    id: open,
    rowId: (row) => row.id,
    onRow: (row) => glance('programme', `risks/${row.id}`),
  });
  const add = () => go('programme', 'risks/new');
  const close = () => go('programme', 'risks');
  useSingleKeys({
    ...cursor.keys,
    enter: () => cursor.row && go('programme', `risks/${cursor.row.id}`),
    escape: () => open && close(),
    n: () => may.prepare && add(),
    '/': () => search.current?.focus(),
  });
  return (
    <div className={`with-side ${open ? 'has-side' : ''}`}>
      <section className="controls-list" aria-label="Risk register">
        <div className="toolbar">
          <TextInput
            ref={search}
            className="grow"
            miw={120}
            aria-label="Search risks"
            placeholder="Risk, owner or remediation"
            leftSection={<IconSearch size={13} />}
            rightSection={filter.text === '' ? <KeyHint keys="/" /> : null}
            value={filter.text}
            onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          {!open && <Narrow filter={filter} onFilter={setFilter} />}
          <Because because={may.prepareBecause}>
            <Button leftSection={<IconPlus size={14} />} disabled={!may.prepare} onClick={add}>
              Add risk
              <KeyHint keys="N" />
            </Button>
          </Because>
        </div>
        <RowList
          pages={pages}
          label="Loading the risks"
          words={(n) =>
            n === board.risks.length ? plural(n, 'risk') : `${n} of ${plural(board.risks.length, 'risk')}`
          }
          empty={board.risks.length === 0 ? <NoRisks /> : <NothingMatches onClear={() => setFilter(ANY)} />}
        >
          <VirtualTable
            label="Risks"
            columns={open ? RISK_COLUMNS_COMPACT : RISK_COLUMNS}
            total={rows.length}
            rowAt={pages.rowAt}
            rowId={(row) => row.id}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={(row) => go('programme', `risks/${row.id}`)}
            openId={open}
            sort={sort}
            onSort={setSort}
          />
        </RowList>
      </section>
      {open && <RiskDetail key={open} id={open} board={board} onClose={close} />}
      <NewRecord
        opened={record === 'new'}
        engagement={board.engagement.id}
        kind="risk"
        word="risk"
        fields={[
          { field: 'severity', label: 'Severity', as: 'choice', options: SEVERITY_OPTIONS },
          { field: 'owner', label: 'Owner', as: 'line' },
          { field: 'due', label: 'Due', as: 'day' },
        ]}
        onClose={close}
        onAdded={(row) => go('programme', `risks/${row.id}`)}
      />
    </div>
  );
}

function Narrow({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  return (
    <>
      <Select
        aria-label="Severity"
        placeholder="Any severity"
        w={150}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear severity' }}
        data={[...SEVERITY_OPTIONS]}
        value={filter.severity}
        onChange={(severity) => onFilter({ ...filter, severity })}
      />
      <SegmentedControl
        aria-label="Standing"
        value={filter.lane}
        onChange={(value) => onFilter({ ...filter, lane: LANES.find((lane) => lane === value) ?? 'all' })}
        data={LANES.map((lane) => ({ value: lane, label: LANE_WORDS[lane] }))}
      />
    </>
  );
}

function NoRisks() {
  return (
    <EmptyState
      icon={<IconAlertTriangle size={30} stroke={1.4} />}
      title="No risks yet"
      text="Risks come with a readiness plan or a template, or you write them down as you meet them: how bad, whose, by when, and what is done about it."
    >
      <Button onClick={() => go('programme', 'risks/new')}>Add a risk</Button>
    </EmptyState>
  );
}
