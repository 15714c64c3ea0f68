import { useQuery } from '@tanstack/react-query';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { sentenceFor } from '../../state/faults.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { ScreenHead } from '../common/screen-head.tsx';

/** The packets of an engagement: what is handed over, and what each still misses. */
export function PacketsScreen(_props: { record: string | null }) {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const input = engagement ? { engagement: engagement.id } : {};
  const packets = useQuery(orpc.packets.list.queryOptions({ input, enabled: engagement !== null }));
  return (
    <>
      <ScreenHead title="Packets" detail={<EngagementSwitch subjects={false} />} />
      {packets.isPending && <LoadingRows rows={6} label="Loading packets" />}
      {packets.isError && (
        <ErrorState {...sentenceFor(packets.error)} onRetry={() => void packets.refetch()} />
      )}
      {packets.data?.rows.length === 0 && (
        <EmptyState
          title="No packets yet"
          text="A packet gathers what a release, a handover or a week has to say, and names what is missing."
        />
      )}
      {packets.data !== undefined && packets.data.rows.length > 0 && (
        <Panel title="Packets">
          <ul className="list-plain">
            {packets.data.rows.map((packet) => (
              <li key={packet.id} className="line">
                {packet.title}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
