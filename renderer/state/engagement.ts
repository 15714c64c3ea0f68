import { useQuery } from '@tanstack/react-query';
import type { EngagementRow } from '../../shared/contract/work.ts';
import { useApi } from './api.tsx';
import { useChoices } from './choices.ts';

export interface ChosenEngagement {
  readonly loading: boolean;
  readonly all: readonly EngagementRow[];
  /** The one chosen, or the newest; null while the workspace has none. */
  readonly engagement: EngagementRow | null;
  /** The subject chosen, or the engagement's first. */
  readonly subject: EngagementRow['subjects'][number] | null;
}

/** The engagement and subject that every screen of work looks through. */
export function useEngagement(): ChosenEngagement {
  const { orpc } = useApi();
  const chosen = useChoices((c) => c.engagement);
  const chosenSubject = useChoices((c) => c.subject);
  const { data, isPending } = useQuery(orpc.engagements.list.queryOptions({ input: { limit: 200 } }));
  const all = data?.rows ?? NONE;
  const engagement = all.find((e) => e.id === chosen) ?? newest(all);
  const subject = engagement?.subjects.find((s) => s.id === chosenSubject) ?? engagement?.subjects[0] ?? null;
  return { loading: isPending, all, engagement, subject };
}

const NONE: readonly EngagementRow[] = [];

function newest(all: readonly EngagementRow[]): EngagementRow | null {
  return all.reduce<EngagementRow | null>((a, b) => (a && a.createdAt >= b.createdAt ? a : b), null);
}
