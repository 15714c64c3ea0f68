import { IconGitMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { FieldConflict } from '../../../shared/contract/frameworks.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { Loaded } from '../common/loaded.tsx';

/** Everything that was edited apart and waits for a decision. */
export function ConflictList() {
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare').allowed;
  const list = useQuery(orpc.conflicts.list.queryOptions({ input: { limit: 200 } }));
  return (
    <Loaded query={list} label="Loading conflicts">
      {({ rows }) => (rows.length === 0 ? <NoConflicts /> : <Conflicts rows={rows} may={may} />)}
    </Loaded>
  );
}

function NoConflicts() {
  return (
    <EmptyState
      icon={<IconGitMerge size={30} stroke={1.4} />}
      title="No conflicts"
      text="When two copies of this workspace set the same thing apart, both values are kept and shown here until somebody decides. Nothing is decided by the clock."
    />
  );
}

/** The first takes the keys: once it is decided, the next is first. */
function Conflicts({ rows, may }: { rows: readonly FieldConflict[]; may: boolean }) {
  return (
    <div className="page stack narrow">
      {rows.map((conflict, i) => (
        <ConflictBox
          key={`${conflict.record} ${conflict.field}`}
          conflict={conflict}
          withLabel
          may={may}
          keys={i === 0}
        />
      ))}
    </div>
  );
}
