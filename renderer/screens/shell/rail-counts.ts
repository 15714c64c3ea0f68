import { useQuery } from '@tanstack/react-query';
import type { Session } from '../../../shared/contract/workspace.ts';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import type { Screen } from '../../state/place.ts';

export interface RailCount {
  readonly value: number;
  readonly word?: string;
  readonly urgent?: boolean;
  /** What the number counts, for those who cannot guess it. */
  readonly means: string;
}

/** What waits behind each entry of the rail; nothing is shown where nothing waits. */
export function useRailCounts(session: Session): {
  engagement: string | null;
  of: Partial<Record<Screen, RailCount>>;
} {
  const { orpc } = useApi();
  const { engagement, subject } = useEngagement();
  const input = engagement ? { engagement: engagement.id } : {};
  const summary = useQuery(orpc.dashboard.summary.queryOptions({ input, enabled: engagement !== null }));
  const scope = { ...input, ...(subject ? { subject: subject.id } : {}) };
  const open = useQuery(
    orpc.controls.list.queryOptions({
      input: { ...scope, result: ['not-reviewed'], withdrawn: false, limit: 1 },
      enabled: engagement !== null,
    }),
  );
  const lists = useQuery(
    orpc.checklists.list.queryOptions({ input: { limit: 500, ...scope }, enabled: engagement !== null }),
  );
  const items = lists.data?.rows.reduce((sum, list) => sum + list.results['not-reviewed'], 0) ?? 0;
  const of: Partial<Record<Screen, RailCount>> = {};
  const put = (screen: Screen, badge: RailCount) => {
    if (badge.value > 0) of[screen] = badge;
  };
  put('controls', { value: open.data?.total ?? 0, means: 'controls not reviewed' });
  put('checklists', { value: items, means: 'items not reviewed' });
  if (summary.data) {
    const { evidence, review } = summary.data;
    put('review', { value: review.forYou, means: 'wait for your review' });
    put('evidence', {
      value: evidence.stale + evidence.expiring,
      word: 'due',
      urgent: true,
      means: 'stale or expiring',
    });
  }
  put('ledger', {
    value: session.conflicts,
    word: session.conflicts === 1 ? 'conflict' : 'conflicts',
    urgent: true,
    means: 'edited apart',
  });
  return { engagement: engagement?.name ?? null, of };
}
