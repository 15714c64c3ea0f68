import type { Board } from '../../../../shared/contract/board.ts';
import { phaseWords } from '../../../../shared/domain/programme/roadmap.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { day as dayWords, plural } from '../../../parts/format.ts';
import { type LegendEntry, wrapped } from '../../../parts/picture-layout.ts';
import { openRecord } from '../open-record.ts';
import { ofBoard } from './of-board.ts';
import { COLUMNS, metOf, roadmapRows, STATES } from './roadmap-rows.ts';

type Phase = Board['phases'][number];
type Milestone = Board['milestones'][number];

const ROW = 46;
const SLIM = 34;
const TOP = 22;
const LONGEST = 40;
const LINE = 15;
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

const sign = (state: keyof typeof FILL) => ({
  mark: 'square' as const,
  ink: INK[state],
  fill: FILL[state],
  words: `phase ${STATES[state]}`,
});
const PHASE_LEGEND: readonly LegendEntry[] = [
  sign('done'),
  sign('under-way'),
  sign('late'),
  sign('not-started'),
  { mark: 'dashed', ink: 'var(--ink)', words: 'the day shown' },
];
const LEGEND: readonly LegendEntry[] = [
  ...PHASE_LEGEND,
  { mark: 'diamond', ink: MILESTONE_INK.done, words: 'milestone done' },
  { mark: 'diamond', ink: MILESTONE_INK.open, words: 'milestone open' },
  { mark: 'diamond', ink: MILESTONE_INK.late, words: 'milestone late' },
];

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
  const rows = rowsOf(phases, milestones);
  const foot = rows.at(-1)?.foot ?? TOP;
  return (
    <ChartFrame
      finding={summaries.roadmap}
      name="Roadmap"
      {...ofBoard(board)}
      legend={milestones.length === 0 ? PHASE_LEGEND : LEGEND}
      columns={COLUMNS}
      rows={roadmapRows(board)}
      chart={
        // biome-ignore lint/a11y/useSemanticElements: a drawing with buttons in it is a group, and no form
        <svg width="100%" viewBox={`0 0 ${WIDTH} ${foot + 2}`} role="group" aria-label={summaries.roadmap}>
          {monthsBetween(first, last).map((month) => (
            <g key={month}>
              <line x1={x(month)} x2={x(month)} y1={TOP - 6} y2={foot} stroke="var(--line)" />
              <text x={x(month) + 3} y={12} className="axis-text">
                {dayWords(month).slice(3)}
              </text>
            </g>
          ))}
          {rows.map((row) =>
            row.phase === null ? (
              <Diamond key={row.milestone.id} milestone={row.milestone} names={row.names} y={row.top} x={x} />
            ) : (
              <PhaseBar key={row.phase.id} phase={row.phase} names={row.names} y={row.top} x={x} />
            ),
          )}
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

interface Place {
  /** The title in lines that the column of names holds. */
  readonly names: readonly string[];
  readonly top: number;
  readonly foot: number;
}
type Row = Place & ({ readonly phase: Phase } | { readonly phase: null; readonly milestone: Milestone });

/** Phases, then milestones, each a row as tall as its title needs. */
function rowsOf(phases: readonly Phase[], milestones: readonly Milestone[]): Row[] {
  const all: Row[] = [];
  const place = (title: string, height: number): Place => {
    const top = all.at(-1)?.foot ?? TOP;
    const names = wrapped(withoutDates(title), LONGEST, 1, false, (text) => text.length);
    return { names, top, foot: top + height + (names.length - 1) * LINE };
  };
  for (const phase of phases) all.push({ ...place(phase.title, ROW), phase });
  for (const milestone of milestones)
    if (milestone.due !== null) all.push({ ...place(milestone.title, SLIM), phase: null, milestone });
  return all;
}

const lateness = (slip: number) => (slip > 0 ? `${plural(slip, 'day')} late` : '');
const joined = (parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');

function Names({ names, line, y }: { names: readonly string[]; line: string; y: number }) {
  return (
    <>
      {names.map((name, row) => (
        <text key={name} x={0} y={y + 14 + row * LINE} fontSize={12.5} fill="var(--ink)">
          {name}
        </text>
      ))}
      <text x={0} y={y + 14 + names.length * LINE} className="axis-text">
        {line}
      </text>
    </>
  );
}

function PhaseBar(props: { phase: Phase; names: readonly string[]; y: number; x: (day: string) => number }) {
  const { phase, y, x } = props;
  const criteria = phase.exit.criteria.length;
  const excepted = phase.exit.criteria.filter((one) => one.exception !== null).length;
  const words =
    criteria === 0
      ? ''
      : `${metOf(phase)} of ${criteria} exit criteria met${excepted > 0 ? `, ${excepted} excepted` : ''}`;
  const unmet = phase.state === 'done' && !phase.exit.met;
  const line = joined([unmet ? 'marked done' : STATES[phase.state], lateness(phase.slip), words]);
  const from = phase.from ?? phase.to;
  const to = phase.done ?? phase.to ?? phase.from;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand inside a drawing
    <g
      role="button"
      tabIndex={0}
      aria-label={`${phase.title}: ${unmet ? joined([phaseWords(phase.state, phase.exit.verdict), line]) : line}`}
      className="heat-count"
      onClick={() => openRecord(phase.record)}
      onKeyDown={(event) => event.key === 'Enter' && openRecord(phase.record)}
    >
      <title>{`${phase.title}${from === null ? '' : `, ${dayWords(from)} to ${dayWords(phase.to)}`}`}</title>
      <Names names={props.names} line={line} y={y} />
      {from !== null && to !== null && (
        <rect
          x={x(from)}
          y={y + 3}
          width={Math.max(6, x(to) - x(from))}
          height={22}
          rx={4}
          fill={unmet ? 'var(--warn-wash)' : FILL[phase.state]}
          stroke={unmet ? 'var(--warn)' : INK[phase.state]}
        />
      )}
    </g>
  );
}

function Diamond(props: {
  milestone: Milestone;
  names: readonly string[];
  y: number;
  x: (day: string) => number;
}) {
  const { milestone, y, x } = props;
  if (milestone.due === null) return null;
  const line = joined([STATES[milestone.state], `due ${dayWords(milestone.due)}`, lateness(milestone.slip)]);
  return (
    <g>
      <title>{`${milestone.title}, due ${dayWords(milestone.due)}`}</title>
      <Names names={props.names} line={line} y={y} />
      <path
        d={`M ${x(milestone.due)} ${y + 5} l 6 7 l -6 7 l -6 -7 z`}
        fill={MILESTONE_INK[milestone.state]}
      />
    </g>
  );
}

/** The bar says the dates; a title that repeats them only gets cut. */
const withoutDates = (title: string) => title.replace(/\s*\([^()]*\d{4}-\d{2}-\d{2}[^()]*\)\s*$/, '');

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
