import { useQueryClient } from '@tanstack/react-query';
import type { PacketView } from '../../../shared/contract/packets.ts';
import { useApi } from '../../state/api.tsx';

/** Shows what an act answered at once, before the packet is read again. */
export function usePacketAnswer(packet: string): (answer: { view: PacketView }) => PacketView {
  const { orpc } = useApi();
  const queries = useQueryClient();
  return (answer) => {
    queries.setQueryData(orpc.packets.get.queryKey({ input: { packet } }), answer);
    return answer.view;
  };
}
