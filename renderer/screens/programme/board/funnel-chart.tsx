import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { count, percent } from '../../../parts/format.ts';

const HEIGHT = 26;
const GAP = 8;
const LABEL = 236;
const BAR = 300;
const WIDTH = LABEL + BAR + 90;

/** How far the checks have come: each stage as a bar within the one before it. */
export function FunnelChart({ board }: { board: Board }) {
  const { funnel, summaries } = board;
  const all = funnel[0]?.count ?? 0;
  return (
    <ChartFrame
      finding={summaries.funnel}
      name="Sign-off funnel"
      columns={['Stage', 'Checks']}
      rows={funnel.map((stage) => [stage.title, stage.count])}
      chart={
        <svg
          width="100%"
          viewBox={`0 0 ${WIDTH} ${funnel.length * (HEIGHT + GAP)}`}
          role="img"
          aria-label={summaries.funnel}
        >
          {funnel.map((stage, row) => {
            const share = all === 0 ? 0 : stage.count / all;
            const y = row * (HEIGHT + GAP);
            return (
              <g key={stage.stage}>
                <text x={0} y={y + 17} fontSize={12.5} fill="var(--soft)">
                  {stage.title}
                </text>
                <rect x={LABEL} y={y} width={BAR} height={HEIGHT} rx={3} fill="var(--desk)" />
                <rect
                  x={LABEL}
                  y={y}
                  width={Math.max(share > 0 ? 2 : 0, BAR * share)}
                  height={HEIGHT}
                  rx={3}
                  fill="var(--accent)"
                  fillOpacity={0.35 + 0.13 * row}
                />
                <text x={WIDTH} y={y + 17} fontSize={12.5} textAnchor="end" fill="var(--ink)">
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
