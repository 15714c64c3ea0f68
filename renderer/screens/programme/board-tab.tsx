import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Board } from '../../../shared/contract/board.ts';
import { ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { DayField } from '../../parts/day-field.tsx';
import { dated, day, today } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { sentenceFor } from '../../state/faults.ts';
import { BurnDownChart } from './board/burn-down-chart.tsx';
import { FreshnessCalendar } from './board/freshness-calendar.tsx';
import { FunnelChart } from './board/funnel-chart.tsx';
import { HeatMap } from './board/heat-map.tsx';
import { KpiGrid } from './board/kpi-grid.tsx';
import { MaturityRadar } from './board/maturity-radar.tsx';
import { NextSteps } from './board/next-steps.tsx';
import { PillarTiles } from './board/pillar-tiles.tsx';
import { Roadmap } from './board/roadmap.tsx';

/** The dashboards of a programme for today, or for any past day from the ledger. */
export function BoardTab({ engagement }: { engagement: string; record: string | null }) {
  const { orpc } = useApi();
  const [asOf, setAsOf] = useState<string | null>(null);
  const input = asOf === null ? { engagement } : { engagement, asOf };
  const board = useQuery(orpc.board.get.queryOptions({ input, placeholderData: keepPreviousData }));
  return (
    <div className="overview">
      <AsOf
        board={board.data}
        first={useEngagement().engagement?.createdAt.slice(0, 10)}
        chosen={asOf}
        onChoose={setAsOf}
      />
      {board.isPending && <LoadingRows rows={12} label="Loading the board" />}
      {board.isError && <ErrorState {...sentenceFor(board.error)} onRetry={() => void board.refetch()} />}
      {board.data !== undefined && !board.isError && <Charts board={datedBoard(board.data)} />}
    </div>
  );
}

/** The board with the days in its sentences as everywhere else. */
function datedBoard(board: Board): Board {
  const { summaries } = board;
  const words = Object.entries(summaries).map(([chart, sentence]) => [chart, dated(sentence)]);
  return { ...board, summaries: { ...summaries, ...Object.fromEntries(words) } };
}

function Charts({ board }: { board: Board }) {
  return (
    <>
      <PillarTiles board={board} />
      <div className="board-grid">
        <BurnDownChart board={board} />
        <NextSteps board={board} />
        <HeatMap board={board} />
        <FunnelChart board={board} />
        <FreshnessCalendar board={board} />
        <MaturityRadar board={board} />
      </div>
      <Roadmap board={board} />
      <KpiGrid board={board} />
    </>
  );
}

/** The day the board is about; a past one says how far to trust it. */
function AsOf(props: {
  board: Board | undefined;
  /** The day on which the engagement began; there is nothing to show of an earlier one. */
  first: string | undefined;
  chosen: string | null;
  onChoose: (day: string | null) => void;
}) {
  const asOf = props.board?.asOf ?? null;
  return (
    <div className="as-of">
      <DayField
        label="As of"
        first={props.first}
        since="the engagement began then"
        last={today()}
        value={props.chosen ?? today()}
        onValue={(chosen) => props.onChoose(chosen === '' || chosen >= today() ? null : chosen)}
      />
      {asOf !== null && <p className="quiet">{`As it stood on ${day(asOf.day)}. ${dated(asOf.note)}`}</p>}
      {props.chosen !== null && (
        <Button size="compact-xs" variant="default" onClick={() => props.onChoose(null)}>
          Back to today
        </Button>
      )}
    </div>
  );
}
