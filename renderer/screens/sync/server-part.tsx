import type { SyncStatus } from '../../../shared/contract/sync.ts';
import { JobProgress } from '../common/job-progress.tsx';
import { ConnectPanel } from './connect-panel.tsx';
import { ServerDevices } from './server-devices.tsx';
import { ServerPanel } from './server-panel.tsx';
import type { useMeeting } from './use-meeting.ts';
import { useMetered } from './use-metered.ts';

/** The sync server of this copy, or the way to one. */
export function ServerPart(props: { status: SyncStatus; meeting: ReturnType<typeof useMeeting> }) {
  const { status, meeting } = props;
  useMetered(status);
  if (status.connection === null) return <ConnectPanel workspace={status.workspace} />;
  return (
    <>
      {meeting.running && <JobProgress job={meeting.job} fallback="Meeting the server" cancel />}
      <ServerPanel status={status} connection={status.connection} />
      <ServerDevices metAt={status.metAt} />
    </>
  );
}
