import { Button, Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { glance, go } from '../../state/place.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { ActionsTab } from './actions/actions-tab.tsx';
import { BoardTab } from './board-tab.tsx';
import { GatesTab } from './gates/gates-tab.tsx';
import { MeasuresTab } from './measures/measures-tab.tsx';
import { PeopleTab } from './people/people-tab.tsx';
import { PeriodTab } from './period/period-tab.tsx';
import { RisksTab } from './risks/risks-tab.tsx';

/** The parts of a programme, each a tab; the first part of the place names it (`risks/ID`). */
const TABS = {
  board: { title: 'Board', tab: BoardTab },
  risks: { title: 'Risks', tab: RisksTab },
  gates: { title: 'Gates and phases', tab: GatesTab },
  measures: { title: 'Measures', tab: MeasuresTab },
  actions: { title: 'Actions', tab: ActionsTab },
  people: { title: 'People', tab: PeopleTab },
  period: { title: 'Period', tab: PeriodTab },
} as const satisfies Readonly<
  Record<string, { title: string; tab: ComponentType<{ engagement: string; record: string | null }> }>
>;
type TabName = keyof typeof TABS;

/** A readiness programme as it stands: boards to look at, and the records behind them to work. */
export function ProgrammeScreen({ record }: { record: string | null }) {
  const { engagement, loading } = useEngagement();
  if (loading) return <LoadingRows rows={12} label="Loading the programme" />;
  if (!engagement) {
    return (
      <>
        <ScreenHead title="Programme" />
        <EmptyState
          title="No programme yet"
          text="A programme begins with a plan or a template: import a readiness plan, or start from one of the templates, and open an engagement over it."
        >
          <Button onClick={() => go('frameworks', 'programme')}>Start from a template</Button>
          <Button variant="default" onClick={() => go('frameworks', 'import')}>
            Import a plan
          </Button>
        </EmptyState>
      </>
    );
  }
  const [first = 'board', ...rest] = (record ?? 'board').split('/');
  const name: TabName = first in TABS ? (first as TabName) : 'board';
  const Current = TABS[name].tab;
  return (
    <>
      <ScreenHead title="Programme" detail={<EngagementSwitch subjects={false} />} />
      <Tabs value={name} onChange={(next) => glance('programme', next)} keepMounted={false}>
        <Tabs.List aria-label="Parts of the programme">
          {Object.entries(TABS).map(([key, { title }]) => (
            <Tabs.Tab key={key} value={key}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={name}>
          <Current engagement={engagement.id} record={rest.length > 0 ? rest.join('/') : null} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
