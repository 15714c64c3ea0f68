import type { Board } from '../../../../shared/contract/board.ts';
import { ChartFrame } from '../../../parts/chart-frame.tsx';
import { count, day as dayWords } from '../../../parts/format.ts';
import { openRecord } from '../open-record.ts';
import { ofBoard } from './of-board.ts';

const CELL = 19;
const GAP = 4;
const DAY_MS = 86_400_000;
const LEFT = 34;
const TOP = 16;
const WEEKDAYS = ['Mon', '', 'Wed', '', 'Fri', '', ''] as const;

const LEGEND = [
  { mark: 'square', ink: 'var(--bad)', words: 'expired or was due' },
  { mark: 'square', ink: 'var(--warn)', words: 'expires or falls due' },
  { mark: 'square', ink: 'var(--ink)', fill: 'var(--desk)', words: 'the day shown' },
] as const;

const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const weekday = (ms: number) => (new Date(ms).getUTCDay() + 6) % 7;

/** Each day of the coming weeks as a square: what expires or falls due on it, and what already has. */
export function FreshnessCalendar({ board }: { board: Board }) {
  const { freshness, summaries, day: shown } = board;
  const byDay = new Map(freshness.days.map((one) => [one.day, one]));
  const start = at(freshness.from) - weekday(at(freshness.from)) * DAY_MS;
  const days = Math.round((at(freshness.to) - start) / DAY_MS) + 1;
  const width = LEFT + Math.ceil(days / 7) * (CELL + GAP);
  const height = TOP + 7 * (CELL + GAP) + 4;
  return (
    <ChartFrame
      finding={summaries.freshness}
      name="Evidence freshness"
      {...ofBoard(board)}
      legend={LEGEND}
      notes={freshness.days.map((one) => `${dayWords(one.day)}: ${countsOf(one)}`)}
      columns={['Day', 'Expiring', 'Due', 'Evidence']}
      rows={freshness.days.map((one) => [one.day, one.expiring, one.due, namesOf(one).join('; ')])}
      chart={
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width="100%"
          style={{ maxWidth: width }}
          role="img"
          aria-label={summaries.freshness}
        >
          {[0, 2, 4].map((row) => (
            <text key={row} x={0} y={TOP + row * (CELL + GAP) + 14} className="axis-text">
              {WEEKDAYS[row]}
            </text>
          ))}
          {Array.from({ length: days }, (_, index) => {
            const name = new Date(start + index * DAY_MS).toISOString().slice(0, 10);
            const x = LEFT + Math.floor(index / 7) * (CELL + GAP);
            const y = TOP + (index % 7) * (CELL + GAP);
            return (
              <g key={name}>
                {name.endsWith('-01') && (
                  <text x={x} y={10} className="axis-text">
                    {dayWords(name).slice(3, 6)}
                  </text>
                )}
                <DaySquare x={x} y={y} name={name} shown={shown} found={byDay.get(name)} />
              </g>
            );
          })}
        </svg>
      }
    />
  );
}

type DatedDay = Board['freshness']['days'][number];

/** What the day is about by name: pieces of evidence, and what was asked for. */
const namesOf = ({ evidence, requests }: DatedDay) => [
  ...evidence.map(({ reference, title }) => `${reference} ${title}`),
  ...requests.map(({ title }) => `Request: ${title}`),
];

const countsOf = ({ expiring, due }: Board['freshness']['days'][number]) =>
  [expiring === 0 ? '' : `${count(expiring)} expiring`, due === 0 ? '' : `${count(due)} due`]
    .filter((part) => part !== '')
    .join(', ');

function DaySquare(props: {
  x: number;
  y: number;
  name: string;
  shown: string;
  found: Board['freshness']['days'][number] | undefined;
}) {
  const { x, y, name, shown, found } = props;
  const first =
    found &&
    [...found.evidence.map(({ id }) => `evidence:${id}`), ...found.requests.map(({ record }) => record)][0];
  const fill = found === undefined ? 'var(--desk)' : name < shown ? 'var(--bad)' : 'var(--warn)';
  const words = found && namesOf(found).join('; ');
  const opens = first === undefined ? {} : { className: 'heat-count', onClick: () => openRecord(first) };
  return (
    <rect
      x={x}
      y={y}
      width={CELL}
      height={CELL}
      rx={3}
      fill={fill}
      stroke={name === shown ? 'var(--ink)' : 'var(--line)'}
      strokeWidth={name === shown ? 1.5 : 1}
      {...opens}
    >
      <title>{`${dayWords(name)}${words === undefined ? '' : `: ${words}`}`}</title>
    </rect>
  );
}
