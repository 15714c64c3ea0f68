import { useQuery } from '@tanstack/react-query';
import { clock, plural } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';

/** Whether this copy meets others, in the few words that fit the foot of the rail. */
export function useSyncWords(): string {
  const { orpc } = useApi();
  const { data } = useQuery(orpc.sync.status.queryOptions());
  if (!data?.connection) return 'Offline: nothing leaves this machine';
  const waiting = data.toSend.entries + data.unsealed;
  const toSend = waiting > 0 ? `, ${plural(waiting, 'entry', 'entries')} to send` : '';
  if (data.connection.paused) return `Sync paused${toSend}`;
  if (data.problem !== null) return `Server not reached${toSend}`;
  return data.metAt === null ? 'Connected, not met yet' : `Synced ${clock(data.metAt)}${toSend}`;
}
