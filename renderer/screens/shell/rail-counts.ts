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
  const { engagement } = useEngagement();
  const input = engagement ? { engagement: engagement.id } : {};
  const summary = useQuery(orpc.dashboard.summary.queryOptions({ input, enabled: engagement !== null }));
  const queue = useQuery(
    orpc.review.queue.queryOptions({ input: { ...input, limit: 1 }, enabled: engagement !== null }),
  );
  const of: Partial<Record<Screen, RailCount>> = {};
  const put = (screen: Screen, badge: RailCount) => {
    if (badge.value > 0) of[screen] = badge;
  };
  if (summary.data) {
    const { evidence, results, byGroup } = summary.data;
    const controls = byGroup.reduce(
      (n, g) => n + g.total - g.satisfied - g.notSatisfied - g.notApplicable,
      0,
    );
    put('controls', { value: controls, means: 'controls not reviewed' });
    put('checklists', { value: (results['not-reviewed'] ?? 0) - controls, means: 'items not reviewed' });
    put('evidence', {
      value: evidence.expired + evidence.expiring,
      word: 'due',
      urgent: true,
      means: 'expired or expiring',
    });
  }
  if (queue.data) {
    const { lanes } = queue.data;
    put('review', { value: lanes['to-review'] + lanes.returned + lanes.voided, means: 'wait for you' });
  }
  put('ledger', {
    value: session.conflicts,
    word: session.conflicts === 1 ? 'conflict' : 'conflicts',
    urgent: true,
    means: 'edited apart',
  });
  return { engagement: engagement?.name ?? null, of };
}
