import { Button, FileButton, SegmentedControl, Tabs, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPaperclip, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useRowPages } from '../../parts/row-pages.ts';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { useApi } from '../../state/api.tsx';
import { glance, go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { useAttach, usePastedFiles } from '../common/attach.ts';
import { AttachStep } from '../common/attach-step.tsx';
import { DropArea } from '../common/drop-area.tsx';
import { NothingMatches, RowList, useRowCursor } from '../common/row-list.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { CadencesTab } from './cadences-tab.tsx';
import { EVIDENCE_COLUMNS, EVIDENCE_COLUMNS_COMPACT } from './columns.tsx';
import { DeclareChange } from './declare-change.tsx';
import { DueTab } from './due-tab.tsx';
import { EvidenceDetail } from './evidence-detail.tsx';
import { ExportRegister } from './export-register.tsx';
import { RequestsTab } from './requests-tab.tsx';

type Lane = 'all' | 'current' | 'expiring' | 'stale' | 'unlinked';

const LANES: readonly { value: Lane; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'current', label: 'Current' },
  { value: 'expiring', label: 'Expiring' },
  { value: 'stale', label: 'Stale' },
  { value: 'unlinked', label: 'Not linked' },
];

/** Everything in the vault: what it proves, until when, and how it got here. */
export function EvidenceScreen({ record }: { record: string | null }) {
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare').allowed;
  const taking = useAttach(null);
  const { attach } = taking;
  const take = (files: File[]) => void attach(files);
  const { tab, open } = placeOf(record);
  usePastedFiles(take, may && tab === 'register' && open === null);
  const picker = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (record === 'add') picker.current?.focus();
  }, [record]);
  return (
    <>
      <ScreenHead title="Evidence">
        <ExportRegister />
        <DeclareChange />
        {may && (
          <FileButton multiple onChange={take} inputProps={{ 'aria-label': 'Evidence files' }}>
            {(props) => (
              <Button
                {...props}
                ref={picker}
                leftSection={<IconPaperclip size={14} />}
                loading={taking.step !== null}
              >
                Add evidence
              </Button>
            )}
          </FileButton>
        )}
      </ScreenHead>
      <Tabs
        value={tab}
        onChange={(next) => glance('evidence', next === 'register' ? null : next)}
        keepMounted={false}
      >
        <Tabs.List aria-label="Parts of the register">
          <Tabs.Tab value="register">Register</Tabs.Tab>
          <Tabs.Tab value="due">What is due</Tabs.Tab>
          <Tabs.Tab value="requests">Requests</Tabs.Tab>
          <Tabs.Tab value="cadences">Cadences</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="register">
          <DropArea hint="Drop to take into the vault" onFiles={take} disabled={!may} className="fill-area">
            <AttachStep taking={taking} />
            <EvidenceDesk record={open} />
          </DropArea>
        </Tabs.Panel>
        <Tabs.Panel value="due">
          <DueTab />
        </Tabs.Panel>
        <Tabs.Panel value="requests">
          <RequestsTab record={open} />
        </Tabs.Panel>
        <Tabs.Panel value="cadences">
          <CadencesTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

type Tab = 'register' | 'due' | 'requests' | 'cadences';

/** The part of the register that a place is about, and the record open in it. */
function placeOf(record: string | null): { readonly tab: Tab; readonly open: string | null } {
  if (record === 'due' || record === 'cadences') return { tab: record, open: null };
  const [first, ...rest] = (record ?? '').split('/');
  if (first === 'requests') return { tab: 'requests', open: rest[0] ?? null };
  return { tab: 'register', open: record === 'add' ? null : record };
}

function EvidenceDesk({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 120);
  const [lane, setLane] = useState<Lane>('all');
  const search = useRef<HTMLInputElement>(null);
  const input = {
    ...(text ? { text } : {}),
    ...(lane === 'unlinked' ? { unlinked: true } : lane === 'all' ? {} : { state: lane }),
  };
  const pages = useRowPages<EvidenceRow>((offset, limit) =>
    orpc.evidence.list.queryOptions({ input: { ...input, offset, limit } }),
  );
  const total = pages.total ?? 0;
  const cursor = useRowCursor(pages, {
    id: record,
    rowId: (row) => row.id,
    onRow: (row) => glance('evidence', row.id),
  });
  useSingleKeys({
    ...cursor.keys,
    enter: () => cursor.row && go('evidence', cursor.row.id),
    escape: () => record && go('evidence'),
    '/': () => search.current?.focus(),
  });
  const filtered = text !== '' || lane !== 'all';
  const clear = () => {
    setTyped('');
    setLane('all');
  };
  return (
    <div className={`with-side ${record ? 'has-side' : ''}`}>
      <section className="controls-list" aria-label="Evidence list">
        <div className="toolbar">
          <TextInput
            ref={search}
            className="grow"
            miw={140}
            aria-label="Search evidence"
            placeholder="Title, file name or reference"
            leftSection={<IconSearch size={13} />}
            rightSection={typed === '' ? <KeyHint keys="/" /> : null}
            value={typed}
            onChange={(e) => setTyped(e.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
          <SegmentedControl
            aria-label="Show"
            data={[...LANES]}
            value={lane}
            onChange={(value) => setLane(LANES.find((l) => l.value === value)?.value ?? 'all')}
          />
        </div>
        <RowList
          pages={pages}
          label="Loading evidence"
          words={(n) => plural(n, 'record')}
          empty={filtered ? <NothingMatches onClear={clear} /> : <NoEvidence />}
        >
          <VirtualTable
            label="Evidence"
            columns={record ? EVIDENCE_COLUMNS_COMPACT : EVIDENCE_COLUMNS}
            total={total}
            rowAt={pages.rowAt}
            rowId={(row) => row.id}
            onRange={pages.onRange}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={(row) => go('evidence', row.id)}
            openId={record}
          />
        </RowList>
      </section>
      {record && <EvidenceDetail key={record} id={record} onClose={() => go('evidence')} />}
    </div>
  );
}

function NoEvidence() {
  return (
    <EmptyState
      icon={<IconPaperclip size={30} stroke={1.4} />}
      title="No evidence yet"
      text="Add files, drop them anywhere on this screen, or paste a screenshot. Each is stored encrypted with its SHA-256 and can then be linked to controls and checklist items."
    />
  );
}
