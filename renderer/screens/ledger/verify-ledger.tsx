import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { LedgerReport } from '../../../shared/contract/proof.ts';
import { count, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';

/** Checks every chain and signature; on demand rebuilds all tables from the ledger and compares. */
export function VerifyLedger() {
  const { client } = useApi();
  const [rebuild, setRebuild] = useState(false);
  const job = useJob();
  const parsed = job.state?.state === 'done' ? LedgerReport.safeParse(job.state.result) : null;
  return (
    <div className="page stack narrow">
      <Panel title="Verify the ledger">
        <div className="stack">
          <p>
            Recomputes every hash, checks every signature, and asks of each entry whether its author was
            allowed to make it.
          </p>
          <Checkbox
            label="Also rebuild"
            description="Replays the whole ledger into a fresh database and compares every table with the one in use."
            checked={rebuild}
            onChange={(e) => setRebuild(e.currentTarget.checked)}
          />
          {job.running ? (
            <JobProgress job={job} fallback="Verifying" cancel />
          ) : (
            <Button w="fit-content" onClick={() => job.start(() => client.ledger.verify({ rebuild }))}>
              Verify ledger
            </Button>
          )}
          <FaultCallout error={job.error} />
          {job.state?.state === 'cancelled' && <p role="status">Stopped as you asked.</p>}
        </div>
      </Panel>
      {parsed?.success && <Report report={parsed.data} />}
    </div>
  );
}

function Report({ report }: { report: LedgerReport }) {
  const differences = report.rebuild?.differences ?? [];
  const sound = report.intact && report.problems.length === 0 && differences.length === 0;
  return (
    <Panel
      title={sound ? 'Every entry is whole and signed for' : 'Something does not add up'}
      aside={<Pill tone={sound ? 'good' : 'bad'}>{sound ? 'Intact' : 'Not intact'}</Pill>}
    >
      <div role="status">
        <dl className="facts">
          <dt>Entries</dt>
          <dd>
            {count(report.entries)} in {plural(report.segments, 'segment')} of{' '}
            {plural(report.devices, 'device')}
          </dd>
          <dt>To seal</dt>
          <dd>{count(report.unsealed)}</dd>
          <dt>Rebuild</dt>
          <dd>
            {report.rebuild
              ? `${plural(report.rebuild.tables, 'table')} compared, ${plural(differences.length, 'difference')}`
              : 'not asked for'}
          </dd>
        </dl>
      </div>
      <ul className="list-plain">
        {report.problems.map((p) => (
          <li key={`${p.code} ${p.where} ${p.message}`}>
            <Pill tone="bad">{p.where}</Pill> {p.message}
          </li>
        ))}
        {differences.map((d) => (
          <li key={`${d.table} ${d.key} ${d.what}`}>
            <Pill tone="bad">{d.table}</Pill> {d.key}: {d.what}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
