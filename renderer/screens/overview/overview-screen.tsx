import { Button } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconBooks, IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Contract } from '../../../shared/contract/index.ts';
import { EXPIRING_DAYS } from '../../../shared/domain/evidence.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { Figure } from '../../parts/figure.tsx';
import { count, day, percent, plural } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { Loaded } from '../common/loaded.tsx';
import { SamplePeople } from '../common/sample-people.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { FreshnessChart } from './freshness-chart.tsx';
import { GroupTable } from './group-table.tsx';
import { NextList } from './next-list.tsx';
import { PhasePanel, RiskPanel } from './programme.tsx';
import { TrendChart } from './trend-chart.tsx';

export type Summary = InferContractRouterOutputs<Contract>['dashboard']['summary'];

/** Readiness at a glance, and what to do next. */
export function OverviewScreen() {
  const { orpc } = useApi();
  const { engagement, loading } = useEngagement();
  const input = engagement ? { engagement: engagement.id } : {};
  const summary = useQuery(orpc.dashboard.summary.queryOptions({ input, enabled: engagement !== null }));
  if (loading) return <LoadingRows rows={12} label="Loading the overview" />;
  if (!engagement) return <Beginning />;
  return (
    <>
      <ScreenHead
        title="Overview"
        detail={
          <>
            <EngagementSwitch subjects={false} />
            {engagement.to && <span className="quiet">ends {day(engagement.to)}</span>}
          </>
        }
      >
        <MainAct />
      </ScreenHead>
      <Loaded query={summary} label="Loading the overview" rows={12}>
        {(data) => <Readiness summary={data} />}
      </Loaded>
    </>
  );
}

/** What this member's role ends in: a binder, or verdicts; nobody is offered what they may not do. */
function MainAct() {
  const { role } = useOpenSession().member;
  if (mayAccess(role, 'prepare').allowed) {
    return <Button onClick={() => go('binders', 'compose')}>Compose binder</Button>;
  }
  if (!mayAccess(role, 'review').allowed) return null;
  return <Button onClick={() => go('review')}>Open the review queue</Button>;
}

/** No engagement yet: the two steps that lead to one. */
function Beginning() {
  const { orpc } = useApi();
  const frameworks = useQuery(orpc.frameworks.list.queryOptions({ input: { limit: 200 } }));
  const any = (frameworks.data?.total ?? 0) > 0;
  const may = mayAccess(useOpenSession().member.role, 'prepare').allowed;
  return (
    <>
      <ScreenHead title="Overview" />
      {any ? (
        <EmptyState
          icon={<IconTargetArrow size={32} stroke={1.4} />}
          title="Start an engagement"
          text={`${plural(frameworks.data?.total ?? 0, 'framework')} in this workspace. An engagement says which of them you work, for which systems and over which period.`}
        >
          {may && <Button onClick={() => go('frameworks', 'engagement')}>Start an engagement</Button>}
        </EmptyState>
      ) : (
        <EmptyState
          icon={<IconBooks size={32} stroke={1.4} />}
          title="Begin with a framework"
          text="Take in a control catalog (OSCAL JSON) or a readiness plan (Markdown). A dry run shows what would come in before anything does."
        >
          {may && <Button onClick={() => go('frameworks', 'import')}>Import a framework</Button>}
        </EmptyState>
      )}
    </>
  );
}

function Readiness({ summary }: { summary: Summary }) {
  const { workspace } = useOpenSession();
  return (
    <div className="overview">
      <Figures summary={summary} />
      <div className="overview-grid">
        <GroupTable summary={summary} />
        <div className="stack">
          <NextList next={summary.next} />
          <SamplePeople dir={workspace.dir} />
          <TrendChart trend={summary.trend} total={summary.total} />
        </div>
        <div className="stack">
          <FreshnessChart evidence={summary.evidence} />
          <RiskPanel risks={summary.risks} />
          <PhasePanel phases={summary.phases} gates={summary.gates} />
        </div>
      </div>
    </div>
  );
}

function Figures({ summary }: { summary: Summary }) {
  const { results, statuses, evidence } = summary;
  const decided = summary.total - (results['not-reviewed'] ?? 0);
  const accepted = statuses.accepted ?? 0;
  const { waiting, forYou } = summary.review;
  const due = evidence.stale + evidence.expiring;
  return (
    <section className="panel figures" aria-label="Figures">
      <Figure
        label="Accepted"
        value={percent(accepted, summary.total)}
        detail={`${count(accepted)} of ${count(summary.total)}`}
      />
      <Figure
        label="Decided"
        value={percent(decided, summary.total)}
        detail={`${plural(results['not-satisfied'] ?? 0, 'not satisfied', 'not satisfied')}`}
        onOpen={() => go('controls')}
      />
      <Figure
        label="Waiting for review"
        value={count(waiting)}
        detail={`${forYou === waiting && waiting > 0 ? 'all' : count(forYou)} for you · ${count(summary.voided)} void after a change`}
        onOpen={() => go('review')}
      />
      <Figure
        label="Evidence due"
        value={count(due)}
        tone={evidence.stale > 0 ? 'bad' : due > 0 ? 'warn' : undefined}
        detail={`${count(evidence.stale)} stale · ${count(evidence.expiring)} of ${count(evidence.total)} end within ${EXPIRING_DAYS} days`}
        onOpen={() => go('evidence')}
      />
      <Figure
        label="Conflicts"
        value={count(summary.conflicts)}
        tone={summary.conflicts > 0 ? 'bad' : undefined}
        detail={summary.conflicts > 0 ? 'values set apart, to be decided' : 'no value set apart'}
        onOpen={() => go('ledger', 'conflicts')}
      />
    </section>
  );
}
