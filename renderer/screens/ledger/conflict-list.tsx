import { IconGitMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';
import { useOpenSession } from '../../state/session.ts';
import { ConflictBox } from '../common/conflict-box.tsx';

/** Everything that was edited apart and waits for a decision. */
export function ConflictList() {
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const list = useQuery(orpc.conflicts.list.queryOptions({ input: { limit: 200 } }));
  if (list.isPending) return <LoadingRows label="Loading conflicts" />;
  if (list.isError) return <ErrorState {...sentenceFor(list.error)} onRetry={() => void list.refetch()} />;
  if (list.data.total === 0) {
    return (
      <EmptyState
        icon={<IconGitMerge size={30} stroke={1.4} />}
        title="No conflicts"
        text="When two copies of this workspace set the same thing apart, both values are kept and shown here until somebody decides. Nothing is decided by the clock."
      />
    );
  }
  return (
    <div className="page stack narrow">
      {list.data.rows.map((conflict) => (
        <ConflictBox
          key={`${conflict.record} ${conflict.field}`}
          conflict={conflict}
          withLabel
          may={mayAccess(member.role, 'prepare').allowed}
        />
      ))}
    </div>
  );
}
