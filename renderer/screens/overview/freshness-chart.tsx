import { Bar, BarChart, Cell, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { TICK } from '../../parts/chart-axes.ts';
import { ChartFrame } from '../../parts/chart-frame.tsx';
import { count, day, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import type { Summary } from './overview-screen.tsx';
import { weeksAhead } from './weeks-ahead.ts';

/** In which of the next weeks evidence lapses; the nearest four stand out. */
export function FreshnessChart({ evidence }: { evidence: Summary['evidence'] }) {
  const { total, stale } = evidence;
  if (total === 0) {
    return (
      <Panel title="Evidence freshness">
        <p className="quiet">
          No evidence yet. What you attach to a control shows here with the week it expires.
        </p>
      </Panel>
    );
  }
  const weeks = weeksAhead(evidence.lapsing, new Date());
  const coming = weeks.reduce((sum, w) => sum + w.due, 0);
  const already = stale > 0 ? `${count(stale)} stale, ` : '';
  if (coming === 0) {
    return (
      <Panel title={already ? `${already}no more in 12 weeks` : 'No evidence lapses in 12 weeks'}>
        <p className="quiet">
          {plural(total, 'record')}. Evidence with an expiry date shows here in the week it is due.
        </p>
      </Panel>
    );
  }
  const finding = `${already}${plural(coming, 'record needs', 'records need')} refreshing in 12 weeks`;
  return (
    <ChartFrame
      finding={finding}
      columns={['Week from', 'Lapsing']}
      rows={weeks.map((w) => [day(w.from), w.due])}
      chart={
        <div className="chart" role="img" aria-label={`Bar chart: ${finding}`}>
          <ResponsiveContainer width="100%" height={110}>
            <BarChart
              data={weeks}
              margin={{ top: 6, right: 4, bottom: 0, left: 0 }}
              accessibilityLayer={false}
            >
              <XAxis dataKey="label" interval={3} tick={TICK} stroke="var(--line-strong)" tickLine={false} />
              <YAxis
                width={24}
                allowDecimals={false}
                tickCount={3}
                tick={TICK}
                axisLine={false}
                tickLine={false}
              />
              <Bar dataKey="due" isAnimationActive={false} maxBarSize={22}>
                {weeks.map((w, i) => (
                  <Cell key={w.from} fill={i < 4 ? '#d9982e' : '#6fb7a2'} />
                ))}
              </Bar>
            </BarChart>
          </ResponsiveContainer>
        </div>
      }
    />
  );
}
