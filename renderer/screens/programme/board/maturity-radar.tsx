import { PolarAngleAxis, PolarGrid, PolarRadiusAxis, Radar, RadarChart, ResponsiveContainer } from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { wrapped } from '../../../parts/picture-layout.ts';
import { ofBoard } from './of-board.ts';

const LEGEND = [
  { mark: 'line', ink: 'var(--accent)', words: 'now' },
  { mark: 'dashed', ink: 'var(--quiet)', words: 'target' },
] as const;

/** Current and target maturity per dimension, each as a share of its scale. */
export function MaturityRadar({ board }: { board: Board }) {
  const { maturity, summaries } = board;
  if (maturity.length === 0) return null;
  const data = maturity.map((one) => ({
    title: one.title,
    current: ((one.current ?? 0) / one.scale) * 5,
    target: (one.target / one.scale) * 5,
  }));
  return (
    <ChartFrame
      finding={summaries.maturity}
      name="Maturity"
      {...ofBoard(board)}
      legend={LEGEND}
      columns={['Dimension', 'Current', 'Target', 'Of']}
      rows={maturity.map((one) => [one.title, one.current ?? '', one.target, one.scale])}
      chart={
        <div className="chart" role="img" aria-label={summaries.maturity}>
          <ResponsiveContainer width="100%" height={250}>
            <RadarChart data={data} outerRadius="68%" accessibilityLayer={false}>
              <PolarGrid stroke="var(--line-strong)" />
              <PolarAngleAxis dataKey="title" tick={(tick) => <Dimension {...tick} />} />
              <PolarRadiusAxis domain={[0, 5]} tick={false} axisLine={false} />
              <Radar
                dataKey="target"
                stroke="var(--quiet)"
                strokeDasharray="4 3"
                fill="none"
                isAnimationActive={false}
              />
              <Radar
                dataKey="current"
                stroke="var(--accent)"
                strokeWidth={2}
                fill="var(--accent)"
                fillOpacity={0.2}
                isAnimationActive={false}
              />
            </RadarChart>
          </ResponsiveContainer>
        </div>
      }
    />
  );
}

const LINE = 13;
const LONGEST = 18;
const LETTER = 6.4;

/** How many letters have room between the place of a name and the edge it runs towards, in a drawing around `middle`. */
function lettersAt(x: number, middle: number, anchor: string): number {
  const room = anchor === 'end' ? x : anchor === 'start' ? 2 * middle - x : 2 * Math.min(x, 2 * middle - x);
  return Math.max(8, Math.min(LONGEST, Math.floor(room / LETTER)));
}

/** The name of a dimension in short lines, since beside the web there is little room. */
function Dimension(props: {
  x: number | string;
  y: number | string;
  cx?: number;
  cy?: number;
  textAnchor: 'start' | 'middle' | 'end' | 'inherit';
  payload: { value: string };
}) {
  const [x, y, middle] = [Number(props.x), Number(props.y), Number(props.cy ?? props.y)];
  const letters = lettersAt(x, Number(props.cx ?? x), props.textAnchor);
  const lines = wrapped(props.payload.value, letters, 1, false, (text) => text.length);
  // Above the middle the last line stands at the corner, below it the first.
  const first = y < middle - 4 ? y - (lines.length - 1) * LINE : y + (y > middle + 4 ? LINE - 3 : 4);
  return (
    <text textAnchor={props.textAnchor} fontSize={11} fill="var(--soft)">
      {lines.map((line, row) => (
        <tspan key={line} x={x} y={first + row * LINE}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
