import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { count, percent } from '../../../parts/format.ts';
import { wrapped } from '../../../parts/picture-layout.ts';
import { ofBoard } from './of-board.ts';

const HEIGHT = 30;
const GAP = 8;
/** In hundredths of the width, so that words keep their size in any window. */
const LABEL = 37;
const BAR = 42;
const LONGEST = 21;

/** How far the checks have come: each stage as a bar within the one before it. */
export function FunnelChart({ board }: { board: Board }) {
  const { funnel, summaries } = board;
  const all = funnel[0]?.count ?? 0;
  return (
    <ChartFrame
      finding={summaries.funnel}
      name="Sign-off funnel"
      {...ofBoard(board)}
      columns={['Stage', 'Checks']}
      rows={funnel.map((stage) => [stage.title, stage.count])}
      chart={
        <svg width="100%" height={funnel.length * (HEIGHT + GAP)} role="img" aria-label={summaries.funnel}>
          {funnel.map((stage, row) => {
            const share = all === 0 ? 0 : stage.count / all;
            const y = row * (HEIGHT + GAP);
            return (
              <g key={stage.stage}>
                <StageName title={stage.title} y={y} />
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

function StageName({ title, y }: { title: string; y: number }) {
  const lines = wrapped(title, LONGEST, 1, false, (text) => text.length);
  return lines.map((line, row) => (
    <text
      key={line}
      x={0}
      y={y + (lines.length === 1 ? 19 : 12 + row * 14)}
      fontSize={lines.length === 1 ? 12.5 : 11.5}
      fill="var(--soft)"
    >
      {line}
    </text>
  ));
}
