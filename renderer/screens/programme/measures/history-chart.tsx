import { Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { day } from '../../../parts/format.ts';
import type { LegendEntry } from '../../../parts/picture-layout.ts';

const VALUE: readonly LegendEntry[] = [{ mark: 'line', ink: 'var(--accent)', words: 'measured' }];

/** Values over time as a line with a point for each, against the target; the same as numbers one key away. */
export function HistoryChart(props: {
  finding: string;
  name: string;
  points: readonly { readonly day: string; readonly value: number }[];
  target: number | null;
  /** The ends of the scale where it has fixed ones. */
  scale?: readonly [number, number];
  unit: string;
}) {
  const { points, target, unit } = props;
  const data = points.map((point) => ({ ...point, at: Date.parse(`${point.day}T00:00:00Z`) }));
  return (
    <ChartFrame
      finding={props.finding}
      name={props.name}
      subject={props.name}
      legend={target === null ? VALUE : [...VALUE, { mark: 'dashed', ink: 'var(--quiet)', words: 'target' }]}
      columns={['Day', 'Value']}
      rows={points.map((point) => [point.day, point.value])}
      chart={
        <div role="img" aria-label={props.finding}>
          <ResponsiveContainer width="100%" height={190}>
            <LineChart
              data={data}
              margin={{ top: 12, right: 16, bottom: 0, left: -14 }}
              accessibilityLayer={false}
            >
              <XAxis
                dataKey="at"
                type="number"
                scale="time"
                domain={['dataMin', 'dataMax']}
                tickFormatter={(at: number) => day(new Date(at).toISOString().slice(0, 10)).slice(0, 6)}
                stroke="var(--line-strong)"
                tick={{ fill: 'var(--quiet)', fontSize: 11 }}
              />
              <YAxis
                domain={props.scale === undefined ? ['auto', 'auto'] : [...props.scale]}
                stroke="var(--line-strong)"
                tick={{ fill: 'var(--quiet)', fontSize: 11 }}
              />
              <Tooltip
                labelFormatter={(at) => day(new Date(Number(at)).toISOString().slice(0, 10))}
                formatter={(value) => [`${value}${unit ? ` ${unit}` : ''}`, 'Value']}
                contentStyle={{ background: 'var(--paper)', border: '1px solid var(--line)', fontSize: 12 }}
              />
              {target !== null && (
                <ReferenceLine
                  y={target}
                  ifOverflow="extendDomain"
                  stroke="var(--quiet)"
                  strokeDasharray="4 3"
                  label={{
                    value: `target ${target}`,
                    position: 'insideBottomRight',
                    fill: 'var(--quiet)',
                    fontSize: 11,
                  }}
                />
              )}
              <Line
                dataKey="value"
                stroke="var(--accent)"
                strokeWidth={2}
                dot={{ r: 3, fill: 'var(--accent)' }}
                isAnimationActive={false}
              />
            </LineChart>
          </ResponsiveContainer>
        </div>
      }
    />
  );
}
