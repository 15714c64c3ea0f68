import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { day as dayWords } from '../../../parts/format.ts';
import { openRecord } from '../open-record.ts';

type Phase = Board['phases'][number];
type Milestone = Board['milestones'][number];

const ROW = 46;
const TOP = 22;
const LABEL = 270;
const WIDTH = 1000;
const FILL = {
  'not-started': 'var(--plain-wash)',
  'under-way': 'var(--info-wash)',
  late: 'var(--bad-wash)',
  done: 'var(--good-wash)',
  undated: 'var(--plain-wash)',
} as const;
const INK = {
  'not-started': 'var(--plain)',
  'under-way': 'var(--info)',
  late: 'var(--bad)',
  done: 'var(--good)',
  undated: 'var(--plain)',
} as const;
const MILESTONE_INK = { open: 'var(--info)', late: 'var(--bad)', done: 'var(--good)' } as const;

const at = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** Phases as bars over time with their exit criteria, milestones as diamonds, and a line for the day shown. */
export function Roadmap({ board }: { board: Board }) {
  const { phases, milestones, summaries, day: shown } = board;
  if (phases.length === 0) return null;
  const days = [
    ...phases.flatMap((p) => [p.from, p.to, p.done]),
    ...milestones.map((m) => m.due),
    shown,
  ].filter((one) => one !== null);
  const [first, last] = [Math.min(...days.map(at)), Math.max(...days.map(at))];
  const x = (day: string) => LABEL + ((at(day) - first) / Math.max(1, last - first)) * (WIDTH - LABEL - 16);
  const foot = TOP + phases.length * ROW;
  return (
    <ChartFrame
      finding={summaries.roadmap}
      name="Roadmap"
      columns={['Phase', 'From', 'To', 'State', 'Exit criteria met', 'Exit criteria']}
      rows={phases.map((phase) => [
        phase.title,
        phase.from ?? '',
        phase.to ?? '',
        phase.state,
        metOf(phase),
        phase.exit.criteria.length,
      ])}
      chart={
        // biome-ignore lint/a11y/useSemanticElements: a drawing with buttons in it is a group, and no form
        <svg
          width="100%"
          viewBox={`0 0 ${WIDTH} ${foot + (milestones.length > 0 ? 22 : 2)}`}
          role="group"
          aria-label={summaries.roadmap}
        >
          {monthsBetween(first, last).map((month) => (
            <g key={month}>
              <line x1={x(month)} x2={x(month)} y1={TOP - 6} y2={foot} stroke="var(--line)" />
              <text x={x(month) + 3} y={12} className="axis-text">
                {dayWords(month).slice(3)}
              </text>
            </g>
          ))}
          {phases.map((phase, row) => (
            <PhaseBar key={phase.id} phase={phase} y={TOP + row * ROW} x={x} />
          ))}
          {milestones.map((one) => (
            <Diamond key={one.id} milestone={one} y={foot + 2} x={x} />
          ))}
          <line
            x1={x(shown)}
            x2={x(shown)}
            y1={TOP - 6}
            y2={foot}
            stroke="var(--ink)"
            strokeDasharray="2 3"
          />
        </svg>
      }
    />
  );
}

const metOf = (phase: Phase) => phase.exit.criteria.filter((one) => one.met === true).length;

function PhaseBar({ phase, y, x }: { phase: Phase; y: number; x: (day: string) => number }) {
  const criteria = phase.exit.criteria.length;
  const words = criteria === 0 ? '' : `${metOf(phase)} of ${criteria} exit criteria`;
  const line = [phase.state.replace('-', ' '), phase.slip > 0 ? `${phase.slip} days late` : '', words]
    .filter((part) => part !== '')
    .join(' · ');
  const from = phase.from ?? phase.to;
  const to = phase.done ?? phase.to ?? phase.from;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand inside a drawing
    <g
      role="button"
      tabIndex={0}
      aria-label={`${phase.title}: ${line}`}
      className="heat-count"
      onClick={() => openRecord(phase.record)}
      onKeyDown={(event) => event.key === 'Enter' && openRecord(phase.record)}
    >
      <title>{`${phase.title}${from === null ? '' : `, ${dayWords(from)} to ${dayWords(phase.to)}`}`}</title>
      <text x={0} y={y + 14} fontSize={12.5} fill="var(--ink)">
        {short(withoutDates(phase.title), 40)}
      </text>
      <text x={0} y={y + 29} className="axis-text">
        {line}
      </text>
      {from !== null && to !== null && (
        <rect
          x={x(from)}
          y={y + 3}
          width={Math.max(6, x(to) - x(from))}
          height={22}
          rx={4}
          fill={FILL[phase.state]}
          stroke={INK[phase.state]}
        />
      )}
    </g>
  );
}

function Diamond({ milestone, y, x }: { milestone: Milestone; y: number; x: (day: string) => number }) {
  if (milestone.due === null) return null;
  return (
    <path d={`M ${x(milestone.due)} ${y} l 6 7 l -6 7 l -6 -7 z`} fill={MILESTONE_INK[milestone.state]}>
      <title>{`${milestone.title}, due ${dayWords(milestone.due)}`}</title>
    </path>
  );
}

/** The bar says the dates; a title that repeats them only gets cut. */
const withoutDates = (title: string) => title.replace(/\s*\([^()]*\d{4}-\d{2}-\d{2}[^()]*\)\s*$/, '');

const short = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** First days of the months between two moments; one in three where there are many. */
function monthsBetween(first: number, last: number): string[] {
  const start = new Date(first);
  const all: string[] = [];
  for (let month = 1; ; month++) {
    const day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1));
    if (day.getTime() > last) break;
    all.push(day.toISOString().slice(0, 10));
  }
  return all.length <= 14 ? all : all.filter((_, index) => index % 3 === 0);
}
