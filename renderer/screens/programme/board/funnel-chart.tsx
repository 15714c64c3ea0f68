import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { count, percent } from '../../../parts/format.ts';
import { type FunnelRow, funnelRows, lineFoot } from './funnel-rows.ts';
import { ofBoard } from './of-board.ts';

const HEIGHT = 30;
/** In hundredths of the width, so that words keep their size in any window. */
const LABEL = 37;
const BAR = 42;

/** How far the checks have come: each stage as a bar within the one before it. */
export function FunnelChart({ board }: { board: Board }) {
  const { funnel, summaries } = board;
  const all = funnel[0]?.count ?? 0;
  const { rows, height } = funnelRows(funnel.map(({ title }) => title));
  return (
    <ChartFrame
      finding={summaries.funnel}
      name="Sign-off funnel"
      {...ofBoard(board)}
      columns={['Stage', 'Checks']}
      rows={funnel.map((stage) => [stage.title, stage.count])}
      chart={
        <svg width="100%" height={height} role="img" aria-label={summaries.funnel}>
          {funnel.map((stage, row) => {
            const share = all === 0 ? 0 : stage.count / all;
            const place = rows[row] ?? { lines: [], y: 0, height: HEIGHT };
            const y = place.y + (place.height - HEIGHT) / 2;
            return (
              <g key={stage.stage}>
                <title>{stage.title}</title>
                <StageName row={place} />
                <rect x={`${LABEL}%`} y={y} width={`${BAR}%`} height={HEIGHT} rx={3} fill="var(--desk)" />
                <rect
                  x={`${LABEL}%`}
                  y={y}
                  width={`${Math.max(share > 0 ? 0.5 : 0, BAR * share)}%`}
                  height={HEIGHT}
                  rx={3}
                  fill="var(--accent)"
                  fillOpacity={0.35 + 0.13 * row}
                />
                <text x="100%" y={y + 19} fontSize={12.5} textAnchor="end" fill="var(--ink)">
                  {count(stage.count)} · {percent(stage.count, all)}
                </text>
              </g>
            );
          })}
        </svg>
      }
    />
  );
}

function StageName({ row }: { row: FunnelRow }) {
  return row.lines.map((line, index) => (
    <text
      key={line}
      x={0}
      y={lineFoot(row, index)}
      fontSize={row.lines.length === 1 ? 12.5 : 11.5}
      fill="var(--soft)"
    >
      {line}
    </text>
  ));
}
