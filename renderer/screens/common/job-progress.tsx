import { Button, Progress } from '@mantine/core';
import { count } from '../../parts/format.ts';
import type { Job } from '../../state/jobs.ts';

/** What long work is doing now, how far it is, and the way to stop it. */
export function JobProgress({
  job,
  fallback,
  cancel = false,
}: {
  job: Job;
  fallback: string;
  cancel?: boolean;
}) {
  const { state } = job;
  const total = state?.total ?? null;
  const share = state && total ? Math.min(100, (state.done / total) * 100) : 100;
  const step = state?.step || fallback;
  return (
    <div className="job-progress">
      <div className="job-words" role="status">
        <span>{step}</span>
        {state && total !== null && (
          <span className="quiet">
            {count(state.done)} of {count(total)}
          </span>
        )}
      </div>
      <Progress
        value={share}
        striped={total === null}
        animated={total === null}
        size="sm"
        aria-label={step}
      />
      {cancel && (
        <Button variant="default" onClick={job.cancel} disabled={!state}>
          Stop
        </Button>
      )}
    </div>
  );
}
