import { Button, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { IconInbox, IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { RequestRow } from '../../../shared/contract/register.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { DayField } from '../../parts/day-field.tsx';
import { day, plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { stillNeeded } from '../../parts/needs.ts';
import { useRowPages } from '../../parts/row-pages.ts';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { glance, go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { NothingMatches, RowList, useRowCursor } from '../common/row-list.tsx';
import { RequestDetail, RequestState, textOf } from './request-detail.tsx';

const STATE: Column<RequestRow> = {
  id: 'state',
  header: 'State',
  width: '96px',
  cell: (row) => <RequestState request={row} />,
};
const TITLE: Column<RequestRow> = {
  id: 'title',
  header: 'Request',
  width: 'minmax(150px, 1fr)',
  cell: (row) => row.row.title,
};
const COLUMNS: readonly Column<RequestRow>[] = [
  STATE,
  TITLE,
  {
    id: 'place',
    header: 'For',
    width: 'minmax(100px, 0.4fr)',
    cell: (row) =>
      row.place === null ? <span className="quiet">–</span> : `${row.place.label} ${row.place.title}`,
  },
  {
    id: 'asked',
    header: 'Asked',
    width: 'minmax(80px, 0.3fr)',
    cell: (row) => textOf(row, 'asked') || <span className="quiet">–</span>,
  },
  {
    id: 'due',
    header: 'Due',
    width: '104px',
    cell: (row) => (
      <span className={row.overdue ? 'ink-bad' : ''}>
        {row.overdue && <span aria-hidden="true">● </span>}
        {day(textOf(row, 'due') || null)}
        {row.overdue && <span className="visually-hidden"> overdue</span>}
      </span>
    ),
  },
  {
    id: 'evidence',
    header: 'Answer',
    width: '64px',
    align: 'end',
    cell: (row) => row.evidence.length || '–',
  },
];

const LANES = ['all', 'open', 'answered', 'returned', 'accepted'] as const;
type Lane = (typeof LANES)[number];
const LANE_WORDS: Readonly<Record<Lane, string>> = {
  all: 'All',
  open: 'Open',
  answered: 'Answered',
  returned: 'Returned',
  accepted: 'Accepted',
};

/** What was asked for, from whom and by when, and what became of it. */
export function RequestsTab({ record }: { record: string | null }) {
  const { engagement, loading } = useEngagement();
  if (loading) return <LoadingRows rows={6} label="Loading the requests" />;
  if (!engagement)
    return (
      <EmptyState
        icon={<IconInbox size={30} stroke={1.4} />}
        title="No requests yet"
        text="Requests for evidence belong to an engagement: what is asked for, from whom, by when."
      >
        <Button onClick={() => go('frameworks')}>Go to frameworks</Button>
      </EmptyState>
    );
  return <RequestDesk key={engagement.id} engagement={engagement.id} record={record} />;
}

function RequestDesk({ engagement, record }: { engagement: string; record: string | null }) {
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare');
  const [lane, setLane] = useState<Lane>('all');
  const open = record === 'new' ? null : record;
  const input = {
    engagement,
    ...(lane === 'all' ? {} : { state: lane }),
  };
  const pages = useRowPages<RequestRow>((offset, limit) =>
    orpc.register.requests.queryOptions({ input: { ...input, offset, limit } }),
  );
  const cursor = useRowCursor(pages, {
    id: open,
    rowId: ({ row }) => row.id,
    onRow: ({ row }) => glance('evidence', `requests/${row.id}`),
  });
  const add = () => go('evidence', 'requests/new');
  const close = () => go('evidence', 'requests');
  const shown = open === null ? undefined : findRow(pages, open);
  useSingleKeys({
    ...cursor.keys,
    enter: () => cursor.row && go('evidence', `requests/${cursor.row.row.id}`),
    escape: () => open && close(),
    n: () => may.allowed && add(),
  });
  return (
    <div className={`with-side ${shown ? 'has-side' : ''}`}>
      <section className="controls-list" aria-label="Evidence requests">
        <div className="toolbar">
          {!shown && (
            <SegmentedControl
              aria-label="Show"
              value={lane}
              onChange={(value) => setLane(LANES.find((one) => one === value) ?? 'all')}
              data={LANES.map((one) => ({ value: one, label: LANE_WORDS[one] }))}
            />
          )}
          <span className="spacer" />
          <Because because={may.allowed ? '' : may.because}>
            <Button leftSection={<IconPlus size={14} />} disabled={!may.allowed} onClick={add}>
              New request
              <KeyHint keys="N" />
            </Button>
          </Because>
        </div>
        <RowList
          pages={pages}
          label="Loading the requests"
          words={(n) => plural(n, 'request')}
          empty={lane === 'all' ? <NoRequests /> : <NothingMatches onClear={() => setLane('all')} />}
        >
          <VirtualTable
            label="Requests"
            columns={shown ? [STATE, TITLE] : COLUMNS}
            total={pages.total ?? 0}
            rowAt={pages.rowAt}
            rowId={({ row }) => row.id}
            onRange={pages.onRange}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={({ row }) => go('evidence', `requests/${row.id}`)}
            openId={open}
          />
        </RowList>
      </section>
      {shown && <RequestDetail key={shown.row.id} request={shown} onClose={close} />}
      <NewRequest opened={record === 'new'} engagement={engagement} onClose={close} />
    </div>
  );
}

/** The open request among the rows that are here. */
function findRow(
  pages: { total: number | null; rowAt: (index: number) => RequestRow | undefined },
  id: string,
): RequestRow | undefined {
  for (let index = 0; index < (pages.total ?? 0); index++) {
    const row = pages.rowAt(index);
    if (row?.row.id === id) return row;
  }
  return undefined;
}

function NoRequests() {
  return (
    <EmptyState
      icon={<IconInbox size={30} stroke={1.4} />}
      title="Nothing was asked for yet"
      text="Ask somebody for evidence by a day. The answer is files, evidence that is there already, or a note; you accept it or return it with what is missing."
    >
      <Button onClick={() => go('evidence', 'requests/new')}>Ask for evidence</Button>
    </EmptyState>
  );
}

function NewRequest(props: { opened: boolean; engagement: string; onClose: () => void }) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Ask for evidence"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AskForm {...props} />
    </Modal>
  );
}

function AskForm({ engagement, onClose }: { engagement: string; onClose: () => void }) {
  const { client } = useApi();
  const [said, setSaid] = useState({ title: '', asked: '', for: '', note: '' });
  const [due, setDue] = useState('');
  const ask = useAct(
    () =>
      client.register.ask({
        ...{ engagement, title: said.title.trim(), asked: said.asked.trim(), note: said.note.trim() },
        due: due === '' ? null : due,
        ...(said.for.trim() === '' ? {} : { for: said.for.trim() }),
      }),
    {
      done: ({ request }) => {
        showDone(`${request.row.title} asked for.`);
        go('evidence', `requests/${request.row.id}`);
      },
      failed: () => undefined,
    },
  );
  const set = (field: keyof typeof said) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setSaid((now) => ({ ...now, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (said.title.trim() !== '' && !ask.isPending) ask.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput label="What is asked for" data-autofocus value={said.title} onChange={set('title')} />
      <div className="two-columns">
        <TextInput label="From" placeholder="Mia Okafor" value={said.asked} onChange={set('asked')} />
        <DayField label="Due" value={due} onValue={setDue} />
        <TextInput
          label="For the control or item"
          placeholder="AC-2"
          value={said.for}
          onChange={set('for')}
        />
      </div>
      <Textarea label="Note" autosize minRows={2} value={said.note} onChange={set('note')} />
      <FaultCallout error={ask.error} />
      <div className="row-acts">
        <Button type="submit" disabled={said.title.trim() === ''} loading={ask.isPending}>
          Ask for it
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <span className="quiet">{stillNeeded({ 'what is asked for': said.title.trim() === '' })}</span>
      </div>
    </form>
  );
}
