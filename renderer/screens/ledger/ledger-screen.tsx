import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Contract } from '../../../shared/contract/index.ts';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useRowPages } from '../../parts/row-pages.ts';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { NothingMatches, RowList, useRowCursor } from '../common/row-list.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { entryId, LEDGER_COLUMNS, LEDGER_COLUMNS_COMPACT } from './columns.tsx';
import { ConflictList } from './conflict-list.tsx';
import { EntryDetail } from './entry-detail.tsx';
import { VerifyLedger } from './verify-ledger.tsx';

export type LedgerEntry = InferContractRouterOutputs<Contract>['ledger']['entries']['rows'][number];

const TABS = [
  { value: 'entries', label: 'Entries' },
  { value: 'conflicts', label: 'Conflicts' },
  { value: 'verify', label: 'Verify' },
] as const;

const STATES = ['sealed', 'open', 'quarantine', 'waiting'] as const;
const STATE_WORDS = {
  sealed: 'Sealed',
  open: 'To seal',
  quarantine: 'In quarantine',
  waiting: 'Waiting',
} as const;

/** Every change there ever was, and the proof that none was altered. */
export function LedgerScreen({ record }: { record: string | null }) {
  const { client } = useApi();
  const session = useOpenSession();
  const tab = TABS.find((t) => t.value === record)?.value ?? 'entries';
  const seal = useAct(() => client.ledger.seal(), {
    done: ({ entries }) =>
      showDone(
        entries === 0
          ? 'Everything was sealed already.'
          : `${plural(entries, 'entry', 'entries')} sealed under your signature.`,
      ),
  });
  return (
    <>
      <ScreenHead
        title="Ledger"
        detail={
          <span className="quiet">
            {plural(session.ledger.entries, 'entry', 'entries')}, {session.ledger.unsealed} to seal
          </span>
        }
      >
        <Button variant="default" loading={seal.isPending} onClick={() => seal.mutate(undefined)}>
          Seal now
        </Button>
      </ScreenHead>
      <div className="toolbar">
        <SegmentedControl
          aria-label="Ledger"
          data={TABS.map((t) => ({
            value: t.value,
            label:
              t.value === 'conflicts' && session.conflicts > 0 ? `Conflicts (${session.conflicts})` : t.label,
          }))}
          value={tab}
          onChange={(value) => go('ledger', value === 'entries' ? null : value)}
        />
      </div>
      {tab === 'entries' && <Entries open={record} />}
      {tab === 'conflicts' && <ConflictList />}
      {tab === 'verify' && <VerifyLedger />}
    </>
  );
}

function Entries({ open }: { open: string | null }) {
  const { orpc } = useApi();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 150);
  const [member, setMember] = useState<string | null>(null);
  const [state, setState] = useState<string | null>(null);
  const [shown, setShown] = useState<LedgerEntry | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const members = useQuery(orpc.members.list.queryOptions());
  const known = STATES.find((s) => s === state);
  const input = {
    ...(text ? { text } : {}),
    ...(member ? { member } : {}),
    ...(known ? { state: known } : {}),
    ...(open ? { record: open } : {}),
  };
  const pages = useRowPages<LedgerEntry>((offset, limit) =>
    orpc.ledger.entries.queryOptions({ input: { ...input, offset, limit } }),
  );
  const total = pages.total ?? 0;
  const cursor = useRowCursor(pages, { id: shown && entryId(shown), rowId: entryId, onRow: setShown });
  const filtered = text !== '' || member !== null || known !== undefined;
  const clear = () => {
    setTyped('');
    setMember(null);
    setState(null);
  };
  useSingleKeys({
    ...cursor.keys,
    enter: () => setShown(cursor.row ?? null),
    '/': () => search.current?.focus(),
    escape: () => setShown(null),
  });
  return (
    <div className={`with-side ${shown ? 'has-side' : ''}`}>
      <section className="controls-list" aria-label="Ledger entries">
        <div className="toolbar">
          <TextInput
            ref={search}
            className="grow"
            miw={140}
            aria-label="Search the ledger"
            placeholder="Words, a record or an action"
            leftSection={<IconSearch size={13} />}
            rightSection={typed === '' ? <KeyHint keys="/" /> : null}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
            value={typed}
            onChange={(e) => setTyped(e.currentTarget.value)}
          />
          <Select
            aria-label="Member"
            placeholder="Everybody"
            clearable
            w={160}
            data={(members.data?.rows ?? []).map((m) => ({ value: m.id, label: m.name }))}
            value={member}
            onChange={setMember}
          />
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            w={140}
            data={STATES.map((s) => ({ value: s, label: STATE_WORDS[s] }))}
            value={state}
            onChange={setState}
          />
          {open && (
            <Button size="compact-sm" variant="subtle" onClick={() => go('ledger')}>
              Only one record: show all
            </Button>
          )}
        </div>
        <RowList
          pages={pages}
          label="Loading the ledger"
          words={(n) => plural(n, 'entry', 'entries')}
          empty={<NothingMatches {...(filtered ? { onClear: clear } : {})} />}
        >
          <VirtualTable
            label="Ledger"
            columns={shown ? LEDGER_COLUMNS_COMPACT : LEDGER_COLUMNS}
            total={total}
            rowAt={pages.rowAt}
            rowId={entryId}
            onRange={pages.onRange}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={setShown}
            openId={shown ? entryId(shown) : null}
          />
        </RowList>
      </section>
      {shown && <EntryDetail entry={shown} onClose={() => setShown(null)} />}
    </div>
  );
}
