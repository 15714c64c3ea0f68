import { useEffect } from 'react';
import { SyncReport, type SyncStatus } from '../../../shared/contract/sync.ts';
import { plural } from '../../parts/format.ts';
import { showDone, showFault } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { useSingleKeys } from '../../state/single-keys.ts';

/** Starts an exchange, and tells what it did. */
export function useMeeting(status: SyncStatus | undefined) {
  const { client } = useApi();
  const job = useJob((state) => {
    const report = SyncReport.safeParse(state.result);
    if (report.success) showDone(reportWords(report.data));
  });
  const start = () => {
    if (status?.connection && !job.running) job.start(() => client.sync.now());
  };
  useEffect(() => {
    if (job.error !== null) showFault(job.error);
  }, [job.error]);
  useSingleKeys({ s: start });
  return { job, start, running: job.running };
}

function reportWords({ sent, received, files, conflicts }: SyncReport): string {
  if (sent.entries + received.entries + files.sent + files.received === 0)
    return 'Nothing was new on either side.';
  const parts = [
    `${plural(sent.entries, 'entry', 'entries')} sent`,
    `${plural(received.entries, 'entry', 'entries')} received`,
    ...(files.sent + files.received > 0 ? [`${plural(files.sent + files.received, 'file')} moved`] : []),
    ...(conflicts > 0 ? [plural(conflicts, 'conflict')] : []),
  ];
  return `${parts.join(', ')}.`;
}
