import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { COUNT_AXIS, DAY_AXIS } from '../../../parts/chart-axes.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { ofBoard } from './of-board.ts';

const LEGEND = [
  { mark: 'line', ink: 'var(--accent)', words: 'open' },
  { mark: 'dashed', ink: 'var(--quiet)', words: 'planned' },
] as const;

/** Open gaps by day, each as the board as of that day counts them, against the line that would close them all by the end. */
export function BurnDownChart({ board }: { board: Board }) {
  const { burnDown, summaries, day: shown } = board;
  return (
    <ChartFrame
      finding={summaries.burnDown}
      name="Open gaps"
      {...ofBoard(board)}
      legend={LEGEND}
      columns={['Day', 'Open', 'Planned']}
      rows={burnDown.days.map((point) => [point.day, point.open ?? '', point.plan ?? ''])}
      chart={
        <div className="chart" role="img" aria-label={summaries.burnDown}>
          <ResponsiveContainer width="100%" height={190}>
            <ComposedChart
              data={[...burnDown.days]}
              margin={{ top: 8, right: 26, bottom: 0, left: 0 }}
              accessibilityLayer={false}
            >
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis {...DAY_AXIS} minTickGap={44} />
              <YAxis {...COUNT_AXIS} />
              <Area
                dataKey="open"
                stroke="var(--accent)"
                strokeWidth={2}
                fill="var(--accent-wash)"
                dot={false}
                isAnimationActive={false}
              />
              <Line
                dataKey="plan"
                stroke="var(--quiet)"
                strokeWidth={1.5}
                strokeDasharray="4 3"
                dot={false}
                isAnimationActive={false}
              />
              <ReferenceLine x={shown} stroke="var(--line-strong)" />
            </ComposedChart>
          </ResponsiveContainer>
        </div>
      }
    />
  );
}
