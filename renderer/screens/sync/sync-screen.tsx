import { useQuery } from '@tanstack/react-query';
import { plural } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { Loaded } from '../common/loaded.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { HeldPanel } from './held-panel.tsx';
import { MakeBundle } from './make-bundle.tsx';
import { SyncConflicts } from './sync-conflicts.tsx';
import { TakeBundle } from './take-bundle.tsx';

/** Where copies of the workspace meet: what came, what goes, who has which copy, and what needs a decision. */
export function SyncScreen({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const session = useOpenSession();
  const state = useQuery(orpc.courier.state.queryOptions());
  return (
    <>
      <ScreenHead
        title="Sync"
        detail={
          <span className="quiet">
            This is {session.device.name}
            {session.conflicts > 0 && `, ${plural(session.conflicts, 'conflict')} to decide`}
          </span>
        }
      />
      <div className="page stack">
        <SyncConflicts />
        <TakeBundle />
        <Loaded query={state} label="Loading devices">
          {({ devices, held, setAside }) => (
            <>
              <DevicesPanel devices={devices} />
              <MakeBundle devices={devices} begin={record === 'export'} />
              <HeldPanel held={held} setAside={setAside} devices={devices} />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
