import { Button, SegmentedControl } from '@mantine/core';
import { IconListCheck, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Board } from '../../../../shared/contract/board.ts';
import { EmptyState } from '../../../parts/blank.tsx';
import { plural } from '../../../parts/format.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Pill } from '../../../parts/pill.tsx';
import { type Column, VirtualTable } from '../../../parts/virtual-table.tsx';
import { showDone, showFault, useUndo } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { glance, go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { Because } from '../../common/evidence-beside.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { NothingMatches, RowList, useRowCursor } from '../../common/row-list.tsx';
import { useLocalRows } from '../record/local-rows.ts';
import { NewRecord } from '../record/new-record.tsx';
import { ActionState, Due } from '../record/programme-words.tsx';
import { useMay } from '../record/record-acts.ts';
import { useBoard } from '../record/use-board.ts';
import { ActionDetail, isOwnAction } from './action-detail.tsx';

type Action = Board['actions'][number];

/** What has to be done, by whom and by when, and what waits for what. */
export function ActionsTab({ engagement, record }: { engagement: string; record: string | null }) {
  const board = useBoard(engagement);
  return (
    <Loaded query={board} label="Loading the actions" rows={12}>
      {(data) => <ActionDesk board={data} record={record} />}
    </Loaded>
  );
}

const TITLE: Column<Action> = {
  id: 'title',
  header: 'Action',
  width: 'minmax(150px, 1fr)',
  cell: (row) => <span title={row.title}>{row.title}</span>,
};
const STATE: Column<Action> = {
  id: 'state',
  header: 'State',
  width: '104px',
  cell: (row) => <ActionState state={row.state} />,
};
const COLUMNS: readonly Column<Action>[] = [
  STATE,
  TITLE,
  {
    id: 'blocked',
    header: 'Waits for',
    width: 'minmax(190px, 0.6fr)',
    cell: (row) => <Waiting action={row} />,
  },
  {
    id: 'owner',
    header: 'Owner',
    width: 'minmax(80px, 0.25fr)',
    cell: (row) => row.owner || <span className="ink-warn">nobody</span>,
  },
  {
    id: 'due',
    header: 'Due',
    width: '104px',
    cell: (row) => <Due due={row.due} overdue={row.overdue} />,
  },
];

function Waiting({ action }: { action: Action }) {
  const parts = [...action.blockedBy.map(({ title }) => title), action.blocked].filter((part) => part !== '');
  if (parts.length === 0 || action.state === 'done') return <span className="quiet">–</span>;
  return (
    <Pill tone="warn" shape="■" title={parts.join('; ')}>
      {parts.length === 1 ? parts[0] : plural(parts.length, 'thing')}
    </Pill>
  );
}

const LANES = ['all', 'todo', 'blocked', 'overdue', 'done'] as const;
type Lane = (typeof LANES)[number];
const LANE_WORDS: Readonly<Record<Lane, string>> = {
  all: 'All',
  todo: 'To do',
  blocked: 'Blocked',
  overdue: 'Overdue',
  done: 'Done',
};

function inLane(action: Action, lane: Lane): boolean {
  if (lane === 'todo') return action.state !== 'done';
  if (lane === 'done') return action.state === 'done';
  if (lane === 'overdue') return action.overdue;
  const blocked = action.blockedBy.length > 0 || action.blocked !== '';
  return lane === 'all' || (action.state !== 'done' && blocked);
}

function ActionDesk({ board, record }: { board: Board; record: string | null }) {
  const [lane, setLane] = useState<Lane>('all');
  const may = useMay();
  const open = record === 'new' ? null : record;
  const rows = useMemo(() => board.actions.filter((one) => inLane(one, lane)), [board.actions, lane]);
  const pages = useLocalRows(rows);
  const cursor = useRowCursor(pages, {
    id: open,
    rowId: (row) => row.id,
    onRow: (row) => glance('programme', `actions/${row.id}`),
  });
  const toggle = useToggleDone();
  const add = () => go('programme', 'actions/new');
  const close = () => go('programme', 'actions');
  useSingleKeys({
    ...cursor.keys,
    enter: () => cursor.row && go('programme', `actions/${cursor.row.id}`),
    escape: () => open && close(),
    n: () => may.prepare && add(),
    d: () => may.prepare && cursor.row && isOwnAction(cursor.row) && toggle(cursor.row),
  });
  return (
    <div className={`with-side ${open ? 'has-side' : ''}`}>
      <section className="controls-list" aria-label="Actions">
        <div className="toolbar">
          {!open && (
            <SegmentedControl
              aria-label="Show"
              value={lane}
              onChange={(value) => setLane(LANES.find((one) => one === value) ?? 'all')}
              data={LANES.map((one) => ({ value: one, label: LANE_WORDS[one] }))}
            />
          )}
          <KeyHint keys="D">done</KeyHint>
          <span className="spacer" />
          <Because because={may.prepareBecause}>
            <Button leftSection={<IconPlus size={14} />} disabled={!may.prepare} onClick={add}>
              Add action
              <KeyHint keys="N" />
            </Button>
          </Because>
        </div>
        <RowList
          pages={pages}
          label="Loading the actions"
          words={(n) => plural(n, 'action')}
          empty={
            board.actions.length === 0 ? <NoActions /> : <NothingMatches onClear={() => setLane('all')} />
          }
        >
          <VirtualTable
            label="Actions"
            columns={open ? [STATE, TITLE] : COLUMNS}
            total={rows.length}
            rowAt={pages.rowAt}
            rowId={(row) => row.id}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={(row) => go('programme', `actions/${row.id}`)}
            openId={open}
          />
        </RowList>
      </section>
      {open && <ActionDetail key={open} id={open} board={board} onClose={close} />}
      <NewRecord
        opened={record === 'new'}
        engagement={board.engagement.id}
        kind="action"
        word="action"
        fields={[
          { field: 'owner', label: 'Owner', as: 'line' },
          { field: 'due', label: 'Due', as: 'day' },
        ]}
        onClose={close}
        onAdded={(row) => go('programme', `actions/${row.id}`)}
      />
    </div>
  );
}

/** Done, or open again, with the way back. */
function useToggleDone(): (action: Action) => void {
  const { client } = useApi();
  const undo = useUndo();
  return (action) => {
    const state = action.state === 'done' ? 'open' : 'done';
    client.programme
      .put({ kind: 'action', record: action.record, fields: { state } })
      .then(() => showDone(`${action.title}: ${state}.`, () => undo()), showFault);
  };
}

function NoActions() {
  return (
    <EmptyState
      icon={<IconListCheck size={30} stroke={1.4} />}
      title="No actions yet"
      text="An action is one thing somebody has to do by a day: for a phase, a gate, a risk, or the programme as a whole. It can wait for others."
    >
      <Button onClick={() => go('programme', 'actions/new')}>Add an action</Button>
    </EmptyState>
  );
}
