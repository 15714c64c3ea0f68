import { CartesianGrid, Line, LineChart, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { COUNT_AXIS, DAY_AXIS } from '../../parts/chart-axes.ts';
import { ChartFrame } from '../../parts/chart-frame.tsx';
import { count, day, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import type { Summary } from './overview-screen.tsx';

const COLUMNS = ['Day', 'Decided', 'Accepted'] as const;

/** How the decided and the accepted grew; the title says what that comes to. */
export function TrendChart({ trend, total }: { trend: Summary['trend']; total: number }) {
  const last = trend.at(-1);
  if (trend.length < 2 || !last) {
    return (
      <Panel title="Progress over time">
        <p className="quiet">The line begins on the second day of work.</p>
      </Panel>
    );
  }
  const gap = last.decided - last.accepted;
  const finding =
    gap > 0 ? `${plural(gap, 'result')} decided but not yet accepted` : 'Everything decided is accepted';
  return (
    <ChartFrame
      finding={finding}
      aside={`${trend.length} days`}
      columns={COLUMNS}
      rows={trend.map((t) => [day(t.day), t.decided, t.accepted])}
      chart={<Lines trend={trend} total={total} finding={finding} />}
    />
  );
}

function Lines({ trend, total, finding }: { trend: Summary['trend']; total: number; finding: string }) {
  const last = trend.length - 1;
  const apart = Math.abs((trend[last]?.decided ?? 0) - (trend[last]?.accepted ?? 0)) > total * 0.08;
  return (
    <div className="chart" role="img" aria-label={`Line chart: ${finding}`}>
      <ResponsiveContainer width="100%" height={150}>
        <LineChart
          data={[...trend]}
          margin={{ top: 8, right: 92, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis {...DAY_AXIS} minTickGap={36} />
          <YAxis {...COUNT_AXIS} />
          <Line
            dataKey="decided"
            stroke="var(--quiet)"
            strokeWidth={1.75}
            strokeDasharray="4 3"
            dot={false}
            isAnimationActive={false}
            label={endLabel('decided', last, 0)}
          />
          <Line
            dataKey="accepted"
            stroke="var(--accent)"
            strokeWidth={2}
            dot={false}
            isAnimationActive={false}
            label={endLabel('accepted', last, apart ? 0 : 13)}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}

/** The line's name at its end, where a legend would send the eye away. */
function endLabel(name: string, last: number, drop: number) {
  return (props: {
    x?: number | string | undefined;
    y?: number | string | undefined;
    index?: number | undefined;
    value?: unknown;
  }) =>
    props.index === last ? (
      <text
        key={name}
        x={Number(props.x) + 6}
        y={Number(props.y) + 4 + drop}
        fontSize={11}
        fill="var(--soft)"
      >
        {count(Number(props.value))} {name}
      </text>
    ) : (
      <g key={`${name} ${props.index ?? ''}`} />
    );
}
