import { Button } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconChecklist } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Contract } from '../../../shared/contract/index.ts';
import { RESULTS } from '../../../shared/domain/results.ts';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { StackBar } from '../../parts/stack-bar.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { sentenceFor } from '../../state/faults.ts';
import { go } from '../../state/place.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { RESULT_WORDS } from '../common/state-words.ts';
import { StatusPill } from '../common/words.tsx';
import { ChecklistWork } from './checklist-work.tsx';
import { PlanNotes } from './plan-notes.tsx';

type Row = InferContractRouterOutputs<Contract>['checklists']['list']['rows'][number];

/** The checklists of the engagement, or the one being worked. */
export function ChecklistsScreen({ record }: { record: string | null }) {
  return (
    <>
      <ScreenHead title="Checklists" detail={<EngagementSwitch />} />
      {record ? <ChecklistWork key={record} id={record} /> : <ChecklistList />}
    </>
  );
}

function ChecklistList() {
  const { orpc } = useApi();
  const { engagement, subject, loading } = useEngagement();
  const input = {
    limit: 500,
    ...(engagement ? { engagement: engagement.id } : {}),
    ...(subject ? { subject: subject.id } : {}),
  };
  const list = useQuery(orpc.checklists.list.queryOptions({ input, enabled: engagement !== null }));
  if (loading) return <LoadingRows label="Loading checklists" />;
  if (!engagement) {
    return (
      <EmptyState
        icon={<IconChecklist size={30} stroke={1.4} />}
        title="No checklists yet"
        text="Checklists come with a readiness plan and are worked in an engagement."
      >
        <Button onClick={() => go('frameworks')}>Go to frameworks</Button>
      </EmptyState>
    );
  }
  if (list.isPending) return <LoadingRows label="Loading checklists" />;
  if (list.isError) return <ErrorState {...sentenceFor(list.error)} onRetry={() => void list.refetch()} />;
  if (list.data.total === 0) {
    return (
      <EmptyState
        icon={<IconChecklist size={30} stroke={1.4} />}
        title="This engagement has no checklists"
        text="They come with a readiness plan in Markdown. Import one and start an engagement over it; the controls of this engagement are under Controls."
      >
        <Button onClick={() => go('frameworks', 'import')}>Import a plan</Button>
        <Button variant="default" onClick={() => go('controls')}>
          Go to controls
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className="page stack">
      <Panel title={plural(list.data.total, 'checklist')} flush>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Checklist</th>
              <th scope="col">Results</th>
              <th scope="col" className="end">
                Decided
              </th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {list.data.rows.map((row) => (
              <Line key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </Panel>
      <PlanNotes engagement={engagement} />
    </div>
  );
}

function Line({ row }: { row: Row }) {
  const open = row.results['not-reviewed'];
  return (
    <tr>
      <td>
        <button type="button" className="link-row" onClick={() => go('checklists', row.id)}>
          <strong>{row.title}</strong>
        </button>
        <div className="quiet">
          {row.frameworkTitle}
          {row.of && !row.title.includes(row.of) && ` · ${row.of}`}
        </div>
      </td>
      <td className="group-bar">
        <StackBar
          label={row.title}
          parts={RESULTS.map((result) => ({
            label: RESULT_WORDS[result].word.toLowerCase(),
            value: row.results[result],
            tone: result === 'not-reviewed' ? 'empty' : RESULT_WORDS[result].tone,
          }))}
        />
      </td>
      <td className="end">
        {row.items - open} <span className="quiet">/ {row.items}</span>
      </td>
      <td>
        <span className="row-acts">
          <StatusPill status={row.status} begun={row.items > open} />
          {row.voided && (
            <Pill tone="bad" shape="✕">
              Void
            </Pill>
          )}
        </span>
      </td>
    </tr>
  );
}
