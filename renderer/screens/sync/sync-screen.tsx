import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SyncStatus } from '../../../shared/contract/sync.ts';
import { moment, plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { Loaded } from '../common/loaded.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { HeldPanel } from './held-panel.tsx';
import { MakeBundle } from './make-bundle.tsx';
import { ServerPart } from './server-part.tsx';
import { SyncConflicts } from './sync-conflicts.tsx';
import { TakeBundle } from './take-bundle.tsx';
import { useMeeting } from './use-meeting.ts';

const WAYS = [
  { value: 'server', label: 'Server' },
  { value: 'bundles', label: 'Bundles' },
] as const;

/** Where copies of the workspace meet: what came, what goes, who has which copy, and what needs a decision. */
export function SyncScreen({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const session = useOpenSession();
  const status = useQuery(orpc.sync.status.queryOptions());
  const meeting = useMeeting(status.data);
  const connected = status.data?.connection != null;
  const named =
    record === 'export' || record === 'import'
      ? 'bundles'
      : WAYS.find(({ value }) => value === record)?.value;
  const way = named ?? (connected ? 'server' : 'bundles');
  return (
    <>
      <ScreenHead
        title="Sync"
        detail={
          <span className="quiet">
            This is {session.device.name}
            {status.data?.connection && `, ${serverWords(status.data)}`}
            {session.conflicts > 0 && `, ${plural(session.conflicts, 'conflict')} to decide`}
          </span>
        }
      >
        {connected && (
          <Button loading={meeting.running} onClick={meeting.start} rightSection={<KeyHint keys="S" />}>
            Sync now
          </Button>
        )}
      </ScreenHead>
      <div className="toolbar">
        <SegmentedControl
          aria-label="Way to meet"
          data={WAYS.map((one) => ({ ...one }))}
          value={way}
          onChange={(value) => go('sync', value)}
        />
      </div>
      <div className="page stack">
        <SyncConflicts />
        {way === 'server' ? (
          <>
            <Loaded query={status} label="Loading how this copy stands" rows={4}>
              {(now) => <ServerPart status={now} meeting={meeting} />}
            </Loaded>
            <HeldAnyway />
          </>
        ) : (
          <Bundles begin={record === 'export'} />
        )}
      </div>
    </>
  );
}

function Bundles({ begin }: { begin: boolean }) {
  const { orpc } = useApi();
  const state = useQuery(orpc.courier.state.queryOptions());
  return (
    <>
      <TakeBundle />
      <Loaded query={state} label="Loading devices">
        {({ devices, held, setAside }) => (
          <>
            <DevicesPanel devices={devices} />
            <MakeBundle devices={devices} begin={begin} />
            <HeldPanel held={held} setAside={setAside} devices={devices} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** What is kept and not applied, whichever way it came; nothing where nothing is. */
function HeldAnyway() {
  const { orpc } = useApi();
  const { data } = useQuery(orpc.courier.state.queryOptions());
  if (data === undefined) return null;
  const isEmpty = data.held.length + data.setAside.length === 0 && !data.devices.some(({ forked }) => forked);
  return isEmpty ? null : <HeldPanel {...data} />;
}

function serverWords({ metAt, running }: SyncStatus): string {
  if (running) return 'meeting the server';
  return metAt === null ? 'server not met yet' : `server met ${moment(metAt)}`;
}
