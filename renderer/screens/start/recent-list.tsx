import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { moment } from '../../parts/format.ts';
import { Pill } from '../../parts/pill.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';

/** Workspaces opened on this machine before, newest first. */
export function RecentList(props: { onOpen: (dir: string) => void; onRecover: (dir: string) => void }) {
  const { client, orpc } = useApi();
  const recent = useQuery(orpc.workspace.recent.queryOptions({ staleTime: 0 }));
  const forget = useAct((dir: string) => client.workspace.forget({ dir }), {
    done: () => void recent.refetch(),
  });
  if (recent.isPending) return <LoadingRows rows={3} label="Reading the list of workspaces" />;
  if (recent.isError)
    return <ErrorState {...sentenceFor(recent.error)} onRetry={() => void recent.refetch()} />;
  if (recent.data.length === 0) return null;
  return (
    <section className="start-card" aria-label="Recent workspaces">
      <h2>Open a workspace</h2>
      <ul className="list-plain recent">
        {recent.data.map((row) => (
          <li key={row.dir}>
            <button
              type="button"
              className="recent-open"
              disabled={!row.present}
              onClick={() => props.onOpen(row.dir)}
            >
              <strong>{row.folder}</strong>
              <span className="quiet mono">{row.dir}</span>
            </button>
            {row.present ? (
              <span className="quiet">{moment(row.openedAt)}</span>
            ) : (
              <Pill tone="warn">Not there now</Pill>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={`More for ${row.folder}`}>
                  <IconDots size={15} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => props.onRecover(row.dir)}>Open with the recovery kit</Menu.Item>
                <Menu.Item onClick={() => forget.mutate(row.dir)}>
                  Take off this list (the folder stays)
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </li>
        ))}
      </ul>
      {recent.data.some((row) => !row.present) && (
        <p className="quiet">A workspace that is not there may be on a stick that is not plugged in.</p>
      )}
    </section>
  );
}
