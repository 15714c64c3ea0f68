import { useQuery } from '@tanstack/react-query';
import { ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { percent } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';

const TONES = { red: 'bad', amber: 'warn', green: 'good' } as const;

/** The dashboards of a programme for today or a past day. */
export function BoardTab({ engagement }: { engagement: string; record: string | null }) {
  const { orpc } = useApi();
  const board = useQuery(orpc.board.get.queryOptions({ input: { engagement } }));
  if (board.isPending) return <LoadingRows rows={12} label="Loading the board" />;
  if (board.isError) return <ErrorState {...sentenceFor(board.error)} onRetry={() => void board.refetch()} />;
  return (
    <Panel title={board.data.summaries.readiness}>
      <ul className="list-plain">
        {[board.data.overall, ...board.data.pillars].map((pillar) => (
          <li key={pillar.id} className="line">
            <Pill tone={TONES[pillar.rag]}>{pillar.rag}</Pill>
            <span className="grow">
              {pillar.title}
              <span className="quiet under">{pillar.why[0]?.because ?? 'No rule fired.'}</span>
            </span>
            {pillar.share === null ? '—' : percent(pillar.share, 1)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
