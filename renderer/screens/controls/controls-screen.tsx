import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { ControlRow } from '../../../shared/contract/frameworks.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { useRowPages } from '../../parts/row-pages.ts';
import { VirtualTable } from '../../parts/virtual-table.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useEngagement } from '../../state/engagement.ts';
import { glance, go } from '../../state/place.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { Loaded } from '../common/loaded.tsx';
import { NothingMatches, RowList, useRowCursor } from '../common/row-list.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { useControlColumns } from './columns.tsx';
import { useControlKeys } from './control-keys.ts';
import { ControlDossierPanel } from './dossier.tsx';
import { FilterBar } from './filter-bar.tsx';
import { ANY, controlQuery, controlWords, isFiltered, useControlFilters } from './filters.ts';
import { GroupRail } from './group-rail.tsx';

/** All controls, and the one that is open, with everything that is claimed about it. */
export function ControlsScreen({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const frameworks = useQuery(orpc.frameworks.list.queryOptions({ input: { limit: 200 } }));
  return (
    <>
      <ScreenHead title="Controls" detail={<EngagementSwitch />} />
      <Loaded query={frameworks} label="Loading controls" rows={12}>
        {({ rows }) => {
          const withControls = rows.filter((f) => (f.counts.controls ?? 0) > 0);
          return withControls.length === 0 ? (
            <NoControls />
          ) : (
            <ControlDesk record={record} frameworks={withControls} />
          );
        }}
      </Loaded>
    </>
  );
}

function NoControls() {
  return (
    <EmptyState
      icon={<IconListCheck size={30} stroke={1.4} />}
      title="No controls yet"
      text="Controls come with a framework, for example the NIST SP 800-53 catalog in OSCAL JSON. Plans bring checklists instead."
    >
      <Button onClick={() => go('frameworks', 'import')}>Import a framework</Button>
    </EmptyState>
  );
}

interface DeskProps {
  readonly record: string | null;
  readonly frameworks: readonly { id: string; title: string; version: string }[];
}

function ControlDesk({ record, frameworks }: DeskProps) {
  const { engagement, subject } = useEngagement();
  const filters = useControlFilters();
  const [text] = useDebouncedValue(filters.text, 120);
  const chosen = useChoices((c) => c.framework);
  const framework = frameworks.length === 1 ? frameworks[0] : frameworks.find((f) => f.id === chosen);
  const input = controlQuery(
    { ...filters, text },
    { engagement: engagement?.id, subject: subject?.id, framework: framework?.id },
  );
  const pages = useControlPages(input);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const search = useRef<HTMLInputElement>(null);
  const toggle = useCallback((row: ControlRow) => setSelected((now) => toggled(now, row.id)), []);
  const columns = useControlColumns({
    compact: record !== null,
    worked: engagement !== null,
    selected,
    toggle,
  });
  const total = pages.total ?? 0;
  const withdrawn = useWithdrawn(input);
  const cursor = useRowCursor(pages, {
    id: record,
    rowId: (row) => row.id,
    onRow: (row) => glance('controls', row.id),
  });
  useControlKeys({
    cursor,
    selected,
    toggle,
    search,
    open: record,
    engagement: engagement?.id,
    subject: subject?.id,
  });
  return (
    <div className={`controls ${record ? 'has-dossier' : ''}`}>
      {!record && framework && (
        <GroupRail framework={framework.id} engagement={engagement?.id} subject={subject?.id} />
      )}
      <section className="controls-list" aria-label="Controls">
        <FilterBar
          frameworks={frameworks}
          framework={framework?.id ?? null}
          search={search}
          compact={record !== null}
        />
        {selected.size > 0 && (
          <BulkBar selected={selected} onSelected={setSelected} query={input} total={total - withdrawn} />
        )}
        <RowList
          pages={pages}
          label="Loading controls"
          words={(n) => controlWords(n, withdrawn)}
          empty={
            <NothingMatches
              {...(isFiltered(filters) ? { onClear: () => useControlFilters.setState(ANY) } : {})}
            />
          }
        >
          <VirtualTable
            label="Controls"
            columns={columns}
            total={total}
            rowAt={pages.rowAt}
            rowId={(row) => row.id}
            onRange={pages.onRange}
            cursor={cursor.index}
            onCursor={cursor.show}
            onOpen={(row) => go('controls', row.id)}
            selected={selected}
            openId={record}
            sort={filters.sort}
            onSort={(sort) => useControlFilters.setState({ sort })}
            rowClass={(row) => (row.withdrawn ? 'is-withdrawn' : '')}
          />
        </RowList>
      </section>
      {record && <ControlDossierPanel key={record} control={record} onClose={() => go('controls')} />}
    </div>
  );
}

function useControlPages(input: ReturnType<typeof controlQuery>) {
  const { orpc } = useApi();
  return useRowPages<ControlRow>((offset, limit) =>
    orpc.controls.list.queryOptions({ input: { ...input, offset, limit } }),
  );
}

/** How many of the listed controls are withdrawn; none where they are hidden. */
function useWithdrawn(input: ReturnType<typeof controlQuery>): number {
  const { orpc } = useApi();
  const only = { ...input, withdrawn: true, limit: 1 };
  const counted = useQuery({
    ...orpc.controls.list.queryOptions({ input: only, placeholderData: keepPreviousData }),
    enabled: input.withdrawn !== false,
  });
  return input.withdrawn === false ? 0 : (counted.data?.total ?? 0);
}

function toggled(now: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(now);
  if (!next.delete(id)) next.add(id);
  return next;
}
