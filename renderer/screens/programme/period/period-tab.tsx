import { useQuery } from '@tanstack/react-query';
import { Panel } from '../../../parts/panel.tsx';
import { useApi } from '../../../state/api.tsx';
import { Loaded } from '../../common/loaded.tsx';
import { DiagnosisPanel } from './diagnosis-panel.tsx';
import { LockdownPanel, LockForm } from './lockdown-panel.tsx';
import { RollPanel } from './roll-panel.tsx';
import { RolledPanel } from './rolled-panel.tsx';

/** How a period ends and the next one begins: clean up, lock down, roll forward. */
export function PeriodTab({ engagement }: { engagement: string; record: string | null }) {
  const { orpc } = useApi();
  const input = { engagement };
  const diagnosis = useQuery(orpc.periods.diagnose.queryOptions({ input }));
  const lockdown = useQuery(orpc.periods.lockdown.queryOptions({ input }));
  return (
    <div className="page stack">
      <Loaded query={lockdown} label="Loading the period" rows={4}>
        {(locked) => (
          <Loaded query={diagnosis} label="Looking at what is still open" rows={8}>
            {(found) =>
              locked.lockdown === null ? (
                <div className="period-grid">
                  <DiagnosisPanel diagnosis={found} />
                  <div className="stack">
                    <LockForm engagement={engagement} diagnosis={found} />
                    <ReviewTimes engagement={engagement} />
                  </div>
                </div>
              ) : (
                <div className="period-grid">
                  <LockdownPanel lockdown={locked.lockdown} />
                  <div className="stack">
                    <ReviewTimes engagement={engagement} />
                    {!found.clean && <DiagnosisPanel diagnosis={found} final />}
                  </div>
                </div>
              )
            }
          </Loaded>
        )}
      </Loaded>
      <RollPanel key={engagement} engagement={engagement} />
      <RolledPanel engagement={engagement} />
    </div>
  );
}

/** How long reviews took, against the goal. */
function ReviewTimes({ engagement }: { engagement: string }) {
  const { orpc } = useApi();
  const times = useQuery(orpc.periods.reviewTimes.queryOptions({ input: { engagement } }));
  return (
    <Loaded query={times} label="Loading the review times" rows={2}>
      {({ measured, median, ninetieth, withinGoal, goalMinutes }) => (
        <Panel
          title={
            measured === 0 ? 'No review was timed yet' : `Half of the reviews took under ${minutes(median)}`
          }
          aside={`goal: ${goalMinutes} min`}
        >
          {measured === 0 ? (
            <p className="quiet">
              A review is timed from opening it to accepting or returning it. Open one under Review.
            </p>
          ) : (
            <dl className="facts">
              <dt>Timed</dt>
              <dd>{measured}</dd>
              <dt>Nine in ten took under</dt>
              <dd>{minutes(ninetieth)}</dd>
              <dt>Within the goal</dt>
              <dd>{withinGoal === null ? '—' : `${Math.round(withinGoal * 100)} %`}</dd>
            </dl>
          )}
        </Panel>
      )}
    </Loaded>
  );
}

const minutes = (value: number | null) =>
  value === null ? '—' : value < 1 ? 'a minute' : `${value.toFixed(value < 10 ? 1 : 0)} min`;
