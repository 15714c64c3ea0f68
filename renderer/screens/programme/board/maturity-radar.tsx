import { PolarAngleAxis, PolarGrid, PolarRadiusAxis, Radar, RadarChart, ResponsiveContainer } from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';

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
      columns={['Dimension', 'Current', 'Target', 'Of']}
      rows={maturity.map((one) => [one.title, one.current ?? '', one.target, one.scale])}
      chart={
        <div className="chart" role="img" aria-label={summaries.maturity}>
          <ResponsiveContainer width="100%" height={250}>
            <RadarChart data={data} outerRadius="68%" accessibilityLayer={false}>
              <PolarGrid stroke="var(--line-strong)" />
              <PolarAngleAxis dataKey="title" tick={{ fontSize: 11, fill: 'var(--soft)' }} />
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
          <p className="chart-key">
            <i className="key-line" /> now <i className="key-line key-dashed" /> target
          </p>
        </div>
      }
    />
  );
}
