import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../state/api.tsx';

/** The board of an engagement for today: every tab of the programme reads the one answer. */
export function useBoard(engagement: string) {
  const { orpc } = useApi();
  return useQuery(orpc.board.get.queryOptions({ input: { engagement }, placeholderData: keepPreviousData }));
}
