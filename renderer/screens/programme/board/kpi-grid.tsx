import { Line, LineChart, ReferenceLine, ResponsiveContainer, YAxis } from 'recharts';
import type { Board } from '../../../../shared/contract/board.ts';
import { kpiWord } from '../../../../shared/domain/programme/kpi.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { day } from '../../../parts/format.ts';
import type { PictureTile } from '../../../parts/picture-layout.ts';
import { Pill } from '../../../parts/pill.tsx';
import { openRecord } from '../open-record.ts';
import { ofBoard } from './of-board.ts';

type Kpi = Board['kpis'][number];

const LEGEND = [
  { mark: 'line', ink: 'var(--accent)', words: 'measured' },
  { mark: 'dashed', ink: 'var(--line-strong)', words: 'target' },
] as const;

/** Every KPI with its line, its newest value and whether that is where it should be. */
export function KpiGrid({ board }: { board: Board }) {
  const { kpis, summaries } = board;
  if (kpis.length === 0) return null;
  return (
    <ChartFrame
      finding={summaries.kpis}
      name="KPIs"
      {...ofBoard(board)}
      legend={LEGEND}
      tiles={kpis.map(tileOf)}
      columns={['KPI', 'Latest', 'Unit', 'Target', 'Day', 'Standing']}
      rows={kpis.map((kpi) => [
        kpi.title,
        kpi.latest?.value ?? '',
        kpi.unit,
        kpi.target ?? '',
        kpi.latest?.day ?? '',
        kpiWord(kpi) ?? '',
      ])}
      chart={
        <ul className="kpi-grid">
          {kpis.map((kpi) => (
            <li key={kpi.id}>
              <button type="button" className="kpi" onClick={() => openRecord(kpi.record)}>
                <span className="kpi-title">{kpi.title}</span>
                <span className="kpi-value">
                  {latestOf(kpi)}
                  <Verdict kpi={kpi} />
                </span>
                <Spark kpi={kpi} />
                <span className="quiet">{footOf(kpi)}</span>
              </button>
            </li>
          ))}
        </ul>
      }
    />
  );
}

const latestOf = ({ latest, unit }: Kpi) =>
  latest === null ? '—' : `${latest.value}${unit ? ` ${unit}` : ''}`;

const footOf = ({ latest, target }: Kpi) =>
  `${latest === null ? 'not measured yet' : day(latest.day)}${target === null ? '' : ` · target ${target}`}`;

const tileOf = (kpi: Kpi): PictureTile => ({
  name: kpi.title,
  value: latestOf(kpi),
  state: kpiWord(kpi) ?? '',
  tone: kpiWord(kpi) === 'at target' ? 'good' : 'warn',
  foot: footOf(kpi),
  line: kpi.points.map((point) => point.value),
  target: kpi.target,
});

function Verdict({ kpi }: { kpi: Kpi }) {
  const word = kpiWord(kpi);
  return word === null ? null : <Pill tone={word === 'at target' ? 'good' : 'warn'}>{word}</Pill>;
}

function Spark({ kpi }: { kpi: Kpi }) {
  if (kpi.points.length < 2) return <span className="spark" />;
  return (
    <span className="spark" aria-hidden="true">
      <ResponsiveContainer width="100%" height={34}>
        <LineChart
          data={[...kpi.points]}
          margin={{ top: 3, right: 3, bottom: 3, left: 3 }}
          accessibilityLayer={false}
        >
          <YAxis hide domain={['dataMin', 'dataMax']} />
          {kpi.target !== null && (
            <ReferenceLine y={kpi.target} stroke="var(--line-strong)" strokeDasharray="3 3" />
          )}
          <Line
            dataKey="value"
            stroke="var(--accent)"
            strokeWidth={1.75}
            dot={false}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </span>
  );
}
